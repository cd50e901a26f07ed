"""Takes the pictures of docs/screenshots from the app, running on the sample company in a workspace of its own.

Run from the repository: `python docs/make_screenshots.py`. Needs Chromium and requirements-dev.txt.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "screenshots"
DRILL_DOWN = "drill_down?kpi=win_rate&window=4w&dimension=segment&slice=Enterprise"
PAGES = (
    "meeting", "memos", "packet", "proposals", "decisions", "actions", "outbox", "reviews", "reports",
    "decision_inventory",
    "culture", "scorecards", "adoption", "contracts", "data_health", "upload", "people", "help",
)  # fmt: skip
# name → address, size, colour scheme, button to press first
PICTURES = {
    "exceptions": ("", (1280, 800), "light", ""),
    "exceptions-dark": ("", (1280, 800), "dark", ""),
    "exceptions-wide": ("", (1920, 1080), "light", ""),
    "present": ("?present=1", (1920, 1080), "light", ""),
    "decide": ("", (1280, 1000), "light", "Decide"),
    "drill-down": (DRILL_DOWN, (1280, 1100), "light", ""),
    "drill-down-dark": (DRILL_DOWN, (1280, 1100), "dark", ""),
    **{page.replace("_", "-"): (page, (1280, 1000), "light", "") for page in PAGES},
}
PERSON = "Dana Okafor"
# Who opens a page that Dana may not.
OTHERS = {
    "outbox": "Remy Castellan",
    "upload": "Remy Castellan",
    "data_health": "Remy Castellan",
    "people": "Ada Novak",
}
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


def main() -> None:
    """Prepare the sample company, serve it, take every picture, and stop the server."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "RCC_WORKSPACE": os.environ.get("RCC_WORKSPACE", home), "RCC_DEMO": "1"}
        subprocess.run([sys.executable, "-m", "services.first_start"], cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        server = subprocess.Popen([*command, "--server.port", str(port)], cwd=ROOT, env=environment)  # noqa: S603 - our own words
        try:
            _await(f"http://127.0.0.1:{port}/_stcore/health")
            _take_all(f"http://127.0.0.1:{port}/")
        finally:
            server.terminate()
            server.wait(20)


def _take_all(address: str) -> None:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        signed_in = {person: _sign_in(browser, address, person) for person in {PERSON, *OTHERS.values()}}
        for name, (path, size, scheme, button) in PICTURES.items():
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme=scheme,
                storage_state=signed_in[OTHERS.get(path, PERSON)],
            )
            _take(context.new_page(), name, address + path, button=button)
        browser.close()


def _sign_in(browser: Browser, address: str, person: str) -> StorageState:
    """The cookie of a person of the demo."""
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("button", name=person).click(timeout=120_000)
    page.get_by_role("button", name=f"Demo · {person}").wait_for(timeout=120_000)
    return page.context.storage_state()


def _take(page: Page, name: str, address: str, *, button: str) -> None:
    page.goto(address)
    page.wait_for_selector(SETTLED, timeout=120_000)
    if button:
        page.get_by_role("button", name=button).first.click()
    page.wait_for_timeout(4000)  # charts fade in
    page.screenshot(path=OUT / f"{name}.png")
    page.close()


def _await(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not come up within a minute")


if __name__ == "__main__":
    main()
