"""Who acts, and what their roles allow. What no role allows is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["view", "decide", "publish"]

_RIGHTS: dict[str, frozenset[Action]] = {
    "viewer": frozenset({"view"}),
    "executive": frozenset({"view", "decide"}),
    "steward": frozenset({"view", "publish"}),
}


class Denied(Exception):
    """The person's roles do not allow the action."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts, by name, with the roles they hold."""

    name: str
    roles: frozenset[str]


LOCAL_PERSON = Person("Local user", frozenset(_RIGHTS))
"""The one person of an installation without sign-in; holds every role."""


def require(person: Person, action: Action) -> None:
    """Let the action pass, or raise `Denied`."""
    if not any(action in _RIGHTS.get(role, frozenset()) for role in person.roles):
        raise Denied(f"{person.name} may not {action}")
