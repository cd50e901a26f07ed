"""Somebody limited to a region gets that region's figures and nothing else, from every service."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from decision_log.person import PersonChanged
from services import first_start
from services.brief import brief
from services.configuration import contracts
from services.directory import Member
from services.drill_down import drill_down, records
from services.first_start import prepare
from services.people import LOCAL_PERSON, PAGES_WITHIN_SCOPE, Denied, Person, require
from services.review_decisions import decisions
from services.scope import is_theirs
from tests.pages.assessments import BUSY
from tests.pages.conftest import show, text_of
from tests.services.small_company import write_exports, write_site

__all__ = ["show"]
ROLES = frozenset({"executive", "analyst", "administrator"})
EMEA = Person("emma", "Emma", ROLES, scope=(("region", ("EMEA",)),))
NARROW = Person("nora", "Nora", ROLES, scope=(("region", ("EMEA",)), ("segment", ("SMB",))))
ELSEWHERE = Person("otto", "Otto", ROLES, scope=(("product", ("Cloud",)),))
BOTH = Person("bea", "Bea", ROLES, scope=(("region", ("EMEA", "Americas")),))
KPI = "proposal_acceptance_rate"
THROUGH = {"decision_inventory.standing", "propose.exceptions_without_proposal", "run_meeting.agenda_brief"}
"""Services that only pass on what `brief` gives the person."""
KEEP_SCOPE = {"brief.brief", "drill_down.drill_down", "drill_down.records", "configuration.contracts"} | THROUGH
WEEK = {"start": date(2026, 6, 1), "end": date(2026, 6, 7), "window": "week", "as_of": date(2026, 7, 1)}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = tmp_path_factory.mktemp("scoped")
    site = write_site(home)
    written = first_start.write_sample
    first_start.write_sample = lambda folder, *, seed, months: (write_exports(folder), list(folder.iterdir()))[1]
    try:
        assert prepare(site, LOCAL_PERSON, home / "exports") == ()
    finally:
        first_start.write_sample = written
    return site


def n_of(site, person, **within):
    view, _ = drill_down(site, person, KPI, window="4w", within=within)
    return int(view.final.iloc[-1]["n"])


def test_the_numbers_are_those_of_the_region(site):
    assert n_of(site, LOCAL_PERSON) == 160
    assert n_of(site, EMEA) == n_of(site, LOCAL_PERSON, region="EMEA") == 80
    assert n_of(site, NARROW) == n_of(site, LOCAL_PERSON, region="EMEA", segment="SMB") == 40


@pytest.mark.parametrize("asked", [{"region": "Americas"}, {"region": "(all)"}, {"region": ""}, {}])
def test_asking_for_another_region_gives_ones_own(site, asked):
    assert n_of(site, EMEA, **asked) == 80
    found = records(site, EMEA, KPI, within=asked, **WEEK)
    assert len(found) == 20
    assert len(records(site, LOCAL_PERSON, KPI, within={}, **WEEK)) == 40


def test_several_regions_count_together_and_each_by_itself(site):
    assert n_of(site, BOTH) == n_of(site, LOCAL_PERSON) == 160
    assert n_of(site, BOTH, region="Americas") == n_of(site, LOCAL_PERSON, region="Americas") == 80
    assert n_of(site, BOTH, region="APAC") == 160
    together, _ = drill_down(site, BOTH, KPI, window="4w", within={})
    alone, _ = drill_down(site, BOTH, KPI, window="4w", within={"region": "EMEA"})

    assert set(together.slices[together.slices["dimension"] == "region"]["slice"]) == {"EMEA", "Americas"}
    assert "region" not in set(alone.slices["dimension"]) and "Americas" not in alone.slices.to_csv()
    assert (together.here, alone.here, together.bands) == (None, ("region", "EMEA"), None)
    assert len(records(site, BOTH, KPI, within={}, **WEEK)) == 40
    assert len(records(site, BOTH, KPI, within={"region": "Americas"}, **WEEK)) == 20


def test_slices_of_other_regions_are_not_in_the_view(site):
    view, _ = drill_down(site, EMEA, KPI, window="4w", within={})

    assert "Americas" not in view.slices.to_csv() + view.line.to_csv()
    assert view.cards == ()


def test_cards_of_the_whole_company_are_not_theirs(site):
    assert brief(site, LOCAL_PERSON)[0].items
    found, _ = brief(site, EMEA)

    assert found.items == found.quiet == ()
    assert found.assessment.checks == ()


def test_one_value_stands_for_itself_and_an_empty_one_alone():
    record = {"name": "Emma", "email": "e@x.example", "roles": ["viewer"], "titles": [], "disabled": False}
    assert PersonChanged(**record, scope={"region": "EMEA"}).scope == {"region": ("EMEA",)}
    assert Member(id="e", **record, scope={"region": "EMEA"}).person.scope == (("region", ("EMEA",)),)
    assert Member(id="e", **record, scope={"region": "(none)"}).person.scope == (("region", ("(none)",)),)
    for refused in (["EMEA", "(none)"], [], [""], ""):
        with pytest.raises(ValidationError, match="scope"):
            Member(id="e", **record, scope={"region": refused})


def test_a_card_of_their_region_is_theirs():
    assert is_theirs(EMEA, "region", "EMEA")
    assert not is_theirs(EMEA, "region", "Americas")
    assert not is_theirs(EMEA, "total", "(all)")
    assert is_theirs(BOTH, "region", "EMEA") and is_theirs(BOTH, "region", "Americas")
    assert not is_theirs(BOTH, "region", "APAC")
    assert not is_theirs(BOTH, "total", "(all)")
    assert not is_theirs(NARROW, "region", "EMEA")
    assert is_theirs(LOCAL_PERSON, "total", "(all)")


def test_a_kpi_that_does_not_know_the_dimension_is_not_shown(site):
    assert list(contracts(site, EMEA)[0]) == [KPI]
    assert contracts(site, ELSEWHERE)[0] == {}
    with pytest.raises(Denied):
        drill_down(site, ELSEWHERE, KPI, window="4w", within={})
    with pytest.raises(Denied):
        records(site, ELSEWHERE, KPI, within={}, **WEEK)


def test_what_does_not_keep_to_the_scope_is_refused(site):
    with pytest.raises(Denied):
        decisions(site, EMEA, datetime(2026, 7, 1, tzinfo=UTC).date())
    for action in ("decide", "publish", "administer", "comment"):
        with pytest.raises(Denied):
            require(EMEA, action, keeps_scope=True)


def test_only_what_is_tested_here_says_that_it_keeps_the_scope():
    folder = Path(__file__).parents[2] / "services"
    found = set()
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef) and "keeps_scope=True" in ast.unparse(node):
                found.add(f"{file.stem}.{node.name}")

    assert found == KEEP_SCOPE - THROUGH


@pytest.mark.parametrize("page", ["exceptions", "drill_down", "contracts", "help", "decisions", "people"])
def test_pages_draw_for_a_limited_person_or_stay_shut(show, page):
    at = show(page, BUSY, person=EMEA)

    assert not at.exception
    shut = "Your roles do not open this page" in text_of(at)
    assert shut is (page not in {title.lower().replace("-", "_") for title in PAGES_WITHIN_SCOPE})
