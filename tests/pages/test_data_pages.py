"""The data health and known issues pages, through the router, on a small company of deals."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import door
from services.people import LOCAL_PERSON, Person
from services.site import Site
from tests.services import test_data_health

from .conftest import text_of, visitor_of

load, site = test_data_health.load, test_data_health.site
ROOT = Path(__file__).parents[2]
VIEWER = Person("vik", "Vik", frozenset({"viewer"}))


@pytest.fixture
def open_page(site: Site, monkeypatch):
    monkeypatch.setenv("RCC_WORKSPACE", str(site.workspace))
    monkeypatch.setenv("RCC_CONFIG", str(site.config))

    def run(page: str, person: Person = LOCAL_PERSON, **address: str) -> AppTest:
        monkeypatch.setattr(door, "visitor", lambda site, token, now, demo: visitor_of(person))
        at = AppTest.from_file(str(ROOT / "router" / "main.py"), default_timeout=30)
        at.run()
        at.switch_page(str(ROOT / "pages" / f"{page}.py"))
        for name, value in address.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception
        return at

    return run


def button(at: AppTest, start: str):
    return next(one for one in at.button if one.label.startswith(start))


def test_without_data_the_page_says_how_to_begin(open_page):
    assert "No data yet" in text_of(open_page("data_health"))


def test_open_controls_come_first_with_their_records(site, open_page):
    load(site, None, None, 5)
    at = open_page("data_health")
    shown = text_of(at)

    assert '<span class="count">1</span> of 1 controls open' in shown
    assert "2 of 3 opportunities break it" in shown and "100 % filled: amount" in shown
    assert list(at.dataframe[0].value["What is wrong"]) == ["no amount", "no amount"]

    owner = next(one for one in at.selectbox if one.label == "Owner")
    owner.select("Kim").run()
    assert list(at.dataframe[0].value["Name"]) == ["Deal 1"]
    button(at, "Send it to Kim").click().run()
    assert [one.value for one in at.success] == ["Queued for Remy"]


def test_a_viewer_reads_and_sends_nothing(site, open_page):
    load(site, None)
    at = open_page("data_health", VIEWER)
    assert not [one for one in at.button if one.label.startswith("Send")]


def test_a_load_that_holds_says_so(site, open_page):
    load(site, 5)
    shown = text_of(open_page("data_health"))
    assert "Every control holds" in shown and "Nothing to mend." in shown


def test_an_issue_is_filed_in_the_page_after_its_mistakes_are_mended(site, open_page):
    load(site, 5)
    at = open_page("known_issues")
    assert "No known issues" in text_of(at)

    at.text_input(key="issue-title").input("Export late")
    at.text_input(key="issue-owner").input("RevOps")
    button(at, "File it").click().run()
    (error,) = at.error
    assert error.value.startswith("is needed") and "who mends it" in error.value
    assert at.text_input(key="issue-title").value == "Export late"

    at.text_area(key="issue-note").input("Two days behind.")
    at.multiselect(key="issue-kpis").select("open_pipeline")
    button(at, "File it").click().run()
    assert not at.exception and not at.error
    assert "1 known issue in force" in text_of(at)
    assert "<dd>Open qualified pipeline</dd>" in text_of(at)
    assert at.text_input(key="issue-title").value == ""


def test_an_expired_issue_asks_and_can_be_closed(site, open_page):
    load(site, 5)
    (site.known_issues / "old.yaml").write_text(
        "id: old\nscope: {table: opportunities}\nowner: RevOps\nsince: 2026-01-01\nuntil: 2026-02-01\n"
        "effect: qualify\nnote: Long ago.\n"
    )
    at = open_page("known_issues")
    assert "known issue has expired: renew or close" in text_of(at)

    button(at, "Close").click().run()
    assert "expired" not in text_of(at) and "Closed" in text_of(at)
    assert "closed: 2026-06-28" in (site.known_issues / "old.yaml").read_text()


def test_a_viewer_files_nothing(site, open_page):
    load(site, 5)
    at = open_page("known_issues", VIEWER)
    assert not at.text_area and not [one for one in at.button if one.label in ("File it", "Renew", "Close")]
