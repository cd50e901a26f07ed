"""Passwords: long ones, wrong ones, too many tries, and what ends with a new one."""

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import bcrypt
import pytest
from streamlit.runtime.context import StreamlitHeaders

from pages.components import password_form
from services import passwords
from services.manage_people import create_administrator, save, version_of
from services.passwords import LONGEST, choose_password, invite, prove, replace_password
from services.people import Denied, Person
from services.sign_in import begin, is_signed_in, open_session
from services.site import Site

from .test_sessions import PEOPLE

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
GOOD = "correct horse battery"
ADA = Person("ada", "Ada", frozenset({"administrator"}))


@pytest.fixture(autouse=True)
def cheap(request, monkeypatch):
    """Hashing is made to cost; here only where the cost is what is tested."""
    passwords._hash_of_nobody.cache_clear()
    if "time" not in request.node.name:
        gensalt = bcrypt.gensalt
        monkeypatch.setattr(bcrypt, "gensalt", lambda: gensalt(4))


@pytest.fixture
def site(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "people.yaml").write_text(PEOPLE)
    site = Site(tmp_path / "workspace", tmp_path / "config")
    assert choose_password(site, "dana", GOOD, "local", NOW) == ()
    assert create_administrator(site, "ada", "ada@x.example", GOOD, NOW) == ()
    return site


def who(site, name, password, at=NOW, address="10.0.0.1"):
    proven, problems = prove(site, name, password, address, at)
    return proven.person if proven else problems[0].message


@pytest.mark.parametrize("name", ["dana", "DANA@x.example", " Dana "])
def test_the_right_password_proves_the_person(site, name):
    assert who(site, name, GOOD) == "dana"


@pytest.mark.parametrize(("name", "password"), [
    ("dana", "wrong"), ("dana", ""), ("dana", GOOD + " "), ("dana", GOOD.upper()), ("dana", "x" * 100_000),
    ("nobody", GOOD), ("", GOOD), ("vik", GOOD), ("vik", ""), ("gone", GOOD), ("local", GOOD), ("clockwork", ""),
    ("dana' or 1=1 --", GOOD),
])  # fmt: skip
def test_anything_else_gets_one_answer(site, name, password):
    assert who(site, name, password) == "Name or password is wrong"


def test_a_passphrase_counts_to_its_last_character(site):
    long = "grüß " * 25 + "abc"
    assert len(long) == LONGEST
    assert choose_password(site, "dana", long, "dana", NOW) == ()

    assert who(site, "dana", long) == "dana"
    assert who(site, "dana", long[:-1] + "d") == "Name or password is wrong"


@pytest.mark.parametrize("password", ["short", "x" * (LONGEST + 1), "aaaaaaaaaaaaaa", "dana1234567"])
def test_a_weak_password_is_refused(site, password):
    assert choose_password(site, "dana", password, "dana", NOW)
    assert who(site, "dana", GOOD) == "dana"


def test_five_guesses_at_a_name_whoever_it_is_then_waiting(site):
    for name in ("dana", "nobody"):
        for guess in range(5):
            assert who(site, name, "wrong", address=f"10.1.1.{guess}") == "Name or password is wrong"
        assert who(site, name, GOOD) == "There were too many tries"

    site = Site(site.workspace, site.config)  # the count is in the database
    assert who(site, "dana", GOOD, NOW + timedelta(minutes=14)) == "There were too many tries"
    assert who(site, "dana", GOOD, NOW + timedelta(minutes=15)) == "dana"


def test_an_account_has_ten_guesses_by_all_its_names_together(site):
    names = ("dana", "DANA@x.example", " dana ", "Dana@X.example")
    said = [who(site, names[guess % 4], "wrong", address=f"10.1.1.{guess}") for guess in range(30)]

    assert said.count("Name or password is wrong") == 10


@pytest.mark.parametrize("lines", [["6.6.6.6, 10.0.0.7"], ["6.6.6.6", "10.0.0.7"], ["10.0.0.7"]])
def test_the_address_of_a_guess_is_what_the_proxy_added(monkeypatch, lines):
    """Some proxies write behind what the caller claims, others a line of their own."""
    monkeypatch.setenv("RCC_PROXY", "1")
    headers = StreamlitHeaders([("x-forwarded-for", line) for line in lines])
    monkeypatch.setattr(password_form, "st", SimpleNamespace(context=SimpleNamespace(headers=headers)))

    assert password_form._address() == "10.0.0.7"


