"""Judging: what each rule says of its slices opens, carries on, restates, escalates and closes episodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from decision_log.entry import Addition
from decision_log.episode import Episode, after, begun, episodes, subject_of
from decision_log.episode_events import (
    EpisodeClosed,
    EpisodeEscalated,
    EpisodeOpened,
    PeriodJudged,
    PeriodsRestated,
    Reading,
)
from decision_log.event import Event
from decision_log.tick import SUBJECT, TickRan, judged_up_to
from kpi_engine.card import Assessment, Card, JudgedPeriod, Judgement

from .directory import Directory, load_directory
from .outbox import message
from .people import CLOCKWORK
from .publication import assessed
from .site import Site

_CARD = TypeAdapter(Card)
Breach = tuple[str, str, str, str]


@dataclass(slots=True)
class _Life:
    """An episode as this tick leaves it, and what is to be added to the log for that."""

    episode: Episode
    now: datetime
    additions: list[Addition] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def add(self, event: Event, key: str, said: str = "") -> None:
        """It happened now; the key names it among the episode's entries."""
        subject = subject_of(self.episode.id)
        self.additions.append(Addition(subject, event, f"{subject}/{key}"))
        self.episode = after(self.episode, event, CLOCKWORK, self.now)
        if said:
            self.said.append(f"{said}: {self.episode.opened.context}")


@dataclass(frozen=True, slots=True)
class _Day:
    """What is known when a day is judged; `judged_to` is the latest day judged before."""

    assessment: Assessment
    cards: dict[Breach, Card]
    running: dict[Breach, Episode]
    latest: dict[Breach, Episode]
    judged_to: date | None
    directory: Directory
    now: datetime


def judge_episodes(site: Site, as_of: date, now: datetime) -> tuple[str, ...]:
    """Carry every episode up to the day, and open those of new breaches; says what happened.

    A day before the latest one judged changes nothing: what was judged stays judged. Nor does anything happen
    without data, or while there is something to mend.
    """
    assessment, _ = assessed(site, as_of)
    if assessment is None:
        return ()
    log = site.log()
    judged_to = judged_up_to(log.stream("tick"))
    if judged_to is not None and assessment.as_of < judged_to:
        return (f"{assessment.as_of} lies before {judged_to}, which is judged already",)
    known = {one.breach: one for one in episodes(log.stream("episode")).values()}
    day = _Day(
        assessment,
        {(card.kpi, card.dimension, card.slice, card.rule): card for card in assessment.cards},
        {breach: one for breach, one in known.items() if one.closed is None},
        known,
        judged_to,
        load_directory(site)[0],
        now,
    )
    lives = [*_judged(day), *_left_behind(day)]
    ran = TickRan(as_of=assessment.as_of, snapshot=assessment.snapshot)
    done = Addition(SUBJECT, ran, f"{SUBJECT}/{assessment.as_of}/{assessment.snapshot}")
    log.add([*(one for life in lives for one in life.additions), done], CLOCKWORK, now)
    return tuple(line for life in lives for line in life.said)


def _judged(day: _Day) -> list[_Life]:
    """Every rule on every slice that has an episode, or a breach that starts one."""
    lives = []
    for judgement in day.assessment.judgements:
        breach = (judgement.kpi, judgement.dimension, judgement.slice, judgement.rule)
        card, episode = day.cards.get(breach), day.running.get(breach)
        explained = card is not None and card.folded
        if episode is not None:
            life = _Life(episode, day.now)
            _restate(life, judgement, explained, day.assessment)
            known_to = max(one.published.end for one in episode.periods)
            fresh = [period for period in judgement.periods if period.end > known_to]
        elif card is not None and not explained:
            life = _opened(card, judgement, day)
            fresh = _unjudged(judgement, day)
        else:
            continue
        for period in fresh:
            judged = PeriodJudged(reading=_reading(period, judgement, explained, day.assessment))
            life.add(judged, f"judged/{period.end}")
        _conclude(life, day.directory)
        lives.append(life)
    return lives


def _left_behind(day: _Day) -> list[_Life]:
    """Running episodes that no rule speaks of any more."""
    judged = {(one.kpi, one.dimension, one.slice, one.rule) for one in day.assessment.judgements}
    lives = [_Life(episode, day.now) for breach, episode in day.running.items() if breach not in judged]
    for life in lives:
        end = life.episode.periods[-1].published.end
        life.add(EpisodeClosed(why="rule gone", period_end=end), "closed", "Closed, its rule is no longer in force")
    return lives


