"""A company told in payloads, in Chromium: nothing runs, nothing is asked for, whatever is opened, typed or refused."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from kpi_engine.sample import write_sample
from services.site import Site
from tests.access.payloads import PAYLOADS, Payloads
from tests.access.poisoned import poisoned_site, tell_in_payloads
from tests.services.small_company import write_exports

from .conftest import SETTLED, serve, visit

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py") if file.stem != "__init__")
_ROUNDS = -(-len(PAYLOADS) // 5)
# What would end the visit, or send what the round has typed into the log.
_KEPT_AWAY = re.compile(r"sign out|end the meeting|discard|remove|revoke|download|^$", re.IGNORECASE)
_WATCH = """
window.__csp = [];
document.addEventListener('securitypolicyviolation', e => window.__csp.push(e.violatedDirective + ' ' + e.blockedURI));
"""
_ALIVE = """canary => {
  const found = [];
  if (window.__pwned) found.push('a script ran');
  found.push(...window.__csp.map(said => 'CSP: ' + said));
  for (const one of document.querySelectorAll('body *')) {
    for (const {name, value} of one.attributes) {
      if (/^on/i.test(name) && value.includes('__pwned')) found.push(`${one.tagName} ${name}`);
      if (/^(src|href|xlink:href|poster|data|action|formaction|style|srcset)$/i.test(name)
          && (value.includes(canary) || /^\\s*(javascript|data:text)/i.test(value))) {
        found.push(`${one.tagName} ${name}=${value.slice(0, 90)}`);
      }
    }
    if (/^(IFRAME|OBJECT|EMBED|BASE|VIDEO|AUDIO|FORM|MATH)$/.test(one.tagName) && one.outerHTML.includes(canary)) {
      found.push(one.tagName);
    }
    if (one.classList.contains('katex') || one.matches('[data-testid=stMarkdownColoredText], .stMarkdownBadge')) {
      found.push('directive ' + one.textContent.slice(0, 40));
    }
    if (/^H[1-6]$|^LI$|^DEL$|^CODE$/.test(one.tagName) && /^(Heading|item|s|code)$/.test(one.textContent)) {
      found.push('Markdown ' + one.outerHTML.slice(0, 60));
    }
  }
  return found;
}"""


class Canary:
    """Listens, answers nobody, and counts who came."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.visits = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            self.visits += 1


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    found = Canary()
    yield found
    found.socket.close()


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


class Watched:
    """A page on which everything that should not happen is written down."""

    def __init__(self, page: Page, served: str, canary: Canary) -> None:
        self.page, self.served, self.canary = page, served, canary
        self.found: list[str] = []
        self.looked = 0
        page.add_init_script(_WATCH)
        page.on("dialog", lambda dialog: (self.found.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        own = (self.served, self.served.replace("http", "ws"), "data:", "blob:", "about:")
        if not url.startswith(own):
            self.found.append(f"request {url}")

    def look(self, place: str) -> None:
        self.looked += 1
        self.found += [f"{place}: {said}" for said in self.page.evaluate(_ALIVE, self.canary.address)]
        if self.page.get_by_text("could not be drawn").count():
            self.found.append(f"{place}: could not be drawn")

    def open(self, address: str) -> None:
        try:
            visit(self.page, self.served + address)
        except Error as error:
            self.found.append(f"{address} does not open: {error}")
        self.look(address)

    def unfold(self, place: str, most: int) -> None:
        """Open what is folded, so that the browser draws it."""
        for one in self.page.locator("[data-testid=stExpander] summary").all()[:most]:
            self._try(lambda: one.click(timeout=2_000))  # noqa: B023
        self.page.wait_for_selector(SETTLED)
        self.look(f"{place} unfolded")

    def press(self, place: str, most: int) -> None:
        """Press buttons of different names one after the other: dialogs, forms, what a form says of an empty field."""
        names = dict.fromkeys(one.inner_text() for one in self.page.locator("[data-testid=stMain] button").all())
        for name in [name for name in names if not _KEPT_AWAY.search(name)][:most]:
            button = self.page.locator("[data-testid=stMain] button", has_text=name).first
            self._try(lambda: button.click(timeout=2_000))  # noqa: B023
            self.page.wait_for_timeout(300)
            self.page.wait_for_selector(SETTLED)
            self.look(f"{place}, {name}")
            inner = self.page.locator("[role=dialog] button[kind*=primary]").last
            if inner.count():
                self._try(lambda: inner.click(timeout=2_000))  # noqa: B023
                self.page.wait_for_timeout(300)
                self.look(f"{place}, {name}, sent")
            self.page.keyboard.press("Escape")

    def hover(self, place: str) -> None:
        """Charts answer to the mouse; every text with a question mark has more to say."""
        for chart in self.page.locator(".js-plotly-plot, [data-testid=stTooltipHoverTarget]").all()[:6]:
            box = chart.bounding_box()
            if box:
                for part in (0.2, 0.5, 0.8):
                    self.page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] / 2)
                    self.page.wait_for_timeout(80)
        self.look(f"{place} hovered")

    def links(self) -> list[str]:
        found = self.page.locator("[data-testid=stMain] a[href]").evaluate_all("all => all.map(one => one.href)")
        return [url.removeprefix(self.served) for url in found if url.startswith(self.served)]

    @staticmethod
    def _try(step: object) -> None:
        """What is hidden or gone meanwhile is left alone."""
        try:
            step()  # type: ignore[operator]
        except Error:
            return


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
        page.wait_for_timeout(4_000)
        page.wait_for_selector(SETTLED)
        watched.unfold("/upload, refused", 20)
        watched.press("/upload, refused", 6)
        text = page.locator("[data-testid=stMain]").inner_text()

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
