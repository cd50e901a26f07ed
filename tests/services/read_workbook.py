"""Reads a workbook with nothing but the standard library: what a spreadsheet would find in it."""

import io
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPED = re.compile("_x([0-9a-fA-F]{4})_")


@dataclass(frozen=True)
class Cell:
    """A cell: `kind` as the sheet names it (s: text, n: number, b: boolean), its format, whether it is typed text."""

    kind: str
    value: str
    format: str
    quoted: bool


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        return {name: file.read(name).decode("utf-8") for name in file.namelist()}


def cells(content: bytes) -> list[dict[str, Cell]]:
    """The sheet's rows: letters of the column → cell."""
    found = parts(content)
    texts = [_text(one) for one in ElementTree.fromstring(found["xl/sharedStrings.xml"]).iter(f"{_MAIN}si")]
    styles = _styles(found["xl/styles.xml"])
    rows = []
    for row in ElementTree.fromstring(found["xl/worksheets/sheet1.xml"]).iter(f"{_MAIN}row"):
        rows.append({})
        for one in row.iter(f"{_MAIN}c"):
            kind, value = one.get("t", "n"), one.findtext(f"{_MAIN}v")
            value = texts[int(value)] if kind == "s" else value
            rows[-1][one.get("r").rstrip("0123456789")] = Cell(kind, value, *styles[int(one.get("s", 0))])
    return rows


def runs(content: bytes) -> list[str]:
    """Whatever in the file would compute, link, or ask for something elsewhere."""
    found = parts(content)
    inner = [name for name in found if not re.fullmatch(r"[\w/.\[\]]+\.(xml|rels)", name)]
    active = [
        f"{name}: {word}"
        for name, xml in found.items()
        for word in ("<f>", "<f ", "<hyperlink", "<definedName", 'TargetMode="External"', "<oleLink", "<ddeLink")
        if word in xml
    ]
    return inner + active


def _text(shared: ElementTree.Element) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(shared.itertext()))


def _styles(xml: str) -> list[tuple[str, bool]]:
    root = ElementTree.fromstring(xml)
    formats = {one.get("numFmtId"): one.get("formatCode") for one in root.iter(f"{_MAIN}numFmt")}
    used = root.find(f"{_MAIN}cellXfs")
    return [(formats.get(one.get("numFmtId"), ""), one.get("quotePrefix") == "1") for one in used]
