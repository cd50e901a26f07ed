"""What the strict YAML reader refuses, and that every refusal names its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from kpi_engine.yaml_strict import MAX_BYTES, load_model, parse, parse_model


class Bands(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["bands"]
    red: float


class Run(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["run"]
    times: int


class Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    since: date | None = None
    rules: list[Annotated[Bands | Run, Field(discriminator="kind")]] = []


def value_of(text: str) -> Any:
    value, _, problems = parse(text, "sheet.yaml")
    assert not problems
    return value


def refusal(text: str) -> str:
    model, problems = parse_model(text, Sheet, "sheet.yaml")
    assert model is None
    return "\n".join(map(str, problems))


def test_country_code_and_clock_time_stay_text() -> None:
    assert value_of("a: NO\nb: 12:30:45\nc: yes\nd: 2024-01-31\ne: 0x1F\n") == {
        "a": "NO", "b": "12:30:45", "c": "yes", "d": "2024-01-31", "e": "0x1F",
    }  # fmt: skip


def test_numbers_booleans_and_nothing_are_read() -> None:
    assert value_of("a: 3\nb: -0.5\nc: true\nd:\ne: '3'\nf: 1e3\n") == {
        "a": 3, "b": -0.5, "c": True, "d": None, "e": "3", "f": 1000.0,
    }  # fmt: skip


def test_keys_are_always_text() -> None:
    assert value_of("true: won\n1: open\n") == {"true": "won", "1": "open"}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("name: a\nname: b\n", "sheet.yaml:2", "stands twice"),
        ("name: &x a\nother: *x\n", "sheet.yaml:1", "anchors and aliases"),
        ("name: !!python/name:os.system a\n", "sheet.yaml:1", "tag"),
        ("name: a\n---\nname: b\n", "sheet.yaml:2", "more than one document"),
        ("name: a\n? [x, y]\n: b\n", "sheet.yaml:2", "key must be plain text"),
        ("name: [a\nb: }\n", "sheet.yaml:2", "not valid YAML"),
        ("name: " + "[" * 40 + "]" * 40, "sheet.yaml:1", "nested deeper"),
        ("name: a\nsinse: 2024-01-01\n", "sheet.yaml:2: sinse", "unknown field"),
        ("since: 2024-01-01\n", "sheet.yaml:1: name", "is missing"),
        ("name: a\nsince: soon\n", "sheet.yaml:2: since", "got 'soon'"),
        ("name: a\nrules:\n  - kind: bands\n    red: low\n", "sheet.yaml:4: rules[0].red", "valid number"),
        ("name: a\nrules:\n  - kind: run\n    times: 2\n    rad: 1\n", "sheet.yaml:5: rules[0].rad", "unknown field"),
        ("name: a\nrules:\n  - kind: rum\n", "sheet.yaml:3: rules[0]", "'rum'"),
    ],
)
def test_refused_with_its_line(text: str, place: str, words: str) -> None:
    said = refusal(text)
    assert said.startswith(place), said
    assert words in said


def test_alias_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(12)
    )
    assert "anchors and aliases" in refusal(bomb)


def test_files_that_are_absent_too_large_or_not_text(tmp_path: Path) -> None:
    assert "cannot be read" in str(load_model(tmp_path / "no.yaml", Sheet)[1][0])
    (tmp_path / "big.yaml").write_text("name: " + "x" * MAX_BYTES)
    assert "larger than" in str(load_model(tmp_path / "big.yaml", Sheet)[1][0])
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    assert "not UTF-8" in str(load_model(tmp_path / "latin.yaml", Sheet)[1][0])


def test_a_good_file_gives_the_model(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("name: a\nsince: 2024-01-31\nrules:\n  - {kind: bands, red: 1}\n")
    model, problems = load_model(tmp_path / "good.yaml", Sheet)
    assert not problems
    assert model is not None
    assert model.since == date(2024, 1, 31)
