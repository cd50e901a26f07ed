"""Signing in with the company's account: whom a provider's word stands for, once, and while it is fresh."""

from datetime import UTC, datetime, timedelta

import pytest

from services.company_account import FRESH, begin
from services.sign_in import open_session, visitor
from services.site import Site

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
PEOPLE = """
people:
  - {id: dana, name: Dana, email: Dana@x.example, roles: [executive]}
  - {id: gone, name: Gone, email: gone@x.example, roles: [viewer], disabled: true}
  - {id: tim, name: Tim, email: team@x.example, roles: [viewer]}
  - {id: tom, name: Tom, email: team@x.example, roles: [viewer]}
"""
CLAIMS = {
    "is_logged_in": True, "iss": "https://id.example", "sub": "7", "nonce": "n1", "iat": NOW.timestamp(),
    "email": "dana@X.example", "email_verified": True, "preferred_username": "dana",
}  # fmt: skip


@pytest.fixture
def site(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "people.yaml").write_text(PEOPLE)
    return Site(tmp_path / "workspace", tmp_path / "config")


def told(site, now=NOW, claim="", **change):
    ticket, problems = begin(site, CLAIMS | change, now, claim=claim)
    assert (ticket is None) is bool(problems)
    return problems[0].message if problems else ""


@pytest.mark.parametrize(("claim", "change"), [
    ("", {}),
    ("", {"email_verified": "true"}),
    ("preferred_username", {"email": None}),
    ("upn", {"upn": "DANA@x.example", "email_verified": False}),
])  # fmt: skip
def test_a_known_person_comes_in_with_a_session_of_ours(site, claim, change):
    ticket, problems = begin(site, CLAIMS | change, NOW, claim=claim)

    assert problems == ()
    found = visitor(site, open_session(site, ticket, "", NOW), NOW, demo=False)
    assert (found.person.id, found.session.how) == ("dana", "oidc")
    (entry,) = site.log().of("access/dana")
    assert entry.event.how == "oidc"


@pytest.mark.parametrize(("change", "said"), [
    ({"email": "else@x.example"}, "Nobody here has the mail address else@x.example"),
    ({"email": "team@x.example"}, "More than one person here has the mail address team@x.example"),
    ({"email": "gone@x.example"}, "The account of gone@x.example is disabled here"),
    ({"email": "dana"}, "Nobody here has the mail address dana"),
    ({"email_verified": False}, "Your company's sign-in has not verified the mail address dana@x.example"),
    ({"email_verified": None}, "Your company's sign-in has not verified the mail address dana@x.example"),
    ({"email": ""}, "Your company's sign-in does not tell your mail address"),
    ({"is_logged_in": False}, "The sign-in at your company is too long ago"),
    ({"nonce": ""}, "The sign-in at your company is too long ago"),
    ({"iat": "now"}, "The sign-in at your company is too long ago"),
    ({"iat": (NOW + timedelta(hours=1)).timestamp()}, "The sign-in at your company is too long ago"),
])  # fmt: skip
def test_anybody_else_is_told_why_not(site, change, said):
    assert told(site, **change) == said
    assert site.sessions().live(NOW) == ()


def test_a_providers_word_counts_once_and_not_for_long(site):
    """So the cookie that Streamlit keeps for 30 days opens nothing by itself."""
    assert told(site) == ""
    assert told(site) == "This sign-in has been used before"
    assert (
        told(site, now=NOW + FRESH + timedelta(seconds=1), nonce="n2") == "The sign-in at your company is too long ago"
    )
    assert told(site, nonce="n3") == ""
