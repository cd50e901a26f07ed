"""Opening the log, adding a decision, reading decisions back."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row, create_engine, event, select
from sqlalchemy.exc import IntegrityError

from .decision import Decision, Draft
from .schema import decisions, metadata


class AlreadyDecided(Exception):
    """Another decision stands for the card; `decision` is that one."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"decision {decision.id} stands for this card")
        self.decision = decision


class DecisionLog:
    """The append-only log in one SQLite file; safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A writer takes the lock at BEGIN: upgrading a read lock later fails as "locked" under load.
        self._writes = _engine(path, "BEGIN IMMEDIATE")
        self._reads = _engine(path, "BEGIN")
        with self._writes.begin() as connection:
            metadata.create_all(connection)

    def record(self, draft: Draft, decided_at: datetime) -> Decision:
        """Add a decision and return it once it is committed to disk.

        A draft sent again under its idempotency key returns the first entry.

        Raises:
            AlreadyDecided: another form has decided the same card.
        """
        try:
            with self._writes.begin() as connection:
                row = {**asdict(draft), "decided_at": decided_at}
                connection.execute(decisions.insert().values(row))
        except IntegrityError:
            standing = self._standing(draft)
            if standing is None:
                raise
            if standing.draft.idempotency_key != draft.idempotency_key:
                raise AlreadyDecided(standing) from None
            return standing
        written = self._standing(draft)
        assert written is not None, "a committed decision can be read"
        return written

    def decisions(self) -> tuple[Decision, ...]:
        """Every decision, newest first."""
        with self._reads.begin() as connection:
            rows = connection.execute(select(decisions).order_by(decisions.c.id.desc())).all()
        return tuple(_decision(row) for row in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._writes.dispose()
        self._reads.dispose()

    def _standing(self, draft: Draft) -> Decision | None:
        same_form = decisions.c.idempotency_key == draft.idempotency_key
        same_card = decisions.c.card_key == draft.card_key
        statement = select(decisions).where(same_form | same_card).order_by(same_form.desc()).limit(1)
        with self._reads.begin() as connection:
            row = connection.execute(statement).first()
        return None if row is None else _decision(row)


def _decision(row: Row[Any]) -> Decision:
    values = row._mapping
    return Decision(
        values["id"], values["decided_at"], Draft(**{field.name: values[field.name] for field in fields(Draft)})
    )


def _engine(path: Path, begin: str) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own; see below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
