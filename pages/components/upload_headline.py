"""The upload page's answer: what waits, what is to mend, what may be published."""

from collections.abc import Sequence

import streamlit as st

from services.load_report import LoadReport
from services.roll_back import PastLoad
from services.staging import Staged

from .units import day


def headline(files: Sequence[Staged], report: LoadReport | None, loads: Sequence[PastLoad]) -> None:
    """One line that says where the upload stands, and below it what is in force now."""
    current = next((one for one in loads if one.standing == "in force"), None)
    now = "Nothing is in force yet" if current is None else (
        f"In force: data as of {day(current.snapshot.data_on)}, {current.rows:,} rows in "
        f"{len(current.snapshot.tables)} tables"
    )  # fmt: skip
    st.html(
        f'<div class="rcc"><h1>{_answer(files, report)}</h1><p class="quiet">{now} · {_rule(files, report)}</p></div>'
    )


def _answer(files: Sequence[Staged], report: LoadReport | None) -> str:
    if report is None:
        return "Upload exports" if not files else f'<span class="count">{len(files)}</span> {_files(files)} to check'
    if report.problems:
        count = report.told
        return f'<span class="count">{count:,}</span> {"problem" if count == 1 else "problems"} to mend'
    if report.changes_nothing:
        return "These files change nothing"
    signs = len(report.effect.suspicions)
    if signs:
        return f'Ready, but <span class="count">{signs}</span> {"thing looks" if signs == 1 else "things look"} wrong'
    return "Ready to publish"


def _rule(files: Sequence[Staged], report: LoadReport | None) -> str:
    if report is not None and not report.problems:
        return "nothing counts before you publish"
    return "files wait here, also after a reload; nothing counts before it is published"


def _files(files: Sequence[Staged]) -> str:
    return "file" if len(files) == 1 else "files"
