"""What a mapping says of a table, as SQL over the raw columns of an export: values, and checks of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ..company import Company
from ..mappings.model import ANY_OTHER, COMPANY_ZONE, Lookup, Mapping, Source, TableMapping
from ..problem import Problem
from ..tables.schema import SQL_TYPES, Column
from .artefacts import artefact
from .cells import Reading, empty, name, small, text, texts, typed
from .header import Header
from .signs import SIGNS

# Words on which metrics rely; any other spelling would fall out of them silently.
CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("opportunities", "status"): ("open", "won", "lost"),
    ("subscriptions", "kind"): ("recurring", "one_time", "services", "usage", "overage"),
    ("subscriptions", "status"): ("active", "paused", "trial", "contracted"),
}
EXCLUSIVE_ENDS = {("subscriptions", "ends_on")}
CLOSED = "('won', 'lost')"


@dataclass(frozen=True, slots=True)
class Check:
    """Rows where `condition` (SQL) holds are unreadable; `raw` is the text they hold in the export."""

    column: str
    condition: str
    raw: str
    message: str
    remedy: str


@dataclass(slots=True)
class Layout:
    """The SQL of one table mapping on one header.

    `values` are the typed columns, over cells named as in `used` (raw column → cell); `joins` are lookups
    with the cell to look up; `kept` is the filter; `unfed` names the columns without any value, `absent`
    those of them in tier 1 and 2.
    """

    values: dict[str, str] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    joins: list[tuple[Lookup, str]] = field(default_factory=list)
    used: dict[str, str] = field(default_factory=dict)
    kept: str = "true"
    unfed: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the reading of a file depends on beside its mapping.

    `dates` are formats found per column, `signs` the characters to look at closely that the file holds.
    """

    file: str
    mapping: Mapping
    header: Header
    company: Company
    today: date | None
    signs: frozenset[str] = SIGNS
    dates: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """The time zone in which the export writes its times."""
        return self.company.time_zone if self.mapping.time_zone == COMPANY_ZONE else self.mapping.time_zone


def layout_of(setting: Setting, feeding: TableMapping) -> Layout:
    """The SQL of one table that the file feeds. Raw columns are read by their own (exact) names."""
    layout = Layout()
    # Columns with a fallback refer to their neighbours, which must stand before them in the statement.
    for column in sorted(feeding.canonical.columns, key=lambda column: _fallback(feeding, column) is not None):
        if not column.derived:
            _add_column(layout, setting, feeding, column)
    _refuse_second_header(layout, setting)
    if feeding.currency:
        currency = _origin(layout, setting, feeding.currency)
        layout.values["_currency"] = f"upper({currency or 'NULL'})"
        if currency is None:
            layout.absent.append(f"currency (amounts are taken as {setting.company.currency})")
    for index, kept in enumerate(feeding.filters):
        cell = _origin(layout, setting, Source(from_=(kept.column,)))
        if cell is None:
            layout.problems.append(_missing(setting, kept.column, f"filter {index + 1}"))
            continue
        if kept.differs_from:
            other = _origin(layout, setting, Source(from_=(kept.differs_from,)))
            layout.kept += f" AND {cell} IS DISTINCT FROM {other or 'NULL'}"
        else:
            words = small(kept.one_of or kept.none_of)
            layout.kept += f" AND coalesce(lower({cell}), '') {'IN' if kept.one_of else 'NOT IN'} {words}"
    return layout


def _refuse_second_header(layout: Layout, setting: Setting) -> None:
    """A row that repeats the header means two exports in one file, or a header of several rows."""
    named = {f"c{index}": header for index, header in enumerate(setting.header.names)}
    same = [f"{alias} = {text(named[origin])}" for origin, alias in layout.used.items() if origin in named]
    if len(same) > 1:
        remedy = "keep one header and one table a file"
        layout.checks.append(Check("", " AND ".join(same), same[0].split(" = ")[0], "repeats the header", remedy))


