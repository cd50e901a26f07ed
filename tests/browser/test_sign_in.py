"""The running server: cookies, guarded addresses, and two people in two browsers."""

import re
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http.client import HTTPMessage
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pages.components.door import COOKIE
from services.passwords import choose_password
from services.sign_in import begin, open_session
from services.site import Site
from tests.services.read_workbook import parts

from .conftest import SETTLED, choose, serve, sign_in, visit

pytestmark = pytest.mark.browser
PEOPLE = """
titles: {CEO: {}}
people:
  - {id: dana, name: Dana, email: dana@x.example, roles: [executive], titles: [CEO]}
  - {id: ada, name: Ada, email: ada@x.example, roles: [administrator]}
  - {id: vik, name: Vik, email: vik@x.example, roles: [viewer]}
  - {id: emma, name: Emma, email: emma@x.example, roles: [viewer], scope: {region: EMEA}}
"""


@pytest.fixture
def peopled(own_company, tmp_path) -> Site:
    """The small company with two people."""
    config = tmp_path / "config"
    config.mkdir()
    for entry in own_company.config.iterdir():
        (config / entry.name).symlink_to(entry)
    (config / "people.yaml").write_text(PEOPLE)
    return Site(own_company.workspace, config)


@pytest.fixture
def address(peopled):
    with serve(peopled) as address:
        yield address


def ask(
    address: str, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, HTTPMessage]:
    request = urllib.request.Request(address + path, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers


def test_strangers_get_no_downloads_no_figures_and_no_session(address):
    for path in (
        "/media/anything.csv",
        "/_stcore/metrics",
        "/_stcore/upload_file/a/b",
        "/media/../media/x",
        "//media/x",
    ):
        status, headers = ask(address, path)
        assert status in (400, 403, 404), path
        assert headers["Cache-Control"] == "no-store"
        assert "img-src" in headers["Content-Security-Policy"]
    assert ask(address, "/_stcore/metrics", Cookie=f"{COOKIE}=forged")[0] == 403
    assert ask(address, "/_stcore/health")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}, {"Sec-Fetch-Site": "same-origin"}],
)
def test_no_cookie_without_a_ticket_of_our_own_page(address, headers):
    status, answer = ask(address, "/session", "POST", b"guess", **headers)

    assert status == 403
    assert COOKIE not in answer.get("Set-Cookie", "")


def test_two_people_in_two_browsers_and_one_is_put_out(address, peopled, page, chromium):
    visit(page, f"{address}/decisions", person="dana")
    other = chromium.new_context().new_page()
    visit(other, f"{address}/help", person="ada")
    expect(page.get_by_role("button", name="Dana")).to_be_visible()
    expect(other.get_by_role("button", name="Ada")).to_be_visible()

    token = next(one["value"] for one in page.context.cookies(address) if one["name"] == COOKIE)
    page.get_by_role("button", name="Dana").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Dana")).to_have_count(0)
    expect(page.get_by_text("Signing out…")).to_have_count(0)
    page.wait_for_selector(SETTLED)
    assert not [one for one in page.context.cookies(address) if one["name"] == COOKIE]

    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    visit(page, f"{address}/decisions", person=None)
    expect(page.get_by_role("heading", level=1)).to_have_text("Revenue Command Center")
    other.get_by_role("button", name="Ada").click()
    expect(other.get_by_role("button", name="Sign out")).to_be_visible()
    other.context.close()


def test_a_page_left_open_hears_of_the_end_of_its_session(address, peopled, page):
    visit(page, f"{address}/drill_down", person="dana")
    token = next(one["value"] for one in page.context.cookies(address) if one["name"] == COOKIE)
    assert ask(address, "/_stcore/metrics", Cookie=f"{COOKIE}={token}")[0] != 403

    peopled.sessions().end_all_of("dana", "for the test", datetime.now(UTC))
    page.get_by_role("link", name="Exceptions").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Revenue Command Center")
    assert ask(address, "/_stcore/metrics", Cookie=f"{COOKIE}={token}")[0] == 403


