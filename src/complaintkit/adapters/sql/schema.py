"""The tables: the names and columns of the SQLite store, in a MetaData that may be the host's.

Texts are compared by their code points in every database (collation ``C`` on PostgreSQL), and what is hashed is kept
as bytes: ``jsonb`` would reorder it.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import postgresql

from complaintkit.errors import StoreError

#: Longer names than PostgreSQL keeps would be cut off, and then collide.
_PREFIX: Final = re.compile(r"[a-z_][a-z0-9_]{0,39}")
DEFAULT_PREFIX: Final = "complaintkit_"
_TEXT: Final = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_NUMBER: Final = Integer().with_variant(BigInteger(), "postgresql")
_FLAG: Final = Boolean().with_variant(Integer(), "sqlite")  # STRICT tables of SQLite know no other
_BYTES: Final = LargeBinary()


class Tables(NamedTuple):
    """The tables of complaintkit in one MetaData; ``book`` is part of every key."""

    schema: Table
    head: Table
    entry: Table
    tile: Table
    vault: Table
    outbox: Table
    timer: Table
    summary: Table
    answer: Table
    claim: Table


def define(metadata: MetaData, prefix: str = DEFAULT_PREFIX, schema: str | None = None) -> Tables:
    """Define the tables in a MetaData, or give back those that are defined there already.

    ``prefix`` begins each name; ``schema`` is a schema of PostgreSQL (the MetaData's own where it is None). A host
    that manages its tables with Alembic calls this with the MetaData that Alembic compares with the database.

    >>> define(MetaData(), "crm_ck_").entry.name
    'crm_ck_entry'
    """
    if _PREFIX.fullmatch(prefix) is None:
        raise StoreError(
            "this is no prefix of table names", hint="up to 40 small letters, digits and underscores, a letter first"
        )

    made = _Maker(metadata, prefix, schema)
    return Tables(
        schema=made.table("schema", _needed("version", _NUMBER)),
        head=made.table(
            "head", _key("book"), _needed("size", _NUMBER), _needed("frontier", _BYTES), _needed("recorded_at"),
            sqlite_with_rowid=False,
        ),
        entry=_entry(made),
        tile=made.table(
            "tile", _key("book"), _key("level", _NUMBER), _key("place", _NUMBER), _needed("hash", _BYTES),
            sqlite_with_rowid=False,
        ),
        vault=made.table(
            "vault", _key("book"), _key("ref"), _needed("stream"), _needed("version", _NUMBER),
            _needed("salt", _BYTES), _needed("content", _BYTES), made.indexed("vault_stream", "book", "stream"),
        ),
        outbox=_outbox(made),
        timer=made.table(
            "timer", _key("book"), _key("key"), _needed("stream"), _needed("due_at"), _needed("command", _BYTES),
            made.indexed("timer_due", "book", "due_at", "key"), sqlite_with_rowid=False,
        ),
        summary=_summary(made),
        answer=made.table(
            "answer", _key("book"), _key("command"), _needed("stream"), _needed("fingerprint", _BYTES),
            _needed("body", _BYTES),
        ),
        claim=made.table("claim", _key("book"), _key("key"), sqlite_with_rowid=False),
    )  # fmt: skip


class _Maker(NamedTuple):
    """Makes tables and indices with the prefix before their names."""

    metadata: MetaData
    prefix: str
    schema: str | None

    def table(self, name: str, *columns: Any, **options: Any) -> Table:
        """A table, or the one that is defined already."""
        return Table(
            self.prefix + name,
            self.metadata,
            *columns,
            schema=self.schema,
            keep_existing=True,
            sqlite_strict=True,
            **options,
        )

    def indexed(self, name: str, *columns: str, **where: Any) -> Index:
        """An index, to be put among the columns of its table."""
        return Index(self.prefix + name, *columns, **where)


def _entry(made: _Maker) -> Table:
    return made.table(
        "entry", _key("book"), _key("seq", _NUMBER), _needed("stream"), Column("ver", _NUMBER), _needed("type"),
        _needed("recorded_at"), _needed("actor"), _needed("command"), _needed("body", _BYTES),
        _needed("leaf", _BYTES), made.indexed("entry_stream", "book", "stream", "seq"),
    )  # fmt: skip


def _outbox(made: _Maker) -> Table:
    waiting = {"sqlite_where": text("done = 0"), "postgresql_where": text("not done")}
    return made.table(
        "outbox", _key("book"), _key("key"), _needed("stream"), _needed("seq", _NUMBER), _needed("notice"),
        _needed("due_at"), _needed("tries", _NUMBER), _needed("done", _FLAG),
        made.indexed("outbox_open", "book", "due_at", "seq", "key", **waiting),
    )  # fmt: skip


def _summary(made: _Maker) -> Table:
    return made.table(
        "summary", _needed("book"), _needed("stream"), _needed("version", _NUMBER), _needed("state"),
        Column("band", _TEXT), _needed("rank", _NUMBER), Column("owner", _TEXT), Column("unit", _TEXT),
        Column("due_at", _TEXT), Column("person", _TEXT), _needed("received_at"), _needed("open", _FLAG),
        made.indexed("summary_open", "book", "open", "band"), made.indexed("summary_state", "book", "state"),
        *(made.indexed(f"summary_{name.removesuffix('_at')}", "book", name, **_given(name)) for name in _SPARSE),
        PrimaryKeyConstraint("stream", "book"),  # see the SQLite store: the stream comes first
        sqlite_with_rowid=False,
    )  # fmt: skip


#: Columns of a summary that are searched, and empty in many rows.
_SPARSE: Final = ("due_at", "owner", "unit", "person")


def _given(name: str) -> dict[str, Any]:
    return dict.fromkeys(("sqlite_where", "postgresql_where"), text(f"{name} is not null"))


def _key(name: str, kind: Any = _TEXT) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _needed(name: str, kind: Any = _TEXT) -> Column[Any]:
    return Column(name, kind, nullable=False)
