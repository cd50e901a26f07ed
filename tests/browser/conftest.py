"""A small company whose proposals are no longer accepted, a server for it, and Chromium."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect, sync_playwright

from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.yaml_strict import load_model
from pages.components.door import COOKIE
from services.people import LOCAL_PERSON
from services.publication import published
from services.sign_in import begin, open_session
from services.site import Site
from tests.services.small_company import write_exports, write_site

from .canary import Canary

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)
WAIT = 30_000
# A page that others keep the machine from drawing is late, not wrong.
expect.set_options(timeout=WAIT)
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A workspace with one published KPI that is red."""
    home = tmp_path_factory.mktemp("company")
    site = write_site(home)
    write_exports(home / "exports")
    site.workspace.mkdir()
    firm, _ = load_model(site.company, Company)
    mappings, _ = load_mappings(site.mappings)
    assert import_folder(home / "exports", site.workspace, firm, mappings).problems == ()
    publication, problems = published(site)
    assert publication is not None, [str(problem) for problem in problems]
    return site


@pytest.fixture
def own_company(company: Site, tmp_path: Path) -> Site:
    """A copy that a test may decide in."""
    shutil.copytree(company.workspace, tmp_path / "workspace")
    return Site(tmp_path / "workspace", company.config)


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    found = Canary()
    yield found
    found.socket.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(site: Site, port: int | None = None) -> Iterator[str]:
    """The app on a free port of this machine, gone afterwards whatever happens."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "RCC_WORKSPACE": str(site.workspace), "RCC_CONFIG": str(site.config)}
    environment["RCC_TICK_MINUTES"] = "0"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _await_health(server, f"{address}/_stcore/health")
        _SITES[address] = site
        yield address
    finally:
        _SITES.pop(address, None)
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)


def _await_health(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server stopped with {server.returncode}"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not come up within a minute")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page that notes every request that leaves the machine, in `page.left`."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.left = []
    page.on("request", lambda r: page.left.append(r.url) if not r.url.startswith(_OWN) else None)
    yield page
    context.close()


_OWN = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")


_SITES: dict[str, Site] = {}
"""The site behind the address of each running server."""


def visit(page: Page, address: str, *, person: str | None = LOCAL_PERSON.id) -> None:
    """Open the address as the person, signing them in first; None is a stranger."""
    served = address[: len("http://127.0.0.1:") + 5].rstrip("/")
    if person is not None and not any(one["name"] == COOKIE for one in page.context.cookies(served)):
        sign_in(page, served, person)
    page.goto(address)
    page.wait_for_selector(SETTLED)


def sign_in(page: Page, served: str, person: str) -> str:
    """Give the browser a session of the person at the server; returns its token."""
    site, now = _SITES[served], datetime.now(UTC)
    token = open_session(site, begin(site, person, "password", now), "127.0.0.1", now)
    assert token is not None
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": served}])
    return token


def choose(page: Page, box: str, option: str) -> None:
    """Pick from a list; a redraw that comes late may close it, so it is opened again, five times at most."""
    for attempt in range(5):
        page.wait_for_selector(SETTLED)
        combobox = page.get_by_role("combobox", name=box)
        combobox.click()
        if attempt:  # a long list draws only what is in sight
            combobox.fill(option)
        try:
            page.get_by_role("option", name=option).click(timeout=4_000)
            return
        except TimeoutError:
            assert attempt < 4, f"{option!r} could not be picked from {box!r}"
            page.keyboard.press("Escape")
