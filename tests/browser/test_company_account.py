"""Signing in with the company's own account, against a provider that runs on this machine."""

import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from playwright.sync_api import expect

from pages.components.door import COOKIE
from services.site import Site

from .conftest import SETTLED, free_port, serve
from .provider import CLIENT, INSIDE, Provider, provider

pytestmark = pytest.mark.browser
SECRET = "kD8vQ2xZr7LmW4tYp9BnC6sHj3GfA5eU1oXi"
PROVIDERS_COOKIE = "_streamlit_user"
PEOPLE = """
people:
  - {id: dana, name: Dana, email: dana@x.example, roles: [executive]}
  - {id: gone, name: Gone, email: gone@x.example, roles: [viewer], disabled: true}
"""
SAID = "Your company's sign-in did not answer as expected. Try again, or ask your administrator."
DANA = {"email": "dana@x.example", "email_verified": True}


@pytest.fixture
def company(own_company, tmp_path) -> Site:
    config = tmp_path / "config"
    config.mkdir()
    for entry in own_company.config.iterdir():
        (config / entry.name).symlink_to(entry)
    (config / "people.yaml").write_text(PEOPLE)
    return Site(own_company.workspace, config)


@pytest.fixture
def there():
    with provider() as one:
        yield one


@pytest.fixture
def address(company, there, tmp_path, monkeypatch):
    port = free_port()
    secrets = tmp_path / "secrets.toml"
    settings = {
        "redirect_uri": f"http://127.0.0.1:{port}/oauth2callback", "cookie_secret": SECRET, "client_id": CLIENT,
        "client_secret": "told to both", "server_metadata_url": f"{there.address}/.well-known/openid-configuration",
    }  # fmt: skip
    secrets.write_text("[auth]\n" + "".join(f'{name} = "{value}"\n' for name, value in settings.items()))
    secrets.chmod(0o600)
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(secrets))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(company, port) as address:
        yield address


def cookies(page, address) -> set[str]:
    return {one["name"] for one in page.context.cookies(address)}


def test_a_known_person_comes_in_and_goes_out(address, there: Provider, company, page):
    there.claims = DANA
    page.goto(address)
    page.get_by_role("button", name="Sign in with your company account").click()

    expect(page.get_by_role("button", name="Dana")).to_be_visible()
    assert COOKIE in cookies(page, address)
    assert not [one for one in cookies(page, address) if one.startswith(PROVIDERS_COOKIE)]
    (entry,) = company.log().of("access/dana")
    assert entry.event.how == "oidc"

    page.get_by_role("button", name="Dana").click()
    expect(page.get_by_role("button", name="Change password")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in with your company account")).to_be_visible()
    page.goto(f"{address}/decisions")
    expect(page.get_by_role("button", name="Sign in with your company account")).to_be_visible()
    assert COOKIE not in cookies(page, address)


def test_whom_the_app_does_not_know_is_told_so(address, there: Provider, page):
    for claims, said in (
        ({**DANA, "email": "else@x.example"}, "Nobody here has the mail address else"),
        ({**DANA, "email_verified": False}, "has not verified the mail address"),
        ({**DANA, "email": "gone@x.example"}, "is disabled here"),
    ):
        there.claims = claims
        page.goto(address)
        page.wait_for_selector(SETTLED)
        page.get_by_role("button", name="Sign in with your company account").click()
        expect(page.get_by_text(said)).to_be_visible()
        assert COOKIE not in cookies(page, address)
        page.context.clear_cookies()


@pytest.mark.parametrize("fails", ["metadata", "authorize", "token", "answer"])
def test_a_provider_that_fails_is_told_in_one_sentence(fails, address, there: Provider, page):
    """No details of the provider; the second try works."""
    there.claims, there.fails = DANA, fails
    page.goto(address)
    page.wait_for_selector(SETTLED)
    page.get_by_role("button", name="Sign in with your company account").click()
    expect(page.get_by_text(SAID)).to_be_visible()
    assert INSIDE not in page.content() and COOKIE not in cookies(page, address)
    expect(page).to_have_url(f"{address}/")
    page.get_by_label("Name or mail address").fill("dana")
    page.get_by_label("Name or mail address").blur()
    expect(page.get_by_text(SAID)).to_be_visible()

    there.fails = ""
    page.get_by_role("button", name="Sign in with your company account").click()
    expect(page.get_by_role("button", name="Dana")).to_be_visible()
    expect(page.get_by_text(SAID)).to_have_count(0)


def provider_sends_back(address: str) -> set[str]:
    """The whole way without a browser; the cookies that come of it."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), urllib.request.ProxyHandler({}))
    payload = {"provider": "default", "exp": int(time.time()) + 120}
    start = jwt.encode({"alg": "HS256"}, payload, OctKey.import_key(SECRET))
    opener.open(f"{address}/auth/login?provider={start}", timeout=20).read()
    return {one.name for one in jar}


def test_a_word_that_is_not_the_providers_or_not_for_us_is_not_heard(address, there: Provider):
    there.claims = DANA
    assert PROVIDERS_COOKIE in provider_sends_back(address)

    for wrong in (
        {"aud": "another"}, {"iss": "http://127.0.0.1:1"}, {"nonce": "another"}, {"exp": int(time.time()) - 3600},
    ):  # fmt: skip
        there.claims = DANA | wrong
        assert PROVIDERS_COOKIE not in provider_sends_back(address), wrong
    there.claims, there.key = DANA, RSAKey.generate_key(2048, {"kid": "one"})
    assert PROVIDERS_COOKIE not in provider_sends_back(address)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{address}/_stcore/metrics", timeout=10)
