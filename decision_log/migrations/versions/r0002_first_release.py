"""The decisions of the first release, which had a table of their own, become entries; the table stays as it was."""

import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from decision_log.entry import GENESIS, chained

revision = "0002"
down_revision = "0001"

_SAME = (
    "card_key", "kpi", "dimension", "slice", "rule", "context", "forum", "decision_owner", "action", "action_text",
    "why", "expected_impact", "metric_kpi", "metric_dimension", "metric_slice", "metric_target", "closeout_criteria",
    "link",
)  # fmt: skip
_DAYS = ("period_end", "decided_on", "impact_by", "check_on")


def upgrade() -> None:
    """Add each decision, and the action that came with it, behind what the log has."""
    connection = op.get_bind()
    if not sa.inspect(connection).has_table("decisions"):
        return
    old = sa.Table("decisions", sa.MetaData(), autoload_with=connection)
    entries = sa.Table("entries", sa.MetaData(), autoload_with=connection)
    last = connection.execute(sa.select(entries).order_by(entries.c.seq.desc()).limit(1)).first()
    seq, previous = (0, GENESIS) if last is None else (last.seq, last.hash)
    for row in connection.execute(sa.select(old).order_by(old.c.id)).all():
        at = row.decided_at.isoformat(timespec="microseconds") + "+00:00"
        for subject, key, body in _events(row):
            taken = sa.select(sa.func.count()).where(
                (entries.c.key == key) | ((entries.c.subject == subject) & (entries.c.version == 1))
            )
            if connection.execute(taken).scalar():
                continue
            seq += 1
            line = (seq, at, row.decided_by, subject, 1, key, _written(body))
            hash_ = chained(previous, *line)
            connection.execute(entries.insert().values((*line, previous, hash_)))
            previous = hash_


def _events(row: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """Subject, key and body of the entries that a decision becomes, as this version writes them."""
    facts = row.facts
    status = facts.get("status", "")
    decision = {name: getattr(row, name) for name in _SAME} | {name: getattr(row, name) for name in _DAYS}
    decision |= {
        "kind": "decision.taken",
        "episode": "",
        "breach": status if status in ("red", "yellow") else "",
        "facts": facts,
        "rejected_options": [row.rejected_options] if row.rejected_options else [],
        "revisit_if": "",
        "stance": "no proposal",
        "proposal": 0,
        "override_reason": "",
        "correction": "",
    }
    subject = f"decision/{row.card_key}"
    action = {
        "kind": "action.created",
        "decision": subject,
        "text": row.action_text,
        "assignee": row.assignee,
        "due_on": row.due_on,
        "context": row.context,
    }
    key = row.idempotency_key
    return [(subject, key, decision), (f"action/{row.card_key}/1", f"{key}/action/1", action)]


def _written(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_day)


def _day(value: date | datetime) -> str:
    return value.isoformat()
