"""Day before month, or month before day? Decided for a whole export by evidence, never by habit."""

from __future__ import annotations

import duckdb

_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
_TIMES = ("", *(f"{joint} {clock}" for joint in ("", ",") for clock in _CLOCKS))
_PATTERN = r"^(\d{1,2})([./-])(\d{1,2})[./-](\d{4})(,? \d{1,2}:\d\d(:\d\d)?( [AaPp][Mm])?)?$"


def formats_for(connection: duckdb.DuckDBPyConnection, cells: str) -> tuple[tuple[str, ...], str, str]:
    """Formats of an export's numeric dates with a note of the evidence, or the problem with them.

    `cells` is SQL with one column `cell`. All three are empty if the cells are no such dates.
    """
    seen = connection.execute(
        f"""SELECT sign, max(a), max(b), count(*) FROM (
            SELECT regexp_extract(cell, '{_PATTERN}', 2) AS sign,
                   try_cast(regexp_extract(cell, '{_PATTERN}', 1) AS INTEGER) AS a,
                   try_cast(regexp_extract(cell, '{_PATTERN}', 3) AS INTEGER) AS b
            FROM ({cells}) WHERE regexp_matches(cell, '{_PATTERN}')) GROUP BY sign ORDER BY sign"""
    ).fetchall()
    if not seen:
        return (), "", ""
    day_first, month_first = any(row[1] > 12 for row in seen), any(row[2] > 12 for row in seen)
    if day_first == month_first:
        said = (
            "some dates read only day first, others only month first"
            if day_first
            else "day and month can't be told apart"
        )
        return (), "", said
    order = "%d{0}%m{0}%Y" if day_first else "%m{0}%d{0}%Y"
    formats = tuple(order.format(row[0]) + time for row in seen for time in _TIMES)
    return formats, f"dates read {'day' if day_first else 'month'} first: some can't be read otherwise", ""
