"""Half-typed text: kept as it was typed for whoever typed it, shown as text, whatever the form says of it."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.mappings.loading import load_mappings
from pages.components import door
from services.mapping_draft import Draft as MappingDraft
from services.people import LOCAL_PERSON, Person
from services.site import Site
from services.staging import Reading, clear, stage, staged, tell
from tests.pages.conftest import visitor_of

from .conftest import CANARY
from .payloads import PAYLOADS, Payloads
from .poisoned import ROOT
from .reading import active_on_page

NOW = datetime(2026, 7, 10, 8, tzinfo=UTC)
TEXTS = [Payloads(CANARY, dealt=at).next() for at in range(len(PAYLOADS))]
FILE = "offers 2026-07.csv"
TYPED = {"title", "signs", "missing", "constants", "only"}
"""Fields of a layout that people type; `only` may name a word that no cell holds."""
OF_THE_FILE = {"columns", "values", "currency"}
"""Names of columns and words of cells."""
CHOSEN = {"name", "table", "load", "dates", "decimal", "thousands", "scales", "negative", "last_day"}
"""Chosen from lists, or made of the title."""


def test_every_field_of_a_layout_is_told_apart():
    """A field that is new must be typed, of the file or chosen; what is typed is dealt payloads below."""
    assert {one.name for one in fields(MappingDraft)} == TYPED | OF_THE_FILE | CHOSEN


@pytest.mark.parametrize("text", TEXTS, ids=list(PAYLOADS))
def test_a_draft_is_kept_exactly_for_who_typed_it(text, tmp_path):
    drafts = Site(tmp_path / "workspace", tmp_path / "config").drafts()
    kept = {"fields": {"why": text, text: [text]}, "intent": "1", "base": 0}
    drafts.keep("dana", f"decision/{text[:40]}".replace("\x00", ""), kept, NOW)

    assert drafts.of("dana", f"decision/{text[:40]}".replace("\x00", "")) == kept
    for other in ("remy", "dana ", "DANA", "", "%", "d_na"):
        assert drafts.of(other, f"decision/{text[:40]}".replace("\x00", "")) == {}


@pytest.fixture
def upload(poisoned, monkeypatch, tmp_path):
    """The upload page with a file whose header and words are payloads, as somebody who maps it."""
    monkeypatch.setenv("RCC_WORKSPACE", str(poisoned.workspace))
    monkeypatch.setenv("RCC_CONFIG", str(poisoned.config))

    def put(texts: Payloads) -> None:
        head = ["Offer", *(_cell(texts) for _ in range(5))]
        rows = [[f"O{at}", *(_cell(texts) for _ in range(5))] for at in range(12)]
        out = io.StringIO(newline="")
        csv.writer(out).writerows([head, *rows])
        assert stage(poisoned, LOCAL_PERSON, FILE, io.BytesIO(out.getvalue().encode())) is None

    def open_(person: Person = LOCAL_PERSON) -> AppTest:
        monkeypatch.setattr(door, "visitor", lambda site, token, now, demo: visitor_of(person))
        at = AppTest.from_file(str(ROOT / "router" / "main.py"), default_timeout=60).run()
        return at.switch_page(str(ROOT / "pages" / "upload.py")).run()

    yield put, open_
    clear(poisoned, LOCAL_PERSON)


def _cell(texts: Payloads) -> str:
    return " ".join(texts.next().replace("\x00", "").split())


@pytest.mark.parametrize("dealt", [0, *(pytest.param(at, marks=pytest.mark.all) for at in range(4, len(TEXTS), 4))])
def test_a_layout_half_typed_is_shown_kept_and_refused_as_text(dealt, upload, poisoned):
    """Typed, drawn again after a reload, tested on the file, and sent: each time text, and the same."""
    put, open_ = upload
    put(Payloads(CANARY, dealt=dealt))
    at = _with(open_(), "table", "accounts")
    assert active_on_page(at._tree) == []
    texts = Payloads(CANARY, dealt=dealt)
    typed = {}
    for at_, field in enumerate(at.text_input):
        typed[field.key] = texts.next()
        at.text_input[at_].set_value(typed[field.key])
    at = at.run()
    assert len(typed) >= 3 and not at.exception
    assert active_on_page(at._tree) == []

    again = open_()
    assert {field.key: field.value for field in again.text_input if field.key in typed} == typed
    assert active_on_page(again._tree) == []
    for button in ("test", "save"):
        sent = again.button(key=f"{FILE}/{button}").click().run()
        assert not sent.exception
        assert active_on_page(sent._tree) == []
    somebody_else = open_(Person("anna", "Anna", frozenset({"analyst"})))
    assert not somebody_else.exception
    assert len(somebody_else.text_input) == 0, "somebody else's file and draft"


def test_a_saved_layouts_words_are_shown_as_text(upload, poisoned):
    """Their titles stand in the lists of the page, their columns and words in what is said of a file."""
    put, open_ = upload
    titles = {one.name: one.title for one in load_mappings(poisoned.mappings)[0]}
    assert any("\\script" in text or "<" in text or "=" in text for text in titles.values()), "no title is a payload"
    put(Payloads(CANARY, dealt=20))
    (file,) = staged(poisoned, LOCAL_PERSON)
    tell(poisoned, LOCAL_PERSON, file.name, Reading(mapping=next(iter(titles))))
    at = open_()
    assert not at.exception
    assert active_on_page(at._tree) == []


def _with(at: AppTest, name: str, value: str) -> AppTest:
    return at.selectbox(key=f"mapping/{FILE}/{name}").select(value).run()
