"""The memo: what a meeting decided, deferred and took time for, drawn up from the log and published once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from decision_log.action import Action, actions
from decision_log.decision import Decision, decisions
from decision_log.entry import Addition
from decision_log.episode import subject_of as episode_subject
from decision_log.meeting import Meeting, MeetingEnded, Place, Topic
from decision_log.meeting import subject_of as meeting_subject
from decision_log.memo import (
    Memo,
    MemoDecision,
    MemoItem,
    MemoNote,
    MemoPublished,
    MemoSection,
    MemoTask,
    subject_of,
)
from decision_log.proposal import proposals
from kpi_engine.problem import Problem
from rendering.units import where

from .directory import Directory, load_directory
from .people import Person, require
from .read_memo import memo_of
from .run_meeting import ending, led_by
from .site import Site
from .written import problems_of_text

_EXCEPTIONS = ("exceptions", "deep_dives")


def draft(
    site: Site,
    person: Person,
    meeting: Meeting,
    now: datetime,
    forecast_implications: str = "",
    next_pre_read: str = "",
) -> MemoPublished:
    """The memo as it would be published at `now`."""
    require(person, "view")
    directory, _ = load_directory(site)
    taken = decided_in(site, person, meeting, now)
    settled = {decision.taken.card_key for decision in taken} | set(meeting.still_deferred)
    size, last_hash = site.log().head
    return MemoPublished(
        meeting=meeting.id,
        forum=meeting.opened.forum,
        name=meeting.opened.name,
        held_on=meeting.opened.held_on,
        time_zone=meeting.opened.time_zone,
        judged_on=meeting.opened.judged_on,
        began_at=meeting.opened_at,
        ended_at=meeting.ended_at or now,
        facilitator=directory.name_of(meeting.facilitator),
        attendees=tuple(directory.name_of(id_) for id_ in meeting.attendees),
        sections=_sections(meeting, now),
        exception_seconds=sum(
            round(meeting.spent_in(number, now).total_seconds())
            for number, section in enumerate(meeting.opened.agenda)
            if section.opens in _EXCEPTIONS
        ),
        decisions=_decisions(site, directory, taken),
        actions_reviewed=_reviewed(site, directory, meeting, now),
        notes=_notes(meeting),
        deferred=tuple(
            MemoItem(name=_called(item.topic), text=item.reason) for item in meeting.still_deferred.values()
        ),
        undecided=tuple(
            MemoItem(name=_called(topic), text=_left_at(meeting, topic, now))
            for topic in meeting.opened.topics
            if topic.key not in settled
        ),
        forecast_implications=forecast_implications.strip(),
        next_pre_read=next_pre_read.strip(),
        log_size=size,
        log_hash=last_hash,
    )


def publish_memo(
    site: Site, person: Person, id_: str, *, forecast_implications: str, next_pre_read: str, now: datetime
) -> tuple[Memo | None, tuple[Problem, ...]]:
    """Publish the memo and so end the meeting, both or neither; a second click is given the first's memo."""
    require(person, "facilitate")
    standing = memo_of(site, person, id_)
    if standing is not None:
        return standing, ()
    meeting, problems = led_by(site, person, id_)
    if meeting is None:
        return None, problems
    written = {"forecast_implications": forecast_implications, "next_pre_read": next_pre_read}
    remedy = "Say what today's decisions mean for the forecast; 'none' is an answer too."
    problems = tuple(problems_of_text("memo", written, {"forecast_implications": remedy}))
    if problems:
        return None, problems
    memo = draft(site, person, meeting, now, forecast_implications, next_pre_read)
    end = Addition(meeting_subject(id_), MeetingEnded(), ending(id_))
    site.log().add([end, Addition(subject_of(id_), memo, subject_of(id_), version=1)], person.id, now)
    return memo_of(site, person, id_), ()


def forecast_in_proposals(site: Site, person: Person, meeting: Meeting, now: datetime) -> str:
    """What the proposals behind today's decisions say of the forecast, a line each: where to begin."""
    require(person, "view")
    known = proposals(site.log().stream("proposal"))
    lines = []
    for decision in decided_in(site, person, meeting, now):
        proposal = known.get(decision.taken.episode)
        if proposal is not None:
            name = decision.taken.facts.get("name", decision.taken.kpi)
            lines.append(f"{name}: {proposal.current.filed.forecast_implication}")
    return "\n".join(lines)


