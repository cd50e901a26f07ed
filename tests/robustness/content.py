"""Spoilt bytes: encodings, characters nobody sees, cut files, giants, and files that are no CSV at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from random import Random

from .judge import Case
from .truth import Sheet, clean, line


def _case(sheet: Sheet, content: bytes, says: str = "") -> Case:
    return Case({sheet.layout.file: content}, sheet, says=says)


def encoded(encoding: str, says: str = "") -> Callable[[Random, Sheet], Case]:
    def spoil(_: Random, sheet: Sheet) -> Case:
        return _case(_european(sheet), _european(sheet).bytes().decode().encode(encoding), says)

    return spoil


def foreign(encoding: str, *words: str) -> Callable[[Random, Sheet], Case]:
    """An encoding that cannot be told apart for sure; its words."""

    def spoil(rng: Random, sheet: Sheet) -> Case:
        column = "owner" if sheet.layout.table == "opportunities" else "plan"
        plain = {"Zoë Müller": "Zoe"}
        for record in range(len(sheet.rows)):
            values = {
                key: plain.get(value, value) if isinstance(value, str) else value
                for key, value in sheet.rows[record].items()
            }
            values = {
                key: value.replace("é", "e") if isinstance(value, str) else value for key, value in values.items()
            }
            sheet = sheet.with_row(record, **values)
        for record in rng.sample(range(len(sheet.rows)), 8):
            sheet = sheet.with_row(record, **{column: rng.choice(words)})
        return _case(sheet, sheet.bytes().decode().encode(encoding))

    return spoil


def _european(sheet: Sheet) -> Sheet:
    column = "owner" if sheet.layout.table == "opportunities" else "plan"
    return sheet.with_row(3, **{column: "Groß – “Crème” & Œuvre €"})


def utf8_broken(rng: Random, sheet: Sheet) -> Case:
    """One letter of a UTF-8 file was cut in half."""
    sheet = _european(sheet)
    content = sheet.bytes()
    place = rng.choice([index for index, byte in enumerate(content) if byte >= 0xC0])
    return replace(_case(sheet, content[: place + 1] + content[place + 2 :]), sheet=None)


def nul(rng: Random, sheet: Sheet) -> Case:
    content = sheet.bytes()
    place = rng.randrange(len(content) + 1)
    return replace(_case(sheet, content[:place] + b"\0" * rng.choice((1, 9)) + content[place:]), sheet=None)


def unseen(*signs: str) -> Callable[[Random, Sheet], Case]:
    """Characters that take no room, within a text that is compared and grouped by."""

    def spoil(rng: Random, sheet: Sheet) -> Case:
        column = rng.choice(
            ("account_id", sheet.layout.key, "amount", "status" if sheet.layout.table != "opportunities" else "stage")
        )
        record, sign = rng.randrange(len(sheet.records)), rng.choice(signs)
        text = sheet.records[record][sheet.at(column)]
        place = rng.choice((0, len(text), rng.randrange(len(text))))
        if sign.isspace():
            place = rng.choice((0, len(text)))
        return _case(
            sheet.with_cell(record, column, text[:place] + sign + text[place:]),
            sheet.with_cell(record, column, text[:place] + sign + text[place:]).bytes(),
        )

    return spoil


def unseen_in_header(rng: Random, sheet: Sheet) -> Case:
    place = rng.randrange(len(sheet.header))
    names = list(sheet.header)
    names[place] = rng.choice(("\u200b", "\ufeff", "\u202e", "\u00a0")) + names[place]
    return _case(sheet, replace(sheet, header=tuple(names)).bytes())


def inner_blank(rng: Random, sheet: Sheet) -> Case:
    """A blank that is not a space between two words: `Closed Won`, `Ann Lee`."""
    column = "stage" if sheet.layout.table == "opportunities" else "plan"
    record = rng.randrange(len(sheet.records))
    true = sheet.with_row(record, **{"plan": "Pro Plus"}) if column == "plan" else sheet.with_row(0, stage="Closed Won")
    record = record if column == "plan" else 0
    text = true.records[record][true.at(column)].replace(" ", rng.choice("\u00a0\u202f\u2003\u3000"))
    return _case(true, true.with_cell(record, column, text).bytes())


def cut_anywhere(rng: Random, sheet: Sheet) -> Case:
    """The file was longer the last time, and ends somewhere now."""
    content = sheet.bytes()
    cut = rng.randrange(len(content) - 1)
    return Case({sheet.layout.file: content[:cut]}, None, before={sheet.layout.file: content})


def cut_after_a_row(rng: Random, sheet: Sheet) -> Case:
    """Cut between two rows: what is left is sound, and shorter than the last load."""
    rows = rng.randrange(2, len(sheet.rows))
    left = replace(sheet, records=sheet.records[:rows], rows=sheet.rows[:rows])
    return replace(
        _case(left, left.bytes(), "fewer rows than the last load"), before={sheet.layout.file: sheet.bytes()}
    )


def cut_in_the_last_row(rng: Random, sheet: Sheet) -> Case:
    """No more than the end of the last row is lost."""
    content = sheet.bytes()
    last = len(content) - content[:-1].rindex(b"\n") - 1
    case = _case(sheet, content[: -rng.randrange(2, last)])
    return replace(
        case,
        says="ends without a line end",
        doubtful=frozenset(sheet.layout.columns),
        before={sheet.layout.file: content},
    )


def huge_field(rng: Random, sheet: Sheet) -> Case:
    column = "name" if sheet.layout.table == "opportunities" else "plan"
    sheet = sheet.with_row(5, **{column: "x" * 1_000_000})
    return _case(sheet, sheet.bytes())


def monstrous_field(rng: Random, sheet: Sheet) -> Case:
    column = "name" if sheet.layout.table == "opportunities" else "plan"
    sheet = sheet.with_row(5, **{column: "x" * rng.choice((5_000_000, 20_000_000))})
    return _case(sheet, sheet.bytes())


def columns_600_000(rng: Random, sheet: Sheet) -> Case:
    left = replace(sheet, records=sheet.records[:2], rows=sheet.rows[:2])
    header, *rest = left.lines()
    more = "".join(f",c{index}" for index in range(600_000))
    lines = [header + more, *(one + "," * 600_000 for one in rest)]
    return _case(left, "\n".join([*lines, ""]).encode())


def columns_3_000(rng: Random, sheet: Sheet) -> Case:
    rows = [(*sheet.header, *(f"c{index}" for index in range(3_000)))]
    rows += [(*record, *("1",) * 3_000) for record in sheet.records]
    return _case(sheet, "".join(line(row) + "\n" for row in rows).encode())


def unclosed_in_a_giant(rng: Random, sheet: Sheet) -> Case:
    """A mark that is never closed, ten megabytes before the end."""
    sheet = clean(sheet.layout, rng, 4_000)
    content = sheet.bytes()
    place = content.index(b"\n") + 1
    return _case(sheet, content[:place] + b'"' + content[place:] + content[place:] * 12)


def _workbook() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return stream.getvalue()


KINDS = {
    "xlsx": _workbook(),
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "gzip": b"\x1f\x8b\x08\x00" + bytes(20),
    "zstd": b"\x28\xb5\x2f\xfd" + bytes(range(128, 256)),
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "parquet": b"PAR1\x15\x04\x15" + bytes(30) + b"PAR1",
    "html": b"<!DOCTYPE html><html><body>Please sign in</body></html>",
    "json": b'{"error": "session expired"}',
    "xml": b'<?xml version="1.0"?><Workbook/>',
    "message": b"You do not have permission to export this report.",
}


def named_csv(*kinds: str) -> Callable[[Random, Sheet], Case]:
    def spoil(rng: Random, sheet: Sheet) -> Case:
        return Case({sheet.layout.file: KINDS[rng.choice(kinds)]}, None)

    return spoil


def empty(rng: Random, sheet: Sheet) -> Case:
    return Case({sheet.layout.file: rng.choice((b"", b"\n", b" \r\n\r\n", b"\xef\xbb\xbf"))}, None)


def header_only(rng: Random, sheet: Sheet) -> Case:
    """No rows where there were forty the last time."""
    header = (sheet.lines()[0] + "\n").encode()
    left = replace(sheet, records=(), rows=())
    return replace(_case(left, header, "holds no rows"), before={sheet.layout.file: sheet.bytes()})


CLASSES = {
    "UTF-8 with a mark": encoded("utf-8-sig"),
    "UTF-16": encoded("utf-16", "UTF-16"),
    "UTF-16 without a mark": encoded("utf-16-le"),
    "UTF-32": encoded("utf-32"),
    "Windows-1252": encoded("cp1252", "Windows-1252"),
    "Shift-JIS": foreign("shift-jis", "株式会社テスト", "東京支社", "アクメ", "ひらがな", "ソニー"),
    "Windows-1251, Greek, GBK": foreign("cp1251", "Иванов", "Пётр Петров"),
    "UTF-8 with a broken letter": utf8_broken,
    "NUL": nul,
    "zero-width characters": unseen("\u200b", "\u2060", "\ufeff", "\u00ad"),
    "bidi characters": unseen("\u200e", "\u200f", "\u202e", "\u202a", "\u2066", "\u2069"),
    "blanks around cells": unseen(" ", "\t", "\u00a0", "\u3000", "\u2003", "\u202f"),
    "blanks of other kinds within": inner_blank,
    "unseen characters in the header": unseen_in_header,
    "cut anywhere": cut_anywhere,
    "cut after a row": cut_after_a_row,
    "cut in the last row": cut_in_the_last_row,
    "a field of 1 MB": huge_field,
    "a field of 5 or 20 MB": monstrous_field,
    "600,000 columns": columns_600_000,
    "3,000 columns": columns_3_000,
    "unclosed mark, megabytes before the end": unclosed_in_a_giant,
    "xlsx, xls named csv": named_csv("xlsx", "xls"),
    "png, jpeg, pdf named csv": named_csv("png", "jpeg", "pdf"),
    "compressed, Parquet named csv": named_csv("gzip", "zstd", "parquet"),
    "HTML, JSON, XML, messages named csv": named_csv("html", "json", "xml", "message"),
    "empty files": empty,
    "header only": header_only,
}
# These take a second or hold megabytes; a few of each are enough.
HEAVY = {
    "a field of 1 MB",
    "a field of 5 or 20 MB",
    "600,000 columns",
    "3,000 columns",
    "unclosed mark, megabytes before the end",
}
