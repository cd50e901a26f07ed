"""When forums meet: weekly and every other week by days, monthly and quarterly on the same weekday of the month."""

from datetime import date

import pytest

from services.forum_calendar import next_meeting
from services.forums import load_forums
from services.site import Site

from .small_company import ROOT

FORUMS = {forum.id: forum for forum in load_forums(Site(ROOT, ROOT / "config"))[0]}


def forum(id_: str, first: date | None):
    return FORUMS[id_].model_copy(update={"first_meeting": first})


@pytest.mark.parametrize(
    ("id_", "first", "day", "meets"),
    [
        ("weekly_revenue", date(2026, 1, 6), date(2025, 12, 1), date(2026, 1, 6)),
        ("weekly_revenue", date(2026, 1, 6), date(2026, 1, 6), date(2026, 1, 6)),
        ("weekly_revenue", date(2026, 1, 6), date(2026, 1, 7), date(2026, 1, 13)),
        ("management_huddle", date(2026, 1, 7), date(2026, 1, 8), date(2026, 1, 21)),
        ("monthly_review", date(2026, 1, 8), date(2026, 7, 9), date(2026, 7, 9)),
        ("monthly_review", date(2026, 1, 8), date(2026, 7, 10), date(2026, 8, 13)),
        ("monthly_review", date(2025, 12, 11), date(2025, 12, 12), date(2026, 1, 8)),
        # A month without a fifth Thursday meets on the fourth.
        ("monthly_review", date(2026, 1, 29), date(2026, 2, 1), date(2026, 2, 26)),
        ("quarterly_strategy", date(2026, 1, 15), date(2026, 1, 16), date(2026, 4, 16)),
        ("quarterly_strategy", date(2026, 1, 15), date(2026, 11, 22), date(2027, 1, 21)),
    ],
)
def test_the_next_meeting(id_, first, day, meets):
    assert next_meeting(forum(id_, first), day) == meets


def test_without_a_first_meeting_nothing_is_planned():
    assert next_meeting(forum("weekly_revenue", None), date(2026, 1, 6)) is None
