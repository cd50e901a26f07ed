"""Mapping a new layout: which table, which column is which, what the words mean; tested on the file, then saved."""

import re

import streamlit as st

from kpi_engine.exports.columns import EXCLUSIVE_ENDS
from kpi_engine.tables.catalogue import BY_NAME
from kpi_engine.tables.schema import Column
from services.map_columns import Trial, save_mapping, suggested_pairs, suggested_table, try_mapping
from services.mapping_draft import Draft as MappingDraft
from services.staging import Staged, tell

from .draft import Draft
from .gate import Visit
from .mapping_rows import only_rows, scale
from .mapping_words import undecided, words
from .text import plain
from .upload_run import not_done

NONE = ""
_LOADS = {"full": "the whole table, each time", "upsert": "new and changed rows only"}
_DATES = {
    "": "year first, or as the file settles it",
    "%d.%m.%Y": "31.12.2026",
    "%d/%m/%Y": "31/12/2026",
    "%m/%d/%Y": "12/31/2026",
    "%d-%m-%Y": "31-12-2026",
    "%Y/%m/%d": "2026/12/31",
}
_NUMBERS = {
    (".", ""): "1234.56",
    (".", ","): "1,234.56",
    (",", ""): "1234,56",
    (",", "."): "1.234,56",
    (",", " "): "1 234,56",
}


_NEGATIVE = {"": "-1234", "parentheses": "(1234)", "trailing_minus": "1234-"}
_LAST_DAY = {"exclusive": "the first day after it", "inclusive": "its last day"}


def mapping_form(visit: Visit, file: Staged) -> None:
    """The form; what is filled in stays until it is saved."""
    draft = Draft(visit, f"mapping/{file.name}")
    title, table, told = _head(visit, file, draft)
    first, *others = st.columns(4)
    with first:
        currency = _currency(file, draft, table)
    only = only_rows(visit, file, draft, others if _is_money(table) else [first, *others])
    columns, constants, scales = _pairs(visit, file, draft, table)
    values = {name: found for name in columns if (found := words(visit, file, draft, table, name, columns[name]))}
    filled = MappingDraft(
        _name(title), title.strip(), table, columns, values=values, constants=constants, scales=scales,
        currency=currency, only=only, **told,
    )  # fmt: skip
    draft.keep()
    st.caption(
        "A column put together of several, filled from another file, or the first filled of several is written into "
        "the layout's file: see docs/mappings.md."
    )
    with st.container(horizontal=True):
        test = st.button("Test on this file", key=f"{file.name}/test")
        save = st.button("Save this layout", type="primary", key=f"{file.name}/save")
    if test:
        _show_trial(try_mapping(visit.site, visit.person, file, filled, visit.today))
    if save and (open_words := undecided(values)):
        not_done(open_words)
    elif save:
        _save(visit, file, draft, filled)


def _head(visit: Visit, file: Staged, draft: Draft) -> tuple[str, str, dict[str, str]]:
    """The layout's title and table, and how its cells are written."""
    left, middle, right = st.columns(3)
    tables, guess = list(BY_NAME), suggested_table(visit.site, visit.person, file)
    title = left.text_input("What is this export called?", key=draft.key("title", _title(file.name)))
    table = middle.selectbox("Table that it fills", tables, key=draft.key("table", guess, tables))
    load = right.selectbox("It holds", list(_LOADS), format_func=_LOADS.get, key=draft.key("load", "full"))
    dates = left.selectbox("Dates are written", list(_DATES), format_func=_DATES.get, key=draft.key("dates", ""))
    numbers = middle.selectbox(
        "Numbers are written", list(_NUMBERS.values()), key=draft.key("numbers", _numbers(file), _NUMBERS.values())
    )
    negative = right.selectbox(
        "Negative numbers", list(_NEGATIVE), format_func=_NEGATIVE.get, key=draft.key("negative", "", _NEGATIVE)
    )
    signs = left.text_input("Signs to ignore in numbers", placeholder="$ EUR", key=draft.key("signs", ""))
    missing = middle.text_input("Words for an empty cell", placeholder="N/A, none", key=draft.key("missing", ""))
    last_day = "exclusive"
    if any(name == table for name, _ in EXCLUSIVE_ENDS):
        last_day = right.selectbox(
            "A line's end date is", list(_LAST_DAY), format_func=_LAST_DAY.get, key=draft.key("last_day", "exclusive")
        )
    decimal, thousands = next(signs_ for signs_, shown in _NUMBERS.items() if shown == numbers)
    told = {"load": load, "dates": dates, "decimal": decimal, "thousands": thousands, "signs": signs,
            "negative": negative, "missing": missing, "last_day": last_day}  # fmt: skip
    return title, str(table), told


