"""A person in the log: coming and going, and what the administrator changed about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BeforeValidator

from .entry import Entry
from .event import Event


class SignedIn(Event):
    """A session began; `how` is the way in ("password", "demo", "oidc")."""

    kind: Literal["access.signed_in"] = "access.signed_in"
    session: str
    how: str


class SessionEnded(Event):
    """A session, or all of a person's (`session` empty), ended before its time."""

    kind: Literal["access.ended"] = "access.ended"
    session: str
    why: str


def several(given: object) -> object:
    """What was given; a text alone as the only one of several."""
    return (given,) if isinstance(given, str) else given


class PersonChanged(Event):
    """The person's record from now on, whole. It stands above the record of the file; `disabled` shuts the door.

    `scope` is dimension → slices; records of before there could be several hold one text.
    """

    kind: Literal["person.changed"] = "person.changed"
    name: str
    email: str
    roles: tuple[str, ...]
    titles: tuple[str, ...]
    scope: dict[str, Annotated[tuple[str, ...], BeforeValidator(several)]]
    disabled: bool


class PasswordSet(Event):
    """A new password; neither it nor its hash is in the log."""

    kind: Literal["access.password_set"] = "access.password_set"


AnyPersonEvent = PersonChanged | SignedIn | SessionEnded | PasswordSet


def subject_of(person: str) -> str:
    """The log's subject for what was changed about a person."""
    return f"person/{person}"


def access_of(person: str) -> str:
    """The log's subject for a person's coming and going: much longer than the other, so it is kept apart."""
    return f"access/{person}"


def changed(subjects: dict[str, tuple[Entry, ...]]) -> dict[str, PersonChanged]:
    """The latest record of every person whom somebody changed in the app, by id."""
    return {subject.removeprefix("person/"): last for subject, lines in subjects.items() if (last := _last(lines))}


def _last(lines: Iterable[Entry]) -> PersonChanged | None:
    return next((line.event for line in reversed(tuple(lines)) if isinstance(line.event, PersonChanged)), None)
