"""The errors of a database as ours: what is wrong, what to do, and no value of any row.

What SQLAlchemy and PostgreSQL say of an error repeats keys and parameters. So an error of ours is raised without them:
neither as its cause nor as its context.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from sqlalchemy import exc

from complaintkit.adapters.sqlite import trouble as sqlite_trouble
from complaintkit.errors import (
    CorruptStore,
    MissingTables,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnreachable,
)

P = ParamSpec("P")
T = TypeVar("T")

#: What is raised for a database, a connection or a value that it cannot take.
TROUBLE: Final = (exc.SQLAlchemyError, sqlite3.Error, UnicodeEncodeError, OverflowError)

MAKE_TABLES: Final = "run store.create() once, or the migration that makes them"
_AGAIN: Final = "call again with the same command id"
_KINDS: Final[dict[str, tuple[type[StoreError], str, str]]] = {
    "40001": (StoreBusy, "another transaction was faster", _AGAIN),
    "40P01": (StoreBusy, "two transactions waited for each other", _AGAIN),
    "55P03": (StoreBusy, "another transaction holds the book", _AGAIN),
    "57014": (StoreBusy, "the database ended a statement that took too long", _AGAIN),
    "25006": (StoreReadOnly, "the database takes no writes", "use the primary server and a transaction that may write"),
    "42501": (StoreReadOnly, "this user of the database may not do that", "grant it the role that fence() makes"),
    "25P02": (StoreError, "the host's transaction has failed before", "roll it back and begin again"),
    "3F000": (StoreError, "the schema for the tables does not exist", "create it, then run store.create()"),
    "42P01": (MissingTables, "the tables of complaintkit are not in this database", MAKE_TABLES),
    "42703": (MissingTables, "a table of complaintkit lacks a column", MAKE_TABLES),
    "53100": (StoreFull, "the disk of the database is full", f"make room, then {_AGAIN}"),
    "23505": (
        StoreError,
        "a row with this key is kept already",
        "sealed texts, answers and entries are never written over",
    ),
}
#: The first two characters of a code: the connection, the server's resources, its end; damaged data.
_CLASSES: Final[dict[str, tuple[type[StoreError], str, str]]] = {
    **dict.fromkeys(
        ("08", "53", "57", "58"),
        (StoreUnreachable, "the database cannot be reached, or has gone away", f"when it is back, {_AGAIN}"),
    ),
    "XX": (CorruptStore, "the database reports damage", "restore a backup and run: complaintkit audit verify"),
}
_GONE: Final = _CLASSES["08"]


def guarded(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do some work on the database; what goes wrong is raised as an error of ours that repeats no value."""
    try:
        return work(*args, **kwargs)
    except TROUBLE as error:
        failure = typed(error)
    raise failure


def typed(error: Exception) -> StoreError:
    """The error of ours for an error of SQLAlchemy or of the driver below it."""
    cause: Any = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    code = getattr(cause, "sqlstate", None)
    found = _KINDS.get(code or "") or _CLASSES.get((code or "")[:2])
    if found is None and isinstance(error, exc.DBAPIError) and _is_lost(error, code):
        found = _GONE
    if found is not None:
        kind, message, hint = found
        return kind(f"{message} [{' '.join(filter(None, (code, type(cause).__name__)))}]", hint=hint)
    if isinstance(error, exc.TimeoutError):
        return StoreBusy("no connection of the pool became free", hint=f"{_AGAIN}, or give the engine a larger pool")
    name = type(cause).__name__
    return StoreError(f"the database refuses the call [{code or name}]", hint="the log of the database says why")


def _is_lost(error: exc.DBAPIError, code: str | None) -> bool:
    """A driver that has lost its server has no code to tell."""
    return error.connection_invalidated or (
        code is None and isinstance(error, exc.OperationalError | exc.InterfaceError)
    )


def _of_sqlite(error: sqlite3.Error) -> StoreError:
    if isinstance(error, sqlite3.OperationalError) and str(error).startswith("no such"):
        return MissingTables("the tables of complaintkit are not in this database", hint=MAKE_TABLES)
    return sqlite_trouble.typed(error)
