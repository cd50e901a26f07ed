"""An analyst's Monday: a new layout is mapped, reported on, published and rolled back; a broken file is mended."""

import csv
import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from services.site import Site

from .conftest import SETTLED, choose, serve, visit

pytestmark = pytest.mark.browser
SLOW = 60_000


@pytest.fixture
def site(own_company, tmp_path):
    """A company of one's own, configuration included."""
    shutil.copytree(own_company.config, tmp_path / "config")
    return Site(own_company.workspace, tmp_path / "config")


@pytest.fixture
def offers(company, tmp_path):
    """July's proposals as another system writes them; what was sent from June on was signed after all."""
    with (company.config.parent / "exports" / "proposals.csv").open() as file:
        rows = list(csv.DictReader(file))

    def german(day: str) -> str:
        return ".".join(reversed(day.split("-")))

    lines = ["Offer No;Customer;Sent;Signed"]
    for row in rows:
        signed = row["sent_on"] if row["sent_on"] > "2026-06" else row["accepted_on"]
        lines.append(";".join([row["proposal_id"], row["account_id"], german(row["sent_on"]), german(signed)]))
    path = tmp_path / "offers 2026-07.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def press(page: Page, button: str) -> None:
    page.wait_for_selector(SETTLED)
    page.get_by_role("button", name=button, exact=True).click()


def headline(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words, timeout=SLOW)


def test_a_new_layout_is_mapped_published_and_rolled_back(site, offers, page):
    with serve(site) as address:
        visit(page, f"{address}/upload")
        page.set_input_files("input[type=file]", str(offers))
        headline(page, "1 file to check")
        expect(page.get_by_text("day first, as")).to_be_visible()
        expect(page.get_by_text("values are known in accounts")).to_be_visible()
        page.get_by_text(re.compile("other columns of proposals")).click()
        choose(page, "accepted_on", "Signed")
        press(page, "Test on this file")
        expect(page.get_by_text("1,040 rows read, 0 refused")).to_be_visible(timeout=SLOW)
        page.reload()
        page.wait_for_selector(SETTLED)
        press(page, "Save this layout")
        expect(page.get_by_role("button", name="Check before publishing")).to_be_enabled(timeout=SLOW)
        press(page, "Check before publishing")

        headline(page, "Ready to publish")
        expect(page.get_by_text("Cards that go")).to_be_visible()
        expect(page.get_by_text("red: Proposal acceptance rate")).to_be_visible()
        press(page, "Publish")
        headline(page, "Upload exports")
        visit(page, f"{address}/exceptions")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("No exceptions|Nothing"), timeout=SLOW)

        visit(page, f"{address}/upload")
        page.get_by_text("Roll back to an earlier load").click()
        page.get_by_label("Why").fill("The signatures were dated wrongly.")
        press(page, "Roll back")
        expect(page.get_by_text("rolled back", exact=True)).to_be_visible(timeout=SLOW)
        visit(page, f"{address}/exceptions")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("1 exception"), timeout=SLOW)
    assert page.left == []


def test_a_broken_file_is_mended_from_its_message(site, company, page, tmp_path):
    source = company.config.parent / "exports" / "proposals.csv"
    broken = tmp_path / "proposals.csv"
    broken.write_text(source.read_text().replace("2026-01-05", "Monday", 1))
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04")
    with serve(site) as address:
        visit(page, f"{address}/upload")
        page.set_input_files("input[type=file]", [str(broken), str(tmp_path / "all.zip")])
        expect(page.get_by_text("a ZIP archive; it was not kept")).to_be_visible(timeout=SLOW)
        press(page, "Check before publishing")
        headline(page, "1 problem to mend")
        message = page.locator("table.loads").first.inner_text()
        row, column = re.search(r"row (\d+), (\w+)", message).groups()
        assert "Monday" in message
        assert "write YYYY-MM-DD" in message

        with broken.open() as file:
            rows = list(csv.reader(file))
        rows[int(row) - 1][rows[0].index(column)] = "2026-01-05"
        with broken.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        page.set_input_files("input[type=file]", str(broken))
        headline(page, "1 file to check")
        press(page, "Check before publishing")
        headline(page, "These files change nothing")