def test_fifty_guesses_from_an_address(site):
    for guess in range(50):
        site.credentials().guess(f"somebody{guess}", "10.0.0.9", NOW)

    assert who(site, "dana", GOOD, address="10.0.0.9") == "There were too many tries"
    assert who(site, "dana", GOOD, address="10.0.0.8") == "dana"


def test_known_and_unknown_names_take_the_same_time(site):
    def median(name):
        spent = []
        for guess in range(7):
            began = time.process_time()
            prove(site, name, "wrong", f"{name}{guess}", NOW)
            spent.append(time.process_time() - began)
        return sorted(spent)[3]

    median("warm")
    known, unknown = median("dana"), median("nobody")

    assert known > 0.05
    assert abs(known - unknown) < max(0.01, known * 0.1)


def open_for(site, person):
    return open_session(site, begin(site, person, "password", NOW), "", NOW)


RECORD = {"id": "dana", "name": "Dana", "email": "dana@x.example", "roles": ["viewer"]}


@pytest.mark.parametrize("change", [
    lambda site: choose_password(site, "dana", "another good one", "dana", NOW),
    lambda site: invite(site, ADA, "dana", NOW),
    lambda site: save(site, ADA, RECORD, expected=0, now=NOW),
    lambda site: save(site, ADA, {**RECORD, "disabled": True}, expected=0, now=NOW),
])  # fmt: skip
def test_a_change_ends_the_sessions_of_the_person_only(site, change):
    token, other = open_for(site, "dana"), open_for(site, "ada")
    unused = begin(site, "dana", "password", NOW)

    change(site)

    assert not is_signed_in(site, token, NOW, demo=False)
    assert open_session(site, unused, "", NOW) is None
    assert is_signed_in(site, other, NOW, demo=False)


def test_an_invitation_only_serves_to_choose_a_password(site):
    password = invite(site, ADA, "vik", NOW)

    proven, _ = prove(site, "vik", password, "", NOW)

    assert proven.temporary
    with pytest.raises(Denied):
        invite(site, Person("vik", "Vik", frozenset({"viewer"})), "dana", NOW)


def test_an_invitation_serves_once_and_only_while_it_stands(site):
    proven, _ = prove(site, "vik", invite(site, ADA, "vik", NOW), "", NOW)
    early, _ = prove(site, "vik", invite(site, ADA, "vik", NOW), "", NOW)

    assert replace_password(site, proven, "of the first one", NOW)
    assert replace_password(site, early, GOOD, NOW) == ()
    assert replace_password(site, early, "a page left open", NOW)
    assert who(site, "vik", GOOD) == "vik"


def test_two_administrators_do_not_overwrite_each_other(site):
    expected = version_of(site, "dana")
    assert save(site, ADA, RECORD, expected=expected, now=NOW) == ()

    (problem,) = save(site, ADA, {**RECORD, "roles": ["executive"]}, expected=expected, now=NOW)
    assert "just changed" in problem.message


@pytest.mark.parametrize(("record", "said"), [
    ({"roles": []}, "is empty"), ({"roles": ["king"]}, "a role that there is not"),
    ({"titles": ["Jester"]}, "no title here"), ({"id": "local"}, "system itself"),
    ({"id": "A B"}, "no name to sign in with"), ({"email": "nonsense"}, "no mail address"),
])  # fmt: skip
def test_a_record_that_does_not_fit_is_refused(site, record, said):
    problems = save(site, ADA, {**RECORD, **record}, expected=0, now=NOW)

    assert said in problems[0].message


def test_the_last_administrator_stays(site):
    record = {"id": "ada", "name": "Ada", "email": "ada@x.example", "roles": ["viewer"]}

    (problem,) = save(site, ADA, record, expected=version_of(site, "ada"), now=NOW)
    assert "Nobody would be administrator" in problem.message
