"""The tables, final from the first version on: every one keyed by book, each name with a prefix.

The prefix lets them live among the tables of a host. The number of the schema stands in a table of its
own, since ``user_version`` of a host's file is the host's; in a file of our own it stands there as well.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, Final

from complaintkit.errors import NewerSchema, StoreError
from complaintkit.journal import EMPTY, Frontier, completed

#: Marks a file as ours: the letters CKIT.
APPLICATION_ID: Final = 0x434B4954
#: The number of the table layout that this version writes.
SCHEMA: Final = 2
#: STRICT tables came with this version.
OLDEST_SQLITE: Final = (3, 37, 0)

#: The roots of full tiles of the Merkle tree, and of full tiles of those; since schema 2.
_TILE: Final = """create table complaintkit_tile (
    book text not null, level integer not null, place integer not null, hash blob not null,
    primary key (book, level, place)
) strict, without rowid"""

TABLES: Final = (
    "create table complaintkit_schema (version integer not null) strict",
    """create table complaintkit_head (
        book text primary key, size integer not null, frontier blob not null, recorded_at text not null
    ) strict, without rowid""",
    """create table complaintkit_entry (
        book text not null, seq integer not null, stream text not null, ver integer, type text not null,
        recorded_at text not null, actor text not null, command text not null, body blob not null, leaf blob not null,
        primary key (book, seq)
    ) strict""",
    "create index complaintkit_entry_stream on complaintkit_entry (book, stream, seq)",
    _TILE,
    """create table complaintkit_vault (
        book text not null, ref text not null, stream text not null, version integer not null,
        salt blob not null, content blob not null, primary key (book, ref)
    ) strict""",
    "create index complaintkit_vault_stream on complaintkit_vault (book, stream)",
    """create table complaintkit_outbox (
        book text not null, key text not null, stream text not null, seq integer not null, notice text not null,
        due_at text not null, tries integer not null, done integer not null, primary key (book, key)
    ) strict""",
    "create index complaintkit_outbox_open on complaintkit_outbox (book, due_at, seq, key) where done = 0",
    """create table complaintkit_timer (
        book text not null, key text not null, stream text not null, due_at text not null, command blob not null,
        primary key (book, key)
    ) strict, without rowid""",
    "create index complaintkit_timer_due on complaintkit_timer (book, due_at, key)",
    # The stream comes first, or SQLite would rather walk through a whole book than use the indices below.
    """create table complaintkit_summary (
        book text not null, stream text not null, version integer not null, state text not null, band text,
        rank integer not null, owner text, unit text, due_at text, person text, received_at text not null,
        open integer not null, primary key (stream, book)
    ) strict, without rowid""",
    "create index complaintkit_summary_open on complaintkit_summary (book, open, band)",
    "create index complaintkit_summary_state on complaintkit_summary (book, state)",
    "create index complaintkit_summary_due on complaintkit_summary (book, due_at) where due_at is not null",
    "create index complaintkit_summary_owner on complaintkit_summary (book, owner) where owner is not null",
    "create index complaintkit_summary_unit on complaintkit_summary (book, unit) where unit is not null",
    "create index complaintkit_summary_person on complaintkit_summary (book, person) where person is not null",
    """create table complaintkit_answer (
        book text not null, command text not null, stream text not null, fingerprint blob not null,
        body blob not null, primary key (book, command)
    ) strict""",
    """create table complaintkit_claim (
        book text not null, key text not null, primary key (book, key)
    ) strict, without rowid""",
)


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables where they are missing or of an older version, and refuse a file of a newer one.

    Inside an open transaction everything is part of it; otherwise it is a transaction of its own.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} is too old", hint="complaintkit needs SQLite 3.37 or newer under Python"
        )
    if _version(connection) == SCHEMA:
        return
    if connection.in_transaction:
        _bring_up(connection)
        return
    connection.execute("begin immediate")
    try:
        _bring_up(connection)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the file is our own, or empty and may become so; otherwise it is a host's."""
    marked = _pragma(connection, "application_id") == APPLICATION_ID
    return marked or _value(connection, "select count(*) from sqlite_schema") == 0


def recorded(connection: sqlite3.Connection) -> int:
    """The schema number of the file, 0 where our tables are missing."""
    present = _value(connection, "select count(*) from sqlite_schema where name = 'complaintkit_schema'")
    version = int(_value(connection, "select max(version) from complaintkit_schema") or 0) if present else 0
    if _pragma(connection, "application_id") == APPLICATION_ID:
        version = max(version, _pragma(connection, "user_version"))
    return version


def _version(connection: sqlite3.Connection) -> int:
    """The same; a newer one is refused."""
    version = recorded(connection)
    if version > SCHEMA:
        raise NewerSchema(
            f"the book was written with schema {version}, this version knows {SCHEMA}",
            hint="install the newer complaintkit that wrote it; nothing was changed",
        )
    return version


def _bring_up(connection: sqlite3.Connection) -> None:
    """Make or change what is missing, one schema after the other; another process may have been faster."""
    version = _version(connection)
    if version == 0:
        _create(connection)
        return
    for number in range(version + 1, SCHEMA + 1):
        UPGRADES[number](connection)
    connection.execute("update complaintkit_schema set version = ?", (SCHEMA,))
    if _pragma(connection, "application_id") == APPLICATION_ID:
        connection.execute(f"pragma user_version = {SCHEMA}")


def _add_tiles(connection: sqlite3.Connection) -> None:
    """The tiles of the logs that are there."""
    connection.execute(_TILE)
    frontiers: dict[str, Frontier] = {}
    for book, leaf in _rows(connection, "select book, leaf from complaintkit_entry order by book, seq"):
        frontier = frontiers.get(book, EMPTY)
        for root in completed(frontier, [leaf]):
            connection.execute("insert into complaintkit_tile values (?,?,?,?)", (book, *root))
        frontiers[book] = frontier.append(leaf)


#: How a book of the schema before becomes one of this number: each adds to what is there, in the order of the numbers.
UPGRADES: Final[dict[int, Callable[[sqlite3.Connection], None]]] = {2: _add_tiles}


def _rows(connection: sqlite3.Connection, sql: str) -> Iterator[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(sql)


def _create(connection: sqlite3.Connection) -> None:
    ours = is_ours(connection)
    for statement in TABLES:
        connection.execute(statement)
    connection.execute("insert into complaintkit_schema values (?)", (SCHEMA,))
    if ours and _pragma(connection, "application_id") == 0 and _pragma(connection, "user_version") == 0:
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.execute(f"pragma user_version = {SCHEMA}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(_value(connection, f"pragma {name}"))


def _value(connection: sqlite3.Connection, sql: str) -> Any:
    return next(_rows(connection, sql))[0]
