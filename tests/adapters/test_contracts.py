"""Every store, notifier and clock of ours under the contract that we ship."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Connection, MetaData
from sqlalchemy.orm import Session as SqlSession

from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.notifiers import ConsoleNotifier, EmlNotifier, MemoryNotifier
from complaintkit.adapters.sql import SqlStore
from complaintkit.adapters.sqlite import SqliteStore, opening
from complaintkit.ports import Store
from complaintkit.testing import ClockContract, DurableContract, HostContract, NotifierContract, StoreContract
from complaintkit.testing.model import ModelCases
from complaintkit.testing.samples import START
from complaintkit.timekeeping.clock import FrozenClock, SystemClock
from tests.adapters.sqls import engine_of, opened
from tests.postgres import Server


class Counted(ModelCases):
    """How much is tried is looked at: in the long run 25,000 steps and more, over the six stores below together."""

    @pytest.mark.hypothesis
    def test_it_agrees_with_a_plain_model(self) -> None:
        super().test_it_agrees_with_a_plain_model()
        print(f"{self.model_steps} steps of the model")  # pytest shows it with -rP
        profile, most = settings(), self.model_examples or 0
        assert self.model_steps > 0.85 * min(profile.max_examples, most) * profile.stateful_step_count


class OwnTransaction:
    """The host is another transaction of the same store."""

    def begin_host(self, store: Any) -> Any:
        tx = store.transaction()
        tx.__enter__()
        tx.head()
        return tx

    def end_host(self, host: Any, keep: bool) -> None:
        error = None if keep else RuntimeError()
        host.__exit__(error and RuntimeError, error, None)


class TestMemoryStore(Counted, OwnTransaction, StoreContract, HostContract):
    def make_store(self, book: str) -> MemoryStore:
        return MemoryStore(book)


class SqliteSuite(Counted, OwnTransaction, StoreContract, DurableContract, HostContract):
    def make_store(self, book: str) -> SqliteStore:
        return SqliteStore(self.folder / "book.db", book)


class TestSqliteStoreTruncating(SqliteSuite):
    @pytest.fixture(autouse=True)
    def _old_library(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(opening, "library_version", lambda: (3, 40, 1))


class TestSqliteStoreWriteAheadLog(SqliteSuite):
    @pytest.fixture(autouse=True)
    def _new_library(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(opening, "library_version", lambda: (3, 53, 0))


class TestSqliteStoreJoiningAnotherConnection(HostContract):
    def make_store(self, book: str) -> SqliteStore:
        return SqliteStore(self.folder / "book.db", book)

    def begin_host(self, store: Any) -> sqlite3.Connection:
        host = sqlite3.connect(self.folder / "book.db", isolation_level=None)
        host.execute("begin immediate")
        return host

    def end_host(self, host: sqlite3.Connection, keep: bool) -> None:
        host.execute("commit" if keep else "rollback")
        host.close()


class TestSqliteStoreOnAHostsConnection(Counted):
    """A connection is for one thread at a time: the cases without threads."""

    def make_store(self, book: str) -> SqliteStore:
        if not hasattr(self, "host"):
            self.host = sqlite3.connect(self.folder / "host.db")
        return SqliteStore.on(self.host, book)

    def close_store(self, store: Store) -> None:
        """The connection is the host's."""

    @pytest.fixture(autouse=True)
    def _host_closes(self) -> Iterator[None]:
        yield
        self.host.close()


class OnAnEngine:
    """A store on an engine of SQLAlchemy."""

    kind = ""

    @pytest.fixture(autouse=True)
    def _engine(self, postgres: Server, tmp_path: Path) -> Iterator[None]:
        self.metadata = MetaData()
        with engine_of(self.kind, postgres, tmp_path) as self.engine:
            yield

    def make_store(self, book: str) -> SqlStore:
        return opened(self.engine, book, metadata=self.metadata)


class TestSqlStoreOnPostgreSQL(Counted, OwnTransaction, OnAnEngine, StoreContract, DurableContract, HostContract):
    kind = "postgresql"
    locks_letters = True
    model_examples = 100 if settings().max_examples > 100 else 10  # a transaction takes it ten times as long


class TestSqlStoreOnSQLite(Counted, OwnTransaction, OnAnEngine, StoreContract, DurableContract, HostContract):
    kind = "sqlite"


class JoiningAConnection:
    """The host lends a connection of SQLAlchemy."""

    def begin_host(self, store: Any) -> Connection:
        connection: Connection = store._place.engine.connect()
        return connection

    def end_host(self, host: Any, keep: bool) -> None:
        (host.commit if keep else host.rollback)()
        host.close()


class JoiningASession(JoiningAConnection):
    """The host lends a session of SQLAlchemy's ORM."""

    def begin_host(self, store: Any) -> Any:
        return SqlSession(store._place.engine)


class TestSqlStoreJoiningAConnectionOnPostgreSQL(JoiningAConnection, OnAnEngine, HostContract):
    kind = "postgresql"


class TestSqlStoreJoiningASessionOnPostgreSQL(JoiningASession, OnAnEngine, HostContract):
    kind = "postgresql"


class TestSqlStoreJoiningAConnectionOnSQLite(JoiningAConnection, OnAnEngine, HostContract):
    kind = "sqlite"


class TestSqlStoreJoiningASessionOnSQLite(JoiningASession, OnAnEngine, HostContract):
    kind = "sqlite"


class TestMemoryNotifier(NotifierContract):
    def make_notifier(self) -> MemoryNotifier:
        return MemoryNotifier()

    def received(self, notifier: Any) -> list[str]:
        return [message.key for message in notifier.messages]


class TestEmlNotifier(NotifierContract):
    def make_notifier(self) -> EmlNotifier:
        return EmlNotifier(self.folder / "letters", sender="complaints@example.org")

    def received(self, notifier: Any) -> list[str]:
        files = (self.folder / "letters").glob("*")
        return [str(message_from_bytes(file.read_bytes(), policy=default)["Idempotency-Key"]) for file in files]


class TestConsoleNotifier(NotifierContract):
    def make_notifier(self) -> ConsoleNotifier:
        return ConsoleNotifier(io.StringIO())


class TestConsoleNotifierOnAnOldTerminal(NotifierContract):
    def make_notifier(self) -> ConsoleNotifier:
        return ConsoleNotifier(io.TextIOWrapper(io.BytesIO(), encoding="cp1252"))


class TestSystemClock(ClockContract):
    def make_clock(self) -> SystemClock:
        return SystemClock()


class TestFrozenClock(ClockContract):
    def make_clock(self) -> FrozenClock:
        return FrozenClock(START)
