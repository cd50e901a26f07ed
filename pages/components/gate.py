"""The first call of every page: who is here, the page's set-up, and whether the screen is being shared."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import streamlit as st

from kpi_engine.contract import Contract
from services.configuration import contracts, currency
from services.directory import Directory, load_directory
from services.people import PAGES, Person, allowed, may_open
from services.site import Site

from .clock import right_now
from .door import person_control, sign_in_page, who_is_here
from .text import safe
from .units import where

_HERE = Path(__file__).parent
_ICON = _HERE.parents[1] / "static" / "icon.svg"


@dataclass(frozen=True)
class Visit:
    """One view of one page by one person; `as_of` is the day the address asks for, None the data date."""

    site: Site
    person: Person
    now: datetime
    presenting: bool
    as_of: date | None

    @property
    def today(self) -> date:
        return self.now.date()

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """The contracts that the person may see, by id in the order of names; looked at once a view."""
        return contracts(self.site, self.person)[0]

    @cached_property
    def directory(self) -> Directory:
        """Who is who."""
        return load_directory(self.site)[0]

    def speaks_for(self, contract: Contract | None) -> bool:
        """Whether the person may set goals and write assumptions for the KPI: their own, or any if they govern."""
        titles = () if contract is None else contract.owners
        own = any(self.directory.stands_for(self.person, title) for title in titles)
        return allowed(self.person, "narrate", own=own)

    @cached_property
    def currency(self) -> str:
        """The reporting currency."""
        return currency(self.site)


def is_presenting() -> bool:
    """Whether the address or the switch asks for the screen-sharing view."""
    if "present" not in st.session_state and st.query_params.get("present") == "1":
        st.session_state["present"] = True  # the switch itself writes "true"
    return bool(st.session_state.get("present", st.query_params.get("present") == "true"))


def enter(title: str) -> Visit:
    """Set the page up and let the person in; nothing is drawn before this, and for strangers nothing after it."""
    presenting = is_presenting()
    st.set_page_config(page_title=f"{title} · Revenue Command Center", page_icon=_ICON, layout="wide")
    st.html(_HERE / "look.css")
    # Dialogs and popovers hang outside the app's own frame, which alone knows the theme.
    st.html(f"<style>:root {{ color-scheme: {st.context.theme.type or 'light dark'} }}</style>")
    if presenting:
        st.html(_HERE / "present.css")
    site = Site.from_environment()
    here = who_is_here(site)
    if here is None:
        sign_in_page(site)
        st.stop()
    st.session_state["was here"] = True
    if not presenting:
        person_control(site, here)
    if not may_open(here.person, title):
        _closed(title, here.person)
        st.stop()
    return Visit(site, here.person, right_now(), presenting, _judged_on())


def _closed(title: str, person: Person) -> None:
    """The stub where there is no right: the address stays, and who may help is named."""
    why = "Your roles do not open this page. An administrator can change them."
    if person.scope:
        part = safe(", ".join(where(*pair) for pair in person.scope))
        why = f"Your roles do not open this page to somebody who sees a part only ({part})."
    if title not in PAGES:
        why = "This page is missing from the table of rights in services/people.py, so it opens for nobody."
    st.html(f'<div class="rcc calm"><h1>{safe(title)}</h1><p class="lead">{why}</p></div>')


def _judged_on() -> date | None:
    """The day that the address asks for; None means the data date."""
    try:
        return date.fromisoformat(st.query_params.get("as_of", ""))
    except ValueError:
        return None
