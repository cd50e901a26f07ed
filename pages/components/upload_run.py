"""Running a check: how far it is, and what kept it from being done."""

from collections.abc import Sequence

import streamlit as st

from kpi_engine.problem import Problem
from services.staging import Staged
from services.upload import check

from .clock import right_now
from .gate import Visit
from .text import plain


def check_button(visit: Visit, files: Sequence[Staged]) -> None:
    """Check everything that waits; nothing counts yet."""
    open_ = [one.name for one in files if isinstance(one.found, Problem) or not one.told.mapping]
    ready = not open_
    if st.button("Check before publishing", type="primary", disabled=not ready, key="upload/check"):
        run_check(visit)
    if open_:
        st.caption(f"Still to map or to remove: {plain(', '.join(open_))}")


def run_check(visit: Visit, leave_out: str = "") -> None:
    """Check with a bar, then show the report."""
    bar = st.progress(0.0, "Reading the files")
    report, problems = check(
        visit.site, visit.person, right_now(), leave_out=leave_out,
        progress=lambda what, share: bar.progress(min(share, 1.0), plain(what)),
    )  # fmt: skip
    bar.empty()
    if report is not None:
        st.rerun()
    not_done(problems)


def not_done(problems: Sequence[Problem]) -> None:
    """What kept something from being done, and how to go on."""
    st.error("\n".join(f"- {plain(one.file)}: {plain(one.message)} — {plain(one.remedy)}" for one in problems[:20]))
