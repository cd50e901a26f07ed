"""Loads one export into typed rows by one scan, and says exactly which cells could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import duckdb

from ..mappings.model import Lookup, TableMapping
from ..problem import Problem
from .cells import name, text, texts
from .columns import Check, Layout, Setting, exported_name, layout_of
from .dates import formats_for
from .each import spread
from .header import Header
from .order import order_of
from .records import Mending, broken_line, overflows
from .text import Export

LISTED_PROBLEMS = 100_000
"""Of one kind and file; people read the first fifty, and download the others."""
# Blanks around cells, each with the sign without which no cell of a file ends in it: line ends need marks around.
_BLANKS = {"chr(32)": " ", "chr(9)": "\t", "chr(10)": '"', "chr(13)": "\r"}


@dataclass(slots=True)
class Loaded:
    """The rows that one file gives to one table, in a temporary database table, in the order they are stored in.

    `problems` concern the whole file, `broken` records that can be left out.
    Beside the canonical columns that the file feeds it has `_unreadable`, `_kept` and, where amounts carry
    one, `_currency`.
    """

    setting: Setting
    feeding: TableMapping
    export: Export
    layout: Layout
    table: str
    lookups: dict[tuple[str, str, str], str]
    trim: bool = False
    read: int = 0
    unreadable: int = 0
    filtered: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    broken: list[Problem] = field(default_factory=list)
    broken_records: int = 0
    repeated: int = 0

    @property
    def columns(self) -> list[str]:
        """The columns of the database table; a column of nothing but empty cells takes up memory like any other."""
        return [column for column in self.layout.values if column not in self.layout.unfed]


def load(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    setting: Setting,
    feeding: TableMapping,
    table: str,
    *,
    lookups: dict[tuple[str, str, str], str],
    mending: Mending,
) -> Loaded:
    """Reads the file into the database table `table`; problems stand in the result.

    `lookups` are the database tables of what other files supply.
    """
    loaded = Loaded(setting, feeding, export, layout_of(setting, feeding), table, lookups)
    loaded.problems += loaded.layout.problems
    if loaded.problems:
        return loaded
    try:
        _fill(connection, loaded)
    except duckdb.InvalidInputException:
        _mend(loaded, mending)
        try:
            _fill(connection, loaded)
        except duckdb.InvalidInputException as again:
            loaded.problems.append(
                Problem(export.file, f"{broken_line(again)} cannot be read", "export it again as plain CSV")
            )
            return loaded
    if not loaded.broken_records and _overflows(connection, loaded):
        _mend(loaded, mending)
        _fill(connection, loaded)
    if export.claimed is not None and export.claimed != (found := _records(connection, loaded)):
        message = f"its footer speaks of {export.claimed:,} records, the file holds {found:,}"
        loaded.problems.append(Problem(export.file, message, "export it again; it is cut or was edited"))
    if loaded.export.lone_quote and not loaded.broken:
        loaded.problems.append(loaded.export.lone_quote)
    if loaded.unreadable and _found_date_order(connection, loaded):
        _fill(connection, loaded)
    return loaded


def _records(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> int:
    if not loaded.feeding.each:
        return loaded.read + loaded.broken_records
    raw = raw_relation(loaded.export, loaded.setting.header)
    return int(connection.execute(f"SELECT count(*) FROM {raw}").fetchall()[0][0]) + loaded.broken_records


def numbered_rows(loaded: Loaded) -> str:
    """The rows as SQL, typed, with the record number `_row` (the header is row 1)."""
    return _rows(loaded, numbered=True)


def cell_problems(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> list[Problem]:
    """Each unreadable cell with its row and value; a long list is cut and its length said."""
    checks = loaded.layout.checks
    flags = ", ".join(
        f"coalesce({check.condition}, false) AS k{i}, {check.raw} AS v{i}" for i, check in enumerate(checks)
    )
    bad = f"{loaded.table}_bad"
    _in_zone(connection, loaded)
    anyone = " OR ".join(f"k{i}" for i in range(len(checks)))
    connection.execute(
        f"CREATE OR REPLACE TABLE {bad} AS SELECT * FROM (SELECT _row, {flags} FROM ({numbered_rows(loaded)}) "
        f"WHERE _kept) WHERE {anyone or 'false'}"
    )
    problems: list[Problem] = []
    for i, check in enumerate(checks):
        problems += listed(connection, loaded, check, f"SELECT _row, v{i} FROM {bad} WHERE k{i}")
    return problems


def listed(connection: duckdb.DuckDBPyConnection, loaded: Loaded, check: Check, rows: str) -> list[Problem]:
    """One problem a row of the SQL `rows` (record number, value); beyond the bound how many there are."""
    _in_zone(connection, loaded)
    total = connection.execute(f"SELECT count(*) FROM ({rows})").fetchall()[0][0]
    found = connection.execute(f"{rows} ORDER BY _row LIMIT {LISTED_PROBLEMS}").fetchall()
    file = loaded.export.file
    column = exported_name(loaded.setting, loaded.feeding, check.column) or None
    problems = [
        Problem(file, check.message, check.remedy, row=row, column=column, value=raw or "") for row, raw in found
    ]
    if total > LISTED_PROBLEMS:
        message = f"{total:,} rows have this problem; the first {LISTED_PROBLEMS:,} are listed"
        problems.append(Problem(file, message, column=column))
    return problems


def _in_zone(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> None:
    connection.execute(f"SET TimeZone = {text(loaded.setting.zone)}")


def _fill(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> None:
    _in_zone(connection, loaded)
    connection.execute(f"CREATE OR REPLACE TABLE {loaded.table} AS {_checked(loaded)}")
    kept = "count(*), count(*) FILTER (NOT _kept), count(*) FILTER (_kept AND _unreadable), count(*) FILTER (_blanks)"
    counts = connection.execute(f"SELECT {kept} FROM {loaded.table}").fetchall()[0]
    loaded.read, loaded.filtered, loaded.unreadable, blanks = counts
    if blanks and not loaded.trim:
        loaded.trim = True
        loaded.notes.append(f"{blanks:,} rows had blanks around cells; they were removed")
        _fill(connection, loaded)


def _checked(loaded: Loaded) -> str:
    columns = ", ".join(map(name, loaded.columns))
    unreadable = " OR ".join(f"coalesce({check.condition}, false)" for check in loaded.layout.checks) or "false"
    order = order_of(loaded.feeding.canonical, loaded.setting.company)
    rows = _rows(loaded, numbered=False)
    return f"SELECT {columns}, _kept, _blanks, ({unreadable}) AS _unreadable FROM ({rows}) ORDER BY {order}"


def _rows(loaded: Loaded, *, numbered: bool) -> str:
    layout = loaded.layout
    cells = [f"{_cell(loaded, origin)} AS {alias}" for origin, alias in layout.used.items()]
    blanks = " OR ".join(_has_blanks(loaded, origin) for origin in layout.used if not loaded.trim)
    row = "_row, " if numbered else ""
    cells.append(f"coalesce({blanks or 'false'}, false) AS _blanks")
    inner = f"SELECT {row}{', '.join(cells)} FROM {_source(loaded, numbered)}"
    values = ", ".join(f"{value} AS {name(column)}" for column, value in layout.values.items())
    joins = "".join(
        f" LEFT JOIN {loaded.lookups[lookup.supply]} AS _look{index} ON _look{index}.key = {_looked_up(lookup, cell)}"
        for index, (lookup, cell) in enumerate(layout.joins, start=1)
    )
    found = "".join(f", _look{index}.found AS _found{index}" for index in range(1, len(layout.joins) + 1))
    cells_and_found = f"SELECT r.*{found} FROM ({inner}) AS r{joins}"
    return f"SELECT *, {values}, ({layout.kept}) AS _kept FROM ({cells_and_found})"


def _cell(loaded: Loaded, origin: str) -> str:
    cell = origin
    if loaded.trim:
        # Trimming costs many times what the look for blanks does, and few cells have any.
        trimmed = f"nullif(trim({origin}, {' || '.join(_BLANKS)}), '')"
        cell = f"CASE WHEN {_has_blanks(loaded, origin)} THEN {trimmed} ELSE {origin} END"
    missing = loaded.setting.mapping.missing
    return f"CASE WHEN {cell} NOT IN {texts(missing)} THEN {cell} END" if missing else cell


def _has_blanks(loaded: Loaded, origin: str) -> str:
    """SQL that holds where a cell begins or ends with a blank."""
    last = (blank for blank, sign in _BLANKS.items() if sign in loaded.setting.signs)
    return " OR ".join([f"{origin} < '!'", *(f"suffix({origin}, {blank})" for blank in last)])


def _looked_up(lookup: Lookup, cell: str) -> str:
    if not lookup.values:
        return cell
    whens = " ".join(f"WHEN lower({text(key)}) THEN {text(value)}" for key, value in lookup.values.items())
    return f"CASE lower({cell}) {whens} ELSE {cell} END"


def _source(loaded: Loaded, numbered: bool) -> str:
    row = "row_number() OVER () + 1 AS _row, " if numbered else ""
    raw = f"(SELECT {row}* FROM {raw_relation(loaded.export, loaded.setting.header)})"
    return spread(raw, loaded.setting.header, loaded.feeding.each) if loaded.feeding.each else raw


def raw_relation(export: Export, header: Header) -> str:
    """The file's records as SQL: text columns `c0`, `c1`, …; broken records are an error."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header.names)))
    return (
        f"read_csv({text(str(export.path))}, auto_detect = false, header = true, delim = {text(header.delimiter)}, "
        f"quote = '\"', escape = '\"', strict_mode = true, max_line_size = 16777216, columns = {{{columns}}})"
    )


