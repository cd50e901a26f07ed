"""The log's table. Rows are only ever added: the database itself refuses to change or delete one."""

from __future__ import annotations

from sqlalchemy import DDL, Column, Integer, MetaData, String, Table, Text, UniqueConstraint, event

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("by", String(200), nullable=False),
    Column("subject", String(500), nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", String(500), nullable=False, unique=True),
    # JSON as text: the hash is over these very characters.
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    # Two people who write at once cannot both take the same place of a subject.
    UniqueConstraint("subject", "version"),
)

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        entries,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER entries_no_{_verb.lower()} BEFORE {_verb} ON entries "
            "BEGIN SELECT RAISE(ABORT, 'the decision log only grows'); END"
        ).execute_if(dialect="sqlite"),
    )
