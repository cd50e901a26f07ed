"""The path the product exists for: see the breach, look behind it, decide, and find the decision again."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import SETTLED, choose, serve, visit

pytestmark = pytest.mark.browser


def test_from_exception_to_a_decision_that_stays(own_company, page):
    with serve(own_company) as address:
        visit(page, address)
        expect(page.get_by_role("heading", level=1)).to_have_text("1 exception needs a decision")
        expect(page.get_by_role("heading", name="Proposal acceptance rate")).to_be_visible()

        page.get_by_role("link", name="Drill down →").click()
        expect(page).to_have_url(re.compile(r"drill_down\?.*kpi=proposal_acceptance_rate"))
        expect(page.get_by_text("The records behind the number")).to_be_visible()
        choose(page, "Narrow to", "Enterprise")
        expect(page).to_have_url(re.compile(r"slice=Enterprise"))
        expect(page.get_by_text("Segment: Enterprise")).to_be_visible()
        for kind, ending in (("CSV", "csv"), ("Excel", "xlsx")):
            with page.expect_download() as download:
                page.get_by_role("button", name=kind, exact=True).click()
            name = rf"proposal_acceptance_rate-[\d-]+-[0-9a-f]{{12}}\.{ending}"
            assert re.fullmatch(name, download.value.suggested_filename)

        page.get_by_role("link", name="Exceptions").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("1 exception needs a decision")
        page.wait_for_selector(SETTLED)
        page.get_by_role("button", name="Decide").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Why", exact=True).fill("EMEA buyers reject the new price")
        dialog.get_by_label("Assignee").fill("Dana")
        dialog.get_by_label("Expected impact").fill("Back above 35 %")
        dialog.get_by_role("button", name="Log the decision").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Every exception is decided")

        page.reload()
        expect(page.get_by_text(re.compile("Decided · .* · check"))).to_be_visible()

    with serve(own_company) as restarted:
        visit(page, restarted)
        expect(page.get_by_text(re.compile("Decided · .* · check"))).to_be_visible()
        visit(page, f"{restarted}/decisions")
        expect(page.get_by_role("heading", level=1)).to_have_text("1 decision")
    assert page.left == []
