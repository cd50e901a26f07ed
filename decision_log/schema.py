"""The log's tables. Rows are only ever added: the database itself refuses to change or delete one."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    DDL,
    JSON,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    event,
)


class UtcTime(TypeDecorator[datetime]):
    """A moment, stored in UTC: SQLite forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn the moment into UTC; one without a time zone is a mistake of the programmer."""
        if value is None or value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("idempotency_key", String(64), nullable=False, unique=True),
    Column("decided_at", UtcTime, nullable=False),
    # One decision per card: two people who decide at once cannot both be acknowledged.
    Column("card_key", String(400), nullable=False, unique=True),
    Column("kpi", String(100), nullable=False, index=True),
    Column("dimension", String(100), nullable=False),
    Column("slice", String(300), nullable=False),
    Column("rule", String(100), nullable=False),
    Column("period_end", Date, nullable=False),
    Column("context", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("forum", String(200), nullable=False),
    Column("decision_owner", String(200), nullable=False),
    Column("action", String(20), nullable=False),
    Column("action_text", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("rejected_options", Text, nullable=False),
    Column("assignee", String(200), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("expected_impact", Text, nullable=False),
    Column("impact_by", Date, nullable=False),
    Column("metric_kpi", String(100), nullable=False),
    Column("metric_dimension", String(100), nullable=False),
    Column("metric_slice", String(300), nullable=False),
    Column("metric_target", Float, nullable=True),
    Column("check_on", Date, nullable=False),
    Column("closeout_criteria", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("decided_by", String(200), nullable=False),
    sqlite_autoincrement=True,
)

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        decisions,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER decisions_no_{_verb.lower()} BEFORE {_verb} ON decisions "
            "BEGIN SELECT RAISE(ABORT, 'the decision log only grows'); END"
        ).execute_if(dialect="sqlite"),
    )
