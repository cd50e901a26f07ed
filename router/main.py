"""The router: which pages there are, and how one moves between them."""

from pathlib import Path

import streamlit as st

from pages.components.door import who_is_here
from pages.components.gate import is_presenting
from services.people import may_open
from services.site import Site

_PAGES = Path(__file__).parents[1] / "pages"
# Section → file → title. The addresses are the same for everybody; what one may not open is not in the menu.
_SECTIONS = {
    "": {"exceptions": "Exceptions"},
    "Weekly": {
        "packet": "Packet",
        "meeting": "Meeting",
        "memos": "Memos",
        "proposals": "Proposals",
        "decisions": "Decisions",
        "actions": "Actions",
    },
    "Reviews": {"reviews": "Reviews", "reports": "Reports"},
    "Operating system": {
        "decision_inventory": "Decision inventory",
        "culture": "Culture",
        "scorecards": "Scorecards",
        "adoption": "Adoption",
        "contracts": "Contracts",
        "people": "People",
    },
    "Data": {
        "upload": "Upload",
        "drill_down": "Drill-down",
        "data_health": "Data health",
        "known_issues": "Known issues",
        "outbox": "Outbox",
    },
    "Help": {
        "help": "Help",
    },
}


def _page(file: str, title: str) -> st.Page:
    visible = here is not None and may_open(here.person, title)
    return st.Page(
        _PAGES / f"{file}.py",
        title=title,
        default=file == "exceptions",
        visibility="visible" if visible else "hidden",
    )


here = who_is_here(Site.from_environment())
sections = {name: [_page(*one) for one in pages.items()] for name, pages in _SECTIONS.items() if pages}
st.navigation(sections, position="hidden" if here is None or is_presenting() else "top").run()
