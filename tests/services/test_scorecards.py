"""Scorecards: titles resolve to people, key results are read from the latest final period."""

from datetime import date

import pytest

from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.yaml_strict import load_model
from services.people import LOCAL_PERSON, Denied, Person
from services.scorecards import scorecards

from .small_company import write_exports, write_site

TODAY = date(2026, 7, 6)
PEOPLE = """
titles: {CEO: {}, Founder: {reports_to: CEO}, CRO: {reports_to: CEO}, GTM: {reports_to: CRO}}
people:
  - {id: ida, name: Ida, email: ida@x.example, titles: [CEO], roles: [executive]}
  - {id: rob, name: Rob, email: rob@x.example, titles: [CRO], roles: [executive]}
  - {id: vik, name: Vik, email: vik@x.example, roles: [viewer]}
"""
OKRS = """
objectives:
  - id: accept
    objective: More is accepted
    owner: CRO
    key_results:
      - {{kpi: {kpi}, target: {target}, by: {by}}}
"""


def written(site, kpi="proposal_acceptance_rate", target=0.3, by="2026-12-31"):
    site.people.write_text(PEOPLE)
    site.okrs.write_text(OKRS.format(kpi=kpi, target=target, by=by))
    return site


def test_a_title_without_holder_falls_to_the_nearest_above(tmp_path):
    found, problems = scorecards(written(write_site(tmp_path)), LOCAL_PERSON, TODAY)

    assert problems == ()
    assert {card.person.id: len(card.owned) for card in found} == {"ida": 1, "rob": 1}
    assert [card.person.id for card in found if card.decided] == ["rob"]


def test_without_data_a_key_result_is_not_evaluable(tmp_path):
    found, _ = scorecards(written(write_site(tmp_path)), LOCAL_PERSON, TODAY)

    (_, (progress,)) = next(card for card in found if card.person.id == "rob").objectives[0]
    assert (progress.state, progress.value) == ("not evaluable", None)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The small company with its exports: in its last final week 4 of 40 proposals were accepted."""
    home = tmp_path_factory.mktemp("lived")
    site = write_site(home)
    write_exports(home / "exports")
    firm, _ = load_model(site.company, Company)
    assert import_folder(home / "exports", site.workspace, firm, load_mappings(site.mappings)[0]).problems == ()
    return site


@pytest.mark.parametrize(
    ("target", "by", "state"),
    [(0.3, "2026-12-31", "not yet"), (0.3, "2026-07-05", "missed"), (None, "2026-07-05", "reached")],
)
def test_a_key_result_is_held_against_the_latest_final_reading(lived, target, by, state):
    read = _progress_of(written(lived)).value
    progress = _progress_of(written(lived, target=read if target is None else target, by=by))

    assert (progress.state, progress.n) == (state, 40)
    assert 0 < progress.value < 0.3


def _progress_of(site):
    found, problems = scorecards(site, LOCAL_PERSON, TODAY)
    assert problems == ()
    (_, (progress,)) = next(card for card in found if card.person.id == "rob").objectives[0]
    return progress


def test_an_unknown_kpi_is_said_with_its_file(tmp_path):
    found, problems = scorecards(written(write_site(tmp_path), kpi="no_such"), LOCAL_PERSON, TODAY)

    assert found == ()
    assert "there is no KPI 'no_such'" in str(problems[0])


def test_who_may_not_view_sees_nothing(tmp_path):
    with pytest.raises(Denied):
        scorecards(write_site(tmp_path), Person("kim", "Kim", frozenset()), TODAY)
