"""What people can do and the sample company did not: one event of each kind, on what there is to do it to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from decision_log.entry import Entry

Deed = tuple[str, dict[str, Any]]
_SAID = "said"


def all_of(entries: Sequence[Entry], now: datetime) -> Iterator[Deed]:
    """Subject and event of each deed; those without a subject in the log are left out."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.event.kind, entry)
    day, later = now.date().isoformat(), (now.date() + timedelta(days=9)).isoformat()
    kpi = first["episode.opened"].event.model_dump()["kpi"]
    yield from _loads(first["episode.judged"], day)
    yield from _culture(kpi, now)
    yield "person/zoe", {
        "kind": "person.changed", "name": _SAID, "email": "zoe@example.org", "roles": ["viewer"],
        "titles": ["Analytics"], "scope": {}, "disabled": False,
    }  # fmt: skip
    yield "indicator/switching_cost", {"kind": "indicator.entered", "value": 3, "why": _SAID, "on": day}
    yield "known_issue/spend_ledger_change", {
        "kind": "known_issue.changed", "how": "renewed", "effect": "qualify", "since": day, "until": later,
        "note": _SAID,
    }  # fmt: skip
    decided = _decision(first["episode.opened"], day, later)
    yield from decided
    yield from _actions(decided[0][0], later)
    yield from _meetings(first["episode.opened"], decided[0], now)
    for name, error in (("given-up", True), ("waiting", False)):
        message = f"message/{name}"
        yield message, {
            "kind": "message.queued", "topic": "action", "to": [_SAID, "dana"], "subject": _SAID, "text": _SAID,
            "attachments": [{"name": "a.ics", "media_type": "text/calendar", "text": _SAID}],
            "task": {"id": "action/a/1", "text": _SAID, "assignee": _SAID, "due_on": day},
        }  # fmt: skip
        if error:
            yield message, {"kind": "message.failed", "channel": "mail", "error": _SAID, "retry_at": now.isoformat()}
    if "assumption.noted" in first:
        yield first["assumption.noted"].subject, {"kind": "assumption.withdrawn", "reason": _SAID}
    yield first["episode.opened"].subject, {"kind": "episode.feedback", "opinion": "false_alarm", "reason": _SAID}


def _loads(judged: Entry, day: str) -> Iterator[Deed]:
    snapshot = judged.event.model_dump()["reading"]["snapshot"]
    subject, shared = "load/snapshots", {"files": [_SAID, _SAID], "snapshot": snapshot, "reason": _SAID}
    yield subject, {
        "kind": "load.published", **shared, "onto": None, "data_on": day, "suspicions": [_SAID], "left_out": 2,
        "left_out_reason": _SAID,
    }  # fmt: skip
    yield subject, {"kind": "load.discarded", **shared, "problems": 3}
    yield subject, {"kind": "load.rolled_back", "snapshot": snapshot, "from_snapshot": snapshot, "reason": _SAID}


def _culture(kpi: str, now: datetime) -> Iterator[Deed]:
    day, week = now.date().isoformat(), (now.date() - timedelta(days=now.weekday())).isoformat()
    yield f"culture/week/{week}", {"kind": "culture.metric_chosen", "week": week, "kpi": kpi, "why": _SAID}
    yield "culture/note/1", {
        "kind": "culture.retrospective", "kpi": kpi, "first": day, "last": day, "what_happened": _SAID,
        "what_we_learned": _SAID,
    }  # fmt: skip
    question = {"kind": "culture.question", "kpi": kpi, "text": _SAID, "challenges": True}
    yield "culture/question/1", {**question, "facts": {"shown": _SAID, "where": _SAID, "period": _SAID, "n": 3}}
    yield "culture/question/1", {"kind": "culture.answer", "text": _SAID, "agreed": True}
    yield "culture/note/2", {"kind": "culture.learning", "sort": "win", "title": _SAID, "text": _SAID, "kpi": kpi}
    yield f"culture/goal/{kpi}", {
        "kind": "culture.goal", "kpi": kpi, "quarter": "2026-07-01", "start": 0.2, "target": 0.3, "suggested": None,
        "because": _SAID,
    }  # fmt: skip
    yield f"culture/owner/{kpi}", {
        "kind": "culture.rotation", "kpi": kpi, "owner": _SAID, "since": day, "until": None, "why": _SAID,
    }  # fmt: skip


def _proposal(opened: Entry, later: str) -> Deed:
    told = opened.event.model_dump(mode="json")
    place = {"dimension": told["dimension"], "slice": told["slice"]}
    episode = opened.subject.partition("/")[2]
    return f"proposal/{episode}", {
        "kind": "proposal.filed", "narrative": _SAID, "hypotheses": [{"cause": _SAID, "evidence": [_SAID]}] * 2,
        "fewer_hypotheses": _SAID, "options": [{"what": _SAID, "effect": _SAID}] * 3, "preferred": 1,
        "preferred_because": _SAID, "forecast_implication": _SAID, "episode": episode, "card_key": episode,
        "effect": {"kpi": told["kpi"], "window": told["window"], **place, "start": 0.1, "to": 0.3, "by": later},
        "facts": told["facts"], "late": _SAID,
    }  # fmt: skip


