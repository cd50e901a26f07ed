"""The content with its small charts drawn and its dates in words: what both templates are given."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from rendering.sparkline import CARD, ROW, sparkline
from rendering.units import day, in_short

from .content import Breach, Content, Provenance, Row

_CONTENT = TypeAdapter(Content)


def drawn(content: Content, theme: str = "light") -> dict[str, Any]:
    """Plain values only."""
    found: dict[str, Any] = _CONTENT.dump_python(content, mode="json")
    for group, shown in zip(content.groups, found["groups"], strict=True):
        for row, one in zip(group.rows, shown["rows"], strict=True):
            one["svg"] = sparkline(row.points, row.status, limit=row.limit, theme=theme, frame=ROW)
            one["threshold_line"] = in_short(row.threshold, 54)
            one["alt"] = f"{row.name}{f', {row.where}' if row.where else ''}: {_in_words(row)}"
    for breach, one in zip(content.breaches, found["breaches"], strict=True):
        one["svg"] = sparkline(
            breach.points, breach.status, limit=breach.limit, limit_text=breach.limit_shown, theme=theme, frame=CARD
        )
        one["alt"] = f"{breach.name}, {breach.where}: {_in_words(breach)}, threshold {breach.limit_shown}"
    for field in ("meeting_on", "as_of", "data_on"):
        found[field] = day(getattr(content, field))
    for task, one in zip(content.tasks, found["tasks"], strict=True):
        one["due_on"] = day(task.due_on)
    for check, one in zip(content.checks, found["checks"], strict=True):
        one["check_on"] = day(check.check_on)
    found["title"] = f"{content.forum}, pre-read for {day(content.meeting_on)}"
    found["footer"] = footer(content.id, content.provenance)
    return found


def _in_words(line: Row | Breach) -> str:
    values = [point.value for point in line.points if point.value is not None and not point.is_open]
    moved = "unchanged" if not values or values[-1] == values[0] else "up" if values[-1] > values[0] else "down"
    return f"{moved} over {len(values)} periods, now {line.shown}"


def footer(id_: str, rests_on: Provenance) -> str:
    """What stands at the foot of every page: the edition, and what it rests on."""
    return (
        f"{id_} · snapshot {rests_on.snapshot[:12]} · configuration {rests_on.configuration[:12]} · "
        f"engine {rests_on.engine} · log {rests_on.log_size} entries, root {rests_on.log_root[:16]}"
    )
