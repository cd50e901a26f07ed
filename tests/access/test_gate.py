"""The gate: strangers see no page, each role opens its pages, and no page is missing from the table."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import door
from services import people
from services.people import PAGES, RIGHTS, Action, Person, Role, may_open
from services.sign_in import begin, open_session, sign_out, visitor
from services.site import Site
from tests.pages.assessments import BUSY
from tests.pages.conftest import show, visitor_of

__all__ = ["show"]

ROOT = Path(__file__).parents[2]
FILES = sorted(file for file in (ROOT / "pages").glob("*.py") if file.stem != "__init__")


def title_of(file: Path) -> str:
    """The title in the page's first call."""
    calls = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))
    titles = [call.args[0].value for call in calls if getattr(call.func, "id", "") == "enter"]
    assert len(titles) == 1, f"{file.name} calls the gate {len(titles)} times"
    return titles[0]


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("RCC_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.delenv("RCC_CONFIG", raising=False)
    monkeypatch.delenv("RCC_DEMO", raising=False)


def shown(at: AppTest) -> str:
    return "\n".join(str(getattr(element, "value", None) or element.body) for element in (*at.html, *at.markdown))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_page_is_in_the_table_of_rights_and_in_the_menu(file):
    assert title_of(file) in PAGES
    assert f'"{file.stem}": "{title_of(file)}"' in (ROOT / "router" / "main.py").read_text()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_gate_is_the_first_thing_a_page_does(file):
    body = ast.parse(file.read_text()).body
    at = next(number for number, node in enumerate(body) if "enter(" in ast.unparse(node))
    drawn = [ast.unparse(node) for node in body[1:at] if isinstance(node, ast.Assign | ast.Expr | ast.If | ast.With)]

    assert not [line for line in drawn if "st." in line]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_stranger_sees_only_the_sign_in_page(file, monkeypatch):
    """The page file alone, as a deep link on a fresh server runs it."""
    monkeypatch.setattr(door, "_token", lambda: None)

    at = AppTest.from_file(str(file), default_timeout=30).run()

    assert not at.exception
    assert "<h1>Revenue Command Center</h1>" in shown(at)
    assert "<h1>" not in shown(at).replace("<h1>Revenue Command Center</h1>", "")


def matrix() -> list:
    """Pages × roles and none: two a page in turn, all of them in `make test-all`."""
    roles, found = (*get_args(Role), "none"), []
    for at, file in enumerate(FILES):
        sample = {roles[at % len(roles)], roles[-2 - at % 2]}
        marks = {role: () if role in sample else (pytest.mark.all,) for role in roles}
        found += [pytest.param(file, role, id=f"{file.stem}-{role}", marks=marks[role]) for role in roles]
    return found


@pytest.mark.parametrize(("file", "role"), matrix())
def test_a_role_opens_the_pages_of_the_table(file, role, show):
    person = Person("kim", "Kim", frozenset({role} & set(RIGHTS)))

    at = show(file.stem, BUSY, person=person)

    assert not at.exception
    opens = PAGES[title_of(file)] in RIGHTS.get(role, {})
    assert may_open(person, title_of(file)) is opens
    assert ("Your roles do not open this page" in shown(at)) is not opens
    if not opens:
        sent = [one.type for one in at.main][1:]
        assert sent == ["flex_container", "popover", "html", "button", "button", "html"], "who one is, and the stub"


def test_a_page_that_is_not_listed_opens_for_nobody(monkeypatch):
    monkeypatch.delitem(people.PAGES, "Help")
    monkeypatch.setattr(door, "visitor", lambda site, token, now, demo: visitor_of(people.LOCAL_PERSON))

    at = AppTest.from_file(str(ROOT / "pages" / "help.py")).run()

    assert "missing from the table of rights" in shown(at)
    assert "How it works" not in shown(at)


def test_every_action_is_somebodys_and_every_role_is_declared():
    assert set(RIGHTS) == set(get_args(Role))
    assert {action for rights in RIGHTS.values() for action in rights} == set(get_args(Action))


def test_the_page_says_so_at_the_next_rerun_when_the_session_is_over(monkeypatch):
    site, now = Site.from_environment(), datetime.now(UTC)
    token = open_session(site, begin(site, "dana", "password", now), "", now)
    monkeypatch.setattr(door, "_token", lambda: token)

    at = AppTest.from_file(str(ROOT / "pages" / "help.py")).run()
    assert "How it works" in shown(at)
    sign_out(site, visitor(site, token, now, demo=False), now + timedelta(seconds=1))
    at.run()

    assert not at.exception
    assert "How it works" not in shown(at)
