"""Who acts, and what their roles allow. What no role allows is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["executive", "kpi_owner", "analyst", "steward", "facilitator", "assignee", "viewer", "administrator"]
Action = Literal[
    "view",
    "comment",
    "propose",
    "decide",
    "complete_action",
    "verify_action",
    "extend_closeout",
    "facilitate",
    "narrate",
    "publish",
    "govern",
    "administer",
]

_SEES: frozenset[Action] = frozenset({"view", "comment"})
_RIGHTS: dict[Role, frozenset[Action]] = {
    "viewer": frozenset({"view"}),
    "assignee": _SEES | {"complete_action"},
    "kpi_owner": _SEES | {"complete_action", "propose", "narrate", "verify_action"},
    "executive": _SEES | {"complete_action", "decide", "verify_action", "extend_closeout", "narrate"},
    "facilitator": _SEES | {"complete_action", "facilitate", "verify_action"},
    "analyst": _SEES | {"complete_action", "publish"},
    "steward": _SEES | {"complete_action", "publish", "govern", "narrate", "verify_action"},
    "administrator": frozenset({"view", "administer"}),
}


PAGES: dict[str, Action] = {
    "Exceptions": "view",
    "Drill-down": "view",
    "Meeting": "view",
    "Packet": "view",
    "Actions": "view",
    "Decisions": "view",
    "Proposals": "view",
    "Decision inventory": "view",
    "Contracts": "view",
    "People": "administer",
    "Help": "view",
}
"""The action that opens a page, by its title. A page that is not listed opens for nobody."""


class Denied(Exception):
    """The person's roles do not allow the action."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts: `id` is what the log keeps, `titles` the business roles held ("Head of Sales")."""

    id: str
    name: str
    roles: frozenset[Role]
    titles: frozenset[str] = frozenset()
    email: str = ""
    scope: tuple[tuple[str, str], ...] = ()
    """The dimension values the person is limited to: (("region", "EMEA"),). Empty sees everything."""


LOCAL_PERSON = Person("local", "Local user", frozenset(get_args(Role)))
"""The one person of an installation without a directory; holds every role."""

CLOCKWORK = "clockwork"
"""Who the log names for what happens by itself."""


def allowed(person: Person, action: Action) -> bool:
    """Whether one of the person's roles allows the action."""
    return any(action in _RIGHTS.get(role, frozenset()) for role in person.roles)


def may_open(person: Person, title: str) -> bool:
    """Whether the person's roles open the page."""
    return title in PAGES and allowed(person, PAGES[title])


def require(person: Person, action: Action) -> None:
    """Let the action pass, or raise `Denied`."""
    if not allowed(person, action):
        raise Denied(f"{person.name} may not {action.replace('_', ' ')}")
