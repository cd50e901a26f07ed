"""An analyst's Monday: a new layout is mapped, reported on, published and rolled back; a broken file is mended."""

import csv
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page, expect

from kpi_engine.snapshot_store import current_snapshot
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
    """July's proposals as another system writes them; of those sent from June on three in ten were signed after all."""
    with (company.config.parent / "exports" / "proposals.csv").open() as file:
        rows = list(csv.DictReader(file))

    def german(day: str) -> str:
        return ".".join(reversed(day.split("-")))

    lines = ["Offer No;Customer;Sent;Signed"]
    for row in rows:
        signed = row["accepted_on"]
        if row["sent_on"] > "2026-06":
            signed = row["sent_on"] if int(row["proposal_id"].split("-")[1]) % 10 < 3 else ""
        lines.append(";".join([row["proposal_id"], row["account_id"], german(row["sent_on"]), german(signed)]))
    path = tmp_path / "offers 2026-07.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def deals(tmp_path):
    """Open deals as a German CRM writes them: its own words for stages, amounts in k€, drafts among them."""
    lines = ["Deal;Inhaber;Phase;Stand;Art;Prognose;Betrag k€;Abschluss;Angelegt;Qualifiziert"]
    for number in range(40):
        phase, stand = (
            ("Beauftragt", "gewonnen") if number % 4 == 3 else (("Pilotphase", "Angebot")[number % 2], "offen")
        )
        art = "Entwurf" if number % 10 == 0 else "Echt"
        lines.append(f"D{number};Kim;{phase};{stand};{art};pipeline;2,5;30.09.2026;01.06.2026;15.06.2026")
    path = tmp_path / "Chancen 2026-07.csv"
    path.write_text("\n".join(lines) + "\n", encoding="cp1252", errors="xmlcharrefreplace")
    return path


def press(page: Page, button: str) -> None:
    page.wait_for_selector(SETTLED)
    page.get_by_role("button", name=button, exact=True).click()


def headline(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words, timeout=SLOW)


def expect_card(page: Page, address: str, answer: str, status: str, value: str) -> None:
    visit(page, address)
    headline(page, re.compile(f"^{answer}"))
    card = page.locator("[class*=st-key-card-]", has_text="Proposal acceptance rate").first
    expect(card).to_contain_text(status)
    expect(card).to_contain_text(re.compile(rf"{value}\s%"))


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
        number = page.locator("tr", has_text="Proposal acceptance rate")
        expect(number).to_contain_text(re.compile(r"red\s+10.0\s%.*yellow\s+30.0\s%"))
        press(page, "Publish")
        headline(page, "Upload exports")
        expect_card(page, address, "Nothing needs a decision", "Yellow", "30.0")

        visit(page, f"{address}/upload")
        page.get_by_text("Roll back to an earlier load").click()
        page.get_by_label("Why").fill("The signatures were dated wrongly.")
        press(page, "Roll back")
        expect(page.get_by_text("rolled back", exact=True)).to_be_visible(timeout=SLOW)
        expect_card(page, address, "1 exception needs a decision", "Red", "10.0")
    assert page.left == []


def test_words_rows_and_numbers_of_a_new_layout_are_translated(site, deals, page):
    with serve(site) as address:
        visit(page, f"{address}/upload")
        page.set_input_files("input[type=file]", str(deals))
        headline(page, "1 file to check")
        choose(page, "Table that it fills", "opportunities")
        choose(page, "Numbers are written", "1234,56")
        for ours, theirs in (
            ("opportunity_id", "Deal"), ("owner", "Inhaber"), ("stage", "Phase"), ("status", "Stand"),
            ("forecast_category", "Prognose"), ("amount", "Betrag k€"), ("close_on", "Abschluss"),
        ):  # fmt: skip
            choose(page, f"{ours} (", theirs)
        page.get_by_text(re.compile("other columns of opportunities")).click()
        choose(page, "created_on (", "Angelegt")
        choose(page, "qualified_on (", "Qualifiziert")
        expect(page.get_by_role("combobox", name="Its numbers are")).to_have_value("thousands")
        for word, meaning in (("Angebot", "Proposal"), ("Pilotphase", "Pilot"), ("Beauftragt", "Closed Won"),
                              ("offen", "open"), ("gewonnen", "won")):  # fmt: skip
            choose(page, word, meaning)
        choose(page, "Rows that count", "only where Art …")
        choose(page, "Its word", "is none of")
        choose(page, "Words", "Entwurf")
        page.keyboard.press("Escape")
        press(page, "Test on this file")
        expect(page.get_by_text("36 rows read, 0 refused")).to_be_visible(timeout=SLOW)
        press(page, "Save this layout")
        expect(page.get_by_role("button", name="Check before publishing")).to_be_enabled(timeout=SLOW)
        press(page, "Check before publishing")
        headline(page, "Ready to publish")
        press(page, "Publish")
        headline(page, "Upload exports")
    snapshot = current_snapshot(site.workspace)
    stages = duckdb.sql(
        f"SELECT stage, status, count(*), sum(amount) FROM '{snapshot.tables['opportunities'].path}' "
        "GROUP BY ALL ORDER BY stage"
    ).fetchall()
    assert [(stage, status, count, float(amount)) for stage, status, count, amount in stages] == [
        ("Closed Won", "won", 10, 25_000.0), ("Pilot", "open", 16, 40_000.0), ("Proposal", "open", 10, 25_000.0),
    ]  # fmt: skip


def mend(broken: Path, message: str) -> None:
    """Do what the message says, knowing no more than it: which row, which column, and what to do there."""
    with broken.open(newline="") as file:
        rows = list(csv.reader(file))
    row = int(re.search(r"row (\d+)", message)[1]) - 1
    if cells := re.search(r"has (\d+) cells where the header has (\d+)", message):
        del rows[row][int(cells[2]) :]
    elif column := re.search(r"row \d+, (\w+)", message):
        assert "write YYYY-MM-DD" in message
        rows[row][rows[0].index(column[1])] = "2026-01-05"
    with broken.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def test_a_broken_file_is_mended_from_its_message(site, company, page, tmp_path):
    source = company.config.parent / "exports" / "proposals.csv"
    lines = source.read_text().replace("2026-01-05", "Monday", 1).splitlines()
    lines[700] += ",,by Kim"
    broken = tmp_path / "proposals.csv"
    broken.write_text("\n".join(lines) + "\n")
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04")
    with serve(site) as address:
        visit(page, f"{address}/upload")
        page.set_input_files("input[type=file]", [str(broken), str(tmp_path / "all.zip")])
        expect(page.get_by_text("a ZIP archive; it was not kept")).to_be_visible(timeout=SLOW)
        for wrong in ("has 6 cells where the header has 4", "Monday"):
            press(page, "Check before publishing")
            headline(page, "1 problem to mend")
            message = page.locator("table.loads").first.inner_text()
            assert wrong in message
            mend(broken, message)
            page.set_input_files("input[type=file]", str(broken))
            headline(page, "1 file to check")
        press(page, "Check before publishing")
        headline(page, "These files change nothing")