def _add_column(layout: Layout, setting: Setting, feeding: TableMapping, column: Column) -> None:
    source = feeding.columns.get(column.name)
    raw = None if source is None else _origin(layout, setting, source)
    if source is None or raw is None:
        _note_absence(layout, setting, feeding, column)
        fallback = _fallback(feeding, column)
        layout.values[column.name] = fallback or empty(column)
        if not fallback:
            layout.unfed.append(column.name)
        else:
            _check_value(layout, setting, feeding, column, f"CAST({name(column.name)} AS VARCHAR)")
        return
    cell = _translated(layout, column, raw, source)
    dates = source.dates or setting.mapping.dates or setting.dates.get(column.name, ())
    how = Reading(setting.mapping.numbers, dates, setting.zone, setting.company.time_zone, source.scale)
    value = typed(cell, column.type, how)
    if source.times:
        factor = _present(layout, setting, (source.times,))
        if not factor:
            layout.problems.append(_missing(setting, source.times, column.name))
        plain = Reading(how.numbers, (), how.zone, how.company_zone)
        value = f"CAST({value} * {typed(factor[0], 'number', plain) if factor else '1'} AS {SQL_TYPES[column.type]})"
    if column.type == "text":
        # What another file supplies or the mapping says may hold other signs than this file.
        if marked := artefact(column, raw, setting.signs if source.from_ or source.first_filled else SIGNS):
            layout.checks.append(Check(column.name, marked, raw, *_ARTEFACT))
    else:
        message, remedy = _UNREADABLE[column.type]
        layout.checks.append(
            Check(column.name, f"{cell} IS NOT NULL AND {name(column.name)} IS NULL", raw, message, remedy)
        )
    if (feeding.table, column.name) in EXCLUSIVE_ENDS and feeding.end_dates == "inclusive":
        value = f"{value} + 1"
    if fallback := _fallback(feeding, column):
        value = f"coalesce({value}, {fallback})"
    layout.values[column.name] = value
    _check_value(layout, setting, feeding, column, raw)
    if column.type == "money" and not setting.mapping.numbers.thousands and source.scale is None:
        _check_thousands(layout, setting, column, raw)
    if column.name == "probability":
        _check_probability(layout, column, raw, per_cent=source.scale is not None)


def _check_thousands(layout: Layout, setting: Setting, column: Column, raw: str) -> None:
    """12.500 is twelve and a half in one country and 12,500 in the next; money has no three decimals."""
    point = setting.mapping.numbers.decimal
    doubt = f"{raw} LIKE '%{point}___' AND regexp_full_match({raw}, '[-+]?[1-9]\\d{{0,2}}[{point}]\\d{{3}}')"
    remedy = "write 12500 or 12.50, or say the sign between thousands under numbers in the mapping"
    layout.checks.append(Check(column.name, doubt, raw, "may mean thousands or three decimals", remedy))


def _check_probability(layout: Layout, column: Column, raw: str, *, per_cent: bool) -> None:
    value = name(column.name)
    remedy = "write it as the mapping reads it (scale: 0.01 reads per cent)"
    layout.checks.append(Check(column.name, f"{value} NOT BETWEEN 0 AND 1", raw, "is no probability", remedy))
    if per_cent:
        fraction = f"{value} > 0 AND {value} < 0.01"
        layout.checks.append(Check(column.name, fraction, raw, "is a fraction where per cent are read", remedy))


_ARTEFACT = (
    "holds a spreadsheet's error, formula, shortened number or mark, not a value",
    "export it from the source system without opening it in a spreadsheet",
)
_UNREADABLE = {
    "date": ("is not a date this mapping reads", "write YYYY-MM-DD, or give the format under dates in the mapping"),
    "timestamp": ("is not a time this mapping reads", "write YYYY-MM-DD HH:MM:SS, or give the format under dates"),
    "money": ("is not a number this mapping reads", "write 1234.56, or say how numbers are written under numbers"),
    "number": ("is not a number this mapping reads", "write 1234.56, or say how numbers are written under numbers"),
    "rate": ("is not a number this mapping reads", "write 0.00074, or say how numbers are written under numbers"),
    "integer": ("is not a whole number", "write digits only"),
    "boolean": ("is neither yes nor no", "write true or false, or add the word to the mapping's values"),
}


