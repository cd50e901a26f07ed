"""The load report: rows, problems, differences, what happens to the numbers; then publish or discard."""

import streamlit as st

from services.load_report import LoadReport
from services.upload import discard, publish, refused_rows

from .clock import right_now
from .gate import Visit
from .load_effect import difference_table, number_table, unknown_list
from .text import plain, safe
from .upload_run import not_done, run_check

_LISTED = 20


def load_view(visit: Visit, report: LoadReport) -> None:
    """The whole report; the way on stands where its reader has seen enough to take it."""
    if report.problems:
        _rows(report)
        _discard(visit, report)
        return
    _publish(visit, report)
    number_table(report.effect)
    difference_table(report.effect)
    _rows(report)
    unknown_list(report.effect)
    if report.left_out:
        st.subheader("Left out as unreadable", anchor=False)
        st.caption(plain(report.left_out_reason))
        _listed(visit, report)


def to_mend(visit: Visit, report: LoadReport) -> None:
    """What keeps the files from being published, each with its place, and the way to leave rows out."""
    _listed(visit, report)
    if report.rows_only:
        with st.expander("Publish without these rows"):
            reason = st.text_area(
                "Why they may be left out", key="leave-out/why", height=80,
                placeholder="It stands beside every figure that these rows would touch",
            )  # fmt: skip
            if st.button("Check without them", disabled=len(reason.strip()) < 10, key="leave-out/check"):
                run_check(visit, leave_out=reason.strip())


def _listed(visit: Visit, report: LoadReport) -> None:
    problems = report.problems or report.left_out
    head = "".join(f"<th class='label'>{name}</th>" for name in ("Where", "Value", "What is wrong", "How to mend it"))
    rows = "".join(
        f"<tr><td>{safe(one.file)}{f', row {one.row}' if one.row else f', line {one.line}' if one.line else ''}"
        f"{f', {safe(one.column)}' if one.column else ''}</td><td>{safe(one.value or '')[:120]}</td>"
        f"<td>{safe(one.message)}</td><td>{safe(one.remedy)}</td></tr>"
        for one in problems[:_LISTED]
    )
    st.html(f'<div class="rcc"><table class="loads"><tr>{head}</tr>{rows}</table></div>')
    file = refused_rows(visit.site, visit.person, report)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(f"Download {report.told:,} as CSV", file.content, file.name, "text/csv", on_click="ignore")
        some = f"{_LISTED} of {report.told:,} are listed here. " if report.told > _LISTED else ""
        st.caption(f"{some}Rows count records; the header is row 1.")


def _rows(report: LoadReport) -> None:
    """What became of every row that was read."""
    st.subheader("What was read", anchor=False)
    names = ("Read", "Accepted", "Duplicates dropped", "Left out by the layout", "Refused")
    head = "".join(f"<th class='label number'>{name}</th>" for name in names)
    rows = "".join(
        f"<tr><td>{safe(one.file)}</td><td>{safe(one.table)}</td>"
        + "".join(
            f'<td class="number">{count:,}</td>'
            for count in (one.read, one.accepted, one.repaired, one.filtered, one.refused)
        )
        + "</tr>"
        for one in report.tables
    )
    st.html(
        f'<div class="rcc"><table class="loads"><tr><th class="label">File</th><th class="label">Table</th>{head}</tr>'
        f"{rows}</table></div>"
    )
    if report.notes:
        st.markdown("\n".join(f"- {plain(note)}" for note in report.notes))


def _publish(visit: Visit, report: LoadReport) -> None:
    """The way out; a suspicious load asks for a reason first."""
    reason = ""
    if report.effect.suspicions:
        signs = "\n".join(f"- **{plain(one.table)}**: {plain(one.message)}" for one in report.effect.suspicions)
        st.warning(signs, title="Look again before you publish")
        reason = st.text_area("Why the load is right all the same", key=f"{report.id}/why", height=80)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not report.changes_nothing and st.button("Publish", type="primary", key="upload/publish"):
            with st.spinner("Publishing"):
                problems = publish(visit.site, visit.person, report.id, reason, right_now())
            if problems:
                not_done(problems)
            else:
                st.rerun()
        _discard(visit, report)


def _discard(visit: Visit, report: LoadReport) -> None:
    if st.button("Discard the files", key="upload/discard"):
        discard(visit.site, visit.person, "", right_now())
        st.rerun()
