"""An action in the browser: its calendar entry, claimed, verified by somebody else; readable for everybody."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from icalendar import Calendar
from playwright.sync_api import expect

from decision_log.action import actions
from services.act import created
from services.directory import load_directory
from services.site import Site

from .conftest import SETTLED, serve, visit

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]


@pytest.fixture
def peopled(own_company, tmp_path) -> Site:
    """The company with people, and an overdue action of Tess."""
    shutil.copytree(own_company.config, tmp_path / "config")
    shutil.copy(ROOT / "config" / "people.yaml", tmp_path / "config")
    site = Site(own_company.workspace, tmp_path / "config")
    now = datetime.now(UTC)
    due_on = now.date() - timedelta(days=2)
    task = created(load_directory(site)[0], "decision/a", 1, "Call the lost deals", "tess", due_on, "Win rate", now)
    site.log().add(task, "dana", now)
    return site


def test_claimed_by_one_and_verified_by_another(peopled, page, chromium):
    with serve(peopled) as address:
        visit(page, f"{address}/actions", person="tess")
        expect(page.get_by_text("Overdue by 2 days")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name="Calendar entry").click()
        (event,) = Calendar.from_ical(Path(download.value.path()).read_bytes()).walk("VEVENT")
        assert event["summary"] == "Call the lost deals"

        page.get_by_role("button", name="Done").click()
        page.get_by_label("What was done").fill("Called all twelve")
        page.get_by_role("button", name="Claim as done").click()
        expect(page.get_by_text("Done, to be verified")).to_be_visible()
        expect(page.get_by_role("button", name="Verify")).to_have_count(0)

        other = chromium.new_context()
        theirs = other.new_page()
        visit(theirs, f"{address}/actions", person="dana")
        for _ in range(2):  # opens the form, then sends it
            theirs.get_by_role("button", name="Verify").click()
            theirs.wait_for_selector(SETTLED)
        expect(theirs.get_by_text("1 verified or cancelled", exact=True)).to_be_visible()
        violations = Axe().run(theirs, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
        assert [one["id"] for one in violations if one["impact"] in ("critical", "serious")] == []
        other.close()

    (action,) = actions(peopled.log().stream("action"))
    assert (action.state, action.claimed_by) == ("verified", "tess")
    assert page.left == []