def _decision(opened: Entry, day: str, later: str) -> list[Deed]:
    """A proposal on the breach, and a decision on an earlier one of the same KPI."""
    told = opened.event.model_dump(mode="json")
    place = {"dimension": told["dimension"], "slice": told["slice"]}
    subject = f"decision/{told['kpi']}|earlier"
    metric = {f"metric_{name}": value for name, value in {"kpi": told["kpi"], **place, "target": 0.3}.items()}
    taken = {
        "kind": "decision.taken", "forum": _SAID, "decision_owner": "CRO", "action": "investigate",
        "action_text": _SAID, "why": _SAID, "rejected_options": [_SAID, _SAID], "revisit_if": _SAID,
        "override_reason": _SAID,
        "expected_impact": _SAID, **metric, "check_on": later, "impact_by": later, "period_end": day,
        "closeout_criteria": _SAID, "link": "https://said.example/",
        "card_key": "", "episode": "", "kpi": told["kpi"], **place, "rule": told["rule"], "breach": "red",
        "decided_on": day, "context": _SAID, "facts": told["facts"], "correction": "",
    }  # fmt: skip
    return [
        (subject, taken),
        (subject, {**taken, "correction": _SAID}),
        (subject, {"kind": "decision.commented", "text": _SAID}),
        (subject, {"kind": "decision.extended", "check_on": later, "reason": _SAID}),
        _proposal(opened, later),
    ]


def _actions(decision: str, later: str) -> Iterator[Deed]:
    steps = {
        "moved": {"due_on": later, "reason": _SAID},
        "done": {"note": _SAID},
        "sent_back": {"reason": _SAID},
        "cancelled": {"reason": _SAID},
        "verified": {"note": _SAID},
    }
    lives = (("moved",), ("done",), ("done", "sent_back"), ("cancelled",), ("done", "verified"))
    created = {"kind": "action.created", "decision": decision, "text": _SAID, "assignee": _SAID, "context": _SAID}
    for number, life in enumerate(lives, 11):
        subject = f"action/{decision.partition('/')[2]}/{number}"
        yield subject, {**created, "due_on": later}
        for step in life:
            yield subject, {"kind": f"action.{step}", **steps[step]}


def _meetings(opened: Entry, decided: Deed, now: datetime) -> Iterator[Deed]:
    """One that is over, with its memo, and one that goes on."""
    day = now.date().isoformat()
    topic = {"key": opened.subject.partition("/")[2], "name": _SAID, "where": _SAID}
    forum = {"forum": "weekly_revenue", "name": _SAID, "held_on": day, "time_zone": "UTC", "judged_on": day}
    begun = {
        "kind": "meeting.opened", **forum, "cadence": "weekly", "facilitator": "remy", "topics": [topic],
        "agenda": [{"name": _SAID, "minutes": 5, "opens": opens, "purpose": _SAID} for opens in ("actions", "notes")],
    }  # fmt: skip
    for meeting in ("meeting/poison-1", "meeting/poison-2"):
        yield meeting, begun
        yield meeting, {"kind": "meeting.joined"}
        yield meeting, {"kind": "meeting.noted", "place": {"section": 0}, "text": _SAID}
        yield meeting, {"kind": "meeting.deferred", "topic": topic, "reason": _SAID}
    yield "meeting/poison-1", {"kind": "meeting.ended", "cancelled_because": ""}
    yield "memo/poison-1", {
        "kind": "memo.published", "meeting": "poison-1", **forum, "began_at": now.isoformat(), "facilitator": _SAID,
        "ended_at": now.isoformat(), "attendees": [_SAID, _SAID], "exception_seconds": 60, "log_size": 1,
        "sections": [{"name": _SAID, "planned_minutes": 5, "spent_seconds": 60}], "log_hash": "0" * 64,
        "decisions": [{
            "number": 1, "subject": decided[0], "kpi": _SAID, "where": _SAID, "context": _SAID, "text": _SAID,
            "why": _SAID, "stance": "no proposal", "owner": _SAID, "decided_by": _SAID, "expected_impact": _SAID,
            "check_on": day, "breach_to_decision_hours": 2,
            "tasks": [{"text": _SAID, "assignee": _SAID, "due_on": day}],
        }],
        "notes": [{"name": _SAID, "changed": _SAID, "do": _SAID}], "forecast_implications": _SAID,
        "next_pre_read": _SAID,
        **{listed: [{"name": _SAID, "text": _SAID}] for listed in ("actions_reviewed", "deferred", "undecided")},
    }  # fmt: skip
