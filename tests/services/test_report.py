"""The standard report: what stands in it, that it waits for its narrative, that it can be rebuilt."""

import shutil
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from decision_log.culture import GoalSet, Learning
from services.culture import note_learning, set_goal
from services.people import Denied
from services.publish_report import draft_report, publish_report, reporting_forums, unsaid
from services.read_report import issued, open_report, rebuild_report
from services.report.__main__ import main
from services.review_forum import narrate, publish_review, view
from services.site import Site

from .reviewing_company import person, write_company

NOW = datetime(2026, 6, 29, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Site:
    site = write_company(tmp_path_factory.mktemp("company"))
    (site.config / "okrs.yaml").write_text(
        "objectives:\n  - id: grow\n    objective: Grow\n    owner: CRO\n    key_results:\n"
        "      - {kpi: proposal_acceptance_rate, target: 0.0, by: 2026-12-31}\n"
    )
    return site


@pytest.fixture
def site(company, tmp_path) -> Site:
    shutil.copytree(company.workspace, tmp_path / "workspace")
    return Site(tmp_path / "workspace", company.config)


def draft(site):
    content, problems = draft_report(site, person(site, "vik"), "monthly_review", None, NOW)
    assert content is not None, [str(problem) for problem in problems]
    return content


def say(site, text="Buyers wait for the new price list."):
    gus = person(site, "gus")
    shown, _ = view(site, gus, "proposals")
    assert narrate(site, gus, shown, text, idempotency_key=f"say/{text}", now=NOW) == ()


def publish(site, key="k", now=NOW):
    return publish_report(site, person(site, "remy"), "monthly_review", as_of=None, idempotency_key=key, now=now)


def test_only_monthly_and_quarterly_forums_report(site):
    assert [forum.cadence for forum in reporting_forums(site, person(site, "vik"))] == ["monthly", "quarterly"]


def test_it_tells_the_five_parts(site):
    say(site)
    win = Learning(sort="win", title="First <b>Asian</b> bank", text="It took two months.")
    assert note_learning(site, person(site, "gus"), win, key="w", now=NOW) == ()
    goal = GoalSet(kpi="proposal_acceptance_rate", quarter=date(2026, 4, 1), start=None, target=0.45, suggested=None,
                   because="as last year")  # fmt: skip
    assert set_goal(site, person(site, "gus"), goal, key="g", now=NOW) == ()

    told = draft(site)

    assert [one.title for one in told.wins] == ["First <b>Asian</b> bank", "Proposal acceptance rate: 10.0\u00a0%"]
    assert [risk.name for risk in told.risks] == ["Proposal acceptance rate"] * len(told.risks) != []
    (area,) = told.areas
    assert (area.rows[0].name, area.rows[0].goal) == ("Proposal acceptance rate", "45.0\u00a0%")
    (chapter,) = told.chapters
    assert (chapter.narrative, chapter.by) == ("Buyers wait for the new price list.", "Gus Tanaka")
    assert [one.title for one in chapter.drill_downs] == ["By segment", "All"]
    assert [one.name for one in told.definitions] == ["Proposal acceptance rate"]


def test_it_is_not_published_without_what_the_owners_say(site):
    assert unsaid(draft(site)) == ("Proposals",)

    report, (problem,) = publish(site)
    assert report is None
    assert "lacks the narrative of Proposals" in problem.message


def test_published_it_is_rebuilt_byte_for_byte_though_the_log_went_on(site):
    say(site)
    report, problems = publish(site)
    assert problems == ()
    say(site, "Another wording")

    rebuilt, problems = rebuild_report(site, report.id)
    assert (problems, rebuilt.different) == ((), ())
    found = open_report(site, person(site, "vik"), report.id)
    assert found.content.chapters[0].narrative == "Buyers wait for the new price list."
    assert len(PdfReader(BytesIO(found.pdf.content)).pages) == report.published.pages
    assert b"<script" not in found.html.content
    assert b"http://" not in found.html.content.replace(b"http://www.w3.org", b"")


def test_the_command_compares_the_bytes_and_writes_them(site, tmp_path, monkeypatch, capsys):
    say(site)
    report, _ = publish(site)
    monkeypatch.setenv("RCC_WORKSPACE", str(site.workspace))
    monkeypatch.setenv("RCC_CONFIG", str(site.config))

    assert main(["rebuild", report.id, "--into", str(tmp_path / "rebuilt")]) == 0
    assert capsys.readouterr().out.split() == [
        "content", report.published.content, "the", "same",
        "html", report.published.html, "the", "same",
        "pdf", report.published.pdf, "the", "same",
    ]  # fmt: skip
    assert (tmp_path / "rebuilt" / f"{report.id}.pdf").read_bytes().startswith(b"%PDF")

    monkeypatch.setattr("services.report.outputs.css", lambda: "")
    assert main(["rebuild", report.id]) == 1
    assert "DIFFERENT" in capsys.readouterr().out
    assert main(["rebuild", "unheard-of"]) == 1
    assert "there is no report 'unheard-of'" in capsys.readouterr().err


def test_sent_twice_or_telling_nothing_new_it_is_published_once(site):
    say(site)
    first, _ = publish(site)
    again, _ = publish(site)
    later, _ = publish(site, key="other", now=NOW + timedelta(hours=1))

    assert first.id == again.id == later.id


def test_a_new_wording_is_a_new_edition(site):
    say(site)
    publish(site)
    say(site, "Another wording")
    report, _ = publish(site, key="other")

    assert report.published.edition == 2


def test_reviews_and_reports_are_listed_with_their_words(site):
    say(site)
    gus = person(site, "gus")
    shown, _ = view(site, gus, "proposals")
    publish_review(site, gus, shown, idempotency_key="p", now=NOW)
    publish(site, now=NOW + timedelta(hours=1))

    report, review = issued(site, person(site, "vik"))
    assert (report.sort, review.sort, review.by) == ("Report", "Review", "Gus Tanaka")
    assert review.words == "Buyers wait for the new price list."
    assert report.address.startswith("/reports?report=report-monthly_review-")
    assert "/reviews?dashboard=proposals&as_of=" in review.address


def test_a_viewer_does_not_publish(site):
    with pytest.raises(Denied):
        publish_report(site, person(site, "vik"), "monthly_review", as_of=None, idempotency_key="k", now=NOW)
