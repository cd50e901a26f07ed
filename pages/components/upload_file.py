"""One uploaded file: how it seems to be written, the mapping that reads it, its first rows as they will be read."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from kpi_engine.exports.detect import ENCODINGS, SHOWN_ROWS, Detection
from kpi_engine.problem import Problem
from services.map_columns import Trial, first_rows, layouts
from services.staging import Reading, Staged, remove, tell

from .gate import Visit
from .text import plain, safe
from .upload_mapping import mapping_form

NEW = ""
_ENCODINGS = {"cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1251": "Windows-1251"}
_SIGNS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def staged_file(visit: Visit, file: Staged, *, folded: bool) -> None:
    """The file in a frame of its own; folded where its report is what matters now."""
    title = f"**{plain(file.name)}** · {_size(file.size)}"
    with st.expander(title, expanded=not folded, key=f"file-{file.name}-{folded}"):
        if isinstance(file.found, Problem):
            st.error(f"It {plain(file.found.message)} — {plain(file.found.remedy)}")
            _remove(visit, file)
            return
        st.html(_written(file.found))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            mapping = _pick_mapping(visit, file)
            _read_differently(visit, file, file.found)
            _remove(visit, file)
        if mapping == NEW:
            _show_rows(_raw(file.found), f"First rows of {file.name}, as text")
            mapping_form(visit, file)
        else:
            _as_read(visit, file)


def _pick_mapping(visit: Visit, file: Staged) -> str:
    """The mappings that fit this header, and a new one."""
    known = layouts(visit.site, visit.person, file)
    titles = {one.name: one.title for one in known.fitting} | {NEW: "New layout: map its columns"}
    chosen = file.told.mapping if file.told.mapping in titles else NEW
    picked = st.selectbox(
        "Layout", list(titles), list(titles).index(chosen), key=f"layout-{file.name}-{chosen}", width=420,
        format_func=lambda name: titles[name] + (" (recognised)" if name and name == known.recognised else ""),
    )  # fmt: skip
    if picked != file.told.mapping:
        tell(visit.site, visit.person, file.name, replace(file.told, mapping=picked))
        st.rerun()
    return str(picked)


def _read_differently(visit: Visit, file: Staged, found: Detection) -> None:
    with st.popover("Read it differently"):
        known = list(dict.fromkeys([found.encoding, *ENCODINGS]))
        encoding = st.selectbox(
            "Encoding",
            known,
            format_func=lambda one: _ENCODINGS.get(one, one.upper()),
            key=f"encoding-{file.name}-{found.encoding}",
        )
        above = st.number_input(
            "Lines above the header", 0, 100, found.lines_above, key=f"above-{file.name}-{found.lines_above}"
        )
        if (encoding, above) != (found.encoding, found.lines_above):
            tell(visit.site, visit.person, file.name, Reading(encoding, int(above), file.told.mapping))
            st.rerun()


def _remove(visit: Visit, file: Staged) -> None:
    if st.button("Remove", key=f"remove-{file.name}"):
        remove(visit.site, visit.person, file.name)
        st.rerun()


def _as_read(visit: Visit, file: Staged) -> None:
    """The first rows through the mapping; worked out once for a file and a way of reading it."""
    key = f"first-rows/{file.path}/{file.path.stat().st_mtime_ns}/{file.how}"
    if key not in st.session_state:
        st.session_state[key] = first_rows(visit.site, visit.person, file, visit.today)
    trial: Trial | None = st.session_state[key]
    if trial is None or trial.first_rows.empty:
        said = [f"- {plain(str(problem))}" for problem in trial.problems[:5]] if trial else []
        st.warning("\n".join(["The first rows cannot be read with this layout.", *said]))
        return
    _show_rows(trial.first_rows, f"First rows of {file.name}, as they will be read")


def _show_rows(frame: pd.DataFrame, label: str) -> None:
    st.caption(plain(label))
    st.dataframe(frame, hide_index=True, alt=label)


def _raw(found: Detection) -> pd.DataFrame:
    width = len(found.header)
    rows = [[*row, *[""] * width][:width] for row in found.head[:SHOWN_ROWS]]
    names = [f"{name} ({number})" if found.header.count(name) > 1 else name for number, name in enumerate(found.header)]
    return pd.DataFrame(rows, columns=names)


def _written(found: Detection) -> str:
    header = f"row {found.lines_above + 1}, {len(found.header)} columns"
    above = f"; {found.lines_above} lines above it are left out" if found.lines_above else ""
    facts = {
        "Encoding": _ENCODINGS.get(found.encoding, found.encoding.upper()),
        "Between cells": _SIGNS[found.delimiter],
        "Quotation marks": "around some cells" if found.quoted else "none seen",
        "Header": header + above,
        "Footer": f"{found.footer_bytes} bytes, left out" if found.footer_bytes else "none",
        "Dates": found.dates,
        "Decimals": found.decimals,
    }
    cells = "".join(f"<div><dt>{name}</dt><dd>{safe(said)}</dd></div>" for name, said in facts.items())
    return f'<div class="rcc"><dl class="written">{cells}</dl></div>'


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"
