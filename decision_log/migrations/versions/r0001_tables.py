"""The log and the tables beside it, as they stand; those of a database from before there were migrations are kept."""

import sqlalchemy as sa
from alembic import op

from decision_log.migrations.only_grows import guard

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make what is missing."""
    op.create_table(
        "entries",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(500), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("key", sa.String(500), nullable=False, unique=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("subject", "version"),
        if_not_exists=True,
    )
    guard(op.get_bind())
    op.create_table(
        "drafts",
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("subject", sa.String(500), primary_key=True),
        sa.Column("saved_at", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        if_not_exists=True,
    )
    _door()


def _door() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("ticket", sa.String(64), unique=True),
        sa.Column("token", sa.String(64), unique=True),
        sa.Column("began_at", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("ended_at", sa.String(32)),
        sa.Column("ended_why", sa.String(100), nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_sessions_person", "sessions", ["person"], if_not_exists=True)
    op.create_table(
        "credentials",
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("hash", sa.String(100), nullable=False),
        sa.Column("set_at", sa.String(32), nullable=False),
        sa.Column("temporary", sa.Integer, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "guesses",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        if_not_exists=True,
    )
    op.create_index("guesses_by_account", "guesses", ["account", "at"], if_not_exists=True)
    op.create_index("guesses_by_address", "guesses", ["address", "at"], if_not_exists=True)