def _currency(file: Staged, draft: Draft, table: str) -> str:
    """Amounts in another currency are converted by the rates; taken for ours, they would be wrong without a word."""
    if not _is_money(table):
        return NONE
    options = [NONE, *dict.fromkeys(name for name in file.found.header if name)]
    guess = next((name for name in options if "currency" in name.casefold() or "währung" in name.casefold()), NONE)
    return str(
        st.selectbox(
            "Currency of the amounts", options, key=draft.key(f"{table}/currency", guess, options),
            format_func=lambda name: f"stands in the column {name}" if name else "the reporting currency in every row",
        )
    )  # fmt: skip


def _is_money(table: str) -> bool:
    return table != "currency_rates" and any(column.type == "money" for column in BY_NAME[table].columns)


def _pairs(
    visit: Visit, file: Staged, draft: Draft, table: str
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Our columns, those that matter or are suggested in sight, the others folded."""
    found = {one.column: one for one in suggested_pairs(visit.site, visit.person, file, table)}
    columns = [column for column in BY_NAME[table].columns if not column.derived]
    near = [column for column in columns if column.name in found or column.tier == 1]
    chosen: dict[str, str] = {}
    constants: dict[str, str] = {}
    scales: dict[str, str] = {}

    def pick(column: Column) -> None:
        suggestion = found.get(column.name)
        default = suggestion.source if suggestion else NONE
        ours, why, times = st.columns([5, 4, 2], vertical_alignment="bottom")
        options = [NONE, *dict.fromkeys(name for name in file.found.header if name)]
        source = ours.selectbox(
            _label(column), options, key=draft.key(f"{table}.{column.name}", default, options),
            format_func=lambda name: name or "not in this file", help=plain(column.meaning),
        )  # fmt: skip
        if source:
            chosen[column.name] = source
            samples = dict.fromkeys(file.found.column(file.found.header.index(source)))
            reason = f"{suggestion.reason}: " if suggestion and suggestion.source == source else ""
            why.caption(plain(f"{reason}{' · '.join([*samples][:3]) or 'empty in the first rows'}"))
            with times:
                scales[column.name] = scale(draft, table, column, source)
        elif column.required and column.name not in BY_NAME[table].key:
            with why:
                same = st.text_input("or the same in every row", key=draft.key(f"{table}.{column.name}.same", ""))
            if same.strip():
                constants[column.name] = same.strip()

    for column in near:
        pick(column)
    with st.expander(f"{len(columns) - len(near)} other columns of {table}"):
        for column in columns:
            if column not in near:
                pick(column)
    return chosen, constants, scales


def _save(visit: Visit, file: Staged, draft: Draft, filled: MappingDraft) -> None:
    """A layout that reads no row of the file it was made for is not saved."""
    trial = try_mapping(visit.site, visit.person, file, filled, visit.today)
    if not isinstance(trial, Trial) or not trial.accepted:
        _show_trial(trial)
        return
    if problems := save_mapping(visit.site, visit.person, file, filled):
        not_done(problems)
        return
    tell(visit.site, visit.person, file.name, type(file.told)(file.told.encoding, file.told.lines_above, filled.name))
    draft.drop()
    st.rerun()


def _show_trial(trial: Trial | tuple) -> None:
    if not isinstance(trial, Trial):
        not_done(trial)
        return
    said = f"{trial.accepted:,} rows read, {trial.refused:,} refused"
    (st.success if trial.accepted and not trial.problems else st.warning)(said)
    if trial.problems:
        st.markdown("\n".join(f"- {plain(problem)}" for problem in trial.problems[:10]))
        if len(trial.problems) > 10:
            st.caption(f"and {len(trial.problems) - 10} more")
    if not trial.first_rows.empty:
        st.caption("First rows as they would be stored")
        st.dataframe(trial.first_rows, hide_index=True, alt="First rows as they would be stored")


def _label(column: Column) -> str:
    mark = "must be filled" if column.required else f"tier {column.tier}"
    return f"{column.name} ({mark})"


def _numbers(file: Staged) -> str:
    return "1.234,56" if file.found.decimals.startswith("comma") else "1234.56"


def _title(name: str) -> str:
    return re.sub(r"[\W\d_]+", " ", name.rsplit(".", 1)[0]).strip().capitalize()


def _name(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_") or "unnamed"
