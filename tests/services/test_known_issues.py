"""Filing, renewing and closing known issues."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from decision_log.known_issue import subject_of
from services.known_issues import Draft, close, file_issue, known_issues, renew
from services.people import Denied, Person

from .small_company import write_site

NOW = datetime(2026, 6, 29, 8, tzinfo=UTC)
STEWARD = Person("remy", "Remy", frozenset({"steward"}))
DRAFT = Draft("Proposals late", "The export lags.", "RevOps", date(2026, 6, 1), date(2026, 7, 31), "qualify",
              kpis=("proposal_acceptance_rate",))  # fmt: skip


@pytest.fixture
def site(tmp_path):
    return write_site(tmp_path)


def fields(problems):
    return [problem.column for problem in problems]


def test_an_issue_is_filed_as_a_file_that_the_engine_reads(site):
    issue, problems = file_issue(site, STEWARD, DRAFT, NOW)

    assert problems == ()
    assert known_issues(site, STEWARD)[0] == (issue,)
    assert (site.known_issues / "proposals_late.yaml").read_text().startswith("# Filed by Remy on 2026-06-29.\n")
    (entry,) = site.log().of(subject_of("proposals_late"))
    assert (entry.by, entry.event.how) == ("remy", "filed")


def test_a_second_click_files_nothing_twice_and_another_issue_needs_another_title(site):
    file_issue(site, STEWARD, DRAFT, NOW)
    assert file_issue(site, STEWARD, DRAFT, NOW)[1] == ()
    assert len(site.log().of(subject_of("proposals_late"))) == 1
    assert fields(file_issue(site, STEWARD, replace(DRAFT, note="Other."), NOW)[1]) == ["title"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " ! "}, "title"),
        ({"note": " "}, "note"),
        ({"note": "x" * 5000}, "note"),
        ({"owner": "x" * 5000}, "owner"),
        ({"owner": ""}, "owner"),
        ({"until": None}, "until"),
        ({"kpis": ("nope",)}, "kpis"),
        ({"dimension": "region"}, "scope"),
        ({"kpis": ()}, "scope"),
        ({"until": date(2026, 5, 1)}, None),
        ({"effect": "exclude", "table": "proposals"}, None),
        ({"effect": "exclude", "table": "proposals", "rows": ({"column": "nope", "is": "x"},)}, "rows"),
    ],
)
def test_mistakes_are_told_by_field(site, changes, field):
    issue, problems = file_issue(site, STEWARD, replace(DRAFT, **changes), NOW)
    assert issue is None or problems
    assert fields(problems)[0] == field
    assert not list(site.known_issues.glob("*.yaml"))


def test_renewing_and_closing_keep_the_rest_of_the_file(site):
    file_issue(site, STEWARD, DRAFT, NOW)
    assert renew(site, STEWARD, "proposals_late", date(2026, 9, 1), NOW + timedelta(days=1)) == ()
    ((issue,), _, _) = known_issues(site, STEWARD)
    assert (issue.until, issue.note, issue.closed) == (date(2026, 9, 1), "The export lags.", None)

    file = site.known_issues / "proposals_late.yaml"
    assert file.read_text().startswith("# Filed by Remy")
    assert fields(renew(site, STEWARD, "proposals_late", date(2026, 5, 1), NOW)) == [None]  # before it began
    assert [entry.event.how for entry in site.log().of(subject_of("proposals_late"))] == ["filed", "renewed"]


def test_only_the_steward_files(site):
    with pytest.raises(Denied):
        file_issue(site, Person("vik", "Vik", frozenset({"viewer"})), DRAFT, NOW)
    with pytest.raises(Denied):
        close(site, Person("vik", "Vik", frozenset({"viewer"})), "proposals_late", NOW)


def test_no_way_out_of_the_folder(site):
    assert close(site, STEWARD, "../company", NOW)[0].message.startswith("there is no known issue")
