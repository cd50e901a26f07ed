"""The report page: the draft with what is missing, publishing it, and the list of what was published."""

from dataclasses import replace

import pytest

from services import publish_report, review_forum
from services.dashboards import Dashboard
from services.people import Person
from services.report import commentary
from tests.pages.assessments import BUSY as WHOLE

from .conftest import text_of
from .fake_engine import FakeEngine

# Only what the hand-made engine has a contract of.
BUSY = replace(WHOLE, checks=tuple(check for check in WHOLE.checks if check.kpi in FakeEngine.contracts))
VIEWER = Person("vik", "Vik Larsen", frozenset({"viewer"}))
PANELS = [{"title": "Bars", "kpis": ["win_rate"], "by": "segment", "window": "week", "chart": "bar"}]
NAMES = ("monthly_business", "quarterly_strategy", "weekly_execution", "commit_view", "management_huddle")


@pytest.fixture(autouse=True)
def dashboards(monkeypatch):
    one = Dashboard.model_validate({"title": "Month <b>", "purpose": "What moves", "panels": PANELS})
    for module in (review_forum, publish_report, commentary):
        monkeypatch.setattr(module, "load_dashboards", lambda site, contracts: (dict.fromkeys(NAMES, one), ()))


def test_the_draft_says_what_is_missing_and_waits_for_it(show):
    at = show("reports", BUSY)

    assert not at.exception
    text = text_of(at)
    for part in ("Executive summary", "Performance against target", "owner commentary", "next steps", "Definitions"):
        assert part in text
    assert "Month &lt;b&gt;" in text
    assert "before its owners say" in text
    assert at.button(key="publish-report").disabled


def test_with_the_narrative_it_is_published_and_listed(show):
    at = show("reviews", BUSY, dashboard="monthly_business")
    at.text_area[0].set_value("Prices bite").run()
    next(button for button in at.button if button.label == "Keep").click().run()

    at = show("reports", BUSY)
    at.button(key="publish-report").click().run()
    assert not at.exception
    text = text_of(at)
    assert "Prices bite" in text
    assert "/reports?report=report-monthly_review-" in text
    assert len(at.get("download_button")) == 2


def test_a_viewer_reads_only(show):
    at = show("reports", BUSY, person=VIEWER)

    assert "Executive summary" in text_of(at)
    assert not [button for button in at.button if button.label == "Publish"]


def test_without_data_it_says_how_to_begin(show):
    assert "No data yet" in text_of(show("reports", None))
