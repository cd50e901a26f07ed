"""What can go wrong between a form and the disk, in words for the person whose text it was."""

from __future__ import annotations

import sqlite3

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

REMEDY = "“python -m decision_log doctor” says more; then restore a backup."


class LogFailure(Exception):
    """The log could not do what was asked; `title` says in a line what that means for the person."""

    title = "The decision log cannot be read"


class NotSaved(LogFailure):
    """Nothing of it was saved, for sure: locked, full, read-only, out of reach."""

    title = "Not saved, your text is kept"


class OutcomeUnknown(NotSaved):
    """The commit was on its way when the database went away; the same text sent again is never saved twice."""

    title = "Perhaps saved, your text is kept"


class Damaged(NotSaved):
    """What is in the database is not what was written: nothing is added to it."""

    title = "The decision log is damaged: nothing is written"


def translate(context: ExceptionContext, *, writing: bool) -> None:
    """Raise the failure that an error of the database stands for; others pass as they are."""
    error = context.original_exception
    if isinstance(error, sqlite3.Error):
        _of_sqlite(error, context, writing)
    elif isinstance(context.sqlalchemy_exception, OperationalError) or context.is_disconnect:
        _refuse(str(error).strip().splitlines()[0], context, writing, lost=context.is_disconnect)


def _of_sqlite(error: sqlite3.Error, context: ExceptionContext, writing: bool) -> None:
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF in _DAMAGED:
        raise Damaged(f"The database is damaged ({error}). {REMEDY}") from error
    if not isinstance(error, sqlite3.OperationalError) or code & 0xFF == sqlite3.SQLITE_ERROR:
        return
    if code & 0xFF in _LOCKED:
        _refuse("Another program keeps the database locked.", context, writing)
    if code & 0xFF == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_WRITE:
        _refuse("The disk is full.", context, writing)
    _refuse(f"The database cannot be used ({error}).", context, writing, lost=True)


def _refuse(reason: str, context: ExceptionContext, writing: bool, lost: bool = False) -> None:
    cause = context.original_exception
    if not writing:
        raise LogFailure(reason) from cause
    # Without a statement it was begin, commit or rollback that failed: of these only a commit has something to lose.
    if lost and context.statement is None and context.connection is not None:
        raise OutcomeUnknown(f"{reason} Send it again: what was saved is found, nothing is saved twice.") from cause
    raise NotSaved(f"{reason} Send it again when it works.") from cause
