"""Signing in and out: who stands behind a session, and how one gets a session."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from decision_log.entry import Addition
from decision_log.person import SessionEnded, SignedIn, access_of
from decision_log.sessions import LIFE as SESSION_LIFE
from decision_log.sessions import Session

from .directory import load_directory
from .people import Denied, Person, may_open
from .site import Site

__all__ = ["SESSION_LIFE"]
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person, and the session they came with."""

    person: Person
    session: Session

    @property
    def is_demo(self) -> bool:
        """Whether the person was picked, not proven."""
        return self.session.how == "demo"


def demo_offered(bound_to: str | None) -> bool:
    """Whether people may be picked without a password: asked for by RCC_DEMO=1, and only on this machine."""
    return os.environ.get("RCC_DEMO") == "1" and bound_to in LOOPBACK


def visitor(site: Site, token: object, now: datetime, *, demo: bool) -> Visitor | None:
    """Who a token stands for, now that they do something. Nobody when the session is over.

    A session of the demo counts only while demo mode is on.
    """
    found = _visitor(site, token, now, demo=demo)
    if found is not None:
        site.sessions().noticed(found.session, now)
    return found


def may_upload(site: Site, token: str, now: datetime, *, demo: bool) -> bool:
    """Whether the token stands for somebody whose page takes files: what others send would only fill the memory."""
    found = _visitor(site, token, now, demo=demo)
    return found is not None and may_open(found.person, "Upload")


def is_signed_in(site: Site, token: str, now: datetime, *, demo: bool) -> bool:
    """Whether the token stands for anybody; asking does not keep its session awake."""
    return _visitor(site, token, now, demo=demo) is not None


def _visitor(site: Site, token: object, now: datetime, *, demo: bool) -> Visitor | None:
    if not isinstance(token, str) or not token:
        return None
    session = site.sessions().of_token(token, now)
    if session is None or (session.how == "demo" and not demo):
        return None
    person = load_directory(site)[0].active(session.person)
    return None if person is None else Visitor(person, session)


def demo_sign_in(site: Site, person: str, now: datetime, *, demo: bool) -> str:
    """A ticket for somebody of the directory, without asking who is there."""
    listed = {member.id for member in load_directory(site)[0].people if not member.disabled}
    if not demo or person not in listed:  # a browser may send what its list does not offer
        raise Denied("nobody is let in without a password here")
    return begin(site, person, "demo", now)


def begin(site: Site, person: str, how: str, now: datetime) -> str:
    """The ticket of a new session; the log says who signed in."""
    session, ticket = site.sessions().offer(person, how, now)
    event = SignedIn(session=session, how=how)
    site.log().add([Addition(access_of(person), event, f"signed-in-{session}")], person, now)
    return ticket


def open_session(site: Site, ticket: str, address: str, now: datetime) -> str | None:
    """The token for the browser's cookie; None if the ticket is not good, or no longer."""
    return site.sessions().redeem(ticket, address, now)


def sign_out(site: Site, visitor: Visitor, now: datetime) -> None:
    """End the visitor's own session."""
    end_session(site, visitor.session, "signed out", visitor.person.id, now)


def end_session(site: Site, session: Session, why: str, by: str, now: datetime) -> None:
    """End a session; whoever replays its token is a stranger from the next rerun on."""
    site.sessions().end(session.id, why, now)
    event = SessionEnded(session=session.id, why=why)
    site.log().add([Addition(access_of(session.person), event, f"ended-{session.id}")], by, now)