@pytest.mark.parametrize(
    ("kind", "text_in"),
    [("CSV", lambda file: file.decode("utf-8-sig")), ("Excel", lambda file: parts(file)["xl/sharedStrings.xml"])],
    ids=["csv", "excel"],
)
def test_a_file_is_served_to_the_session_it_was_offered_to_only(address, peopled, page, kind, text_in):
    now = datetime.now(UTC)

    def token_for(person):
        return open_session(peopled, begin(peopled, person, "password", now), "", now)

    visit(page, f"{address}/drill_down?kpi=proposal_acceptance_rate", person="dana")
    with page.expect_download() as download:
        page.get_by_role("button", name=kind, exact=True).click()
    token = next(one["value"] for one in page.context.cookies(address) if one["name"] == COOKIE)
    path = download.value.url.removeprefix(address)

    def status(token):
        return ask(address, path, Cookie=f"{COOKIE}={token}")[0]

    assert path.startswith("/media/")
    assert "P24-" in text_in(Path(download.value.path()).read_bytes())
    assert [status(token), status(token_for("ada")), status(token_for("dana")), ask(address, path)[0]] == [
        200, 404, 404, 403,
    ]  # fmt: skip
    peopled.sessions().end_all_of("dana", "for the test", datetime.now(UTC))
    assert status(token) == 403


def test_charts_are_seen_by_whom_they_were_drawn_for(address, page):
    images = []
    page.on("response", lambda answer: images.append(answer.status) if "/media/" in answer.url else None)

    visit(page, f"{address}/exceptions", person="dana")
    expect(page.locator("img").first).to_be_visible()
    page.reload()
    page.wait_for_selector(SETTLED)

    assert set(images) == {200}


def test_what_is_not_theirs_is_in_no_frame(peopled, page):
    """A viewer on pages of others, and somebody limited to a region, on a server that has just started."""
    heard = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame)))

    def frames(address, person, path):
        heard.clear()
        page.context.clear_cookies()
        visit(page, address + path, person=person)
        page.wait_for_timeout(500)
        return "".join(one if isinstance(one, str) else one.decode("utf-8", "replace") for one in heard)

    with serve(peopled) as address:
        for path in ("/people", "/outbox", "/upload"):
            told = frames(address, "vik", path)
            assert "Your roles do not open this page" in told
            assert "ada@x.example" not in told
            assert "Session" not in told
        told = frames(address, "emma", "/drill_down?kpi=proposal_acceptance_rate")
        assert "EMEA" in told
        assert "Americas" not in told
        assert "Your roles do not open this page" in frames(address, "emma", "/decisions")


@pytest.mark.parametrize("person", ["dana", "ada"])
def test_a_deep_link_on_a_cold_server_asks_who_is_there_and_is_kept(peopled, page, person):
    with serve(peopled) as address:
        frames = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))
        visit(page, f"{address}/drill_down?kpi=proposal_acceptance_rate", person=None)
        expect(page.get_by_role("heading", level=1)).to_have_text("Revenue Command Center")
        heard = "".join(frame if isinstance(frame, str) else frame.decode("utf-8", "replace") for frame in frames)
        assert "Proposal acceptance" not in heard
        assert re.search("Revenue Command Center", heard)

        sign_in(page, address, person)
        page.reload()
        expect(page).to_have_url(re.compile(r"drill_down\?kpi=proposal_acceptance_rate"))
        expect(page.get_by_text("The records behind the number")).to_be_visible()


def test_a_wrong_password_then_the_right_one_and_the_address_is_kept(address, peopled, page):
    choose_password(peopled, "dana", "correct horse battery", "local", datetime.now(UTC))
    visit(page, f"{address}/drill_down?kpi=proposal_acceptance_rate", person=None)

    page.get_by_label("Name or mail address").fill("dana@x.example")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Name or password is wrong")).to_be_visible()
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_text("The records behind the number")).to_be_visible()
    expect(page).to_have_url(re.compile(r"drill_down\?kpi=proposal_acceptance_rate"))
    (cookie,) = [one for one in page.context.cookies(address) if one["name"] == COOKIE]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert COOKIE not in page.evaluate("document.cookie")


def test_the_demo_picks_a_person_and_becomes_another(peopled, page, monkeypatch):
    monkeypatch.setenv("RCC_DEMO", "1")
    with serve(peopled) as address:
        visit(page, f"{address}/help", person=None)
        page.get_by_role("button", name="Dana").click()
        page.get_by_role("button", name="Demo · Dana").click()
        choose(page, "Be somebody else", "Ada")

        expect(page.get_by_role("button", name="Demo · Ada")).to_be_visible()
