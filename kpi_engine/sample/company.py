"""Northwind Gateway, the fictitious company: its segments, regions, people and the rhythm of its year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random

from ..period import add_months

DATA_ON = date(2026, 6, 28)  # a Sunday: the week of 22 June is complete, June and the second quarter are not
STAGES = ("Qualification", "Discovery", "Pilot", "Proposal", "Negotiation")
INDUSTRIES = ("Manufacturing", "Logistics", "Retail", "Financial Services", "Healthcare", "Energy", "Public Sector")
SOURCES = ("Outbound", "Website", "Paid Search", "Event", "Partner", "Referral", "Content")
COMPETITORS = ("Meridian", "Ostara", "Kestrel", "In-house build", "None")
LOSS_REASONS = (
    ("No decision", 0.3),
    ("Price", 0.18),
    ("Competitor", 0.24),
    ("Missing feature", 0.16),
    ("Timing", 0.12),
)
COUNTRIES = {
    "Americas": ("United States", "Canada", "Brazil", "Mexico"),
    "EMEA": ("Germany", "United Kingdom", "France", "Netherlands", "Spain"),
    "APAC": ("Australia", "Japan", "Singapore", "India"),
}
REGION_SHARES = {"Americas": 0.44, "EMEA": 0.35, "APAC": 0.21}
REGION_SHARES_ENTERPRISE = {"Americas": 0.36, "EMEA": 0.49, "APAC": 0.15}


@dataclass(frozen=True, slots=True)
class Segment:
    """How one segment sells: share of deals, median first-year amount, odds to win, days discovery to close."""

    name: str
    share: float
    amount: float
    win_odds: float
    cycle_days: float
    seat_price: float
    employees: tuple[int, int]


SEGMENTS = {
    segment.name: segment
    for segment in (
        Segment("Enterprise", 0.33, 76_000, 0.245, 58, 240, (1_000, 12_000)),
        Segment("Mid-Market", 0.34, 24_000, 0.255, 53, 300, (150, 999)),
        Segment("SMB", 0.33, 6_200, 0.265, 48, 360, (8, 149)),
    )
}
_FIRST_NAMES = (
    "Ada Bruno Chloe Dev Elena Farid Grace Hugo Ines Jonas Kira Liam Mei Noor Oscar Priya Quinn Rosa Sven Tara "
    "Umar Vera Wen Yara"
)
_LAST_NAMES = (
    "Abbott Bauer Castillo Dubois Eriksen Fischer Garcia Haddad Ito Jansen Keller Lopez Moreau Novak Okafor "
    "Patel Quist Rossi Sato Turner"
)
_NAME_HEADS = (
    "Alder Beacon Cedar Delta Ember Falcon Granite Harbor Iris Juniper Krona Lumen Maple Nimbus Orchid Pioneer "
    "Quarry Ridge Summit Tidal Umbra Vertex Willow Yarrow Zephyr Atlas Birch Cobalt Drift Everest Fjord Garnet "
    "Hazel Indigo Jasper Kelp Lagoon Marble Nectar Opal"
)
_NAME_TAILS = (
    "Foods Logistics Systems Health Energy Retail Mills Labs Freight Capital Works Media Motors Pharma Supply "
    "Digital Partners Holdings Tools Marine"
)
_NAME_FORMS = "Inc Group GmbH Ltd LLC SA Co Pty BV PLC"


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day of the exports."""

    start: date
    end: date

    @classmethod
    def of(cls, months: int) -> Span:
        """So many months, the last of them the month in which the data ends."""
        return cls(add_months(DATA_ON.replace(day=1), 1 - months), DATA_ON)

    def holds(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.start <= day <= self.end

    @property
    def mondays(self) -> list[date]:
        """First days of the weeks that touch the span."""
        monday = self.start - timedelta(days=self.start.weekday())
        return [monday + timedelta(days=7 * i) for i in range(((self.end - monday).days // 7) + 1)]


@dataclass(frozen=True, slots=True)
class Rep:
    """A seller."""

    rep_id: str
    name: str
    segment: str
    region: str
    manager: str
    started_on: date


def reps(random: Random) -> list[Rep]:
    """The sales team: a handful of sellers for every segment in every region."""
    names = [f"{first} {last}" for first in _FIRST_NAMES.split() for last in _LAST_NAMES.split()]
    random.shuffle(names)
    found: list[Rep] = []
    for segment in SEGMENTS:
        for region, size in (("Americas", 5), ("EMEA", 4), ("APAC", 3)):
            manager = names.pop()
            for _ in range(size):
                started = DATA_ON - timedelta(days=random.randrange(200, 1900))
                found.append(Rep(f"REP-{len(found) + 1:03d}", names.pop(), segment, region, manager, started))
    return found


def company_names(random: Random) -> list[str]:
    """Eight thousand names of companies that do not exist."""
    parts = product(_NAME_HEADS.split(), _NAME_TAILS.split(), _NAME_FORMS.split())
    names = [" ".join(words) for words in parts]
    random.shuffle(names)
    return names


def growth(day: date) -> float:
    """Size of the business on a day against the day the data ends."""
    return max(0.35, 1 - 0.14 * (DATA_ON - day).days / 365)


def closing_season(monday: date) -> float:
    """How many deals close in a week against a plain one: a rush at quarter end, a lull after it."""
    days_left = (add_months(date(monday.year, (monday.month - 1) // 3 * 3 + 1, 1), 3) - monday).days
    if days_left <= 16:
        return 1.34
    if days_left >= 79:
        return 0.84
    return 0.94 if monday.month in (1, 8) else 1.0


def workday(day: date) -> date:
    """The day itself, or the nearest working day to a Saturday or Sunday."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def day_of_week(random: Random, monday: date) -> date:
    """A day of the week, seldom a weekend day."""
    return monday + timedelta(days=random.choices(range(7), (10, 11, 11, 11, 10, 1, 1))[0])
