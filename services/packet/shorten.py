"""Keeping a packet within its pages: what matters least goes first, and the packet says what went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from .content import Content

_ALWAYS_WHOLE = 3
_ALWAYS_LISTED = 10
T = TypeVar("T")
# A cut: what is shortened, and which of it, counted from 0.
Cut = tuple[str, int]


def cuts(content: Content) -> tuple[Cut, ...]:
    """Everything that may go, in the order in which it goes."""
    return tuple(_in_order(content))


def _in_order(content: Content) -> Iterator[Cut]:
    ranks = range(len(content.breaches))
    later = [number for number, one in enumerate(content.tasks) if not one.overdue]
    overdue = [number for number, one in enumerate(content.tasks) if one.overdue]
    read = [number for number, one in enumerate(content.checks) if one.outcome != "due"]
    due = [number for number, one in enumerate(content.checks) if one.outcome == "due"]
    yield from (("told in one line", rank) for rank in reversed(ranks[_ALWAYS_WHOLE:]))
    yield from (("without confidence note", number) for number in reversed(range(len(content.confidence))))
    yield from (("later actions", number) for number in reversed(later))
    yield from (("without check", number) for number in reversed(read))
    yield from (("left out", rank) for rank in reversed(ranks[_ALWAYS_LISTED:]))
    yield from (("told in one line", rank) for rank in reversed(ranks[1:_ALWAYS_WHOLE]))
    yield from (("without caveat", number) for number in reversed(range(len(content.caveats))))
    yield from (("overdue actions", number) for number in reversed(overdue))
    yield from (("without check", number) for number in reversed(due))


def shortened(content: Content, gone: tuple[Cut, ...]) -> Content:
    """The content without these, saying so."""
    if not gone:
        return content
    out = set(gone)
    breaches = (
        replace(one, whole=("told in one line", rank) not in out)
        for rank, one in enumerate(content.breaches)
        if ("left out", rank) not in out
    )
    tasks = (
        one
        for number, one in enumerate(content.tasks)
        if ("later actions", number) not in out and ("overdue actions", number) not in out
    )
    return replace(
        content,
        breaches=tuple(breaches),
        confidence=_without(content.confidence, "without confidence note", out),
        caveats=_without(content.caveats, "without caveat", out),
        checks=_without(content.checks, "without check", out),
        tasks=tuple(tasks),
        cut=tuple(_said(gone)),
    )


def _without(items: tuple[T, ...], kind: str, out: set[Cut]) -> tuple[T, ...]:
    return tuple(one for number, one in enumerate(items) if (kind, number) not in out)


def _said(gone: tuple[Cut, ...]) -> Iterator[str]:
    count = Counter(kind for kind, _ in gone)
    for kind, said in (
        ("told in one line", "{} lower-ranked {exception} told in one line"),
        ("left out", "{} lowest-ranked {exception} left out"),
        ("later actions", "{} {action} not yet due left out"),
        ("overdue actions", "{} overdue {action} left out"),
        ("without check", "{} {closeout} left out"),
        ("without confidence note", "{} confidence {note} left out"),
        ("without caveat", "{} {caveat} left out"),
    ):
        if count[kind]:
            nouns = {noun: noun if count[kind] == 1 else f"{noun}s" for noun in _NOUNS}
            yield said.format(count[kind], **nouns)


_NOUNS = ("exception", "action", "closeout", "note", "caveat")
