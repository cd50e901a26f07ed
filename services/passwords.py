"""Passwords: proving who one is, and choosing a new one. The only place that hashes."""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from decision_log.credentials import Credential
from decision_log.entry import Addition
from decision_log.person import PasswordSet, SessionEnded, access_of
from kpi_engine.problem import Problem

from .directory import load_directory
from .people import Person, require
from .site import Site

SHORTEST, LONGEST = 12, 128
_FORM = "sign-in"


@dataclass(frozen=True, slots=True)
class Proven:
    """Who gave the right password; a temporary one asks them to choose their own before they come in."""

    person: str
    credential: Credential

    @property
    def temporary(self) -> bool:
        """Whether the password only serves to choose another."""
        return self.credential.temporary


def prove(
    site: Site, name: str, password: str, address: str, now: datetime
) -> tuple[Proven | None, tuple[Problem, ...]]:
    """Who the name and the password stand for. Known and unknown names get the same answer in the same time."""
    wait = site.credentials().guess(name, address, now)
    if wait is not None:
        minutes = -(-int(wait.total_seconds()) // 60) or 1
        return None, (Problem(_FORM, "There were too many tries", f"Try again in {minutes} min."),)
    person = _person_called(site, name)
    credential = site.credentials().of(person or "")
    right = _is_right(password, _hash_of_nobody() if credential is None else credential.hash)
    if person is None or credential is None or not right:
        return None, (Problem(_FORM, "Name or password is wrong", "Check both, or ask your administrator."),)
    site.credentials().forget_guesses(name)
    return Proven(person, credential), ()


def replace_password(site: Site, proven: Proven, password: str, now: datetime) -> tuple[Problem, ...]:
    """Choose one's own password in place of the one just given, if that still is the person's."""
    person = proven.person
    if site.credentials().of(person) != proven.credential or load_directory(site)[0].active(person) is None:
        remedy = "Reload the page, and sign in with the new one."
        return (Problem(_FORM, "The password you gave has been replaced meanwhile", remedy),)
    return choose_password(site, person, password, person, now)


def choose_password(site: Site, person: str, password: str, by: str, now: datetime) -> tuple[Problem, ...]:
    """Give the person a new password and end all their sessions; or say what is wrong with it."""
    if problems := _problems(password, person):
        return problems
    _put(site, person, password, by, now, temporary=False)
    return ()


def invite(site: Site, administrator: Person, person: str, now: datetime) -> str:
    """A temporary password for the person, shown once; with it they choose their own."""
    require(administrator, "administer")
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    _put(site, person, password, administrator.id, now, temporary=True)
    return password


def _put(site: Site, person: str, password: str, by: str, now: datetime, *, temporary: bool) -> None:
    site.credentials().put(person, _hasher().hash(_shortened(password)), now, temporary=temporary)
    site.sessions().end_all_of(person, "password changed", now)
    key = secrets.token_hex(8)
    ended = SessionEnded(session="", why="password changed")
    events = [Addition(access_of(person), PasswordSet(), f"password-{key}")]
    events.append(Addition(access_of(person), ended, f"password-ends-{key}"))
    site.log().add(events, by, now)


def _problems(password: str, person: str) -> tuple[Problem, ...]:
    if not SHORTEST <= len(password) <= LONGEST:
        remedy = f"Use {SHORTEST} to {LONGEST} characters; a few unrelated words are good."
        return (Problem(_FORM, "The password is too short or too long", remedy, column="password"),)
    if len(set(password)) < 5 or (person in password.casefold() and len(password) < len(person) + 8):
        return (Problem(_FORM, "The password is easily guessed", "Use a few unrelated words.", column="password"),)
    return ()


def _person_called(site: Site, name: str) -> str | None:
    """The id for what people type: their id or their mail address."""
    typed = name.strip().casefold()
    people = load_directory(site)[0].people
    return next((one.id for one in people if typed in (one.id, one.email.casefold()) and not one.disabled), None)


def _is_right(password: str, hash_: str) -> bool:
    return len(password) <= LONGEST and bool(_hasher().check_pw(_shortened(password), hash_))


def _shortened(password: str) -> str:
    """bcrypt reads 72 bytes at most; a passphrase may be longer."""
    text = unicodedata.normalize("NFC", password)
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _hash_of_nobody() -> str:
    return str(_hasher().hash(_shortened(secrets.token_hex())))


@cache
def _hasher() -> Any:
    """streamlit-authenticator's; it warns of a missing page when it is first imported outside of one."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        from streamlit_authenticator.utilities.hasher import Hasher  # type: ignore[import-untyped]
    finally:
        logging.disable(before)
    return Hasher
