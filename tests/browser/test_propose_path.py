"""The owner files a proposal, whose text outlives a reload; the executive reads it and follows it."""

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from services.site import Site

from .conftest import ROOT, SETTLED, WAIT, serve, visit

pytestmark = pytest.mark.browser


@pytest.fixture
def staffed_company(own_company, tmp_path) -> Site:
    """The small company with people in it."""
    config = shutil.copytree(own_company.config, tmp_path / "config")
    for file in ("people.yaml", "forums.yaml"):
        shutil.copy(ROOT / "config" / file, config)
    return Site(own_company.workspace, config)


def _fill(page: Page, label: str, text: str) -> None:
    """Type and leave the field; each field is sent when one leaves it."""
    page.wait_for_selector(SETTLED)
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")
    page.wait_for_timeout(300)
    page.wait_for_selector(SETTLED)


def test_from_a_proposal_to_the_decision_that_follows_it(staffed_company, page):
    with serve(staffed_company) as address:
        visit(page, f"{address}/proposals", person="gus")
        expect(page.get_by_role("heading", level=1)).to_have_text("1 exception lacks a proposal")
        page.get_by_role("button", name="Propose →").click()
        expect(page.get_by_label("Evidence 1")).to_have_value(re.compile("^/drill_down"), timeout=WAIT)
        _fill(page, "What happened", "Acceptance fell to a tenth outside SMB in the Americas")
        _fill(page, "Cause 1", "The new price list")

        page.reload()
        expect(page.get_by_label("What happened")).to_have_value(re.compile("^Acceptance fell"), timeout=WAIT)
        expect(page.get_by_label("Cause 1")).to_have_value("The new price list")
        page.get_by_role("button", name="File the proposal").click()
        expect(page.get_by_text("Not filed yet")).to_be_visible(timeout=WAIT)

        _fill(page, "Why fewer than three", "It began on the day of the new list")
        _fill(page, "Option 1", "Back to the old list in EMEA")
        _fill(page, "Cost and effect 1", "Two points of price")
        _fill(page, "Option 2", "Wait")
        _fill(page, "Cost and effect 2", "Nothing, and 200k less")
        page.get_by_text("Option 1", exact=True).last.click()
        _fill(page, "Why this one", "It can be taken back")
        _fill(page, "What it means for the forecast", "Commit stays")
        page.get_by_role("button", name="File the proposal").click()
        expect(page.get_by_text("Version 1 · Gus Tanaka")).to_be_visible(timeout=WAIT)

        context = page.context.browser.new_context()
        context.set_default_timeout(WAIT)
        executive = context.new_page()
        visit(executive, f"{address}/proposals", person="dana")
        executive.get_by_role("button", name="Read →").click()
        expect(executive.get_by_text("Commit stays")).to_be_visible(timeout=WAIT)
        visit(executive, address)
        executive.get_by_role("button", name="Decide").click()
        dialog = executive.get_by_role("dialog")
        expect(dialog.get_by_label("Chosen action")).to_have_value("Back to the old list in EMEA", timeout=WAIT)
        expect(dialog.get_by_label("Options rejected")).to_have_value("Wait (Nothing, and 200k less)")
        dialog.get_by_role("button", name="Log the decision").click()
        expect(executive.get_by_role("heading", level=1)).to_have_text("Every exception is decided", timeout=WAIT)
        visit(executive, f"{address}/decisions")
        expect(executive.get_by_text("Follows the proposal")).to_be_visible(timeout=WAIT)
        context.close()

        page.reload()
        expect(page.locator("dd", has_text=re.compile("^Dana Okafor$"))).to_be_visible(timeout=WAIT)
    assert page.left == []
