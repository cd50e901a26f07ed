"""The text of `docs/tables.md`, made from the catalogue so that the two cannot differ."""

from __future__ import annotations

from .catalogue import TABLES
from .schema import Column, Table

_HEAD = """# Tables

The canonical tables that exports are read into (see [mappings](mappings.md)). This page is made from
`kpi_engine/tables/catalogue.py` by `python -m kpi_engine.tables.document > docs/tables.md`; a test keeps the two equal.

- **Tier 1**: a file without the column is refused (unless its mapping says that the source lacks it); an empty cell
  loads, is flagged, and the KPIs that need it leave the row out and say so. **Tier 2**: its absence is said at each
  import. **Tier 3**: never in the way.
- **must be filled**: an empty cell makes the row unreadable.
- **event**: something happened on that day; it cannot lie in the future, and the last event of all tables is the day
  the data speaks of.
- **computed** columns are filled on import and cannot be mapped.
- Money and numbers keep four decimals, rates of currencies twelve. Days are days of the company's time zone; times
  are UTC.
- **From other tables**: columns a contract may use that another table supplies.
"""


def tables_document() -> str:
    """The whole page."""
    return _HEAD + "".join(_section(table) for table in TABLES)


def _section(table: Table) -> str:
    lines = [f"\n## {table.name}\n", f"{table.meaning} Key: {', '.join(f'`{name}`' for name in table.key)}.\n"]
    lines += ["| column | type | tier | meaning |", "|---|---|---|---|"]
    lines += [f"| `{column.name}` | {column.type} | {column.tier} | {_meaning(column)} |" for column in table.columns]
    if table.lookups:
        supplied = ", ".join(f"`{lookup.name}` ({lookup.table})" for lookup in table.lookups)
        lines.append(f"\nFrom other tables: {supplied}.")
    return "\n".join(lines) + "\n"


def _meaning(column: Column) -> str:
    marks = (("must be filled", column.required), ("event", column.event), ("computed", column.derived))
    said = [mark for mark, holds in marks if holds]
    return column.meaning + (f" *{', '.join(said)}*" if said else "")


if __name__ == "__main__":
    import sys

    sys.stdout.write(tables_document())
