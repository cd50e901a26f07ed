"""Who acts, and what their roles allow. What no role allows is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["executive", "kpi_owner", "analyst", "steward", "facilitator", "assignee", "viewer", "administrator"]
Action = Literal[
    "view",
    "comment",
    "answer",
    "investigate",
    "propose",
    "decide",
    "complete_action",
    "verify_action",
    "extend_closeout",
    "facilitate",
    "narrate",
    "publish",
    "govern",
    "tend_outbox",
    "administer",
]

Reach = Literal["own", "other", "any"]
"""Whose things an action may touch. "other" is meant: nobody verifies their own action."""

_MEMBER: dict[Action, Reach] = {
    "view": "any",
    "comment": "any",
    "answer": "own",
    "investigate": "any",
    "complete_action": "own",
}
RIGHTS: dict[Role, dict[Action, Reach]] = {
    "viewer": {"view": "any"},
    "assignee": _MEMBER,
    "kpi_owner": {**_MEMBER, "propose": "own", "narrate": "own", "verify_action": "other"},
    "executive": {
        **_MEMBER,
        "decide": "own",
        "extend_closeout": "own",
        "narrate": "own",
        "verify_action": "other",
    },
    "facilitator": {**_MEMBER, "facilitate": "any", "verify_action": "other", "tend_outbox": "any"},
    "analyst": {**_MEMBER, "publish": "any"},
    "steward": {**_MEMBER, "publish": "any", "govern": "any", "narrate": "any", "verify_action": "other"},
    "administrator": {"view": "any", "administer": "any", "tend_outbox": "any"},
}
"""What each role may do, and to whose things. What does not stand here is refused.

One's own is a KPI or a decision whose title one holds or stands above, what one wrote or answers for by name,
and an action one is asked to do. Finding the cause of a breach ("investigate") is anybody's who works here.
"""

PAGES: dict[str, Action] = {
    "Exceptions": "view",
    "Drill-down": "view",
    "Meeting": "view",
    "Memos": "view",
    "Packet": "view",
    "Reviews": "view",
    "Reports": "view",
    "Actions": "view",
    "Decisions": "view",
    "Proposals": "view",
    "Decision inventory": "view",
    "Culture": "view",
    "Adoption": "view",
    "Scorecards": "view",
    "Contracts": "view",
    "Data health": "view",
    "Known issues": "view",
    "Upload": "publish",
    "Outbox": "tend_outbox",
    "People": "administer",
    "Help": "view",
}
"""The action that opens a page, by its title. A page that is not listed opens for nobody."""

PAGES_WITHIN_SCOPE = frozenset({"Exceptions", "Drill-down", "Help"})
"""The pages that can be drawn for a part of the company, for somebody who is limited to it."""


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
    scope: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The slices the person is limited to: (("region", ("EMEA", "APAC")),). Empty sees everything."""


LOCAL_PERSON = Person("local", "Local user", frozenset(get_args(Role)))
"""The one person of an installation without a directory; holds every role."""

CLOCKWORK = "clockwork"
"""Who the log names for what happens by itself."""


def allowed(person: Person, action: Action, *, own: bool | None = None) -> bool:
    """Whether one of the person's roles allows the action: on their own thing, another's, or (None) on any at all.

    Somebody limited to a part of the company looks, and does nothing else: what people decide and do here
    concerns the whole company.
    """
    if person.scope and action != "view":
        return False
    reaches = {RIGHTS[role][action] for role in person.roles if action in RIGHTS.get(role, {})}
    if own is None:
        return bool(reaches)
    return not reaches.isdisjoint({"any", "own" if own else "other"})


def may_open(person: Person, title: str) -> bool:
    """Whether the person's roles open the page, and it can be drawn for their part of the company alone."""
    if person.scope and title not in PAGES_WITHIN_SCOPE:
        return False
    return title in PAGES and allowed(person, PAGES[title])


def require(person: Person, action: Action, *, own: bool | None = None, keeps_scope: bool = False) -> None:
    """Let the action pass, or raise `Denied`.

    Somebody limited to a part of the company passes only where the service says that it keeps to that
    part (`keeps_scope`); whoever forgets the question shows them nothing.
    """
    if person.scope and not keeps_scope:
        raise Denied(f"{person.name} sees a part of the company, and this speaks of all of it")
    if not allowed(person, action, own=own):
        raise Denied(f"{person.name} may not {action.replace('_', ' ')}")
