"""What the SQLite store promises beyond the contract: settings, errors that help, other processes, other files."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from complaintkit.adapters.sqlite import SqliteStore, opening, schema, wal_is_safe
from complaintkit.errors import (
    CorruptStore,
    NewerSchema,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
)
from complaintkit.ports import Batch, Query
from complaintkit.testing.samples import append, keep, keep_many, moment, notice, sealed, summary, timer
from complaintkit.testing.store_transactions import everything
from complaintkit.vocabulary import Band, Handling


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(path, busy_timeout=0.2) as store:
        yield store


def pragma(connection: sqlite3.Connection, name: str) -> object:
    row = connection.execute(f"pragma {name}").fetchone()
    return row and row[0]


# The version gate (study of reliability, 5.2): the WAL-reset race is fixed in 3.51.3, 3.50.7 and 3.44.6.


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), False),
        ((3, 37, 2), False),
        ((3, 40, 1), False),
        ((3, 44, 0), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 9), True),
        ((3, 45, 0), False),
        ((3, 45, 7), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 50, 12), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 51, 12), True),
        ((3, 52, 0), True),
        ((3, 54, 1), True),
        ((4, 0, 0), True),
    ],
)
def test_the_version_gate(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe


@pytest.mark.parametrize(
    ("version", "mode", "synchronous"),
    [((3, 51, 2), "truncate", 3), ((3, 51, 3), "wal", 2), ((3, 40, 1), "truncate", 3)],
)
def test_the_journal_follows_the_gate_and_every_setting_is_as_it_should_be(
    path: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], mode: str, synchronous: int
) -> None:
    monkeypatch.setattr(opening, "library_version", lambda: version)
    with SqliteStore(path) as store:
        writer = store._place._writer  # type: ignore[union-attr]
        expected = {
            "journal_mode": mode, "synchronous": synchronous, "secure_delete": 1, "foreign_keys": 1,
            "trusted_schema": 0, "temp_store": 2, "cache_spill": 0,
            "application_id": schema.APPLICATION_ID, "user_version": schema.SCHEMA,
        }  # fmt: skip
        assert {name: pragma(writer, name) for name in expected} == expected
        assert pragma(writer, "mmap_size") in {0, None}
        assert pragma(store._place._reader, "query_only") == 1  # type: ignore[union-attr]


def test_a_setting_that_does_not_take_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SETTINGS", (*opening.SETTINGS, ("auto_vacuum", "full", 7)))
    with pytest.raises(StoreError, match="auto_vacuum"):
        SqliteStore(path)


def test_a_wal_file_under_a_library_with_the_race_is_warned_of_and_left_as_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "library_version", lambda: (3, 51, 3))
    with SqliteStore(path) as store:
        keep(store)
    monkeypatch.setattr(opening, "library_version", lambda: (3, 40, 1))
    with pytest.warns(RuntimeWarning, match=r"3\.51\.3"):
        store = SqliteStore(path)
    with store:
        assert pragma(store._place._writer, "journal_mode") == "wal"  # type: ignore[union-attr]
        assert pragma(store._place._writer, "synchronous") == 2  # type: ignore[union-attr]
        assert keep(store).seq == 1


def test_every_table_is_strict_keyed_by_book_and_named_as_ours(store: SqliteStore, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute(
            "select name, strict from pragma_table_list where name like 'complaintkit%'"
        ).fetchall()
        assert {name.removeprefix("complaintkit_") for name, _ in tables} == {
            "schema", "head", "entry", "tile", "vault", "outbox", "timer", "summary", "answer", "claim",
        }  # fmt: skip
        assert all(strict for _, strict in tables)
        for name, _ in tables:
            columns = connection.execute("select name, pk from pragma_table_info(?)", (name,)).fetchall()
            assert name == "complaintkit_schema" or dict(columns)["book"] > 0
        others = connection.execute("select name from sqlite_schema where name not like '%complaintkit%'").fetchall()
        assert others == []


# Errors that say what to do, with nothing lost.


def test_a_locked_database_is_busy_and_can_be_tried_again(store: SqliteStore, path: Path) -> None:
    keep(store)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(StoreBusy, match="call again") as caught:
            keep(store)
        assert caught.value.retryable
        assert len(store.journal()) == 1
        other.execute("rollback")
    assert keep(store).seq == 1


def test_a_reader_that_holds_the_file_makes_the_commit_busy_and_nothing_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "library_version", lambda: (3, 40, 1))
    with SqliteStore(path, busy_timeout=0.2) as store, closing(sqlite3.connect(path, isolation_level=None)) as reader:
        keep(store)
        reader.execute("begin")
        reader.execute("select count(*) from complaintkit_entry").fetchall()
        with pytest.raises(StoreBusy):
            keep(store)
        reader.execute("rollback")
        assert len(store.journal()) == 1
        assert keep(store).seq == 1


def test_a_writer_of_the_same_process_is_waited_for_and_then_busy(store: SqliteStore) -> None:
    with store.transaction() as tx, ThreadPoolExecutor(1) as pool:
        tx.head()
        with pytest.raises(StoreBusy):
            pool.submit(keep, store).result()


def test_a_thread_that_is_writing_already_is_told_at_once(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.head()
        with pytest.raises(StoreError, match="join"):
            keep(store)
        append(tx)
    assert len(store.journal()) == 1


def test_a_full_disk_keeps_nothing_and_says_so(store: SqliteStore) -> None:
    keep(store)
    writer = store._place._writer  # type: ignore[union-attr]
    pages = pragma(writer, "page_count")
    writer.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(StoreFull, match="make room"):
        keep(store, vault=[sealed(content=b"x" * 200_000)], timers=[timer()], summaries=[summary()])
    assert len(store.journal()) == 1
    assert [list(part) for part in store.due(moment())] == [[], []]
    writer.execute("pragma max_page_count = 100000")
    assert keep(store).seq == 1


def test_a_disk_that_fails_under_a_write_keeps_nothing_and_the_store_is_used_no_more(path: Path) -> None:
    resource = pytest.importorskip("resource")
    with SqliteStore(path) as store:
        keep(store)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (path.stat().st_size, hard)
        )  # the kernel refuses to let the file grow
        try:
            with pytest.raises(StoreError, match="disk"):
                keep(store, vault=[sealed(content=b"x" * 2_000_000)])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        with pytest.raises(StoreError, match="open the store again"):
            keep(store)
    with SqliteStore(path) as store:
        assert keep(store).seq == 1


@contextmanager
def without_privileges(folder: Path) -> Iterator[None]:
    """Root may write everywhere, so be somebody else for a while; the folder is nobody's to write."""
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.fixture
def shown_folder() -> Iterator[Path]:
    """A folder that every user can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_a_read_only_folder_cannot_get_a_store(shown_folder: Path) -> None:
    with without_privileges(shown_folder), pytest.raises(StoreReadOnly, match="right to write"):
        SqliteStore(shown_folder / "book.db")
    assert list(shown_folder.iterdir()) == []


def test_a_read_only_file_is_read_and_refuses_to_be_written(shown_folder: Path) -> None:
    path = shown_folder / "book.db"
    with SqliteStore(path) as store:
        keep(store)
    path.chmod(0o444)
    with without_privileges(shown_folder), SqliteStore(path) as store:
        assert len(store.journal()) == 1
        with pytest.raises(StoreReadOnly, match="right to write"):
            keep(store)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="missing does not exist"):
        SqliteStore(tmp_path / "missing" / "book.db")


@pytest.mark.parametrize("name", ["", ":memory:"])
def test_a_store_without_a_file_is_refused(name: str) -> None:
    with pytest.raises(StoreError, match="MemoryStore"):
        SqliteStore(name)


@pytest.mark.parametrize("content", [b"%PDF-1.7 " * 200, b"SQLite format 3\0" + b"\xff" * 4080])
def test_a_file_that_is_no_database_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(CorruptStore, match="no database"):
        SqliteStore(path)
    assert path.read_bytes() == content


def test_a_newer_schema_is_refused_and_nothing_is_changed(path: Path) -> None:
    SqliteStore(path).close()
    newer = schema.SCHEMA + 1
    for statement in (
        f"pragma user_version = {newer}",
        f"pragma user_version = {schema.SCHEMA}; update complaintkit_schema set version = {newer}",
    ):
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.executescript(statement)
        before = path.read_bytes()
        with pytest.raises(NewerSchema, match="install the newer"):
            SqliteStore(path)
        assert path.read_bytes() == before


def test_a_closed_store_says_so(path: Path) -> None:
    store = SqliteStore(path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.journal()
    with pytest.raises(StoreError, match="closed"):
        keep(store)


def test_a_value_that_no_database_takes_is_an_error_of_ours(store: SqliteStore) -> None:
    for row in (summary(owner="\ud800"), summary(rank=2**70)):
        with pytest.raises(StoreError), store.transaction() as tx:
            append(tx, summaries=[row])
    assert list(store.journal()) == []


def test_a_sealed_text_is_never_written_over(store: SqliteStore) -> None:
    keep(store, vault=[sealed()])
    with pytest.raises(StoreError, match="kept already"):
        keep(store, vault=[sealed(content=b"other")])
    with store.transaction() as tx:
        assert tx.sealed(["cmd-0/words"])["cmd-0/words"] == sealed()


def test_no_error_repeats_what_was_to_be_kept(store: SqliteStore) -> None:
    secret = sealed(ref="cmd-0/Dana-Example", content=b"secret words")
    keep(store, vault=[secret])
    with pytest.raises(StoreError) as caught:
        keep(store, vault=[secret])
    said = f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caught.value.__cause__}"
    assert "Dana" not in said
    assert "secret" not in said


# Processes and threads.


def test_a_store_does_not_cross_a_fork(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store)
    real = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: real + 1)
    for use in (store.journal, lambda: keep(store), lambda: store.find(Query())):
        with pytest.raises(StoreError, match="of its own after a fork"):
            use()
    monkeypatch.undo()
    assert keep(store).seq == 1


def test_a_reader_goes_on_while_a_writer_has_much_to_write(store: SqliteStore) -> None:
    with store.transaction() as tx:
        append(tx, vault=[sealed(f"r{number}", b"x" * 100_000) for number in range(50)])
        with ThreadPoolExecutor(1) as pool:
            assert len(pool.submit(store.journal).result(timeout=30)) == 0
    assert len(store.journal()) == 1


def test_two_stores_made_at_once_share_one_file(path: Path) -> None:
    barrier = threading.Barrier(4)

    def work(_: int) -> int:
        barrier.wait()
        with SqliteStore(path) as store:
            return keep(store).seq

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(work, range(4))) == [0, 1, 2, 3]


# Erasure and indices.


def test_what_is_deleted_leaves_no_copy_in_the_file(store: SqliteStore, path: Path) -> None:
    marker = b"marker-of-a-sealed-text"
    keep(store, vault=[sealed(content=marker * 50)])
    assert marker in path.read_bytes() or any(marker in f.read_bytes() for f in path.parent.iterdir())
    writer = store._place._writer  # type: ignore[union-attr]
    writer.execute("delete from complaintkit_vault")
    assert not any(marker in file.read_bytes() for file in path.parent.iterdir())


def plan_of(store: SqliteStore, read: Callable[[], object]) -> str:
    """How SQLite goes about the first statement of a read."""
    asked: list[str] = []
    reader = store._place._reader  # type: ignore[union-attr]
    reader.set_trace_callback(asked.append)
    read()
    reader.set_trace_callback(None)
    return str(reader.execute(f"explain query plan {asked[0]}").fetchall())


PLANS = {
    "timers": (
        "select key from complaintkit_timer where book = ? and due_at <= ? order by due_at, key limit 9",
        "timer_due",
    ),
    "notices": (
        (
            "select key from complaintkit_outbox where book = ? and done = 0 and due_at <= ? "
            "order by due_at, seq, key limit 9"
        ),
        "outbox_open",
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_what_is_due_is_read_from_an_index_without_sorting(store: SqliteStore, path: Path, name: str) -> None:
    sql, index = PLANS[name]
    with closing(sqlite3.connect(path)) as connection:
        plan = str(connection.execute(f"explain query plan {sql}", ("main", "z")).fetchall())
    assert f"complaintkit_{index}" in plan
    assert "TEMP B-TREE" not in plan


def test_a_complaint_is_loaded_through_the_index_of_streams(store: SqliteStore) -> None:
    assert "complaintkit_entry_stream (book=? AND stream=?)" in plan_of(store, lambda: store.entries("C-1"))
    with store.transaction() as tx:
        assert "complaintkit_entry_stream (book=? AND stream=?)" in plan_of(store, lambda: tx.version("C-1"))


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (Query(is_open=True), "open"),
        (Query(is_open=True, band=Band.P1), "open"),
        (Query(band=Band.P1), "open"),
        (Query(state=Handling.RECEIVED), "state"),
        (Query(owner="a"), "owner"),
        (Query(unit="u"), "unit"),
        (Query(person="p"), "person"),
        (Query(due_before=moment()), "due"),
    ],
)
def test_a_search_reads_an_index_and_not_the_table(store: SqliteStore, query: Query, index: str) -> None:
    assert f"complaintkit_summary_{index}" in plan_of(store, lambda: store.find(query))


def test_rows_without_entries_need_no_new_head(store: SqliteStore) -> None:
    keep(store, outbox=[notice()])
    with store.transaction() as tx:
        head = tx.head()
        tx.commit(Batch(outbox=[notice(done=True)]))
        assert tx.head() == head
    assert list(store.due(moment()).notices) == []


def test_a_whole_command_is_there_for_another_program(store: SqliteStore, path: Path) -> None:
    with store.transaction() as tx:
        everything(tx)
    with closing(sqlite3.connect(path)) as connection:
        counts = {
            name: connection.execute(f"select count(*) from complaintkit_{name} where book = 'main'").fetchone()[0]
            for name in ("head", "entry", "vault", "outbox", "timer", "summary", "answer", "claim")
        }
    assert set(counts.values()) == {1}


# From schema 1 to 2 -----------------------------------------------------------------------------------


def as_schema_1(path: Path) -> None:
    """Make a file what the first schema made: without tiles."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "drop table complaintkit_tile; update complaintkit_schema set version = 1; pragma user_version = 1"
        )


@pytest.mark.parametrize("place", ["own", "host", "host in its transaction"])
def test_a_book_of_schema_1_gets_the_tiles_of_its_log(path: Path, place: str) -> None:
    with SqliteStore(path) as store, SqliteStore(path, "other") as other:
        keep_many(store, 600)
        keep_many(other, 300)
        tiles = [store.tile(1, 0), other.tile(1, 0)]
    as_schema_1(path)
    with closing(sqlite3.connect(path)) as host:
        if place == "host in its transaction":
            host.execute("begin immediate")
        store = SqliteStore(path) if place == "own" else SqliteStore.on(host)
        other = SqliteStore(path, "other") if place == "own" else SqliteStore.on(host, "other")
        assert [store.tile(1, 0), other.tile(1, 0)] == tiles
        assert len(tiles[0]) == 64
        keep_many(store, 200)
        assert store.tile(1, 0).startswith(tiles[0])
        assert len(store.tile(1, 0)) == 96
        host.commit()
        for each in (store, other):
            each.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select version from complaintkit_schema").fetchall() == [(schema.SCHEMA,)]
        assert connection.execute("pragma user_version").fetchone() == (schema.SCHEMA,)
