"""Texts that want to be more than text: shown, sent, printed and exported, they stay what somebody typed."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pandas as pd
import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from decision_log.memo import MemoPublished
from decision_log.outbox import messages
from kpi_engine.card import Point
from kpi_engine.company import Company
from kpi_engine.exports.columns import CHOICES
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.snapshot_store import current_snapshot
from kpi_engine.tables.catalogue import TABLES
from kpi_engine.yaml_strict import load_model
from pages.components import door
from pages.components.text import plain, safe
from rendering.lines import Path as Line
from rendering.lines import lines
from services.channels.letter import Letter, NotDelivered
from services.channels.smtp import _mail
from services.channels.webhook import _harmless
from services.download import as_csv
from services.people import LOCAL_PERSON
from services.publish_packet import forums_with_packets, publish
from services.publish_report import draft_report, reporting_forums
from services.read_memo import all_memos, as_file, as_html
from services.report.outputs import built
from services.workbook import as_xlsx
from services.written import is_web_address
from tests.pages.conftest import visitor_of
from tests.services.read_workbook import cells, runs

from .conftest import CANARY
from .fields import NOT_TYPED, TYPED, events, texts_of
from .payloads import PAYLOADS, Payloads
from .poisoned import ROOT
from .reading import active_in_html, active_in_markdown, active_on_page, text_in_html

TEXTS = [Payloads(CANARY, dealt=at).next() for at in range(len(PAYLOADS))]
_UNSEEN = " \t\r\n\x0b\x0c\u00a0\u200b\u2028\ufeff"
PAGES = sorted(file for file in (ROOT / "pages").glob("*.py") if file.stem != "__init__")
_NEVER_TYPED = {"episode.restated", "tick.judged", "access.signed_in", "access.ended", "formula.sealed"}
"""Kinds of events whose texts only the program writes."""
_NOT_LIVED = {
    "decision.closed.reason",
    "episode.clock_met.note",
    "message.queued.attachments.text",
    "packet.published.cut",
}
_NAMES = {"memo.published.decisions.subject", "assumption.noted.owner", "memo.published.decisions.stance"}
"""Fields of a typed name that hold the name of a thing all the same."""


def test_there_are_sixty_of_them():
    assert len(set(PAYLOADS.values())) == len(PAYLOADS) >= 60


def test_every_text_of_the_log_is_a_payload_or_a_name(poisoned):
    """A new field of an event must be told apart, and what is typed must have been dealt a payload."""
    fields = {f"{kind}.{path}" for kind, model in events().items() for path in texts_of(model)}
    unknown = {field for field in fields if field.rpartition(".")[2] not in TYPED | NOT_TYPED}
    assert not unknown, "say in fields.py whether somebody types these"

    dealt = set()
    for name in {kind.partition(".")[0] for kind in events()}:
        for entries in poisoned.log().stream(name).values():
            dealt |= {place for one in entries for place in _payloads_in(one.event.model_dump(), one.event.kind)}
    typed = {field for field in fields if field.rpartition(".")[2] in TYPED}
    missing = {field for field in typed - dealt if not field.startswith(tuple(_NEVER_TYPED))}
    assert missing <= _NOT_LIVED | _NAMES


def _payloads_in(value, place):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _payloads_in(inner, f"{place}.{key}" if ".facts" not in place else place)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _payloads_in(inner, place)
    elif isinstance(value, str) and any(text[:9] in value or "said.example" in value for text in TEXTS if text.strip()):
        yield place


@pytest.mark.parametrize("text", TEXTS, ids=list(PAYLOADS))
def test_a_text_stays_text_in_labels_and_in_our_html(text):
    for label in (plain(text), f"**{plain(text)}** · {plain(text)}", f"- {plain(text)}\n- {plain(text)}"):
        assert list(active_in_markdown(label)) == []
    said = f"<p title='{safe(text)}' class=\"{safe(text)}\">{safe(text)}</p>"
    assert active_in_html(said) == []
    assert not text.isprintable() or text_in_html(f"<p>{safe(text)}</p>") == text


def test_labels_part_what_streamlit_makes_links_of():
    for address in (
        "http://a.example/x",
        "HTTPS://a.example",
        "www.a.example",
        "kim@a.example",
        "mailto:kim@a.example",
    ):
        assert address not in plain(address).replace("\\", "")
    assert "\u202e" not in plain("a\u202eb") + safe("a\u202eb")
    assert safe("a\x00b\x1b[2J") == "a\ufffdb\ufffd[2J"


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_a_page_shows_payloads_as_text(file, poisoned, monkeypatch):
    at = _drawn(poisoned, file, monkeypatch)

    assert not at.exception
    assert active_on_page(at._tree) == []


def _drawn(site, file, monkeypatch):
    monkeypatch.setenv("RCC_WORKSPACE", str(site.workspace))
    monkeypatch.setenv("RCC_CONFIG", str(site.config))
    monkeypatch.setattr(door, "visitor", lambda site, token, now, demo: visitor_of(LOCAL_PERSON))
    at = AppTest.from_file(str(ROOT / "router" / "main.py"), default_timeout=60).run()
    return at if file.stem == "exceptions" else at.switch_page(str(file)).run()


@pytest.fixture(scope="module")
def now(poisoned):
    return datetime(2026, 7, 13, 21, tzinfo=UTC)


def test_packets_in_html_and_print(poisoned, now):
    seen = ""
    for forum in forums_with_packets(poisoned, LOCAL_PERSON):
        packet, problems = publish(
            poisoned, LOCAL_PERSON, forum.id, as_of=None, idempotency_key=f"payloads/{forum.id}", now=now
        )
        assert packet is not None and not problems
        files = {path.suffix: path.read_bytes() for path in poisoned.workspace.glob("packets/*")
                 if packet.published.html in path.name or packet.published.pdf in path.name}  # fmt: skip
        seen += _look_at(files[".html"], files[".pdf"])
    assert "<script>window.__pwned=1</script>" in seen
    assert '#read("/etc/passwd")' in seen.replace("\n", "")


def test_reports_in_html_and_print(poisoned, now):
    for forum in reporting_forums(poisoned, LOCAL_PERSON):
        content, problems = draft_report(poisoned, LOCAL_PERSON, forum.id, None, now)
        assert content is not None and not problems
        files = built(content).files
        _look_at(files["html"], files["pdf"])


def _look_at(html: bytes, pdf: bytes) -> str:
    """Check both files; the text of the printed one."""
    page = html.decode()
    assert active_in_html(page, ours=frozenset({"meta"})) == []
    assert page.count("<meta") == 3, "the template's own"
    reader = PdfReader(io.BytesIO(pdf))
    for sign in (b"/URI", b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/AcroForm", b"/OpenAction"):
        assert sign not in pdf
    text = "\n".join(one.extract_text() for one in reader.pages)
    assert "root:x:0" not in text
    return text + text_in_html(page)


def test_memos_on_the_page_and_as_a_file(poisoned):
    for memo in all_memos(poisoned, LOCAL_PERSON):
        assert isinstance(memo.published, MemoPublished)
        assert active_in_html(as_html(memo.published, memo)) == []
        assert active_in_html(as_file(memo).content.decode(), ours=frozenset({"meta"})) == []


def test_mails_and_posts(poisoned):
    """Every message that was queued, as the channels write it: plain text, no header of its own, no mention."""
    for one in messages(poisoned.log().stream("message")):
        queued = one.queued
        letter = Letter("id1", queued.topic, queued.to, ("kim@example.org",), queued.subject, queued.text, (), None)
        for told in (letter, replace(letter, subject=" ".join(queued.subject.split()))):
            try:
                mail = message_from_bytes(bytes(_mail(told, "rcc@example.org")), policy=policy.default)
            except (NotDelivered, ValueError):
                assert any(sign in told.subject for sign in "\r\n\x0b\x0c\x85\u2028\u2029\x1c\x1d\x1e\x00"), (
                    told.subject
                )
                continue
            assert mail["To"] == "kim@example.org" and mail["Bcc"] is None
            assert mail.get_content_type() == "text/plain"
        assert not any(sign in _harmless(queued.text) for sign in "<>")


@pytest.mark.parametrize("text", TEXTS, ids=list(PAYLOADS))
def test_no_payload_is_taken_for_an_address(text):
    assert not is_web_address(text.strip()) or text.startswith("http")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_cells_of_every_text_column_are_kept_and_leave_as_text(table, tmp_path):
    """Imported, then taken along as CSV and as a workbook: nothing in them runs, and numbers stay numbers."""
    columns = {column.name: _cells(table, column) for column in table.columns if not column.derived}
    rows = [(at, *cells) for at, cells in enumerate(zip(*columns.values(), strict=True), 2)]
    problems = _import(table, columns, rows, tmp_path / "first").problems
    for problem in problems:
        assert active_in_html(f"<p>{safe(problem)}</p>") == []
        assert list(active_in_markdown(f"- {plain(problem)}")) == []
    refused = {problem.row for problem in problems}
    kept = [row for row in rows if row[0] not in refused]
    result = _import(table, columns, kept, tmp_path / "second")
    assert not result.problems and len(kept) >= 40

    snapshot = current_snapshot(tmp_path / "second" / "workspace")
    frame = pd.read_parquet(snapshot.tables[table.name].path)
    assert len(frame) == len(kept)
    _leaves_harmless(frame)
    _leaves_whole(frame)


def _import(table, columns, rows, home):
    source = home / "exports"
    source.mkdir(parents=True)
    with (source / f"{table.name}.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(columns)
        out.writerows(row[1:] for row in rows)
    company, _ = load_model(ROOT / "config" / "company.yaml", Company)
    mappings, _ = load_mappings(ROOT / "config" / "mappings")
    return import_folder(source, home / "workspace", company, mappings, data_on=date(2026, 3, 31))


def _cells(table, column) -> list[str]:
    texts = {"date": "2026-03-02", "timestamp": "2026-03-02 10:00:00", "boolean": "true", "money": "-12.50"}
    if column.type != "text":
        return [texts.get(column.type, "0.5" if column.type == "number" else "3")] * len(TEXTS)
    if column.name == "currency" and table.name != "currency_rates":  # one without a rate is refused
        return ["USD"] * len(TEXTS)
    if (table.name, column.name) in CHOICES:
        return [CHOICES[table.name, column.name][0]] * len(TEXTS)
    # What begins like a formula or a mark of a spreadsheet is refused at the door; a key needs its own beginning.
    return [text.replace("\x00", "") if at % 2 else f"{at} {text}".replace("\x00", "") for at, text in enumerate(TEXTS)]


def _leaves_harmless(frame: pd.DataFrame) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(frame, "records").content.decode("utf-8-sig"))))
    for name, column in zip(frame.columns, zip(*rows[1:], strict=True), strict=True):
        numeric = (
            pd.api.types.is_numeric_dtype(frame[name]) or frame[name].map(type).astype(str).str.contains("Dec").any()
        )
        for cell in column:
            assert numeric or not cell.lstrip(_UNSEEN).startswith(tuple("=+-@＝＋－＠"))
            assert not numeric or not cell.startswith("'")


def _leaves_whole(frame: pd.DataFrame) -> None:
    """In a workbook text is as it was typed, and of no other kind than text; only numbers and dates are numbers."""
    content = as_xlsx(frame)
    assert runs(content) == []
    header, *rows = cells(content)
    assert len(rows) == len(frame)
    for letters, name in zip(header, frame.columns, strict=True):
        for row, was in zip(rows, frame[name], strict=True):
            cell = row.get(letters)
            if isinstance(was, str) and was:
                assert (cell.kind, cell.value) == ("s", re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", was))
                assert cell.quoted or not was.lstrip(_UNSEEN).startswith(tuple("=+-@＝＋－＠"))
            elif not isinstance(was, str) and not pd.isna(was):
                assert cell.kind == ("b" if pd.api.types.is_bool(was) else "n")


def test_charts_carry_names_as_text():
    for text in TEXTS:
        drawn = lines(
            [Line(text, [Point(date(2026, 7, day), day, False) for day in (5, 12)], lambda value, text=text: text)]
        )
        assert active_in_html(drawn) == []