def _opened(card: Card, judgement: Judgement, day: _Day) -> _Life:
    breach = (card.kpi, card.dimension, card.slice, card.rule)
    before = day.latest.get(breach)
    facts: dict[str, Any] = _CARD.dump_python(card, mode="json")
    event = EpisodeOpened(
        kpi=card.kpi,
        name=card.name,
        dimension=card.dimension,
        slice=card.slice,
        rule=card.rule,
        window=card.window,
        period_end=card.period_end,
        since=card.since,
        context=card.trigger,
        facts=facts,
        contract=judgement.contract,
        contract_version=judgement.version,
        steps=card.runbook,
        audience=judgement.audience,
        recover_after=judgement.recover_after,
        escalate_after=judgement.escalate_after,
        earlier="" if before is None else before.id,
    )
    subject = subject_of(card.key)
    opening = Addition(subject, event, f"{subject}/opened")
    said = f"{'Opened' if before is None else 'Opened again'}: {card.trigger}"
    return _Life(begun(card.key, event, day.now), day.now, [opening], [said])


def _unjudged(judgement: Judgement, day: _Day) -> list[JudgedPeriod]:
    """The periods of the breach that begins: the latest, and those before it in breach that no tick has judged."""
    *before, latest = judgement.periods
    found = [latest]
    for period in reversed(before):
        judged = day.judged_to is not None and period.final_on <= day.judged_to
        if judged or period.status == "green":
            break
        found.append(period)
    while found[-1].status == "not_evaluable":
        found.pop()
    return found[::-1]


def _restate(life: _Life, judgement: Judgement, explained: bool, assessment: Assessment) -> None:
    """Note what later data, or a known issue, changed in periods judged before under the same contract."""
    periods = {period.end: period for period in judgement.periods}
    latest = max(periods, default=None)
    changed = []
    for known in life.episode.periods:
        before, period = known.now, periods.get(known.published.end)
        if period is None or before.contract != judgement.contract:
            continue
        folded = explained if period.end == latest else before.explained
        if (before.status, before.value, before.explained) != (period.status, period.value, folded):
            changed.append(_reading(period, judgement, folded, assessment))
    if changed:
        key = f"restated/{life.episode.restatements + 1}"
        life.add(PeriodsRestated(readings=tuple(changed)), key, "Restated by later data")


def _conclude(life: _Life, directory: Directory) -> None:
    """Escalate or close, if the periods say so."""
    opened = life.episode.opened
    reds, end = life.episode.red_periods, life.episode.periods[-1].published.end
    if reds >= opened.escalate_after and life.episode.escalated is None:
        told = tuple(person.id for person in directory.holders(opened.audience))
        event = EpisodeEscalated(period_end=end, red_periods=reds, audience=opened.audience, told=told)
        life.add(event, "escalated", f"Escalated to {', '.join(opened.audience)}")
        life.additions.append(_call(life.episode, reds))
    if life.episode.good_periods >= opened.recover_after:
        life.add(EpisodeClosed(why="recovered", period_end=end), "closed", "Recovered")


def _call(episode: Episode, reds: int) -> Addition:
    """The message to the audience."""
    opened = episode.opened
    assert episode.escalated is not None
    red = f"{reds} red periods in a row" if reds > 1 else "red"
    said = [f"{opened.context}.", f"It has been {red}, up to {episode.escalated.period_end}.", "", "The runbook:"]
    return message(
        f"{episode.id}/escalated",
        episode.escalated.told or opened.audience,
        f"Escalated: {opened.context}",
        "\n".join(said + [f"- {step}" for step in opened.steps]),
        topic="escalation",
    )


def _reading(period: JudgedPeriod, judgement: Judgement, explained: bool, assessment: Assessment) -> Reading:
    return Reading(
        start=period.start,
        end=period.end,
        status=period.status,
        value=period.value,
        n=period.n,
        limit=period.limit,
        reason=period.reason,
        explained=explained and period.status in ("red", "yellow"),
        snapshot=assessment.snapshot,
        contract=judgement.contract,
        engine=assessment.engine,
    )