def _check_value(layout: Layout, setting: Setting, feeding: TableMapping, column: Column, raw: str) -> None:
    value = name(column.name)
    if column.required:
        layout.checks.append(Check(column.name, f"{raw} IS NULL", raw, "is empty but must be filled", "fill the cell"))
    if column.event and setting.today:
        future = f"{value} > DATE '{setting.today}'"
        shown = f"coalesce({raw}, CAST({value} AS VARCHAR))"
        message = f"lies in the future, after {setting.today}"
        layout.checks.append(Check(column.name, future, shown, message, "correct the date"))
    if choices := CHOICES.get((feeding.table, column.name)):
        other = f"{value} NOT IN {texts(choices)}"
        remedy = "translate it in the mapping's values"
        layout.checks.append(Check(column.name, other, raw, f"is none of {', '.join(choices)}", remedy))
    if column.type == "rate":
        remedy = "write how much of the reporting currency one unit is worth"
        layout.checks.append(Check(column.name, f"{value} <= 0", raw, "is no rate: nothing is left of amounts", remedy))
    if column.name == "billing_months":
        layout.checks.append(Check(column.name, f"{value} < 1", raw, "must be 1 or more", "correct the number"))


def _fallback(feeding: TableMapping, column: Column) -> str | None:
    if (feeding.table, column.name) == ("opportunities", "closed_on") and "close_on" in feeding.columns:
        return f"CASE WHEN {name('status')} IN {CLOSED} THEN {name('close_on')} END"
    return None


def _note_absence(layout: Layout, setting: Setting, feeding: TableMapping, column: Column) -> None:
    source = feeding.columns.get(column.name)
    if source is not None and column.tier == 1 and column.name not in feeding.absent:
        names = source.from_ or source.first_filled or source.join
        layout.problems.append(_missing(setting, " / ".join(names), f"{column.name} (tier 1)"))
    elif (column.tier < 3 or source is not None) and _fallback(feeding, column) is None:
        layout.absent.append(column.name)


def _missing(setting: Setting, column: str, purpose: str) -> Problem:
    message = f"the column is missing; {purpose} needs it"
    remedy = f"add it to the export, or say otherwise in the mapping {setting.mapping.name!r}"
    return Problem(setting.file, message, remedy, row=1, column=column)


def _origin(layout: Layout, setting: Setting, source: Source) -> str | None:
    """The SQL text of a source's cell, empty cells as NULL; None if the export lacks its columns."""
    if source.constant is not None:
        return text(source.constant)
    if source.lookup:
        by = _present(layout, setting, (source.lookup.by,))
        if not by:
            return None
        layout.joins.append((source.lookup, by[0]))
        return f"_found{len(layout.joins)}"
    if source.join:
        cells = _present(layout, setting, source.join)
        separator = text(source.separator)
        return f" || {separator} || ".join(cells) if len(cells) == len(source.join) else None
    if source.first_filled:
        cells = _present(layout, setting, source.first_filled)
        return f"coalesce({', '.join(cells)})" if cells else None
    cells = _present(layout, setting, source.from_)
    return cells[0] if cells else None


def exported_name(setting: Setting, feeding: TableMapping, column: str) -> str:
    """What a person must look for in the file: the name of the exported column that feeds ours."""
    source = feeding.columns.get(column)
    wanted = (*source.from_, *source.first_filled, *source.join) if source else ()
    found = [name for name in wanted if setting.header.position(name) is not None]
    if source and source.from_:
        found = found[:1]
    return " / ".join(found) or column


def _present(layout: Layout, setting: Setting, wanted: Iterable[str]) -> list[str]:
    cells = []
    for column in wanted:
        position = setting.header.position(column)
        if position is not None or column.startswith("{"):
            origin = name(column) if position is None else f"c{position}"
            cells.append(layout.used.setdefault(origin, f"_c{len(layout.used)}"))
    return cells


def _translated(layout: Layout, column: Column, raw: str, source: Source) -> str:
    if not source.values:
        return raw
    words = {key: value for key, value in source.values.items() if key not in ("", ANY_OTHER)}
    whens = " ".join(f"WHEN lower({text(key)}) THEN {_text_or_null(value)}" for key, value in words.items())
    other = source.values.get(ANY_OTHER)
    rest = raw if other == ANY_OTHER else _text_or_null(other)
    whole = f"CASE lower({raw}) {whens} ELSE {rest} END" if words else f"({rest})"
    empty = _text_or_null(source.values.get(""))
    if ANY_OTHER not in source.values:
        unknown = f"{raw} IS NOT NULL AND lower({raw}) NOT IN {small(words)}"
        remedy = f"add it to the values of {column.name} in the mapping"
        layout.checks.append(Check(column.name, unknown, raw, "is a word the mapping does not translate", remedy))
    return f"CASE WHEN {raw} IS NULL THEN {empty} ELSE {whole} END"


def _text_or_null(value: str | None) -> str:
    return "NULL" if value is None else text(value)
