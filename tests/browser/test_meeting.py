"""A meeting in two browsers: one leads, the other follows, reloads in the middle, decides, and reads the memo."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from services.site import Site

from .conftest import ROOT, WAIT, choose, serve, visit

pytestmark = pytest.mark.browser


@pytest.fixture
def staffed(own_company: Site, tmp_path: Path) -> Site:
    """The small company with the shipped people and forums."""
    config = tmp_path / "config"
    shutil.copytree(own_company.config, config)
    for name in ("people.yaml", "forums.yaml"):
        shutil.copy(ROOT / "config" / name, config)
    return Site(own_company.workspace, config)


@pytest.fixture
def other_page(chromium: Browser):
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


def _headed(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1).first).to_have_text(text, timeout=WAIT)


def test_a_meeting_in_two_browsers(staffed, page, other_page):
    leads, follows = page, other_page
    with serve(staffed) as address:
        visit(follows, f"{address}/meeting", person="ines")
        expect(follows.get_by_text("Not started")).to_be_visible()
        visit(leads, f"{address}/meeting", person="remy")
        choose(leads, "Forum", "Weekly revenue meeting")  # first is the one that meets next
        leads.get_by_role("button", name="Start, 75 minutes").click()

        _headed(leads, "No action is overdue")
        _headed(follows, "No action is overdue")
        expect(follows.get_by_role("button", name="Pause")).to_have_count(0)
        expect(follows.get_by_role("link", name="Exceptions")).to_have_count(0)

        leads.get_by_role("button", name="Next: Exceptions").click()
        _headed(follows, "1 exception needs a decision")
        leads.get_by_role("button", name=re.compile("what changed")).click()
        _headed(follows, "Proposal acceptance rate: what changed?")
        leads.get_by_label("What changed, as agreed").fill("EMEA buyers reject the new price")
        leads.get_by_role("button", name=re.compile("what we do")).click()
        _headed(follows, "Proposal acceptance rate: what do we do?")
        expect(follows.get_by_text("EMEA buyers reject the new price")).to_be_visible()

        before = _clock(leads)
        leads.reload()
        follows.reload()
        _headed(leads, "Proposal acceptance rate: what do we do?")
        _headed(follows, "Proposal acceptance rate: what do we do?")
        assert before <= _clock(leads) < before + 60

        follows.get_by_role("button", name="Decide").click()
        dialog = follows.get_by_role("dialog")
        dialog.get_by_label("Why", exact=True).fill("Price, not product")
        dialog.get_by_label("Expected impact").fill("Back above 35 %")
        dialog.get_by_role("button", name="Log the decision").click()
        expect(follows.get_by_text("Decided by Ines Marchetti")).to_be_visible()
        expect(leads.get_by_text("Decided by Ines Marchetti")).to_be_visible()

        leads.get_by_role("button", name="Next: Decide").click()
        _headed(follows, "Everything is decided or deferred")
        leads.get_by_role("button", name="Next: Confirm").click()
        _headed(follows, "Read back and publish")
        leads.get_by_label("Forecast implications").fill("Commit stays as it is")
        leads.get_by_role("button", name="Publish the memo and end the meeting").click()

        _headed(leads, "The meeting has ended")
        _headed(follows, "The meeting has ended")
        follows.get_by_role("link", name=re.compile("Read the memo")).click()
        expect(follows).to_have_url(re.compile(r"/memos\?memo=weekly_revenue-\d{4}-\d\d-\d\d$"))
        expect(follows.get_by_text("Commit stays as it is")).to_be_visible()
        expect(follows.get_by_text("Price, not product")).to_be_visible()
        with follows.expect_download() as download:
            follows.get_by_role("button", name="Download as HTML").click()
        assert "Price, not product" in Path(download.value.path()).read_text()
    assert page.left == []


def _clock(page: Page) -> int:
    """The seconds that the meeting's clock shows."""
    minutes, seconds = re.match(r"(\d+):(\d+)", page.locator(".rcc.agenda .total").inner_text()).groups()
    return int(minutes) * 60 + int(seconds)
