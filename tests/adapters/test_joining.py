"""A host's own sqlite3 connection: its rows and ours are one transaction, and it alone decides."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sqlite import SqliteStore, schema
from complaintkit.errors import NewerSchema, StoreBusy, StoreError, StoreFull
from complaintkit.ports import Query
from complaintkit.testing.samples import append, keep, moment, sealed, summary, timer
from complaintkit.testing.store_transactions import Stop, give_up


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "crm.db"


@pytest.fixture
def host(path: Path) -> Iterator[sqlite3.Connection]:
    """A host with a table of its own, with the defaults of the sqlite3 module."""
    connection = sqlite3.connect(path, timeout=0.2)
    connection.execute("create table claim (customer text)")
    connection.commit()
    yield connection
    connection.close()


def customers(path: Path) -> int:
    """How many rows the host has kept, as another connection sees it."""
    with sqlite3.connect(path) as connection:
        found = connection.execute("select count(*) from claim").fetchone()[0]
    connection.close()
    return int(found)


def test_the_hosts_row_and_our_entry_are_kept_together(host: sqlite3.Connection, path: Path) -> None:
    store = SqliteStore.on(host)
    with host:
        host.execute("insert into claim values ('K-1')")
        entry = keep(store)
        assert host.in_transaction
        assert customers(path) == 0
    assert customers(path) == 1
    assert list(SqliteStore.on(host).journal()) == [entry]


def test_the_hosts_rollback_takes_our_entry_along(host: sqlite3.Connection, path: Path) -> None:
    store = SqliteStore.on(host)
    host.execute("insert into claim values ('K-1')")
    keep(store, timers=[timer()], summaries=[summary()])
    host.rollback()
    assert list(store.journal()) == []
    assert list(store.find(Query())) == []
    assert list(store.due(moment()).timers) == []
    assert keep(store).seq == 0


def test_our_error_leaves_the_hosts_row_alone(host: sqlite3.Connection, path: Path) -> None:
    store = SqliteStore.on(host)
    host.execute("insert into claim values ('K-1')")
    with pytest.raises(Stop):
        give_up(store, append)
    assert host.in_transaction
    host.commit()
    assert customers(path) == 1
    assert list(store.journal()) == []


def test_an_error_while_writing_leaves_the_hosts_row_alone(host: sqlite3.Connection, path: Path) -> None:
    store = SqliteStore.on(host)
    keep(store, vault=[sealed()])
    host.execute("insert into claim values ('K-1')")
    with pytest.raises(StoreError, match="kept already"):
        keep(store, vault=[sealed()])
    host.commit()
    assert (customers(path), len(store.journal())) == (1, 1)


def test_without_a_transaction_of_the_host_ours_is_committed(host: sqlite3.Connection, path: Path) -> None:
    keep(SqliteStore.on(host))
    assert not host.in_transaction
    with SqliteStore(path) as other:
        assert len(other.journal()) == 1


def test_without_a_transaction_of_the_host_an_error_rolls_ours_back(host: sqlite3.Connection) -> None:
    store = SqliteStore.on(host)
    with pytest.raises(Stop):
        give_up(store, append)
    assert not host.in_transaction
    assert list(store.journal()) == []


def test_joining_begins_for_a_connection_that_begins_by_itself(host: sqlite3.Connection, path: Path) -> None:
    with SqliteStore(path) as store:
        with host, store.transaction(join=host) as tx:
            append(tx)
        assert len(store.journal()) == 1
        with store.transaction(join=host) as tx:
            append(tx)
        assert host.in_transaction  # the host has not committed yet
        assert len(store.journal()) == 1
        host.rollback()
        assert len(store.journal()) == 1


def test_joining_a_connection_in_autocommit_mode_needs_its_begin(path: Path) -> None:
    host = sqlite3.connect(path, isolation_level=None)
    with SqliteStore(path) as store:
        with pytest.raises(StoreError, match="BEGIN IMMEDIATE"), store.transaction(join=host) as tx:
            append(tx)
        assert list(store.journal()) == []
        host.execute("begin immediate")
        with store.transaction(join=host) as tx:
            append(tx)
        host.execute("commit")
        assert len(store.journal()) == 1
    host.close()


def test_joining_another_database_is_refused(host: sqlite3.Connection, tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "other.db") as store:
        for stranger in (host, sqlite3.connect(":memory:")):
            with pytest.raises(StoreError, match=r"SqliteStore\.on"):
                store.transaction(join=stranger)
            stranger.close()
        with pytest.raises(StoreError, match=r"sqlite3\.Connection"):
            store.transaction(join="crm.db")


def test_a_host_that_only_read_before_may_find_the_database_taken(host: sqlite3.Connection, path: Path) -> None:
    with SqliteStore(path) as store:
        host.execute("begin")
        host.execute("select count(*) from claim").fetchall()
        with store.transaction() as writer:
            writer.head()
            with pytest.raises(StoreBusy), store.transaction(join=host) as tx:
                tx.head()
        host.rollback()


def test_the_head_is_locked_for_others_until_the_host_commits(host: sqlite3.Connection, path: Path) -> None:
    with SqliteStore(path, busy_timeout=0.1) as store:
        host.execute("begin")
        with store.transaction(join=host) as tx:
            tx.head()
        with pytest.raises(StoreBusy):
            keep(store)
        host.rollback()
        assert keep(store).seq == 0


def test_our_tables_come_and_go_with_the_hosts_transaction(host: sqlite3.Connection, path: Path) -> None:
    host.execute("insert into claim values ('K-1')")
    store = SqliteStore.on(host)
    keep(store)
    host.rollback()
    names = host.execute("select name from sqlite_schema").fetchall()
    assert names == [("claim",)]
    assert list(store.journal()) == []
    assert keep(store).seq == 0


def test_a_hosts_file_keeps_its_own_marks(host: sqlite3.Connection, path: Path) -> None:
    host.execute("pragma user_version = 77")
    host.execute("pragma application_id = 5")
    for store in (SqliteStore.on(host), SqliteStore(path)):
        keep(store)
        store.close()
    assert host.execute("pragma user_version").fetchone() == (77,)
    assert host.execute("pragma application_id").fetchone() == (5,)
    assert host.execute("pragma journal_mode").fetchone() == ("delete",)


def test_a_hosts_file_of_a_newer_schema_is_refused(host: sqlite3.Connection) -> None:
    SqliteStore.on(host)
    host.execute("update complaintkit_schema set version = ?", (schema.SCHEMA + 1,))
    host.commit()
    with pytest.raises(NewerSchema):
        SqliteStore.on(host)


def test_the_hosts_ways_of_reading_do_not_matter(host: sqlite3.Connection) -> None:
    host.row_factory = lambda cursor, row: {"row": row}
    store = SqliteStore.on(host)
    entry = keep(store, summaries=[summary()])
    assert list(store.entries("C-1")) == [entry]
    assert list(store.find(Query())) == [summary()]


def test_a_connection_that_returns_bytes_is_refused(host: sqlite3.Connection) -> None:
    host.text_factory = bytes
    with pytest.raises(StoreError, match="text_factory"):
        SqliteStore.on(host)


def test_a_full_disk_in_a_hosts_transaction_is_told_and_nothing_of_ours_stays(host: sqlite3.Connection) -> None:
    store = SqliteStore.on(host)
    pages = host.execute("pragma page_count").fetchone()[0]
    host.execute(f"pragma max_page_count = {pages}")
    host.execute("begin")
    with pytest.raises(StoreFull):
        keep(store, vault=[sealed(content=b"x" * 500_000)])
    host.rollback()
    assert list(store.journal()) == []


@pytest.mark.parametrize("join", ["a connection", 7, object()])
def test_a_store_in_memory_joins_its_own_transactions_only(join: object) -> None:
    with pytest.raises(StoreError, match="SqliteStore"):
        MemoryStore().transaction(join=join)


def test_a_transaction_of_another_store_is_not_joined() -> None:
    with MemoryStore().transaction() as stranger, pytest.raises(StoreError, match="another store"):
        MemoryStore().transaction(join=stranger)
