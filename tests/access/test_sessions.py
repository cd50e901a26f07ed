"""A session stands for its person until it is over, and its secrets are of no use to others."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from starlette.requests import Request

from decision_log.sessions import IDLE, LIFE, TICKET_LIFE
from router.sessions import _beginning
from services.people import LOCAL_PERSON, Denied
from services.sign_in import begin, demo_offered, demo_sign_in, is_signed_in, open_session, sign_out, visitor
from services.site import Site

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
PEOPLE = """
people:
  - {id: dana, name: Dana, email: dana@x.example, roles: [executive]}
  - {id: vik, name: Vik, email: vik@x.example, roles: [viewer]}
  - {id: gone, name: Gone, email: gone@x.example, roles: [viewer], disabled: true}
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "people.yaml").write_text(PEOPLE)
    return Site(tmp_path / "workspace", tmp_path / "config")


def enter(site, person="dana", how="password", at=NOW):
    return open_session(site, begin(site, person, how, at), "127.0.0.1", at)


def who(site, token, at=NOW, demo=False):
    found = visitor(site, token, at, demo=demo)
    return None if found is None else found.person.id


def test_a_token_stands_for_its_person(site):
    tokens = {person: enter(site, person) for person in ("dana", "vik")}

    assert {person: who(site, token) for person, token in tokens.items()} == {"dana": "dana", "vik": "vik"}
    assert min(len(token) for token in tokens.values()) >= 43  # 256 bits


def flipped(token):
    return ("a" if token[0] != "a" else "b") + token[1:]


@pytest.mark.parametrize(
    "made", [flipped, str.upper, lambda t: t[:-1], lambda t: t + "=", lambda t: "", lambda t: None, lambda t: object()]
)
def test_any_other_token_is_a_stranger(site, made):
    token = enter(site)

    assert who(site, made(token)) is None


def test_a_ticket_opens_once_and_not_for_long(site):
    ticket = begin(site, "dana", "password", NOW)
    late = begin(site, "dana", "password", NOW)

    assert who(site, ticket) is None
    assert open_session(site, ticket, "", NOW) is not None
    assert open_session(site, ticket, "", NOW) is None
    assert open_session(site, late, "", NOW + TICKET_LIFE) is None


def test_an_idle_session_is_over_and_a_busy_one_goes_on_until_it_is_old(site):
    token, busy = enter(site), enter(site)
    at = NOW
    while at + timedelta(minutes=29) < NOW + LIFE:
        at += timedelta(minutes=29)
        assert who(site, busy, at) == "dana"

    assert who(site, token, NOW + IDLE) is None
    assert who(site, busy, NOW + LIFE - timedelta(seconds=1)) == "dana"
    assert who(site, busy, NOW + LIFE) is None


def test_being_asked_about_keeps_no_session_awake(site):
    token = enter(site)
    for minute in range(1, 30):
        assert is_signed_in(site, token, NOW + timedelta(minutes=minute), demo=False)

    assert not is_signed_in(site, token, NOW + IDLE, demo=False)


def test_after_signing_out_the_token_is_worth_nothing(site):
    token, other = enter(site), enter(site)

    sign_out(site, visitor(site, token, NOW, demo=False), NOW)

    assert who(site, token) is None
    assert who(site, other) == "dana"
    assert [entry.event.kind for entry in site.log().of("access/dana")].count("access.ended") == 1


@pytest.mark.parametrize("person", ["gone", "nobody"])
def test_who_is_disabled_or_not_listed_is_a_stranger(site, person):
    assert who(site, enter(site, person)) is None


def test_a_demo_session_counts_only_in_demo_mode(site):
    token = open_session(site, demo_sign_in(site, "vik", NOW, demo=True), "", NOW)

    assert who(site, token, demo=True) == "vik"
    assert who(site, token, demo=False) is None
    for person, demo in (("vik", False), ("gone", True), ("nobody", True), ("local", True)):
        with pytest.raises(Denied):
            demo_sign_in(site, person, NOW, demo=demo)


@pytest.mark.parametrize(("bound_to", "asked", "offered"), [
    ("127.0.0.1", "1", True), ("localhost", "1", True),
    ("0.0.0.0", "1", False), (None, "1", False), ("10.0.0.7", "1", False),
    ("127.0.0.1", "", False), ("127.0.0.1", "yes", False),
])  # fmt: skip
def test_the_demo_stays_on_this_machine(monkeypatch, bound_to, asked, offered):
    monkeypatch.setenv("RCC_DEMO", asked)

    assert demo_offered(bound_to) is offered


def test_the_database_holds_neither_tokens_nor_tickets(site):
    token, ticket = enter(site), begin(site, "vik", "password", NOW)
    engine = sa.create_engine(f"sqlite:///{site.workspace / 'decisions.sqlite3'}")
    with engine.begin() as connection:
        stored = "\n".join(
            str(row)
            for table in ("sessions", "entries")
            for row in connection.execute(sa.text(f"select * from {table}"))
        )

    assert token not in stored
    assert ticket not in stored


def test_nobody_of_the_directory_is_the_system_itself(site):
    from services.directory import Directory

    member = {"id": LOCAL_PERSON.id, "name": "x", "email": "x@x.example", "roles": ["viewer"]}
    with pytest.raises(ValueError, match="system itself"):
        Directory.model_validate({"people": [member]})


def test_a_body_that_is_no_ticket_is_not_read_to_its_end():
    """Whoever announces no length could fill the memory without being anybody."""
    parts = itertools.count(1)

    async def receive():
        next(parts)
        return {"type": "http.request", "body": b"x" * 60, "more_body": True}

    scope = {"type": "http", "method": "POST", "headers": [(b"sec-fetch-site", b"same-origin")]}

    assert asyncio.run(_beginning(Request(scope, receive))) == b""
    assert next(parts) < 5
