"""Customers: subscription lines that grow, shrink and end, and the renewals at each end of term."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from ..period import add_months
from .accounts import Account
from .chance import Even, Spread
from .company import SEGMENTS, Span
from .deals import Deal
from .stories import RENEWAL_WAVE

_GROWS_A_MONTH = 0.265
# How customers grew before the exports' first month: every so many months, by this factor.
_GREW_EVERY = 7
_GREW_BY = 1.055
_LOST_AT_RENEWAL = {"Enterprise": 0.06, "Mid-Market": 0.075, "SMB": 0.10}
_SHRINKS_AT_RENEWAL = 0.07
_FLAGGED = 0.04
_FLAGGED_IN_WAVE = 0.17
_LATE = 0.05
_RISK_REASONS = ("Champion left", "Low usage", "Budget cut", "Open escalations", "Competitor evaluation")


@dataclass(slots=True)
class Line:
    """One price over one span of days; `ends_on` is exclusive and empty while it runs."""

    account: Account
    subscription: int
    seats: int
    seat_price: float
    billing_months: int
    starts_on: date
    ends_on: date | None = None
    kind: str = "recurring"
    product: str = "Gateway Platform"

    @property
    def amount(self) -> float:
        """Net amount of one billing period."""
        return round(self.seats * self.seat_price * self.billing_months / 12, 2)


@dataclass(slots=True)
class Renewal:
    """One term that ends on `renewal_on`."""

    account: Account
    arr: float
    renewal_on: date
    opened_on: date
    renewed_on: date | None = None
    lost_on: date | None = None
    renewed_arr: float | None = None
    at_risk_since_on: date | None = None
    risk_reason: str = ""


class CustomerBook:
    """Runs every customer month by month through expansion deals, seat growth and renewals."""

    def __init__(self, random: Random, span: Span) -> None:
        self.lines: list[Line] = []
        self.renewals: list[Renewal] = []
        self._random = random
        self._span = span
        self._even = Even(random)
        self._spread = Spread(random)
        self._running: dict[str, Line] = {}

    def run(self, accounts: list[Account], deals: list[Deal]) -> None:
        """Fill `lines` and `renewals` from the first customers and the won deals."""
        self._open_first_lines(accounts)
        won = sorted((d for d in deals if d.won and d.close_on <= self._span.end), key=lambda d: (d.close_on, d.number))
        at = 0
        month = self._span.start
        while month <= self._span.end:
            after = add_months(month, 1)
            self._renew(month, after)
            while at < len(won) and won[at].close_on < after:
                self._book(won[at])
                at += 1
            self._grow(month, after)
            month = after
        self._open_coming_renewals()
        self.lines = [piece for line in self.lines for piece in self._with_past(line)]

    def _with_past(self, line: Line) -> list[Line]:
        """A first customer's line as what it grew from: without a past, retention would start at a flat 100 %."""
        if line.kind != "recurring" or line.starts_on >= self._span.start:
            return [line]
        steps = [line.starts_on]
        while (day := add_months(line.starts_on, _GREW_EVERY * len(steps))) < self._span.start:
            steps.append(day)
        pieces = []
        for at, (day, until) in enumerate(zip(steps, [*steps[1:], line.ends_on], strict=True)):
            seats = max(1, round(line.seats / _GREW_BY ** (len(steps) - 1 - at)))
            pieces.append(replace(line, seats=seats, starts_on=day, ends_on=until))
        return pieces

    def _open_first_lines(self, accounts: list[Account]) -> None:
        for account in accounts:
            if account.customer_since and account.customer_since < self._span.start:
                arr = self._spread.lognormal(SEGMENTS[account.segment].amount, 0.4, account.segment)
                self._start(account, arr, account.customer_since)

    def _start(self, account: Account, arr: float, day: date) -> None:
        usual = SEGMENTS[account.segment].seat_price
        seats = max(3, round(arr / usual))
        monthly = account.segment == "SMB" and self._random.random() < 0.5
        line = Line(account, len(self._running) + 1, seats, round(arr / seats, 2), 1 if monthly else 12, day)
        self.lines.append(line)
        self._running[account.account_id] = line
        if account.segment == "Enterprise":
            fee = replace(line, seats=1, seat_price=12_000, billing_months=12, kind="one_time", product="Onboarding")
            self.lines.append(replace(fee, ends_on=day + timedelta(days=1)))

    def _book(self, deal: Deal) -> None:
        account = deal.account
        day = deal.close_on + timedelta(days=3)
        if day > self._span.end:
            return
        line = self._running.get(account.account_id)
        if deal.type == "new" and line is None:
            self._start(account, deal.amount, day)
        elif line is not None and account.lost_on is None and day > line.starts_on:
            self._change(line, line.seats + max(1, round(deal.amount / line.seat_price)), day)

    def _change(self, line: Line, seats: int, day: date) -> None:
        """End the line and start the next one with other seats on the same day."""
        if day > self._span.end:
            return
        line.ends_on = day
        after = replace(line, seats=seats, starts_on=day, ends_on=None)
        self.lines.append(after)
        self._running[line.account.account_id] = after

    def _due(self, month: date, after: date) -> list[tuple[date, Line]]:
        """Terms of twelve months that end within the month, by day."""
        due = []
        for line in self._running.values():
            since = line.account.customer_since
            if line.account.lost_on or since is None or since.month != month.month or since.year >= month.year:
                continue
            due.append((add_months(since, 12 * (month.year - since.year)), line))
        return sorted((pair for pair in due if pair[0] < after), key=lambda pair: (pair[0], pair[1].subscription))

    def _renewal(self, day: date, line: Line) -> Renewal:
        opened_on = day - timedelta(days=self._random.randrange(95, 125))
        renewal = Renewal(line.account, round(line.seats * line.seat_price, 2), day, opened_on)
        wave = RENEWAL_WAVE.on(day) and day > self._span.end and line.account.segment != "SMB"
        if wave and self._even.hit(_FLAGGED_IN_WAVE, "wave", line.account.segment):
            renewal.at_risk_since_on = self._span.end - timedelta(days=self._random.randrange(2, 19))
            renewal.risk_reason = "Competitor evaluation"
        elif self._even.hit(_FLAGGED, "flag", line.account.segment):
            since = max(opened_on, day - timedelta(days=self._random.randrange(20, 80)))
            if since <= self._span.end:
                renewal.at_risk_since_on = since
                renewal.risk_reason = self._random.choice(_RISK_REASONS)
        return renewal

    def _renew(self, month: date, after: date) -> None:
        for day, line in self._due(month, after):
            renewal = self._renewal(day, line)
            self.renewals.append(renewal)
            segment = line.account.segment
            if day > self._span.end:
                continue
            if line.starts_on < day and self._even.hit(_LOST_AT_RENEWAL[segment], "lost", segment):
                self._lose(renewal, line)
                continue
            if line.starts_on < day and self._even.hit(_SHRINKS_AT_RENEWAL, "shrink", segment):
                self._change(line, max(2, round(line.seats * self._spread.between(0.66, 0.9))), day)
            late = self._even.hit(_LATE, "late", segment)
            renewed_on = day + timedelta(days=self._random.randrange(1, 20) if late else -self._random.randrange(2, 45))
            if renewed_on <= self._span.end:
                now = self._running[line.account.account_id]
                renewal.renewed_on = renewed_on
                renewal.renewed_arr = round(now.seats * now.seat_price, 2)

    def _lose(self, renewal: Renewal, line: Line) -> None:
        day = renewal.renewal_on
        renewal.lost_on = line.account.lost_on = line.ends_on = day
        if renewal.at_risk_since_on is None:
            renewal.at_risk_since_on = day - timedelta(days=self._random.randrange(9, 40))
            renewal.risk_reason = self._random.choice(_RISK_REASONS)

    def _grow(self, month: date, after: date) -> None:
        """Seat growth: about a quarter of the customers add a few seats in a month."""
        days = (after - month).days
        for line in list(self._running.values()):
            account = line.account
            if account.lost_on or account.customer_since is None or account.customer_since >= month:
                continue
            if not self._even.hit(_GROWS_A_MONTH, "grow", account.segment, account.region):
                continue
            day = month + timedelta(days=self._random.randrange(days))
            if line.starts_on < day:
                more = max(1, round(line.seats * self._random.uniform(0.008, 0.07)))
                self._change(line, line.seats + more, day)

    def _open_coming_renewals(self) -> None:
        """Terms that end within the 95 days after the exports are already open."""
        month = add_months(self._span.end.replace(day=1), 1)
        last = self._span.end + timedelta(days=95)
        while month <= last:
            after = add_months(month, 1)
            for day, line in self._due(month, after):
                renewal = self._renewal(day, line)
                if renewal.opened_on <= self._span.end:
                    self.renewals.append(renewal)
            month = after
