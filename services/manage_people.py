"""The administrator's work: who there is, what they may do, who is signed in. Also a command for the first one.

`python -m services.manage_people create-administrator` asks for name and password on the console.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from pydantic import ValidationError

from decision_log.entry import Addition, Conflict
from decision_log.person import PersonChanged, SessionEnded, access_of, subject_of
from decision_log.sessions import Session
from kpi_engine.problem import Problem
from kpi_engine.reading import EMPTY_SLICE

from .directory import Directory, Member, load_directory
from .passwords import choose_password
from .people import LOCAL_PERSON, Person, require
from .publication import published
from .sample_calendar import present
from .sign_in import end_session
from .site import Site

_FORM = "person"
COMMAND = ".venv/bin/python -m services.manage_people create-administrator"
"""Makes the first administrator, on the machine that the app runs on; there is no default password."""


def directory(site: Site, person: Person) -> tuple[Directory, tuple[Problem, ...]]:
    """Everybody, disabled ones included."""
    require(person, "administer")
    return load_directory(site)


def is_first_start(site: Site) -> bool:
    """Whether nobody who may administer has a password: then the first administrator is still to be made."""
    known = load_directory(site)[0].people
    ids = (one.id for one in known if "administrator" in one.roles and not one.disabled)
    return not any(site.credentials().of(id_) for id_ in ids)


def parts(site: Site, person: Person) -> tuple[tuple[str, str], ...]:
    """What somebody can be limited to: each dimension with each of its values, empty ones left out."""
    require(person, "administer")
    publication, _ = published(site)
    return tuple(one for one in publication.slices if one[1] != EMPTY_SLICE) if publication else ()


def version_of(site: Site, id_: str) -> int:
    """How often the person's record was changed; what `save` is to be given back."""
    return len(site.log().of(subject_of(id_)))


def save(
    site: Site, person: Person, record: Mapping[str, object], *, expected: int, now: datetime
) -> tuple[Problem, ...]:
    """Make the record (fields of `Member`) the person's from now on, and end their sessions, so that it counts."""
    require(person, "administer")
    known, _ = load_directory(site)
    try:
        member = Member.model_validate(record)
        others = tuple(other for other in known.people if other.id != member.id)
        Directory(titles=known.titles, people=(*others, member))
    except ValidationError as refusal:
        return tuple(_problem(error) for error in refusal.errors())
    administrators = [one for one in (*others, member) if "administrator" in one.roles and not one.disabled]
    if not administrators:
        return (Problem(_FORM, "Nobody would be administrator any more", "Give the role to somebody else first."),)
    changed = PersonChanged(**member.model_dump(exclude={"id"}))
    key = uuid4().hex
    ended = SessionEnded(session="", why="record changed")
    try:
        site.log().add(
            [
                Addition(subject_of(member.id), changed, f"person-{key}", version=expected + 1),
                Addition(access_of(member.id), ended, f"person-ends-{key}"),
            ],
            person.id,
            now,
        )
    except Conflict:
        return (Problem(_FORM, "Somebody else has just changed this person", "Look again, then change."),)
    site.sessions().end_all_of(member.id, "record changed", now)
    return ()


def sessions(site: Site, person: Person, now: datetime) -> tuple[Session, ...]:
    """Who is signed in."""
    require(person, "administer")
    return site.sessions().live(now)


def revoke(site: Site, person: Person, session: Session, now: datetime) -> None:
    """Put a session out; its pages notice at their next word."""
    require(person, "administer")
    end_session(site, session, "revoked", person.id, now)


_SAID = {
    "id": ("is no name to sign in with", "Write small letters, figures, dots and dashes, a letter first."),
    "name": ("is empty or too long", "Write how the person is called, in 200 characters at most."),
    "email": ("is no mail address", "Write one, as name@example.com."),
    "scope": ("cannot be kept to", "Choose values as they are listed; an empty one stands alone."),
    "roles": ("is empty or names a role that there is not", "Choose at least one of those listed."),
}
"""What is said of a field that does not fit, and how to mend it."""


def _problem(error: object) -> Problem:
    assert isinstance(error, dict)
    field = str(error["loc"][0]) if error["loc"] else None
    message, remedy = _SAID.get(field or "", ("", "Mend it and save again."))
    return Problem(_FORM, message or str(error["msg"]).removeprefix("Value error, "), remedy, column=field)


def create_administrator(site: Site, name: str, email: str, password: str, now: datetime) -> tuple[Problem, ...]:
    """The first administrator (or another), from the console of the machine; `name` is the id they sign in with."""
    known, problems = load_directory(site)
    if problems:
        return problems
    found = next((member for member in known.people if member.id == name), None)
    record = found.model_dump() if found else {"id": name, "name": name.capitalize(), "email": email}
    roles = found.roles if found else ()
    record |= {"roles": tuple(dict.fromkeys((*roles, "administrator"))), "disabled": False}
    return save(site, LOCAL_PERSON, record, expected=version_of(site, name), now=now) or choose_password(
        site, name, password, LOCAL_PERSON.id, now
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask on the console; 1 if there is something to mend."""
    parser = argparse.ArgumentParser(prog="python -m services.manage_people")
    parser.add_argument("command", choices=["create-administrator"])
    parser.parse_args(arguments)
    name = input("Name to sign in with (small letters): ").strip()
    email = input("Mail address: ").strip()
    password = getpass.getpass("Password (12 to 128 characters): ")
    if getpass.getpass("Once more: ") != password:
        print("The two differ; nothing was changed.", file=sys.stderr)  # noqa: T201
        return 1
    site = Site.from_environment()
    problems = create_administrator(site, name, email, password, present(site, datetime.now(UTC)))
    for problem in problems:
        field = f"{problem.column}: " if problem.column else ""
        print(f"{field}{problem.message}. {problem.remedy}", file=sys.stderr)  # noqa: T201
    if not problems:
        print(f"{name} is administrator and can sign in.")  # noqa: T201
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
