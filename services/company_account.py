"""Coming in with the company's own account (OIDC): which person of the directory a provider's word stands for.

The provider's signature, issuer, audience and nonce have been checked by then. Its word opens a session of
ours, once and while it is fresh; from there on only our session counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from decision_log.entry import Addition
from decision_log.person import SignedIn, access_of
from kpi_engine.problem import Problem

from .directory import load_directory
from .sample_calendar import present
from .site import Site

FRESH = timedelta(minutes=5)
_SKEW = timedelta(minutes=1)
_FORM = "sign-in"
_ASK = "Ask your administrator."


def is_fresh(claims: Mapping[str, object], now: datetime) -> bool:
    """Whether the provider has just said so; an old word, kept by a browser or stolen from it, is worth nothing."""
    at = claims.get("iat")
    if not isinstance(at, int | float) or not claims.get("is_logged_in") or not claims.get("nonce"):
        return False
    age = now.timestamp() - at
    return -_SKEW.total_seconds() <= age <= FRESH.total_seconds()


def begin(
    site: Site, claims: Mapping[str, object], now: datetime, *, claim: str = ""
) -> tuple[str | None, tuple[Problem, ...]]:
    """A ticket for the person of the claims, or why there is none.

    People are known by the mail address that the provider has verified; with `claim`, by what that claim
    says, which is a person's id or mail address.
    """
    if not is_fresh(claims, now):
        return None, (Problem(_FORM, "The sign-in at your company is too long ago", "Sign in again."),)
    person, problems = _person(site, claims, claim)
    if person is None:
        return None, problems
    when = present(site, now)  # only the provider's word is held against the real time
    session, ticket = site.sessions().offer(person, "oidc", when)
    once = hashlib.sha256(f"{claims.get('iss')}|{claims.get('sub')}|{claims['nonce']}".encode()).hexdigest()
    signed_in = Addition(access_of(person), SignedIn(session=session, how="oidc"), f"oidc-{once}")
    (entry,) = site.log().add([signed_in], person, when)
    assert isinstance(entry.event, SignedIn)
    if entry.event.session != session:
        site.sessions().end(session, "used before", when)
        return None, (Problem(_FORM, "This sign-in has been used before", "Sign in again."),)
    return ticket, ()


def _person(site: Site, claims: Mapping[str, object], claim: str) -> tuple[str | None, tuple[Problem, ...]]:
    said = str(claims.get(claim or "email") or "").strip().casefold()
    if not said:
        return None, (Problem(_FORM, f"Your company's sign-in does not tell your {claim or 'mail address'}", _ASK),)
    if not claim and claims.get("email_verified") not in (True, "true"):
        return None, (Problem(_FORM, f"Your company's sign-in has not verified the mail address {said}", _ASK),)
    named = [
        one for one in load_directory(site)[0].people if said == one.email.casefold() or (claim and said == one.id)
    ]
    if len(named) != 1:
        how_many = "More than one person here has" if named else "Nobody here has"
        return None, (Problem(_FORM, f"{how_many} the {claim or 'mail address'} {said}", _ASK),)
    if named[0].disabled:
        return None, (Problem(_FORM, f"The account of {said} is disabled here", _ASK),)
    return named[0].id, ()
