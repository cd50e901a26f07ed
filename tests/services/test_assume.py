"""Assumptions: written down once, answered by the readings of their day, and by nobody else."""

import shutil
from datetime import UTC, date, datetime

import pytest

from decision_log.assumption import AssumptionNoted
from services.assume import all_assumptions, confront, note_assumption, withdraw_assumption
from services.people import Denied
from services.site import Site
from services.tick import STEPS

from .reviewing_company import person, write_company

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
LATER = datetime(2026, 6, 29, 9, tzinfo=UTC)
DATA = date(2026, 6, 29)


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Site:
    return write_company(tmp_path_factory.mktemp("company"))


@pytest.fixture
def site(company, tmp_path) -> Site:
    shutil.copytree(company.workspace, tmp_path / "workspace")
    return Site(tmp_path / "workspace", company.config)


def noted(expected=0.3, by=date(2026, 6, 7), slice_="(all)", **changes) -> AssumptionNoted:
    told = {"forum": "quarterly_strategy", "step": "pipeline", "text": "Buyers accept as before.",
            "kpi": "proposal_acceptance_rate", "dimension": "total" if slice_ == "(all)" else "segment",
            "slice": slice_, "window": "week", "start": 0.4, "expected": expected, "noted_on": date(2026, 5, 4),
            "by": by, "owner": "gus"}  # fmt: skip
    return AssumptionNoted(**told | changes)


def note(site, event=None, key="k", who="gus"):
    return note_assumption(site, person(site, who), event or noted(), idempotency_key=key, now=NOW)


def standing(site):
    (one,) = all_assumptions(site, person(site, "vik"), "quarterly_strategy")
    return one.assumption


@pytest.mark.parametrize(("expected", "outcome"), [(0.4, "held"), (0.41, "did not hold")])
def test_the_reading_of_its_day_answers(site, expected, outcome):
    assert note(site, noted(expected)) == ()
    (line,) = confront(site, DATA, LATER)

    said = standing(site).confronted
    assert line == f"Assumption {outcome}: Buyers accept as before."
    assert (said.outcome, said.value, said.n, said.period_end) == (outcome, 0.4, 40, date(2026, 6, 7))
    assert said.snapshot
    assert any(entry.event.stream == "message" for lines in site.log().stream("message").values() for entry in lines)


def test_what_cannot_be_read_is_not_evaluable(site):
    note(site, noted(slice_="Mid-Market"))
    confront(site, DATA, LATER)

    assert standing(site).confronted.outcome == "not evaluable"
    assert standing(site).confronted.reason


def test_before_its_day_nothing_is_said_and_then_once(site):
    note(site)
    assert confront(site, date(2026, 6, 6), LATER) == ()
    assert len(confront(site, DATA, LATER)) == 1
    assert confront(site, DATA, LATER) == ()


def test_sent_twice_it_is_written_down_once(site):
    note(site)
    note(site)

    assert standing(site).entries == 1


def test_it_can_be_withdrawn_by_its_owner_until_it_is_answered(site):
    note(site)
    subject = standing(site).subject
    with pytest.raises(Denied):
        withdraw_assumption(site, person(site, "hugo"), subject, "No longer", NOW)
    assert withdraw_assumption(site, person(site, "gus"), subject, "The plan changed.", NOW) == ()
    assert all_assumptions(site, person(site, "vik"), "quarterly_strategy") == ()
    assert confront(site, DATA, LATER) == ()


def test_an_answer_is_not_withdrawn(site):
    note(site)
    confront(site, DATA, LATER)

    (problem,) = withdraw_assumption(site, person(site, "gus"), standing(site).subject, "It looks bad", LATER)
    assert "answered" in problem.message


def test_who_may_not_narrate_learns_nothing_of_it(site):
    with pytest.raises(Denied):
        withdraw_assumption(site, person(site, "vik"), "assumption/unheard-of", "No longer", NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"text": " "}, "text"), ({"kpi": "other"}, "kpi"), ({"by": date(2026, 5, 4)}, "by"), ({"owner": "x"}, "owner")],
)
def test_what_cannot_be_read_later_is_refused(site, changes, field):
    (problem,) = note(site, noted(**changes))

    assert problem.column == field


def test_a_viewer_writes_none_down(site):
    with pytest.raises(Denied):
        note(site, who="vik")


def test_it_is_a_step_of_the_tick():
    assert ("assumptions", confront) in STEPS
