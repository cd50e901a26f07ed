"""Weeks of hand-made verdicts, judged Monday by Monday through the service."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from decision_log.episode import Episode
from kpi_engine.card import Assessment, Card, JudgedPeriod, Judgement
from services import judge_episodes as judging
from services.episodes import all_episodes
from services.site import Site
from tests.pages.assessments import WIN_RATE, assessment

FIRST = date(2026, 1, 11)
VALUES = {"red": 0.1, "yellow": 0.2, "green": 0.3, "not_evaluable": None}
WEEK = timedelta(days=7)
JUDGEMENT = Judgement(
    kpi=WIN_RATE.kpi,
    rule=WIN_RATE.rule,
    dimension=WIN_RATE.dimension,
    slice=WIN_RATE.slice,
    window="week",
    contract="version one",
    version=1,
    recover_after=2,
    escalate_after=2,
    audience=("CEO", "CFO"),
    periods=(),
)


def sunday(week: int) -> date:
    """The end of a week, counted from 1."""
    return FIRST + WEEK * (week - 1)


def monday(week: int) -> datetime:
    """When the week is judged."""
    return datetime.combine(sunday(week) + timedelta(days=1), time(8), UTC)


@dataclass
class Company:
    """One rule on one slice; `statuses` are those of the weeks so far, `weeks` the width of its window."""

    site: Site
    monkeypatch: object
    statuses: list[str] = field(default_factory=list)
    judgement: Judgement = JUDGEMENT
    weeks: int = 1
    folded: bool = False
    snapshot: str = "snapshot one"

    def assessed(self, site: Site, as_of: date) -> tuple[Assessment, tuple[()]]:
        periods = tuple(self.period(week, status) for week, status in enumerate(self.statuses, 1))
        judgements = (replace(self.judgement, periods=periods),) if self.judgement else ()
        latest = periods[-1]
        cards = (self.card(latest),) if judgements and latest.status in ("red", "yellow") else ()
        found = assessment(*cards, checks=())
        return replace(found, as_of=latest.final_on, snapshot=self.snapshot, judgements=judgements), ()

    def period(self, week: int, status: str) -> JudgedPeriod:
        start, end = sunday(week) - WEEK * self.weeks + timedelta(days=1), sunday(week)
        return JudgedPeriod(start, end, end, status, VALUES[status], 40, 0.21, "")

    def card(self, period: JudgedPeriod) -> Card:
        key = f"win_rate|segment=Enterprise|fall|week {period.end}"
        return replace(
            WIN_RATE, key=key, status=period.status, period_end=period.end, since=period.end, folded=self.folded
        )

    def tick(self, now: datetime | None = None) -> tuple[str, ...]:
        """Judge the weeks so far, on the Monday after the last one."""
        self.monkeypatch.setattr(judging, "assessed", self.assessed)
        week = len(self.statuses)
        return judging.judge_episodes(self.site, sunday(week), now or monday(week))

    def live(self, *statuses: str) -> list[Episode]:
        """Go on week by week; gives every episode there is then."""
        for status in statuses:
            self.statuses.append(status)
            self.tick()
        return list(all_episodes(self.site).values())
