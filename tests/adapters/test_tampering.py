"""Nothing can be done to the entries of our stores unseen (INV-71): the tamper kit laid under each of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, Table, delete, insert, update

from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sql import SqlStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import verify_book
from complaintkit.journal import Record, TileHash
from complaintkit.ports import Batch, Head
from complaintkit.testing import TamperContract
from complaintkit.testing.tampering import checkpoint_of, frontier_of, log_of
from tests.adapters.sqls import file_of, opened, schema_of
from tests.postgres import Server


class TestMemoryStore(TamperContract):
    def make_store(self, book: str) -> MemoryStore:
        return MemoryStore(book)

    def overwrite(
        self, store: Any, records: Sequence[Record], head: Head | None = None, tiles: Sequence[TileHash] = ()
    ) -> None:
        store.kept._log = list(records)
        if head is not None:
            store.kept.head = head
            store.kept._tiles = {1: [each.hash for each in tiles]}


class SqliteTampering(TamperContract):
    def make_store(self, book: str) -> SqliteStore:
        return SqliteStore(self.folder / "book.db", book)

    @pytest.fixture(autouse=True)
    def _behind_its_back(self, _surroundings: None) -> Iterator[None]:
        SqliteStore(self.folder / "book.db").close()
        self.database = sqlite3.connect(self.folder / "book.db", isolation_level=None)
        self.database.execute("pragma synchronous = off")
        yield
        self.database.close()

    def overwrite(
        self, store: Any, records: Sequence[Record], head: Head | None = None, tiles: Sequence[TileHash] = ()
    ) -> None:
        run, many = self.database.execute, self.database.executemany
        run("begin immediate")
        run("delete from complaintkit_entry")
        many("insert into complaintkit_entry values ('main',?,?,?,?,?,?,?,?,?)", records)
        if head is not None:
            frontier, at = head
            row = (frontier.size, frontier.to_bytes(), at)
            run("update complaintkit_head set size = ?, frontier = ?, recorded_at = ?", row)
            run("delete from complaintkit_tile")
            many("insert into complaintkit_tile values ('main',?,?,?)", tiles)
        run("commit")


class SqlTampering(TamperContract):
    """The store over SQLAlchemy, on the engine of a host."""

    engine: Engine

    def make_store(self, book: str) -> SqlStore:
        return opened(self.engine, book)

    def overwrite(
        self, store: Any, records: Sequence[Record], head: Head | None = None, tiles: Sequence[TileHash] = ()
    ) -> None:
        tables = store.tables
        with self.engine.begin() as connection:
            connection.execute(delete(tables.entry))
            if records:
                connection.execute(insert(tables.entry), [_row(tables.entry, "main", *each) for each in records])
            if head is not None:
                frontier, at = head
                row = {"size": frontier.size, "frontier": frontier.to_bytes(), "recorded_at": at}
                connection.execute(update(tables.head).values(row))
                connection.execute(delete(tables.tile))
                if tiles:
                    connection.execute(insert(tables.tile), [_row(tables.tile, "main", *each) for each in tiles])


def _row(table: Table, *values: object) -> dict[str, object]:
    return dict(zip(table.c.keys(), values, strict=True))


class TestSqlStoreOnSqlite(SqlTampering):
    entries = 3

    @pytest.fixture(autouse=True)
    def _engine(self, _surroundings: None) -> Iterator[None]:
        with file_of(self.folder / "crm.db") as self.engine:
            yield


@pytest.mark.long
class TestSqlStoreOnPostgres(SqlTampering):
    entries = 4

    @pytest.fixture(autouse=True)
    def _engine(self, _surroundings: None, postgres: Server) -> Iterator[None]:
        with schema_of(postgres) as (self.engine, _):
            yield


class TestSqliteStore(SqliteTampering):
    entries = 4


@pytest.mark.long
class TestSqliteStoreAtLength(SqliteTampering):
    entries = 12


@pytest.mark.long
class TestMemoryStoreAtLength(TestMemoryStore):
    entries = 24


def test_an_older_file_in_place_of_the_newer_is_found(tmp_path: Any) -> None:
    case = SqliteTampering()
    with SqliteStore(tmp_path / "book.db") as store:
        case.write(store, 5)
    older = (tmp_path / "book.db").read_bytes()
    newer = log_of(9)
    with SqliteStore(tmp_path / "book.db") as store, store.transaction() as tx:
        tx.head()
        tx.commit(Batch(entries=newer[5:], head=Head(frontier_of(newer), newer[-1].recorded_at)))
    (tmp_path / "book.db").write_bytes(older)
    with SqliteStore(tmp_path / "book.db") as store:
        assert verify_book(store).sound
        faults = verify_book(store, [checkpoint_of(newer)]).faults
    assert faults == ("entry 5: it is missing, with all up to 8, which the checkpoint of 9 entries stands for",)
