"""The tables behind the door: who is signed in, with which password, and how often somebody guessed.

They change, so they stand beside the log; what is worth keeping of them is in the log as events.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from .schema import metadata

# Tickets and tokens are stored as SHA-256: who reads the database cannot sign in with what stands there.
sessions = Table(
    "sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(200), nullable=False, index=True),
    Column("how", String(20), nullable=False),
    Column("ticket", String(64), unique=True),
    Column("token", String(64), unique=True),
    Column("began_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),
    Column("address", String(100), nullable=False),
    Column("ended_at", String(32)),
    Column("ended_why", String(100), nullable=False),
)

credentials = Table(
    "credentials",
    metadata,
    Column("person", String(200), primary_key=True),
    Column("hash", String(100), nullable=False),
    Column("set_at", String(32), nullable=False),
    Column("temporary", Integer, nullable=False),
)

guesses = Table(
    "guesses",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("account", String(64), nullable=False),
    Column("address", String(100), nullable=False),
    Column("at", String(32), nullable=False),
    Index("guesses_by_account", "account", "at"),
    Index("guesses_by_address", "address", "at"),
)
