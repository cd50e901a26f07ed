"""Sending the list of records that break a check to whom it concerns: an owner, a team, or the check's own owners."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from decision_log.entry import Addition
from decision_log.outbox import Attachment
from kpi_engine.problem import Problem

from .act import people_of
from .configuration import load_engine
from .data_health import offences_of
from .directory import load_directory
from .download import as_csv
from .outbox import message
from .people import Person, require
from .site import Site

MOST_LINES = 40


def narrowed(rows: pd.DataFrame, owner: str, team: str) -> pd.DataFrame:
    """The rows of one owner or team; an empty text leaves both open."""
    kept = rows if not owner else rows[rows["owner"] == owner]
    return kept if not team else kept[kept["team"] == team]


def send_offences(
    site: Site, person: Person, check: str, *, owner: str = "", team: str = "", idempotency_key: str, now: datetime
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Queue the list for the owner or the team named, else for the check's owners; gives who it goes to.

    Somebody who is not in the directory is reached through the check's owners.
    """
    require(person, "govern")
    engine, problems = load_engine(site)
    known = {one.id: one for one in (*engine.checks.controls, *engine.checks.hygiene)} if engine else {}
    if check not in known:
        return (), problems or (Problem("check", f"there is no check {check!r}"),)
    rows = narrowed(offences_of(site, check), owner, team)
    if rows.empty:
        return (), (Problem("check", "has nothing to send", "Nobody breaks it in the current load."),)
    directory, _ = load_directory(site)
    to = people_of(directory, owner or team) or tuple(one.id for one in directory.holders(known[check].owners))
    whose = owner or team
    subject = f"{known[check].name}: {len(rows):,} to mend" + (f" · {whose}" if whose else "")
    addition = _letter(f"hygiene/{idempotency_key}", to or known[check].owners, subject, known[check].note, rows)
    site.log().add([addition], person.id, now)
    return tuple(directory.name_of(id_) for id_ in to or known[check].owners), ()


def _letter(id_: str, to: tuple[str, ...], subject: str, note: str, rows: pd.DataFrame) -> Addition:
    told = rows.head(MOST_LINES).to_dict("records")
    lines = [f"{row['name'] or row['record']} ({row['owner']}): {row['wrong']}" for row in told]
    more = [f"… and {len(rows) - MOST_LINES:,} more in the attached file"] if len(rows) > MOST_LINES else []
    file = as_csv(rows, "to-mend")
    attached = Attachment(name=file.name, media_type="text/csv", text=file.content.decode("utf-8"))
    text = "\n".join([note, "", *lines, *more])
    return message(id_, to, subject, text, topic="quality", attachments=(attached,))
