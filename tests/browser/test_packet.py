"""The packet as people take it along: published in the app, downloaded as PDF, its pages counted."""

import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from services.site import Site

from .conftest import SETTLED, serve, visit

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]


def test_a_packet_is_published_read_and_downloaded(own_company, page, tmp_path):
    site = Site(own_company.workspace, tmp_path / "config")
    shutil.copytree(own_company.config, site.config)
    shutil.copy(ROOT / "config" / "forums.yaml", site.config)
    with serve(site) as address:
        visit(page, f"{address}/packet")
        expect(page.get_by_role("heading", name="No packet yet")).to_be_visible()
        page.get_by_role("button", name="Publish now").click()
        page.get_by_role("button", name="Publish", exact=True).click()

        expect(page.get_by_role("heading", level=1)).to_have_text("1 exception needs a decision, without a proposal")
        expect(page.get_by_role("img", name=re.compile("Proposal acceptance rate"))).to_have_count(2)
        page.wait_for_selector(SETTLED)
        with page.expect_download() as download:
            page.get_by_role("button", name="PDF").click()

    assert re.fullmatch(r"weekly_revenue-[\d-]+-1-[0-9a-f]{12}\.pdf", download.value.suggested_filename)
    pdf = PdfReader(BytesIO(Path(download.value.path()).read_bytes()))
    assert 1 < len(pdf.pages) <= 5
    assert "Proposal acceptance rate" in pdf.pages[0].extract_text()
    assert page.left == []
