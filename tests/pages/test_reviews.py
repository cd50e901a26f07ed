"""The review page: every kind of panel, and the narrative without which nothing is published."""

import pytest

from services import review_forum
from services.dashboards import Dashboard
from services.directory import load_directory
from services.forums import load_forums
from services.people import Person
from services.site import Site
from tests.pages.assessments import BUSY
from tests.services.small_company import ROOT

from .conftest import text_of

VIEWER = Person("vik", "Vik Larsen", frozenset({"viewer"}))
PANELS = [
    {"title": "In time", "kpis": ["win_rate"], "by": "segment", "window": "4w", "chart": "line"},
    {"title": "Bars", "kpis": ["win_rate"], "by": "segment", "window": "week", "chart": "bar"},
    {"title": "Table", "kpis": ["win_rate", "activation_rate"], "window": "week", "chart": "table"},
    {"title": "Cohorts", "kpis": ["win_rate"], "by": "region", "window": "week", "chart": "cohort", "periods": 4},
]


@pytest.fixture(autouse=True)
def dashboards(monkeypatch):
    found = Dashboard.model_validate({"title": "Weekly", "purpose": "What moves", "panels": PANELS})
    (forum, *_), _ = load_forums(Site(ROOT, ROOT / "config"))
    forum = forum.model_copy(update={"dashboards": ("weekly",)})
    monkeypatch.setattr(review_forum, "load_dashboards", lambda site, contracts: ({"weekly": found}, ()))
    monkeypatch.setattr(review_forum, "load_forums", lambda site: ((forum,), ()))


def test_every_kind_of_panel_says_its_period_and_n(show):
    at = show("reviews", BUSY)

    assert not at.exception
    text = text_of(at)
    for title in ("In time", "Bars", "Table", "Cohorts"):
        assert f"<h3>{title}</h3>" in text
    assert text.count("n = 80") >= 4
    assert "Win rate by segment · trailing 4 weeks to 28 Jun 2026" in text
    assert "=HYPERLINK(1)" in text
    assert "No narrative yet" in text


def test_it_is_published_only_with_a_narrative(show):
    at = show("reviews", BUSY)
    assert at.button(key="publish-review").disabled

    at.text_area[0].set_value("Prices <b>bite</b>").run()
    next(button for button in at.button if button.label == "Keep").click().run()
    assert not at.exception
    assert "Prices &lt;b&gt;bite&lt;/b&gt;" in text_of(at)

    at.button(key="publish-review").click().run()
    assert not at.exception
    assert "Published" in text_of(at)


def test_a_viewer_reads_only(show):
    at = show("reviews", BUSY, person=VIEWER)

    assert not at.text_area
    assert "<h3>Table</h3>" in text_of(at)


def test_without_data_it_says_how_to_begin(show):
    assert "No data yet" in text_of(show("reviews", None))


def test_an_assumption_is_written_down_and_waits_for_its_day(show, monkeypatch):
    found = Dashboard.model_validate({"title": "Plan", "purpose": "Bets", "panels": PANELS, "parts": ["assumptions"]})
    monkeypatch.setattr(review_forum, "load_dashboards", lambda site, contracts: ({"weekly": found}, ()))
    at = show("reviews", BUSY)
    assert "None is written down" in text_of(at)

    subject = "assumption/weekly_revenue"
    at.text_area(key=f"{subject}/text").set_value("Prices <b>hold</b>").run()
    at.button(key=f"{subject}/send").click().run()
    assert any("expected to read" in str(error.value) for error in at.error)

    field = next(one for one in at.number_input if one.label.startswith("Target"))
    field.set_value(30).run()
    at.button(key=f"{subject}/send").click().run()
    assert not at.exception
    assert not at.error
    assert "Prices &lt;b&gt;hold&lt;/b&gt;" in text_of(at)
    assert "Waits" in text_of(at)


def test_only_who_speaks_for_a_kpi_can_hand_its_assumption_to_somebody_else(show, monkeypatch):
    found = Dashboard.model_validate({"title": "Plan", "purpose": "Bets", "panels": PANELS, "parts": ["assumptions"]})
    monkeypatch.setattr(review_forum, "load_dashboards", lambda site, contracts: ({"weekly": found}, ()))
    directory = load_directory(Site(ROOT, ROOT / "config"))[0]

    def form(id_):
        at = show("reviews", BUSY, person=directory.person(id_))
        at.session_state["assumption/weekly_revenue/metric_kpi"] = "win_rate"
        at.run()
        assert not at.exception
        return [box.label for box in at.selectbox], [caption.value for caption in at.caption]

    assert "Owner" in form("hugo")[0]
    boxes, captions = form("carla")
    assert "Owner" not in boxes
    assert any("The KPI is not yours" in caption for caption in captions)
