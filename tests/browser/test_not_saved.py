"""While the log cannot be written to, a form says so and keeps what was typed; then it is sent once."""

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from decision_log.database import Database
from decision_log.log import DecisionLog
from decision_log.source import file_in

from .conftest import serve, visit

pytestmark = pytest.mark.browser


def test_a_decision_that_could_not_be_saved_keeps_its_text(own_company, page):
    with serve(own_company) as address:
        visit(page, address)
        page.get_by_role("button", name="Decide").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Why", exact=True).fill("EMEA buyers reject the new price")
        dialog.get_by_label("Assignee").fill("Dana")
        dialog.get_by_label("Expected impact").fill("Back above 35 %")
        expect(dialog.get_by_label("Why", exact=True)).to_have_value("EMEA buyers reject the new price")

        with closing(sqlite3.connect(file_in(own_company.workspace), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            dialog.get_by_role("button", name="Log the decision").click()
            expect(page.get_by_text("Not saved, your text is kept")).to_be_visible(timeout=40_000)
            other.execute("ROLLBACK")

        expect(dialog.get_by_label("Why", exact=True)).to_have_value("EMEA buyers reject the new price")
        dialog.get_by_role("button", name="Log the decision").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Every exception is decided")
    log = DecisionLog(Database.open(file_in(own_company.workspace)))
    (lines,) = log.stream("decision").values()
    assert len(lines) == 1
