"""The planted stories: what goes wrong (or well) where and when, as parameters of the process.

`data/sample/stories.yaml` tells the same for people, with the card each must raise; a test keeps both equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Story:
    """A change of the process from `start` to `end` (both inclusive)."""

    id: str
    start: date
    end: date

    def on(self, day: date) -> bool:
        """Whether the story is running on the day."""
        return self.start <= day <= self.end


PRICING_CHANGE = Story("pricing-change", date(2026, 6, 8), date(2026, 12, 31))
FASTER_SETUP = Story("faster-setup", date(2026, 1, 19), date(2026, 12, 31))
QUARTER_END_DISCOUNTS = Story("quarter-end-discounts", date(2026, 6, 8), date(2026, 6, 30))
STALE_SPEND = Story("stale-spend-export", date(2025, 12, 15), date(2026, 6, 28))
RENEWAL_WAVE = Story("renewal-wave", date(2026, 6, 8), date(2026, 8, 27))
DUPLICATED_ROWS = Story("duplicated-rows", date(2026, 4, 6), date(2026, 4, 12))
THIN_PIPELINE = Story("thin-pipeline", date(2026, 7, 1), date(2026, 9, 30))
NO_SHOWS = Story("no-shows", date(2026, 6, 15), date(2026, 6, 28))
GATE_FAILURES = Story("gate-failures", date(2026, 3, 9), date(2026, 3, 22))

STORIES = (
    PRICING_CHANGE, FASTER_SETUP, QUARTER_END_DISCOUNTS, STALE_SPEND, RENEWAL_WAVE, DUPLICATED_ROWS,
    THIN_PIPELINE, NO_SHOWS, GATE_FAILURES,
)  # fmt: skip


def is_repriced(closes_on: date, segment: str, region: str) -> bool:
    """Whether a deal closes under the new Enterprise price list of EMEA."""
    return PRICING_CHANGE.on(closes_on) and segment == "Enterprise" and region == "EMEA"


def win_odds(usual: float, closes_on: date, segment: str, region: str) -> float:
    """Odds to win a deal that closes on the day."""
    return 0.01 if is_repriced(closes_on, segment, region) else usual


def discount_range(closes_on: date) -> tuple[float, float]:
    """Lowest and highest usual discount of a deal won on the day, as fractions of the list amount."""
    return (0.16, 0.36) if QUARTER_END_DISCOUNTS.on(closes_on) else (0.04, 0.20)


def is_missing(closes_on: date, segment: str) -> bool:
    """Whether deals due on the day are among those that Mid-Market never created."""
    return THIN_PIPELINE.on(closes_on) and segment == "Mid-Market"


def missed_meeting_odds(day: date, region: str) -> float:
    """Odds that a discovery meeting is missed and put off."""
    if not NO_SHOWS.on(day):
        return 0.0
    return 0.7 if region == "Americas" else 0.27


def gate_failure_odds(day: date) -> float:
    """Odds that a gate run fails."""
    return 0.40 if GATE_FAILURES.on(day) else 0.09


def days_to_first_value(day: date) -> tuple[float, float]:
    """Shortest and longest usual time from kickoff to first value of pilots kicked off on the day."""
    return (5.0, 11.0) if FASTER_SETUP.on(day) else (8.0, 14.0)


def activation_odds(day: date) -> float:
    """Odds that a trial started on the day reaches activation."""
    return 0.49 if FASTER_SETUP.on(day) else 0.36
