"""The first call of every page: who is here, the page's set-up, and whether the screen is being shared."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import streamlit as st

from services.people import LOCAL_PERSON, Person, require
from services.site import Site

_HERE = Path(__file__).parent
_ICON = _HERE.parents[1] / "static" / "icon.svg"


@dataclass(frozen=True, slots=True)
class Visit:
    """One view of one page by one person."""

    site: Site
    person: Person
    now: datetime
    presenting: bool

    @property
    def today(self) -> date:
        return self.now.date()


def is_presenting() -> bool:
    """Whether the address or the switch asks for the screen-sharing view."""
    asked = st.query_params.get("present", "")
    return bool(st.session_state.get("present", asked.lower() in ("1", "true")))


def enter(title: str) -> Visit:
    """Set the page up and let the person in; nothing is drawn before this."""
    presenting = is_presenting()
    st.set_page_config(page_title=f"{title} · Revenue Command Center", page_icon=_ICON, layout="wide")
    st.html(_HERE / "look.css")
    if presenting:
        st.html(_HERE / "present.css")
    require(LOCAL_PERSON, "view")
    return Visit(Site.from_environment(), LOCAL_PERSON, datetime.now(UTC).astimezone(), presenting)
