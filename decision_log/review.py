"""A review of a dashboard: what its owners say about a day's figures, and that it was published so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from .entry import Entry
from .event import Event


class NarrativeWritten(Event):
    """What an owner says about the figures of a day; a later one replaces it, the earlier stays in the log."""

    kind: Literal["review.narrative"] = "review.narrative"
    dashboard: str
    as_of: date
    text: str


class ReviewPublished(Event):
    """The dashboard was published with this narrative, on these data and this configuration."""

    kind: Literal["review.published"] = "review.published"
    dashboard: str
    title: str
    as_of: date
    narrative: str
    narrated_by: str
    snapshot: str
    configuration: str
    engine: str


AnyReviewEvent = NarrativeWritten | ReviewPublished


@dataclass(frozen=True, slots=True)
class Narrative:
    """The wording that counts, who wrote it and when (UTC)."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A dashboard's day as its entries tell it: how many there are, the narrative, the latest publication."""

    entries: int = 0
    narrative: Narrative | None = None
    published: ReviewPublished | None = None
    published_at: datetime | None = None
    published_by: str = ""

    @property
    def is_current(self) -> bool:
        """Whether what was published is what is written now."""
        said = None if self.narrative is None else self.narrative.text
        return self.published is not None and self.published.narrative == (said or "")


def subject_of(dashboard: str, as_of: date) -> str:
    """The log's subject of a dashboard's day."""
    return f"review/{dashboard}/{as_of.isoformat()}"


def review_of(lines: tuple[Entry, ...]) -> Review:
    """The review of a subject's entries, oldest first."""
    review = Review(len(lines))
    for entry in lines:
        event = entry.event
        if isinstance(event, NarrativeWritten):
            review = replace(review, narrative=Narrative(event.text, entry.by, entry.at))
        elif isinstance(event, ReviewPublished):
            review = replace(review, published=event, published_at=entry.at, published_by=entry.by)
    return review


def published_reviews(subjects: Mapping[str, tuple[Entry, ...]]) -> tuple[Review, ...]:
    """Every day that has been published, the newest day first."""
    found = [review for lines in subjects.values() if (review := review_of(lines)).published is not None]
    return tuple(sorted(found, key=lambda one: one.published.as_of if one.published else date.min, reverse=True))
