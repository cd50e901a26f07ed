"""The router: which pages there are, and how one moves between them."""

from pathlib import Path

import streamlit as st

from pages.components.gate import is_presenting

_PAGES = Path(__file__).parents[1] / "pages"

chosen = st.navigation(
    [
        st.Page(_PAGES / "exceptions.py", title="Exceptions", default=True),
        st.Page(_PAGES / "drill_down.py", title="Drill-down"),
        st.Page(_PAGES / "decisions.py", title="Decisions"),
        st.Page(_PAGES / "decision_inventory.py", title="Decision inventory"),
        st.Page(_PAGES / "contracts.py", title="Contracts"),
        st.Page(_PAGES / "help.py", title="Help"),
    ],
    position="hidden" if is_presenting() else "top",
)
chosen.run()