def _overflows(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> bool:
    separators = (_records(connection, loaded) + 1) * (len(loaded.setting.header.names) - 1)
    return overflows(loaded.export.path, loaded.setting.header.delimiter, separators)


def _mend(loaded: Loaded, mending: Mending) -> None:
    loaded.export, broken = mending.of(loaded.export, loaded.setting.header)
    loaded.broken_records = len(broken)
    remedy = "mend the record, or import without the unreadable rows and say why"
    for row, message in broken[:LISTED_PROBLEMS]:
        loaded.broken.append(Problem(loaded.export.file, message, remedy, row=row))
    if len(broken) > LISTED_PROBLEMS:
        loaded.broken.append(Problem(loaded.export.file, f"{len(broken):,} records are broken in all"))
    if not broken:
        loaded.notes.append("line ends or quotation marks were uneven; read record by record")


def _found_date_order(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> bool:
    """Looks for day/month order in dates that are not ISO; True if a reload may read more.

    One export writes all its dates alike, so the evidence of all its columns counts together.
    """
    if loaded.setting.mapping.dates:
        return False
    columns = {column.name for column in loaded.feeding.canonical.columns if column.type in ("date", "timestamp")} - {
        name for name, source in loaded.feeding.columns.items() if source.dates
    }
    cells = {check.column: check.raw for check in loaded.layout.checks if check.column in columns}
    if not cells:
        return False
    pooled = " UNION ALL ".join(
        f"SELECT {raw} AS cell FROM ({_rows(loaded, numbered=False)}) WHERE _kept AND {name(column)} IS NULL"
        for column, raw in cells.items()
    )
    formats, note, problem = formats_for(connection, pooled)
    if problem:
        remedy = 'give the format under dates in the mapping, such as "%d/%m/%Y"'
        loaded.problems.append(Problem(loaded.export.file, problem, remedy, column=" / ".join(cells)))
    elif formats:
        loaded.notes.append(note)
        loaded.setting = replace(loaded.setting, dates=dict.fromkeys(cells, formats))
        loaded.layout = layout_of(loaded.setting, loaded.feeding)
    return bool(formats)
