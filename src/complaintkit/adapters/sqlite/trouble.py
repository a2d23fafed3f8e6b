"""SQLite's errors as ours: what is wrong, and what to do."""

from __future__ import annotations

import sqlite3
from typing import Final

from complaintkit.errors import CorruptStore, StoreBusy, StoreError, StoreFull, StoreReadOnly

#: What the sqlite3 module raises for a database or for a value that it cannot take.
TROUBLE: Final = (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError, OverflowError)

_BUSY = (StoreBusy, "the database is locked by another writer", "call again with the same command id")
_READ_ONLY = (
    StoreReadOnly,
    "the database cannot be written",
    "give this user the right to write the file and its folder, and check that the disk is not mounted read-only",
)
_CORRUPT = (
    CorruptStore,
    "the file is no database, or it is damaged",
    "check the path; else restore a backup and run: complaintkit audit verify",
)
_KINDS: Final[dict[int, tuple[type[StoreError], str, str]]] = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_FULL: (StoreFull, "the disk is full", "make room, then call again with the same command id"),
    sqlite3.SQLITE_CORRUPT: _CORRUPT,
    sqlite3.SQLITE_NOTADB: _CORRUPT,
    sqlite3.SQLITE_IOERR: (
        StoreError,
        "the disk failed to read or write",
        "check the disk and open the store again; what was reported as kept is kept",
    ),
    sqlite3.SQLITE_CONSTRAINT: (
        StoreError,
        "a row with this key is kept already",
        "sealed texts, answers and entries are never written over",
    ),
}


def typed(error: Exception) -> StoreError:
    """The error of ours for an error of the sqlite3 module; the message names no values."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _KINDS:
        kind, message, hint = _KINDS[code & 0xFF]
        return kind(f"{message} [{getattr(error, 'sqlite_errorname', code)}]", hint=hint)
    if isinstance(error, sqlite3.ProgrammingError):
        return StoreError("the connection is closed or used wrongly", hint="open the store again, one for each process")
    return StoreError(f"the database refuses the call [{type(error).__name__}]", hint="see the cause of this error")
