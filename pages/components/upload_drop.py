"""Where files are dropped: kept on the server at once, whatever is no text refused by name."""

import streamlit as st

from kpi_engine.problem import Problem
from services.map_columns import layouts
from services.sample_calendar import has_own_calendar
from services.staging import Reading, stage, staged, tell

from .gate import Visit
from .text import plain
from .units import day


def drop_files(visit: Visit) -> None:
    """The drop zone; what was refused is said until something else is dropped."""
    turn = st.session_state.setdefault("upload/turn", 0)
    limit = int(st.get_option("server.maxUploadSize"))
    dropped = st.file_uploader(
        f"CSV or TSV exports, several at once, up to {limit:,} MB each",
        accept_multiple_files=True,
        key=f"upload/files-{turn}",
    )
    if has_own_calendar(visit.site):
        st.caption(
            f"Days after {day(visit.today)} lie in the sample company's future. Your own exports belong in a workspace "
            "of their own: README, “Your first own export”."
        )
    if dropped:
        refused: list[Problem] = []
        for file in dropped:
            problem = stage(visit.site, visit.person, file.name, file)
            refused += [problem] if problem else []
        _recognise(visit)
        st.session_state["upload/refused"] = refused
        # A fresh widget lets go of the copies that Streamlit keeps in memory.
        st.session_state["upload/turn"] = turn + 1
        st.rerun()
    for problem in st.session_state.get("upload/refused", ()):
        st.error(f"**{plain(problem.file)}** {plain(problem.message)} — {plain(problem.remedy)}")


def _recognise(visit: Visit) -> None:
    """A layout that is known beyond doubt is chosen; the person sees it and may choose another."""
    for file in staged(visit.site, visit.person):
        if not file.told.mapping and (known := layouts(visit.site, visit.person, file).recognised):
            how = Reading(file.told.encoding, file.told.lines_above, known)
            tell(visit.site, visit.person, file.name, how)
