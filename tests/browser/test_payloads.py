"""A company told in payloads, in Chromium: nothing runs, nothing is asked for, whatever is opened, typed or refused."""

from __future__ import annotations

import http.client
from pathlib import Path

import pytest

from kpi_engine.sample import write_sample
from services.site import Site
from tests.access.payloads import PAYLOADS, Payloads
from tests.access.poisoned import poisoned_site, tell_in_payloads
from tests.services.small_company import write_exports

from .canary import Canary
from .conftest import SETTLED, serve
from .watched import Watched

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py") if file.stem != "__init__")
_ROUNDS = -(-len(PAYLOADS) // 5)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Site:
    payloads = Payloads(canary.address)
    site = poisoned_site(tmp_path_factory.mktemp("small"), payloads, write_exports)
    return tell_in_payloads(site, payloads, several=5)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Site:
    """The sample company, whose pages have everything on them."""
    payloads = Payloads(canary.address)
    return poisoned_site(
        tmp_path_factory.mktemp("whole"), payloads, lambda folder: write_sample(folder, seed=7, months=30)
    )


def walk(watched: Watched, pages: list[str], *, folds: int, buttons: int, links: int) -> None:
    """Every page: opened, unfolded, hovered, its buttons pressed; then what it links to."""
    seen: set[str] = set()
    for name in pages:
        address = "/" if name == "exceptions" else f"/{name}"
        watched.open(address)
        watched.unfold(address, folds)
        if buttons or name == "drill_down":
            watched.hover(address)
        further = watched.links()
        watched.press(address, buttons)
        for link in [one for one in dict.fromkeys(further) if one not in seen][:links]:
            seen.add(link)
            watched.open(link)
            watched.unfold(link, folds)


def test_no_page_runs_or_asks_for_anything(small, page, canary):
    with serve(small) as served:
        watched = Watched(page, served, canary)
        walk(watched, PAGES, folds=2, buttons=0, links=0)

    assert (watched.found, canary.visits) == ([], 0)
    assert watched.looked == 2 * len(PAGES) + 1


def test_a_refused_file_is_named_as_it_is(small, page, canary, tmp_path):
    texts = Payloads(canary.address)
    file = tmp_path / "<img src=x onerror=window.__pwned=1> ![x](a) $x^2$ :red[red].csv"
    head = ",".join('"' + texts.next().replace('"', '""').replace("\x00", "") + '"' for _ in range(30))
    file.write_text(f"{head}\n{head}\n", encoding="utf-8")
    broken = tmp_path / "proposals.csv"
    cells = ['"' + texts.next().replace('"', '""').replace("\x00", "") + '"' for _ in range(36)]
    rows = "".join(f"P{at},A1,{cell},\n" for at, cell in enumerate(cells))
    broken.write_text(f"proposal_id,account_id,sent_on,accepted_on\n{rows}", encoding="utf-8")
    with serve(small) as served:
        watched = Watched(page, served, canary)
        watched.open("/upload")
        page.locator("input[type=file]").set_input_files([str(file), str(broken)])
        page.get_by_role("button", name="Remove").nth(1).wait_for(timeout=60_000)
        page.wait_for_selector(SETTLED)
        watched.unfold("/upload, refused", 20)
        text = page.locator("[data-testid=stMain]").inner_text()
        watched.press("/upload, refused", 6)

    assert (watched.found, canary.visits) == ([], 0)
    assert "<img src=x onerror=window.__pwned=1>" in text


_OUTSIDE = (
    "/assets/../app.py", "/assets/..%2fapp.py", "/assets/%2e%2e/app.py", "/assets/..%252fapp.py",
    "/assets//etc/passwd", "/assets/....//app.py", "/assets/..%5capp.py", "/assets/%5c%5c127.0.0.1%5cshare%5cx",
    "/assets/C:%5cx", "/assets/%00", "/static/..%2f..%2fapp.py", "/media/..%2f..%2fapp.py",
    "/component/x/..%2f..%2fapp.py", "/app/static/../app.py", "/component/../../../etc/passwd",
    "/_stcore/..%2fapp.py", "/%5c%5c127.0.0.1%5cx", "//evil.example/%2f..", "/assets/%5cevil.example",
    "///evil.example", "/..%2f..%2f..%2fetc%2fpasswd",
)  # fmt: skip


def test_no_path_leads_out_of_the_assets_or_to_another_site(small):
    with serve(small) as served:
        for path in _OUTSIDE:
            line = http.client.HTTPConnection(served.removeprefix("http://"), timeout=10)
            line.request("GET", path)
            answer = line.getresponse()
            body = answer.read()
            assert b"root:x:0" not in body and b"SecurityHeaders" not in body, path
            assert not (answer.getheader("Location") or "").startswith(("//", "http")), path
            line.close()


@pytest.mark.all
@pytest.mark.parametrize("number", range(_ROUNDS))
def test_every_payload_stands_in_every_field(whole, page, canary, number):
    """Each round deals the payloads out anew, five a field, so that in the end each field had all of them."""
    payloads = Payloads(canary.address, dealt=5 * number)
    with serve(tell_in_payloads(whole, payloads, several=5)) as served:
        watched = Watched(page, served, canary)
        deep = number == 0
        walk(watched, PAGES, folds=20 if deep else 4, buttons=8 if deep else 1, links=4 if deep else 1)
    print(f"round {number}: {payloads.dealt} texts dealt, {watched.looked} looks, {canary.visits} visits to the canary")

    assert (watched.found, canary.visits) == ([], 0)
