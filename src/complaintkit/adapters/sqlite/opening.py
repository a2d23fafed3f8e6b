"""Opening a database file: the journal mode by the version gate, every setting set and read back."""

from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path
from typing import Final

from complaintkit.adapters.sqlite import schema
from complaintkit.adapters.sqlite.filesystems import refuse_network
from complaintkit.adapters.sqlite.trouble import TROUBLE, typed
from complaintkit.errors import StoreError

#: Settings of every connection: pragma, value, and what it must read afterwards.
SETTINGS: Final = (
    ("secure_delete", "on", 1),  # what is erased leaves no copy in free pages
    ("foreign_keys", "on", 1),
    ("trusted_schema", "off", 0),
    ("mmap_size", "0", 0),  # a stray pointer of the process must not reach the file
    ("temp_store", "memory", 2),  # no personal text in temporary files
    ("fullfsync", "on", 1),  # without effect except on macOS
)
#: The writer keeps changed pages to itself until it commits, so that readers are never locked out before.
WRITER: Final = ("cache_spill", "off", 0)
_FULL, _EXTRA = ("synchronous", "full", 2), ("synchronous", "extra", 3)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether a SQLite version is free of the WAL-reset race, which can corrupt a database.

    Fixed in 3.51.3, and in 3.50.7 and 3.44.6 of the older lines.

    >>> wal_is_safe((3, 51, 3)), wal_is_safe((3, 51, 2)), wal_is_safe((3, 44, 6)), wal_is_safe((3, 45, 0))
    (True, False, True, False)
    """
    line, fix = version[:2], version[2]
    return version >= (3, 51, 3) or (line == (3, 50) and fix >= 7) or (line == (3, 44) and fix >= 6)


def journal_of(connection: sqlite3.Connection) -> str:
    """The journal mode in which a store works on this file."""
    if connection.execute("pragma journal_mode").fetchone()[0] == "wal":
        return "wal"
    return "wal" if wal_is_safe(library_version()) and schema.is_ours(connection) else "truncate"


def settings(journal_mode: str) -> tuple[tuple[str, str, int], ...]:
    """The settings of a writing connection: pragma, value, and what it must read; a journal of its own syncs more."""
    return (*SETTINGS, WRITER, _FULL if journal_mode == "wal" else _EXTRA)


def library_version() -> tuple[int, ...]:
    """The version of the SQLite that Python is linked with."""
    return sqlite3.sqlite_version_info


def open_writer(path: str, busy_timeout: float) -> sqlite3.Connection:
    """Open the one writing connection, making the file and its tables where they are missing."""
    connection = connect(path, busy_timeout)
    try:
        _choose_journal(connection)
        setting(connection, *WRITER)
        schema.prepare(connection)
    except TROUBLE as error:
        connection.close()
        raise typed(error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: str, busy_timeout: float) -> sqlite3.Connection:
    """Open a connection that only reads."""
    connection = connect(path, busy_timeout)
    setting(connection, "query_only", "on", 1)
    return connection


def connect(path: str, busy_timeout: float) -> sqlite3.Connection:
    """Open a connection without implicit transactions, with the settings of all connections."""
    file = Path(path).resolve()
    if not file.parent.is_dir():
        raise StoreError(f"the folder {file.parent} does not exist", hint="create it, or correct the path of the store")
    refuse_network(file)
    try:
        connection = sqlite3.connect(path, timeout=busy_timeout, isolation_level=None, check_same_thread=False)
    except TROUBLE as error:
        raise typed(error) from error
    try:
        for name, value, reading in SETTINGS:
            setting(connection, name, value, reading)
    except BaseException:
        connection.close()
        raise
    return connection


def setting(connection: sqlite3.Connection, name: str, value: str, reading: int | str) -> None:
    """Set a pragma and read it back; raises ``StoreError`` when the reading differs."""
    try:
        connection.execute(f"pragma {name} = {value}")
        row = connection.execute(f"pragma {name}").fetchone()
    except TROUBLE as error:
        raise typed(error) from error
    got = 0 if row is None else row[0]  # a SQLite without mmap answers nothing
    if got != reading:
        raise StoreError(
            f"SQLite set {name} to {got!r} instead of {reading!r}",
            hint="the disk or the SQLite under Python does not allow a safe setting; use a local disk",
        )


def _choose_journal(connection: sqlite3.Connection) -> None:
    """Write-ahead log where the library is safe with it; otherwise truncation with the strictest syncing.

    A file that is in WAL already is left so: converting it under other connections is a risk of its own.
    """
    present, mode = connection.execute("pragma journal_mode").fetchone()[0], journal_of(connection)
    if present == "wal" and not wal_is_safe(library_version()):
        warnings.warn(
            f"this database is in WAL mode, and SQLite {sqlite3.sqlite_version} can corrupt it in a rare race: "
            "update SQLite to 3.51.3 or newer, or convert the file while nothing else uses it "
            "(pragma journal_mode = truncate)",
            RuntimeWarning,
            stacklevel=4,
        )
    if present != "wal":
        setting(connection, "journal_mode", mode, mode)
    setting(connection, *(_FULL if mode == "wal" else _EXTRA))
