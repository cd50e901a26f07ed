"""The upload page: what waits is shown as it will be read, checked, published; nobody else gets in."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.snapshot_store import current_snapshot
from kpi_engine.yaml_strict import load_model
from pages.components import door
from services.people import Person
from services.sample_calendar import MARK
from services.site import Site
from services.staging import Reading, stage, staged, tell
from tests.services.small_company import write_exports, write_site

from .conftest import ROOT, text_of, visitor_of

ANNA = Person("anna", "Anna Petrov", frozenset({"analyst"}))
NOW = datetime(2026, 7, 10, 8, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path, monkeypatch) -> Site:
    site = write_site(tmp_path)
    write_exports(tmp_path / "exports")
    company, _ = load_model(site.company, Company)
    mappings, _ = load_mappings(site.mappings)
    assert not import_folder(tmp_path / "exports", site.workspace, company, mappings).problems
    monkeypatch.setenv("RCC_WORKSPACE", str(site.workspace))
    monkeypatch.setenv("RCC_CONFIG", str(site.config))
    return site


def open_page(monkeypatch, person: Person = ANNA) -> AppTest:
    monkeypatch.setattr(door, "visitor", lambda site, token, now, demo: visitor_of(person))
    at = AppTest.from_file(str(ROOT / "router" / "main.py"), default_timeout=60).run()
    return at.switch_page(str(ROOT / "pages" / "upload.py")).run()


def put(site: Site, name: str, content: bytes, mapping: str = "") -> None:
    assert stage(site, ANNA, name, BytesIO(content)) is None
    tell(site, ANNA, name, Reading(mapping=mapping))


def test_what_is_in_force_is_said_and_who_may_not_publish_stays_out(site, monkeypatch):
    assert "data as of" in text_of(open_page(monkeypatch))
    viewer = Person("vik", "Vik Larsen", frozenset({"viewer"}))
    assert "Your roles do not open this page" in text_of(open_page(monkeypatch, viewer))


def test_the_sample_company_sends_ones_own_exports_elsewhere(site, monkeypatch):
    def said() -> str:
        return " ".join(caption.value for caption in open_page(monkeypatch).caption)

    assert "a workspace of their own" not in said()
    (site.workspace / MARK).write_text("100")
    assert "Your own exports belong in a workspace of their own" in said()


def test_a_known_layout_is_checked_confirmed_with_a_reason_and_published(site, monkeypatch, tmp_path):
    lines = (tmp_path / "exports" / "proposals.csv").read_bytes().splitlines(keepends=True)
    put(site, "proposals.csv", b"".join(lines[:600]), "proposals")
    at = open_page(monkeypatch)
    assert "year first, as 2026-01-05" in text_of(at)
    assert list(at.dataframe[0].value["proposal_id"])[:1] == ["P0-0"]

    at.button(key="upload/check").click().run()
    assert not at.exception
    assert "looks wrong" in text_of(at) or "look wrong" in text_of(at)
    before = current_snapshot(site.workspace)
    at.button(key="upload/publish").click().run()
    assert "has no reason" in at.error[0].value
    assert current_snapshot(site.workspace) == before

    why = next(area for area in at.text_area if area.label.startswith("Why the load"))
    why.set_value("The older years moved to the archive.")
    at.button(key="upload/publish").click().run()
    assert not at.exception
    assert current_snapshot(site.workspace).tables["proposals"].rows == 599
    assert "Upload exports" in text_of(at)


def test_a_new_layout_keeps_what_was_typed_and_is_saved(site, monkeypatch):
    rows = "".join(f"P{i};A{i % 4};0{i % 9 + 1}.02.2026\n" for i in range(30))
    put(site, "angebote.csv", f"Angebot;Kunde;sent\n{rows}".encode())
    at = open_page(monkeypatch)
    at.selectbox(key="mapping/angebote.csv/table").set_value("proposals").run()
    at.text_input(key="mapping/angebote.csv/title").set_value("Angebote <b>2026</b>").run()

    at = open_page(monkeypatch)
    assert not at.exception
    assert at.text_input(key="mapping/angebote.csv/title").value == "Angebote <b>2026</b>"
    assert at.selectbox(key="mapping/angebote.csv/proposals.account_id").value == "Kunde"
    assert at.selectbox(key="mapping/angebote.csv/dates").value == ""
    at.selectbox(key="mapping/angebote.csv/dates").set_value("%d.%m.%Y").run()
    at.button(key="angebote.csv/save").click().run()
    assert not at.exception
    assert (site.mappings / "angebote_b_2026_b.yaml").exists()
    assert staged(site, ANNA)[0].told.mapping == "angebote_b_2026_b"


def test_a_file_that_is_no_text_says_so_and_can_be_removed(site, monkeypatch):
    put(site, "empty.csv", b" \n")
    at = open_page(monkeypatch)
    assert "is empty" in at.error[0].value
    assert at.button(key="upload/check").disabled
    at.button(key="remove-empty.csv").click().run()
    assert "Upload exports" in text_of(at)
