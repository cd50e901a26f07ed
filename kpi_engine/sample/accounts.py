"""Accounts: the prospects that qualify week by week, the customers of the first day, the self-serve sign-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .chance import Even, Shares
from .company import (
    COUNTRIES,
    INDUSTRIES,
    REGION_SHARES,
    REGION_SHARES_ENTERPRISE,
    SEGMENTS,
    SOURCES,
    Rep,
    Span,
    company_names,
    day_of_week,
    growth,
)

_QUALIFIED_A_WEEK = 40
_FIRST_CUSTOMERS = 1_100
_LEAD_DAYS = 270  # before the span, when the accounts of its first deals qualified


@dataclass(slots=True)
class Account:
    """A company; `customer_since` is set once it pays."""

    account_id: str
    name: str
    owner: str
    segment: str
    region: str
    industry: str
    country: str
    tier: str
    source: str
    employees: int
    health: int
    created_on: date
    qualified_on: date | None = None
    activated_on: date | None = None
    customer_since: date | None = None
    lost_on: date | None = None

    @property
    def cell(self) -> tuple[str, str]:
        """Segment and region."""
        return self.segment, self.region


class Accounts:
    """All accounts, in the order in which they came."""

    def __init__(self, random: Random, team: list[Rep]) -> None:
        self.rows: list[Account] = []
        self._random = random
        self._names = company_names(random)
        self._shares = Shares(random)
        self._owners: dict[tuple[str, str], list[str]] = {}
        for rep in team:
            self._owners.setdefault((rep.segment, rep.region), []).append(rep.name)

    def add(self, created_on: date, tier: str, segment: str = "") -> Account:
        """A new account of the segment (or of the one whose turn it is)."""
        random = self._random
        segment = segment or self._shares.pick({name: one.share for name, one in SEGMENTS.items()})
        region = self.pick_region(segment)
        self.rows.append(
            Account(
                account_id=f"ACC-{len(self.rows) + 1:05d}",
                name=self._names[len(self.rows) % len(self._names)],
                owner=random.choice(self._owners[segment, region]),
                segment=segment,
                region=region,
                industry=random.choice(INDUSTRIES),
                country=random.choice(COUNTRIES[region]),
                tier=tier,
                source=random.choice(SOURCES),
                employees=random.randint(*SEGMENTS[segment].employees),
                health=min(99, max(52, round(random.gauss(78, 9)))),
                created_on=created_on,
            )
        )
        return self.rows[-1]

    def pick_region(self, segment: str) -> str:
        """The region whose turn it is."""
        return self._shares.pick(REGION_SHARES_ENTERPRISE if segment == "Enterprise" else REGION_SHARES, segment)


def sell_to(random: Random, team: list[Rep], span: Span) -> Accounts:
    """The first customers, then the accounts that qualify, about forty a week, one in eight of them of tier C."""
    accounts = Accounts(random, team)
    for _ in range(_FIRST_CUSTOMERS):
        since = span.start - timedelta(days=random.randrange(20, 1400))
        account = accounts.add(since - timedelta(days=random.randrange(60, 200)), random.choice("AAB"))
        account.qualified_on = account.created_on + timedelta(days=5)
        account.activated_on = account.customer_since = since
    qualified = Even(random)
    monday = span.mondays[0] - timedelta(days=_LEAD_DAYS // 7 * 7)
    while monday <= span.end:
        for _ in range(qualified.count(_QUALIFIED_A_WEEK * growth(monday))):
            day = day_of_week(random, monday)
            account = accounts.add(day - timedelta(days=random.randrange(1, 40)), random.choice("AABBABAC"))
            account.qualified_on = day
        monday += timedelta(days=7)
    accounts.rows = [account for account in accounts.rows if (account.qualified_on or account.created_on) <= span.end]
    return accounts
