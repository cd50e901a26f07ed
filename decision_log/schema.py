"""The log's table. How it comes about, with the triggers that only let it grow, stands in `migrations`."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table, Text, UniqueConstraint

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
