"""Deals: drawn from the day they close, so that every week closes a plausible share of won ones."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .accounts import Account, Accounts
from .chance import Even, Shares, Spread, weighted
from .company import (
    COMPETITORS,
    LOSS_REASONS,
    SEGMENTS,
    STAGES,
    Rep,
    Span,
    closing_season,
    day_of_week,
    growth,
    workday,
)
from .stories import discount_range, is_missing, is_repriced, missed_meeting_odds, win_odds

CLOSED_A_WEEK = 88  # in the week the data ends
_LEAD_DAYS = (150, 240)  # from creation to close: next quarter's deals are in the pipeline when this one begins
_MISSING_SHARE = 0.36
_NEW_SHARE = 0.68
_LOST_IN = {"Qualification": 0.12, "Discovery": 0.24, "Pilot": 0.24, "Proposal": 0.26, "Negotiation": 0.14}
_SHARE_OF_CYCLE = {"Pilot": 0.22, "Proposal": 0.58, "Negotiation": 0.82}
USE_CASES = ("API governance", "Partner onboarding", "Legacy migration", "Compliance", "Cost control")


@dataclass(slots=True)
class Deal:
    """A deal with its whole life, also the part that lies after the last day of the exports."""

    segment: str
    region: str
    type: str
    owner: str
    manager: str
    created_on: date
    close_on: date
    won: bool
    lost_in: str
    discovery_on: date | None
    entered: dict[str, date] = field(default_factory=dict)
    amount: int = 0
    list_amount: int = 0
    source: str = ""
    competitor: str = ""
    loss_reason: str = ""
    use_case: str = ""
    campaign_id: str = ""
    missed_on: date | None = None
    number: int = 0
    account: Account = field(init=False)

    @property
    def crm_id(self) -> str:
        """Its identifier in the CRM: HubSpot keeps SMB, Salesforce the rest."""
        return str(90_000_000_000 + self.number * 37) if self.segment == "SMB" else f"0065Y00002{self.number:05d}QAB"

    @property
    def name(self) -> str:
        """Its name in the CRM."""
        return f"{self.account.name} - {'Gateway Platform' if self.type == 'new' else 'Expansion'} {self.number}"

    def stage_on(self, day: date) -> str:
        """The stage it is in at the end of a day."""
        if self.close_on <= day:
            return "Closed Won" if self.won else "Closed Lost"
        return [stage for stage, entered in self.entered.items() if entered <= day][-1]

    def stages_until(self, day: date) -> list[tuple[str, date]]:
        """Each stage entered up to the day, in order, the closing one included."""
        steps = [(stage, entered) for stage, entered in self.entered.items() if entered <= day]
        return [*steps, (self.stage_on(day), self.close_on)] if self.close_on <= day else steps

    def qualified_on(self, day: date) -> date | None:
        """The day it was qualified: a week after its creation, if that is not after `day`."""
        qualified_on = workday(self.created_on + timedelta(days=7))
        return qualified_on if qualified_on <= day else None

    @property
    def first_contact_on(self) -> date:
        """The day of the first contact, up to two weeks before its creation."""
        return self.created_on - timedelta(days=self.number % 15)

    def is_open(self, day: date) -> bool:
        """Whether it is still open at the end of a day."""
        return self.close_on > day


class DealDesk:
    """Draws deals and hands each one an account that fits its segment, region and time."""

    def __init__(self, random: Random, accounts: Accounts, team: list[Rep]) -> None:
        self._random = random
        self._accounts = accounts
        self._spread = Spread(random)
        self._shares = Shares(random)
        self._outcome = Even(random, noise=0)
        self._missing = Even(random)
        self._team: dict[tuple[str, str], list[Rep]] = defaultdict(list)
        for rep in team:
            self._team[rep.segment, rep.region].append(rep)
        self._prospects: dict[tuple[str, str], list[Account]] = defaultdict(list)
        self._customers: dict[tuple[str, str], list[tuple[date, Account]]] = defaultdict(list)
        self._unseen: list[Account] = []

    def draw(self, span: Span) -> list[Deal]:
        """All deals created up to the end of the span that close in it or are still open, by creation."""
        deals = []
        volume = Even(self._random)
        monday = span.mondays[0]
        while monday <= span.end + timedelta(days=_LEAD_DAYS[1]):
            expected = CLOSED_A_WEEK * growth(monday) * closing_season(monday)
            closes = sorted(day_of_week(self._random, monday) for _ in range(volume.count(expected)))
            deals += [deal for close_on in closes if (deal := self._deal(close_on, span))]
            monday += timedelta(days=7)
        deals.sort(key=lambda deal: (deal.created_on, deal.close_on))
        self._give_accounts(deals)
        for number, deal in enumerate(deals, start=10_001):
            deal.number = number
        return deals

    def _deal(self, close_on: date, span: Span) -> Deal | None:
        shares, spread = self._shares, self._spread
        segment = shares.pick({name: one.share for name, one in SEGMENTS.items()})
        region = self._accounts.pick_region(segment)
        rep = self._random.choice(self._team[segment, region])
        repriced = is_repriced(close_on, segment, region)
        groups = ("repriced",) if repriced else (segment, region)
        won = self._outcome.hit(win_odds(SEGMENTS[segment].win_odds, close_on, segment, region), *groups)
        created_on = workday(close_on - timedelta(days=round(spread.between(*_LEAD_DAYS, segment))))
        if is_missing(close_on, segment) and self._missing.hit(_MISSING_SHARE):
            return None
        if created_on > span.end or close_on < span.start:
            return None
        deal = Deal(
            segment=segment,
            region=region,
            type=shares.pick({"new": _NEW_SHARE, "expansion": 1 - _NEW_SHARE}, (segment, region)),
            owner=rep.name,
            manager=rep.manager,
            created_on=created_on,
            close_on=close_on,
            won=won,
            lost_in="" if won else shares.pick(_LOST_IN, (segment, "lost")),
            discovery_on=None,
        )
        self._path(deal)
        self._price(deal)
        self._colour(deal, repriced)
        return deal

    def _path(self, deal: Deal) -> None:
        """The days on which it enters each stage, up to the one in which it is lost."""
        median = SEGMENTS[deal.segment].cycle_days
        cycle = min(self._spread.lognormal(median, 0.3, (deal.segment, deal.won)), 118)
        held_on = workday(deal.close_on - timedelta(days=round(cycle)))
        steps = {"Qualification": deal.created_on, "Discovery": held_on - timedelta(days=self._random.randrange(9, 24))}
        for stage, share in _SHARE_OF_CYCLE.items():
            steps[stage] = workday(held_on + timedelta(days=max(1, round(cycle * share))))
        last = STAGES.index(deal.lost_in) if deal.lost_in else len(STAGES) - 1
        deal.entered = {stage: steps[stage] for stage in STAGES[: last + 1]}
        if last >= 1:
            deal.discovery_on = held_on

    def _price(self, deal: Deal) -> None:
        usual = SEGMENTS[deal.segment].amount * (1 if deal.type == "new" else 0.4)
        paid = self._spread.lognormal(usual, 0.4, (deal.segment, deal.type, deal.won))
        discount = self._spread.between(*discount_range(deal.close_on), (deal.segment, deal.won))
        deal.amount = round(paid / 50) * 50
        deal.list_amount = round(deal.amount / (1 - discount))

    def _colour(self, deal: Deal, repriced: bool) -> None:
        """Source, competitor, use case and why it was lost."""
        random = self._random
        deal.source = random.choice(("Outbound", "Website", "Event", "Partner", "Referral", "Content"))
        deal.campaign_id = f"CMP-{random.randrange(1, 61):03d}" if deal.source in ("Event", "Content") else ""
        deal.competitor = random.choice(COMPETITORS)
        deal.use_case = random.choice(USE_CASES)
        if not deal.won:
            deal.loss_reason = "Price" if repriced and random.random() < 0.8 else weighted(random, LOSS_REASONS)

    def _give_accounts(self, deals: list[Deal]) -> None:
        """New business goes to prospects that qualified before, expansion to customers of that day."""
        self._unseen = sorted(self._accounts.rows, key=lambda account: account.qualified_on or account.created_on)
        self._unseen.reverse()
        for deal in deals:
            self._meet(deal.created_on)
            cell = (deal.segment, deal.region)
            deal.account = self._prospect(cell, deal) if deal.type == "new" else self._customer(cell, deal)

    def _meet(self, day: date) -> None:
        while self._unseen and (self._unseen[-1].qualified_on or self._unseen[-1].created_on) <= day:
            account = self._unseen.pop()
            if account.customer_since:
                self._customers[account.cell].append((account.customer_since, account))
            else:
                self._prospects[account.cell].append(account)

    def _prospect(self, cell: tuple[str, str], deal: Deal) -> Account:
        pool = self._prospects[cell]
        if not pool:
            deal.type = "expansion"
            return self._customer(cell, deal)
        at = max(0, len(pool) - 1 - self._random.randrange(12))
        account = pool[at]
        if deal.won:
            pool.pop(at)
            account.customer_since = account.activated_on = deal.close_on + timedelta(days=3)
            self._customers[cell].append((account.customer_since, account))
        return account

    def _customer(self, cell: tuple[str, str], deal: Deal) -> Account:
        pool = self._customers[cell]
        for _ in range(6):
            since, account = self._random.choice(pool)
            if since <= deal.created_on:
                return account
        return pool[0][1]


def miss_meetings(random: Random, deals: list[Deal], span: Span) -> None:
    """Lets discovery meetings be missed where the story says so; they are put off past the end of the span."""
    missed = Even(random)
    for deal in sorted(deals, key=lambda deal: (deal.discovery_on or span.end, deal.number)):
        day = deal.discovery_on
        if day is None or not missed.hit(missed_meeting_odds(day, deal.region), deal.region):
            continue
        deal.missed_on = day
        deal.discovery_on = workday(span.end + timedelta(days=random.randrange(3, 12)))
        for stage in STAGES[2:]:
            if stage in deal.entered:
                deal.entered[stage] = max(deal.entered[stage], deal.discovery_on)
