"""Self-serve: trials that activate and convert, and the monthly subscriptions the card processor bills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .accounts import Account
from .chance import Even, weighted
from .company import COUNTRIES, INDUSTRIES, REGION_SHARES, Span, day_of_week, growth
from .stories import activation_odds

PLANS = {"Starter": 29.0, "Team": 49.0, "Business": 79.0}
_TRIALS_A_WEEK = 17
_CONVERTS = 0.5  # of the activated ones
_FIRST_CUSTOMERS = 260
_UPGRADES_A_MONTH = 0.12
_LEAVES_A_MONTH = 0.018


@dataclass(slots=True)
class Trial:
    """A free trial of fourteen days."""

    trial_id: str
    account: Account
    source: str
    started_on: date
    activated_on: date | None = None
    converted_on: date | None = None


@dataclass(slots=True)
class CardSubscription:
    """One subscription at the card processor; an upgrade ends it and starts another."""

    number: int
    account: Account
    plan: str
    seats: int
    starts_on: date
    ended_on: date | None = None
    reason: str = ""

    @property
    def amount(self) -> float:
        """Amount a month."""
        return PLANS[self.plan] * self.seats


class SelfServe:
    """Trials, self-serve accounts and their subscriptions."""

    def __init__(self, random: Random, span: Span) -> None:
        self.accounts: list[Account] = []
        self.trials: list[Trial] = []
        self.subscriptions: list[CardSubscription] = []
        self._random = random
        self._span = span
        self._even = Even(random)

    def run(self) -> None:
        """Fill accounts, trials and subscriptions, week by week."""
        running = []
        for _ in range(_FIRST_CUSTOMERS):
            since = self._span.start - timedelta(days=self._random.randrange(5, 600))
            running.append(self._subscribe(self._account(since - timedelta(days=14)), since))
        for monday in self._span.mondays:
            running += self._convert(monday)
            running = self._live_a_week(running, monday)

    def _account(self, day: date) -> Account:
        random = self._random
        region = weighted(random, list(REGION_SHARES.items()))
        number = len(self.accounts) + 1
        account = Account(
            f"cus_{number * 7919 % 1_000_000:06d}Nw", f"Self-serve team {number:04d}", "Self-serve desk", "SMB", region,
            random.choice(INDUSTRIES), random.choice(COUNTRIES[region]), "C", "Website", random.randint(2, 40),
            min(99, max(40, round(random.gauss(72, 10)))), day,
        )  # fmt: skip
        self.accounts.append(account)
        return account

    def _subscribe(self, account: Account, day: date) -> CardSubscription:
        account.customer_since = day
        account.activated_on = account.activated_on or day
        return self._bill(account, self._random.choice(list(PLANS)), self._random.randint(2, 8), day)

    def _bill(self, account: Account, plan: str, seats: int, day: date) -> CardSubscription:
        subscription = CardSubscription(len(self.subscriptions) + 1, account, plan, seats, day)
        self.subscriptions.append(subscription)
        return subscription

    def _convert(self, monday: date) -> list[CardSubscription]:
        random, span = self._random, self._span
        started = []
        for _ in range(self._even.count(_TRIALS_A_WEEK * growth(monday), "trials")):
            day = max(span.start, min(day_of_week(random, monday), span.end))
            trial = Trial(f"TRL-{len(self.trials) + 1:05d}", self._account(day), "Website", day)
            trial.source = random.choice(("Organic", "Paid Search", "Referral", "Content"))
            self.trials.append(trial)
            if not self._even.hit(activation_odds(day), "activated"):
                continue
            activated_on = day + timedelta(days=random.randrange(1, 9))
            trial.activated_on = trial.account.activated_on = activated_on if activated_on <= span.end else None
            converted_on = day + timedelta(days=random.randrange(9, 20))
            if self._even.hit(_CONVERTS, "converted") and converted_on <= span.end:
                trial.converted_on = converted_on
                started.append(self._subscribe(trial.account, converted_on))
        return started

    def _live_a_week(self, running: list[CardSubscription], monday: date) -> list[CardSubscription]:
        still = []
        for subscription in running:
            day = monday + timedelta(days=self._random.randrange(7))
            if day > self._span.end or day <= subscription.starts_on:
                still.append(subscription)
            elif self._even.hit(_LEAVES_A_MONTH * 7 / 30.4, "leaves"):
                subscription.ended_on = subscription.account.lost_on = day
                subscription.reason = self._random.choice(("too_expensive", "unused", "switched_service", "other"))
            elif self._even.hit(_UPGRADES_A_MONTH * 7 / 30.4, "upgrades"):
                subscription.ended_on = day
                seats = subscription.seats + self._random.randint(1, 2)
                still.append(self._bill(subscription.account, subscription.plan, seats, day))
            else:
                still.append(subscription)
        return still
