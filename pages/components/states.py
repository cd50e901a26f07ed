"""What a page shows instead of data: nothing imported yet, or files to mend."""

from collections.abc import Sequence

import streamlit as st

from kpi_engine.problem import Problem

from .text import plain


def no_data() -> None:
    """Nothing has been imported yet: say how to begin."""
    st.html(
        '<div class="rcc calm"><h1>No data yet</h1><p class="lead">Drop your CSV exports on <b>Upload</b>, or import a '
        "folder of them, and this page shows what breached a threshold.</p>"
        "<p><code>python -m kpi_engine import FOLDER</code></p>"
        '<p class="quiet">No exports at hand? <b>make run</b> starts with a sample company.</p></div>'
    )


def to_mend(problems: Sequence[Problem]) -> None:
    """The files that must be mended before anything counts, with place and remedy."""
    count = len(problems)
    st.error(
        "Nothing is shown until then: a number from a half-read configuration would be wrong.",
        title=f"{count} {'problem' if count == 1 else 'problems'} to mend first",
    )
    st.markdown("\n".join(f"- {plain(problem)}" for problem in problems[:50]))
    if count > 50:
        st.caption(f"and {count - 50} more")
