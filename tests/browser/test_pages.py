"""Every address on a freshly started server, for everybody's eyes, with nothing fetched from elsewhere."""

import urllib.error
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from services.site import Site

from .conftest import serve, visit

pytestmark = pytest.mark.browser

ADDRESSES = {
    "/": "Exceptions",
    "/drill_down?kpi=proposal_acceptance_rate": "Drill-down",
    "/meeting": "Meeting",
    "/memos": "Memos",
    "/decisions": "Decisions",
    "/actions": "Actions",
    "/upload": "Upload",
    "/outbox": "Outbox",
    "/packet": "Packet",
    "/reviews": "Reviews",
    "/contracts": "Contracts",
    "/help": "Help",
}


_EACH_TIME = ("Exceptions", "Drill-down", "Upload", "Outbox")
"""A cold server takes its time: the others have one of their own in `make test-all` only."""


@pytest.mark.parametrize(
    ("path", "title"),
    [pytest.param(*one, marks=() if one[1] in _EACH_TIME else pytest.mark.all) for one in ADDRESSES.items()],
)
def test_a_deep_link_opens_on_a_cold_server(company, page, path, title):
    with serve(company) as address:
        visit(page, address + path)

        expect(page).to_have_title(f"{title} · Revenue Command Center")
        expect(page.get_by_role("link", name="Exceptions")).to_be_visible()
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
        expect(page.get_by_text("could not be drawn")).to_have_count(0)
        expect(page.locator(".rcc").first).to_be_visible()
    assert page.left == []


@pytest.fixture(scope="module")
def address(company):
    with serve(company) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ADDRESSES)
def test_the_page_can_be_read_by_everybody(address, page, path, scheme):
    page.emulate_media(color_scheme=scheme)
    visit(page, address + path)
    page.wait_for_timeout(500)

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
    ours = [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found if v["impact"] in _GRAVE]

    assert ours == []


_GRAVE = ("critical", "serious")


def test_presenting_hides_the_navigation(address, page):
    visit(page, f"{address}/?present=1")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Exceptions")).to_have_count(0)


def test_an_empty_workspace_says_how_to_begin(company, page, tmp_path):
    with serve(Site(tmp_path / "nothing", company.config)) as address:
        visit(page, address)

        expect(page.get_by_role("heading", level=1)).to_have_text("No data yet")


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/media/none.csv", "/assets/icon.svg"])
def test_every_answer_carries_the_security_headers(address, path):
    try:
        headers = urllib.request.urlopen(address + path, timeout=10).headers
    except urllib.error.HTTPError as refusal:
        headers = refusal.headers

    assert "img-src 'self' data: blob:" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
