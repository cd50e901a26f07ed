"""The pages go by the company's calendar, and say so where it is not everybody's."""

from datetime import UTC, datetime, timedelta

from pages.components.clock import right_now
from services.sample_calendar import MARK
from services.site import Site

from .assessments import BUSY
from .conftest import text_of


def mark(days):
    workspace = Site.from_environment().workspace
    workspace.mkdir(parents=True, exist_ok=True)
    (workspace / MARK).write_text(str(days))


def test_the_sample_companys_day_is_shown_and_is_the_pages_today(show):
    mark(400)

    shown = text_of(show("help", BUSY))

    stands_at = datetime.now().astimezone() - timedelta(days=400)
    assert f"calendar stands at {stands_at:%-d %B %Y}" in shown
    assert abs(datetime.now(UTC) - right_now() - timedelta(days=400)) < timedelta(minutes=1)


def test_a_real_company_is_told_nothing_of_calendars(show):
    assert "calendar stands at" not in text_of(show("help", BUSY))
    assert abs(datetime.now(UTC) - right_now()) < timedelta(minutes=1)
