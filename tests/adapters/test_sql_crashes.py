"""Writers in processes of their own, and a PostgreSQL that is killed under them: nothing acknowledged is ever lost."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, select

from complaintkit import commands as c
from complaintkit.adapters.sql import SqlStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import ComplaintDesk
from complaintkit.errors import StoreBusy, StoreUnreachable
from complaintkit.journal import merkle_root
from complaintkit.testing.samples import START, answer, append
from complaintkit.timekeeping.clock import FrozenClock
from tests.adapters.crashing import assert_nothing_lost, write_once
from tests.lives import AGENT
from tests.postgres import Server, database, running

KILLS = 50
#: Processes that share nothing with this one, and yet have loaded everything already.
FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload([__name__])


def write(url: str, worker: int, times: int) -> list[int]:
    """Write so many entries from a process of its own; which numbers were acknowledged."""
    store = store_at(url)
    kept = []
    for number in range(times):
        while True:
            try:
                with store.transaction() as tx:
                    tx.head()
                    stream = "C-shared" if number % 2 else f"C-{worker}"
                    entry = append(tx, stream, answer=answer(f"cmd-{worker}-{number}"))
                kept.append(entry.seq)
                break
            except StoreBusy:
                continue
    closed(store)
    return kept


def store_at(url: str) -> SqlStore | SqliteStore:
    """The store at a place: the one of the standard library for a plain path."""
    if "://" not in url:
        return SqliteStore(url, busy_timeout=60)
    engine = create_engine(url, connect_args={"timeout": 60} if url.startswith("sqlite") else {})
    store = SqlStore(engine, busy_timeout=60)
    store.create()
    return store


def closed(store: SqlStore | SqliteStore) -> None:
    """Let go of the database."""
    if isinstance(store, SqliteStore):
        store.close()
    else:
        store._place.engine.dispose()


@pytest.mark.long
@pytest.mark.parametrize("writers", [2, 4, 8, 16])
@pytest.mark.parametrize("kind", ["postgresql", "sqlite", "stdlib"])
def test_writers_in_processes_lose_nothing_and_leave_no_gap(
    postgres: Server, tmp_path: Path, kind: str, writers: int
) -> None:
    address = {"sqlite": f"sqlite:///{tmp_path / 'crm.db'}", "stdlib": str(tmp_path / "book.db")}.get(kind)
    if address is None:
        address = database(postgres, f"writers_{writers}").render_as_string(hide_password=False)
    store = store_at(address)
    seen: list[int] = []
    with ProcessPoolExecutor(writers, mp_context=FRESH) as pool:
        each = [pool.submit(write, address, worker, 20) for worker in range(writers)]
        while not all(future.done() for future in each):
            seen += [entry.seq for entry in store.journal(seen[-1] if seen else -1, 50)]
    seen += [entry.seq for entry in store.journal(seen[-1] if seen else -1, 10_000)]
    total = 20 * writers
    assert sorted(seq for future in each for seq in future.result()) == list(range(total))
    assert seen == list(range(total)), "a reader that came late has skipped none"
    assert [entry.ver for entry in store.entries("C-shared")] == list(range(1, total // 2 + 1))
    with store.transaction() as tx:
        assert tx.head().frontier.root() == merkle_root(entry.body for entry in store.journal(-1, total))
    closed(store)


def whole(store: SqlStore) -> dict[str, set[str]]:
    """The command ids of which each kind of row was kept."""
    tables = store.tables
    columns = {
        "entry": tables.entry.c.command, "outbox": tables.outbox.c.key, "timer": tables.timer.c.key,
        "answer": tables.answer.c.command, "summary": tables.summary.c.stream,
    }  # fmt: skip
    with store._place.engine.connect() as connection:
        return {kind: set(connection.scalars(select(column))) for kind, column in columns.items()}


class Writers:
    """Threads that write commands until they are told to stop, and ask again where they do not know."""

    def __init__(self, store: SqlStore, number: int) -> None:
        self.store = store
        self.acknowledged: set[str] = set()
        self.ambiguous = self.found = 0
        self.stop = threading.Event()
        self.pool = ThreadPoolExecutor(number)
        self.each = [self.pool.submit(self.work, worker) for worker in range(number)]

    def work(self, worker: int) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            self.until_known(f"{worker}-{number}")

    def until_known(self, command: str) -> None:
        tried = False
        while not self.stop.is_set():
            try:
                if not write_once(self.store, command):
                    self.found += 1
                    assert tried, "nobody else writes this command"
            except (StoreUnreachable, StoreBusy):
                self.ambiguous += 1
                tried = True
                time.sleep(0.1)
                continue
            self.acknowledged.add(command)
            return


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_postgresql_that_is_killed_fifty_times_keeps_all_that_was_acknowledged(
    caplog: pytest.LogCaptureFixture, record_property: Callable[[str, object], None]
) -> None:
    caplog.set_level("CRITICAL", "sqlalchemy.pool")  # SQLAlchemy says what it throws away
    chance = random.Random(5)
    with running() as server:
        engine = server.engine(pool_size=8, connect_args={"connect_timeout": 5})
        store = SqlStore(engine)
        store.create()
        writers = Writers(store, 4)
        for _ in range(KILLS):
            before = len(writers.acknowledged)
            while len(writers.acknowledged) < before + 5:
                time.sleep(0.005)
                assert not any(each.done() for each in writers.each), [each.exception() for each in writers.each]
            time.sleep(chance.uniform(0, 0.05))
            server.kill()
            server.start()
        time.sleep(0.5)
        writers.stop.set()
        writers.pool.shutdown()
        for each in writers.each:
            each.result()
        log = assert_nothing_lost(store, whole(store), writers.acknowledged)
        engine.dispose()
    print(f"{len(log)} entries, {writers.ambiguous} errors, {writers.found} of them had been kept")
    assert writers.ambiguous >= KILLS


@pytest.mark.long
def test_the_desk_finds_out_by_the_command_id_what_became_of_a_lost_commit(
    postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """The connection is cut right after the commit, before its answer arrives."""
    caplog.set_level("CRITICAL", "sqlalchemy.pool")
    engine = create_engine(database(postgres, "lost_commits"))
    store = SqlStore(engine)
    store.create()
    desk = ComplaintDesk(store, clock=FrozenClock(START), plaintext_vault=True)
    lost: list[bool] = []

    def cut(connection: Any) -> None:
        """In the place of the commit: it reaches the server, and its answer does not reach us."""
        if len(lost) < 3 and not connection.closed:
            lost.append(True)
            connection.connection.dbapi_connection.commit()
            connection.connection.dbapi_connection.close()

    event.listen(engine, "commit", cut)
    for number in range(5):
        command = c.RegisterComplaint(owner="agent-7", narrative="I was charged twice.")
        outcome = desk.handle(command, AGENT, f"call-{number}")
        assert outcome.repeated is (number < 3)
        assert len({entry.stream for entry in store.journal() if entry.command == f"call-{number}"}) == 1
    assert [entry.seq for entry in store.journal()] == list(range(len(store.journal())))
    engine.dispose()


def test_a_file_that_sqlalchemy_wrote_is_sound_for_sqlite(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    SqlStore(engine).create()
    write(f"sqlite:///{tmp_path / 'crm.db'}", 1, 4)
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
