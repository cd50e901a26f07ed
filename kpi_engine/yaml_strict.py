"""YAML without surprises: text in, a checked pydantic model or `file:line: field: message` out.

Plain YAML loaders keep the last of two equal keys, read `NO` as false and `12:30` as a number, and let
a few hundred bytes of aliases fill the memory. Here a document is mappings, lists and scalars; anything
else is a `Problem`. Keys are always text; `true` and `false` are the only booleans; dates stay text (a
model's `date` field reads them).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .problem import Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20

M = TypeVar("M", bound=BaseModel)
YamlPath = tuple[str | int, ...]
Lines = dict[YamlPath, int]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?\d+")
_DECIMAL = re.compile(r"[-+]?(\d+\.\d*|\.?\d+)([eE][-+]?\d+)?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


def load_model(path: Path, model: type[M]) -> tuple[M | None, list[Problem]]:
    """The file as a model, or None and every problem with its line."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return None, [Problem(str(path), f"is larger than {MAX_BYTES // 1024} KiB", "split it")]
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        return None, [Problem(str(path), f"cannot be read: {error.strerror}")]
    except UnicodeDecodeError:
        return None, [Problem(str(path), "is not UTF-8 text", "save it as UTF-8")]
    return parse_model(text, model, str(path))


def parse_model(text: str, model: type[M], file: str) -> tuple[M | None, list[Problem]]:
    """The text as a model, or None and every problem; `file` is the name the problems carry."""
    value, lines, problems = parse(text, file)
    if problems:
        return None, problems
    try:
        return model.model_validate(value), []
    except ValidationError as invalid:
        return None, [_problem_of(error, file, lines) for error in _told_once(invalid.errors())]


def parse(text: str, file: str) -> tuple[Any, Lines, list[Problem]]:
    """Plain Python values, the line of every path in them, and the problem that stopped the reading."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return None, {}, [Problem(file, f"is larger than {MAX_BYTES // 1024} KiB", "split it")]
    reader = _Reader(text)
    try:
        value = reader.document()
    except _RefusedError as refused:
        return None, {}, [Problem(file, refused.message, refused.remedy, line=refused.line)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = f"is not valid YAML: {error.problem or error.context}"
        return (
            None,
            {},
            [Problem(file, message, "check indentation, colons and quotes", line=line)],
        )
    except (yaml.YAMLError, ValueError) as error:
        return None, {}, [Problem(file, f"is not valid YAML: {str(error).splitlines()[0]}", line=1)]
    return value, reader.lines, []


class _RefusedError(Exception):
    """Valid YAML that we do not read."""

    def __init__(self, event: Any, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy, self.line = message, remedy, _line_of(event)


class _Reader:
    """Builds values straight from parser events, so that nothing is expanded before it is checked."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
        self.lines: Lines = {}

    def document(self) -> Any:
        value: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _RefusedError(event, "holds more than one document", "keep one document a file")
            elif isinstance(event, yaml.NodeEvent):
                value = self.node(event, ())
        return value

    def node(self, event: Any, path: YamlPath) -> Any:
        self.refuse_extras(event)
        if len(path) > MAX_DEPTH:
            raise _RefusedError(event, f"is nested deeper than {MAX_DEPTH} levels", "flatten it")
        self.lines.setdefault(path, _line_of(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return _scalar(event)

    def mapping(self, path: YamlPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            self.refuse_extras(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise _RefusedError(event, "a key must be plain text", "write `key: value`")
            key = event.value
            if key in found:
                raise _RefusedError(event, f"the key {key!r} stands twice", "keep one of the two")
            self.lines[(*path, key)] = _line_of(event)
            found[key] = self.node(next(self.events), (*path, key))
        return found

    def sequence(self, path: YamlPath) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.node(event, (*path, len(found))))
        return found

    @staticmethod
    def refuse_extras(event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _RefusedError(event, "anchors and aliases are not read", "write the value out")
        if event.tag:
            raise _RefusedError(event, f"the tag {event.tag} is not read", "remove it; quote the value to keep it text")


def _line_of(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _scalar(event: Any) -> str | int | float | bool | None:
    text: str = event.value
    if event.style:
        return text
    if text.lower() in _WORDS and text in (text.lower(), text.capitalize(), text.upper()):
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def problem_at(path: Path, place: YamlPath, message: str) -> Problem:
    """A problem with the line of a field of a file, or of the nearest field around it."""
    lines = parse(path.read_text(encoding="utf-8-sig"), str(path))[1]
    known = next(place[:end] for end in range(len(place), -1, -1) if place[:end] in lines or end == 0)
    return Problem(str(path), message, line=lines.get(known, 1), column=_dotted(list(place)))


def _told_once(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """A required field under a wrong name is one fault: the unknown field says what was meant."""
    missing = [error["loc"] for error in errors if error["type"] == "missing"]
    meant: dict[tuple[int | str, ...], int | str] = {}
    for *around, name in (error["loc"] for error in errors if error["type"] == "extra_forbidden"):
        lacking = [str(last) for *place, last in missing if place == around]
        for close in get_close_matches(str(name), lacking, n=1, cutoff=0.7):
            meant[*around, name] = close
    spared = {(*place[:-1], close) for place, close in meant.items()}
    return [
        ErrorDetails(**error | {"ctx": {"meant": meant[error["loc"]]}}) if error["loc"] in meant else error
        for error in errors
        if not (error["type"] == "missing" and error["loc"] in spared)
    ]


def _problem_of(error: ErrorDetails, file: str, lines: Lines) -> Problem:
    path: YamlPath = ()
    shown: list[str | int] = []
    for position, step in enumerate(error["loc"]):
        # A discriminated union puts its kind into the location; the document does not have that step.
        if (*path, step) in lines:
            path = (*path, step)
            shown.append(step)
        elif position == len(error["loc"]) - 1 and error["type"] in ("missing", "needed"):
            shown.append(step)
    message, remedy = _words_of(error)
    return Problem(file, message, remedy, line=lines.get(path, 1), column=_dotted(shown) or None)


def _words_of(error: ErrorDetails) -> tuple[str, str]:
    if error["type"] == "extra_forbidden" and "ctx" in error:
        return "unknown field", f"it should be called {error['ctx']['meant']}"
    if error["type"] == "extra_forbidden":
        return "unknown field", "check the spelling or remove it"
    if error["type"] == "missing":
        return "is missing", "add it"
    message = error["msg"].removeprefix("Value error, ")
    given = error["input"]
    if isinstance(given, str | int | float) and error["type"] != "value_error":
        message += f", got {str(given)[:60]!r}"
    return message[:1].lower() + message[1:], ""


def _dotted(path: list[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
