"""What a column name in a contract means: the table's own column, one it looks up, or `account.<column>`."""

from __future__ import annotations

from .catalogue import BY_NAME
from .schema import ColumnType, Table

ACCOUNT_PREFIX = "account."


def column_type(table_name: str, column: str) -> ColumnType | None:
    """Type of a column as a contract may name it on the table; None if the table has no such column."""
    table = BY_NAME.get(table_name)
    if table is None:
        return None
    if column.startswith(ACCOUNT_PREFIX):
        return _plain_type(BY_NAME["accounts"], column.removeprefix(ACCOUNT_PREFIX)) if _has_account(table) else None
    return _plain_type(table, column)


def _plain_type(table: Table, name: str) -> ColumnType | None:
    found = table.column(name) or table.lookup(name)
    return found.type if found else None


def _has_account(table: Table) -> bool:
    return _plain_type(table, "account_id") is not None
