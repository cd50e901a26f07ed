"""A stored table as it was known on a day: what had not happened by then is empty."""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from .columns import literal
from .snapshot import TableFile
from .tables.catalogue import BY_NAME


def known_rows(file: TableFile, as_of: date) -> exp.Select:
    """The rows of a table's file, every event date after `as_of` empty: a later reading may know more.

    A file without such dates is read as it is.
    """
    source = exp.func("READ_PARQUET", exp.Literal.string(str(file.path)))
    if file.last_event is None or file.last_event <= as_of:
        return exp.select("*").from_(source)
    replaced = []
    for name in BY_NAME[file.name].event_columns:
        column = exp.column(name, quoted=True)
        happened = exp.LTE(this=column.copy(), expression=literal(as_of))
        replaced.append(exp.alias_(exp.Case(ifs=[exp.If(this=happened, true=column)]), name, quoted=True))
    return exp.select(exp.Star(replace=replaced)).from_(source)
