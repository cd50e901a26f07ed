"""Runs a page through the router, in a workspace of its own, on hand-made answers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from decision_log.sessions import Session
from kpi_engine.card import Assessment
from kpi_engine.problem import Problem
from pages.components import door
from services import configuration, drill_down, publication
from services.people import LOCAL_PERSON, Person
from services.sign_in import Visitor

from .fake_engine import SNAPSHOT, FakeEngine

ROOT = Path(__file__).parents[2]


@pytest.fixture
def show(tmp_path, monkeypatch):
    """Show a page: `show("decisions", assessment, kpi="nrr")`, to `person`; None is a stranger."""
    monkeypatch.setenv("RCC_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.delenv("RCC_CONFIG", raising=False)

    def run(
        page: str,
        assessment: Assessment | None,
        *problems: Problem,
        person: Person | None = LOCAL_PERSON,
        **address: str,
    ) -> AppTest:
        monkeypatch.setattr(door, "visitor", lambda site, token, now, demo: visitor_of(person))
        engine = None if assessment is None or problems else FakeEngine(assessment)
        snapshot = None if assessment is None else SNAPSHOT
        monkeypatch.setattr(configuration, "_load", lambda site, content, snapshot: (engine or FakeEngine(None), ()))
        if problems:
            monkeypatch.setattr(configuration, "_load", lambda site, content, snapshot: (None, problems))
        monkeypatch.setattr(publication, "current_snapshot", lambda workspace: snapshot)
        monkeypatch.setattr(drill_down, "current_snapshot", lambda workspace: snapshot)
        at = AppTest.from_file(str(ROOT / "router" / "main.py"), default_timeout=30)
        for name, value in address.items():
            at.query_params[name] = value
        at.run()
        if page != "exceptions":
            at.switch_page(str(ROOT / "pages" / f"{page}.py"))
            for name, value in address.items():
                at.query_params[name] = value
            at.run()
        return at

    return run


def visitor_of(person: Person | None) -> Visitor | None:
    """The person, signed in."""
    now = datetime.now(UTC)
    return None if person is None else Visitor(person, Session("s1", person.id, "password", now, now, ""))


def text_of(at: AppTest) -> str:
    """Everything a person reads in our own HTML and Markdown."""
    parts = [element.value if hasattr(element, "value") else element.body for element in (*at.html, *at.markdown)]
    return "\n".join(str(part) for part in parts)
