"""A banner for who tends the outbox, where messages fail."""

from pathlib import Path

import streamlit as st

from services.outbox import outbox
from services.people import allowed

from .gate import Visit

_PAGE = Path(__file__).parents[1] / "outbox.py"


def outbox_banner(visit: Visit) -> None:
    """How many messages do not get through, and the way to them; nothing where all is well."""
    if not allowed(visit.person, "tend_outbox"):
        return
    found = outbox(visit.site, visit.person, visit.now)
    count = len(found.troubles)
    if not count and not found.problems:
        return
    title = "1 message is not getting through" if count == 1 else f"{count} messages are not getting through"
    st.warning(
        "People may not have been told of their actions.",
        title=title if count else "The outbox has a mistake in its configuration and sends nothing",
    )
    st.page_link(_PAGE, label="Look at the outbox →")