def decided_in(site: Site, person: Person, meeting: Meeting, now: datetime) -> tuple[Decision, ...]:
    """The decisions logged between the opening of the meeting and its end, oldest first."""
    require(person, "view")
    until = meeting.ended_at or now
    logged = decisions(site.log().stream("decision"))
    return tuple(one for one in reversed(logged) if meeting.opened_at <= one.decided_at <= until)


def _sections(meeting: Meeting, now: datetime) -> tuple[MemoSection, ...]:
    return tuple(
        MemoSection(
            name=section.name,
            planned_minutes=section.minutes,
            spent_seconds=round(meeting.spent_in(number, now).total_seconds()),
        )
        for number, section in enumerate(meeting.opened.agenda)
    )


def _decisions(site: Site, directory: Directory, taken: tuple[Decision, ...]) -> tuple[MemoDecision, ...]:
    asked: dict[str, list[Action]] = {}
    for action in actions(site.log().stream("action")):
        asked.setdefault(action.created.decision, []).append(action)
    return tuple(
        MemoDecision(
            number=one.number,
            subject=one.subject,
            kpi=str(one.taken.facts.get("name", one.taken.kpi)),
            where=where(one.taken.dimension, one.taken.slice),
            context=one.taken.context,
            text=one.taken.action_text,
            why=one.taken.why,
            stance=one.taken.stance,
            owner=one.taken.decision_owner,
            decided_by=directory.name_of(one.decided_by),
            expected_impact=one.taken.expected_impact,
            check_on=one.taken.check_on,
            tasks=tuple(
                MemoTask(text=task.created.text, assignee=directory.name_of(task.created.assignee), due_on=task.due_on)
                for task in asked.get(one.subject, ())
            ),
            breach_to_decision_hours=_hours_since_breach(site, one),
        )
        for one in taken
    )


def _hours_since_breach(site: Site, decision: Decision) -> float | None:
    recorded = site.log().of(episode_subject(decision.taken.episode)) if decision.taken.episode else ()
    return (decision.decided_at - recorded[0].at).total_seconds() / 3600 if recorded else None


_WORDS = {"done": "claimed as done", "verified": "verified", "cancelled": "cancelled", "open": "open"}


def _reviewed(site: Site, directory: Directory, meeting: Meeting, now: datetime) -> tuple[MemoItem, ...]:
    """What became of earlier actions while the meeting ran."""
    until = meeting.ended_at or now
    return tuple(
        MemoItem(
            name=action.created.text,
            text=f"{directory.name_of(action.created.assignee)}: {_WORDS[action.state]}, due {action.due_on}",
        )
        for action in actions(site.log().stream("action"))
        if action.created_at < meeting.opened_at <= action.changed_at <= until
    )


def _notes(meeting: Meeting) -> tuple[MemoNote, ...]:
    found = []
    for number, section in enumerate(meeting.opened.agenda):
        text = meeting.notes.get(Place(section=number), "")
        if text:
            found.append(MemoNote(name=section.name, changed="", do=text))
        if section.opens == "deep_dives":
            found += [note for topic in meeting.opened.topics if (note := _on(topic, number, meeting.notes))]
    return tuple(found)


def _on(topic: Topic, section: int, notes: Mapping[Place, str]) -> MemoNote | None:
    changed = notes.get(Place(section=section, topic=topic.key, step="changed"), "")
    do = notes.get(Place(section=section, topic=topic.key, step="do"), "")
    return MemoNote(name=_called(topic), changed=changed, do=do) if changed or do else None


def _left_at(meeting: Meeting, topic: Topic, now: datetime) -> str:
    minutes = round(meeting.spent(now, lambda place: place.topic == topic.key).total_seconds() / 60)
    return f"{minutes} minutes, neither decided nor deferred" if minutes else "Not discussed"


def _called(topic: Topic) -> str:
    return topic.name if topic.where == "Whole company" else f"{topic.name} · {topic.where}"
