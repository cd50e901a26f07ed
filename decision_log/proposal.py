"""A proposal: what a KPI owner suggests before the meeting, version by version, and who has read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .difference import Difference, differences
from .entry import Entry
from .event import Event


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Hypothesis(_Part):
    """A possible root cause, and the addresses of what speaks for it."""

    cause: str
    evidence: tuple[str, ...] = ()


class Option(_Part):
    """Something that could be done, and in a line what it costs and brings."""

    what: str
    effect: str


class ExpectedEffect(_Part):
    """The KPI of a slice in a window, from its reading now (None: not evaluable) to a value by a day."""

    kpi: str
    window: str
    dimension: str
    slice: str
    start: float | None
    to: float
    by: date


class ProposalText(_Part):
    """What a KPI owner writes. `preferred` counts the options from 0; fewer than three causes need a reason."""

    narrative: str
    hypotheses: tuple[Hypothesis, ...]
    fewer_hypotheses: str = ""
    options: tuple[Option, ...]
    preferred: int
    preferred_because: str
    effect: ExpectedEffect
    forecast_implication: str


class ProposalFiled(Event, ProposalText):
    """A version of the proposal on an episode; `facts` is a copy of the card it was written on.

    `late` says what had happened already when it came ("after the pre-read …"); empty when in time.
    """

    kind: Literal["proposal.filed"] = "proposal.filed"
    episode: str
    card_key: str
    facts: dict[str, Any]
    late: str = ""


class ProposalRead(Event):
    """Somebody has opened a version of the proposal."""

    kind: Literal["proposal.read"] = "proposal.read"
    episode: str
    version: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version, numbered from 1: who filed it and when (UTC), and what it changed in the one before."""

    number: int
    at: datetime
    by: str
    filed: ProposalFiled
    changed: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a person has opened a version, and when first (UTC)."""

    person: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed on an episode: all versions, oldest first, and who has read which."""

    episode: str
    versions: tuple[Version, ...]
    receipts: tuple[Receipt, ...]

    @property
    def current(self) -> Version:
        """The version that counts."""
        return self.versions[-1]

    @property
    def readers(self) -> tuple[Receipt, ...]:
        """Who has read the version that counts."""
        return tuple(one for one in self.receipts if one.version == self.current.number)


def subject_of(episode: str) -> str:
    """The log's subject for what is proposed on an episode."""
    return f"proposal/{episode}"


def receipts_of(episode: str) -> str:
    """The subject of its read receipts: apart, so that reading never stands in the way of writing."""
    return f"proposal-read/{episode}"


def proposals(subjects: dict[str, tuple[Entry, ...]]) -> dict[str, Proposal]:
    """Every proposal of the stream by its episode."""
    versions: dict[str, list[Version]] = {}
    receipts: dict[str, list[Receipt]] = {}
    for entry in _in_order(subjects.values()):
        event = entry.event
        if isinstance(event, ProposalFiled):
            before = versions.setdefault(event.episode, [])
            changed = differences(ProposalText, before[-1].filed, event) if before else ()
            before.append(Version(len(before) + 1, entry.at, entry.by, event, changed))
        elif isinstance(event, ProposalRead):
            receipts.setdefault(event.episode, []).append(Receipt(entry.by, event.version, entry.at))
    return {
        episode: Proposal(episode, tuple(filed), tuple(receipts.get(episode, ())))
        for episode, filed in versions.items()
    }


def _in_order(lines: Iterable[tuple[Entry, ...]]) -> list[Entry]:
    return sorted((entry for subject in lines for entry in subject), key=lambda entry: entry.seq)
