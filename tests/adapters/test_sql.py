"""What the SQL store promises beyond the contract: the host's transaction, its tables, its errors, its readers."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, create_engine, event, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.pool import NullPool, StaticPool

from complaintkit import commands as c
from complaintkit.adapters.sql import SqlStore, define, fence
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import ComplaintDesk
from complaintkit.errors import (
    CommandRefused,
    MissingTables,
    NewerSchema,
    StoreBusy,
    StoreError,
    StoreReadOnly,
    StoreUnreachable,
)
from complaintkit.ports import Query
from complaintkit.testing.samples import START, answer, append, keep, moment, notice, sealed, summary, timer
from complaintkit.testing.store_transactions import Stop, everything, give_up
from complaintkit.timekeeping.clock import FrozenClock
from complaintkit.vocabulary import Handling
from tests.adapters.sqls import KINDS, engine_of, file_of, opened, schema_of
from tests.lives import AGENT, HANDLER
from tests.postgres import Server

CRM = MetaData()
CALL = Table("crm_call", CRM, Column("id", Integer, primary_key=True), Column("complaint", Text))


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A host's database with a table of its own; PostgreSQL is started only where it is asked for."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with engine_of(request.param, server, tmp_path) as engine:
        CRM.create_all(engine)
        yield engine


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    return opened(engine)


@pytest.fixture
def server_engine(postgres: Server) -> Iterator[Engine]:
    with schema_of(postgres) as (engine, _):
        CRM.create_all(engine)
        yield engine


def desk_on(store: SqlStore) -> ComplaintDesk:
    return ComplaintDesk(store, clock=FrozenClock(START), plaintext_vault=True)


def calls(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(CALL)) or 0


def register(desk: ComplaintDesk, key: str, join: Any) -> str:
    command = c.RegisterComplaint(owner="agent-7", narrative="I was charged twice.")
    return desk.handle(command, AGENT, key, tx=desk.store.transaction(join)).complaint.ref


# The host's transaction: its row and our entries, together or not at all.


def test_a_row_of_the_crm_and_the_complaint_are_one_commit(engine: Engine, store: SqlStore) -> None:
    desk = desk_on(store)
    with engine.begin() as crm:
        crm.execute(CALL.insert(), {"id": 1})
        ref = register(desk, "call-1", crm)
        crm.execute(CALL.update().values(complaint=ref))
    assert desk.get(ref, HANDLER).handling is Handling.RECEIVED
    assert calls(engine) == 1
    with engine.connect() as crm:
        crm.execute(CALL.insert(), {"id": 2})
        register(desk, "call-2", crm)
        crm.rollback()
    assert (calls(engine), len(store.find(Query()))) == (1, 1)
    assert [entry.seq for entry in store.journal()] == list(range(len(store.journal())))


@pytest.mark.parametrize("registry", [False, True], ids=["session", "scoped"])
def test_a_session_lends_its_transaction(engine: Engine, store: SqlStore, registry: bool) -> None:
    desk = desk_on(store)
    make = sessionmaker(engine)
    session = scoped_session(make) if registry else make()
    session.execute(CALL.insert(), {"id": 1})
    register(desk, "call-1", session)
    assert (calls(engine), len(store.journal())) == (0, 0)
    session.commit()
    assert (calls(engine), len(store.find(Query()))) == (1, 1)
    session.execute(CALL.insert(), {"id": 2})
    register(desk, "call-2", session)
    session.rollback()
    assert (calls(engine), len(store.find(Query()))) == (1, 1)
    session.close()


def test_our_error_leaves_the_hosts_row_alone(engine: Engine, store: SqlStore) -> None:
    keep(store, vault=[sealed()])
    with engine.begin() as crm:
        crm.execute(CALL.insert(), {"id": 1})
        with pytest.raises(Stop):
            give_up(store, append, join=crm)
        with pytest.raises(StoreError, match="kept already"), store.transaction(crm) as tx:
            append(tx, vault=[sealed()])
        with store.transaction(crm) as tx:
            append(tx)
    assert (calls(engine), len(store.journal())) == (1, 2)


def test_a_refusal_is_kept_only_if_the_host_commits(engine: Engine, store: SqlStore) -> None:
    desk = desk_on(store)
    with engine.begin() as crm:
        ref = register(desk, "call-1", crm)
    for kept in (False, True):
        log = len(store.journal())
        with engine.connect() as crm:
            with pytest.raises(CommandRefused):
                desk.handle(c.CloseComplaint(complaint=ref), HANDLER, "close", tx=store.transaction(crm))
            (crm.commit if kept else crm.rollback)()
        assert len(store.journal()) - log == kept


def test_the_head_is_locked_for_others_until_the_host_commits(server_engine: Engine) -> None:
    store, hasty = opened(server_engine), SqlStore(server_engine, busy_timeout=0.1)
    with server_engine.connect() as crm:
        with store.transaction(crm) as tx:
            append(tx)
        with pytest.raises(StoreBusy) as caught:
            keep(hasty)
        assert caught.value.retryable
        with server_engine.begin() as other:
            other.execute(CALL.insert(), {"id": 1})
            with pytest.raises(StoreBusy), hasty.transaction(other) as tx:
                tx.head()
        assert calls(server_engine) == 1, "what the host had written is the host's to keep"
        crm.commit()
    assert keep(hasty).seq == 1


def test_the_hosts_own_patience_is_left_as_it_was(server_engine: Engine) -> None:
    store = opened(server_engine, busy_timeout=7)
    with server_engine.begin() as crm:
        crm.execute(text("set local lock_timeout = '123ms'"))
        with store.transaction(crm) as tx:
            append(tx)
        assert crm.scalar(text("show lock_timeout")) == "123ms"
    with store.transaction() as tx:
        tx.head()
        connection = tx._session._connection  # type: ignore[attr-defined]
        asked = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        assert [connection.scalar(text(f"show {name}")) for name in asked] == ["7s", "67s", "67s"]
        assert connection.scalar(text("show transaction_isolation")) == "read committed"


def test_a_host_that_keeps_an_old_snapshot_is_told_to_begin_again(server_engine: Engine) -> None:
    store = opened(server_engine)
    keep(store)
    with server_engine.connect().execution_options(isolation_level="REPEATABLE READ") as crm:
        calls(server_engine)
        crm.execute(select(CALL)).all()
        keep(store)
        with pytest.raises(StoreBusy, match="faster"), store.transaction(crm) as tx:
            tx.head()
        crm.rollback()
        with store.transaction(crm) as tx:
            append(tx)
        crm.commit()
    assert [entry.seq for entry in store.journal()] == [0, 1, 2]


def test_a_connection_that_commits_by_itself_is_refused(engine: Engine, store: SqlStore) -> None:
    with (
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as crm,
        pytest.raises(StoreError, match=r"by itself|no open transaction"),
        store.transaction(crm) as tx,
    ):
        tx.head()
    assert list(store.journal()) == []


def test_an_engine_that_commits_by_itself_is_no_matter_to_our_own_transactions(engine: Engine) -> None:
    store = opened(engine.execution_options(isolation_level="AUTOCOMMIT"))
    with pytest.raises(Stop):
        give_up(store, everything)
    assert keep(store).seq == 0
    assert len(store.journal()) == 1


def test_a_connection_to_other_tables_is_refused(engine: Engine, store: SqlStore, tmp_path: Path) -> None:
    with (
        file_of(tmp_path / "other.db") as other,
        other.connect() as stranger,
        engine.connect().execution_options(schema_translate_map={None: "tenant"}) as moved,
    ):
        for connection in (stranger, moved):
            with pytest.raises(StoreError, match="other tables"):
                store.transaction(connection)
    for other_thing in ("crm.db", engine, Session()):
        with pytest.raises(StoreError):
            store.transaction(other_thing)


def test_a_host_that_begins_by_an_event_is_joined(tmp_path: Path) -> None:
    """The recipe of SQLAlchemy's documentation for savepoints on SQLite."""
    with file_of(tmp_path / "crm.db") as engine:
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("begin"))
        store = opened(engine)
        CRM.create_all(engine)
        assert keep(store).seq == 0
        with engine.begin() as crm:
            crm.execute(CALL.insert(), {"id": 1})
            with store.transaction(crm) as tx:
                append(tx)
        with engine.begin() as crm, pytest.raises(Stop):
            give_up(store, append, join=crm)
        assert (calls(engine), len(store.journal())) == (1, 2)


# Which databases.


@pytest.mark.parametrize(
    ("url", "module"),
    [
        ("mysql+mysqldb://", SimpleNamespace(paramstyle="format", version_info=(1, 4), __name__="MySQLdb")),
        ("sqlite+pysqlcipher:///crm.db", sqlite3),
    ],
)
def test_what_was_never_tried_is_refused(url: str, module: Any) -> None:
    with pytest.raises(StoreError, match=r"does not keep books through .*postgresql\+psycopg or sqlite"):
        SqlStore(create_engine(url, module=module))


def test_an_async_engine_a_string_and_a_database_in_memory_are_refused() -> None:
    for engine, said in (
        (create_engine("postgresql+psycopg_async://"), "async"),
        ("sqlite:///crm.db", "sqlalchemy.Engine"),
        (create_engine("sqlite://"), "MemoryStore"),
        (create_engine("sqlite://", poolclass=StaticPool), "MemoryStore"),
    ):
        with pytest.raises(StoreError, match=said):
            SqlStore(engine)  # type: ignore[arg-type]


def test_the_missing_extra_is_named() -> None:
    program = "import sys; sys.modules['sqlalchemy'] = None; import complaintkit.adapters.sql"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "pip install 'complaintkit[sql]'" in done.stderr


# The tables.


def test_missing_tables_are_named_with_what_to_run(engine: Engine) -> None:
    store = SqlStore(engine)
    for use in (store.journal, lambda: keep(store), lambda: store.find(Query())):
        with pytest.raises(MissingTables, match=r"store\.create\(\)"):
            use()
    with engine.begin() as crm:
        crm.execute(CALL.insert(), {"id": 1})
        with pytest.raises(MissingTables), store.transaction(crm) as tx:
            tx.head()
    assert calls(engine) == 1
    store.create()
    store.create()
    assert keep(store).seq == 0


def test_tables_that_are_taken_away_are_missing(engine: Engine, store: SqlStore) -> None:
    keep(store)
    store.tables.entry.metadata.drop_all(engine)
    with pytest.raises(MissingTables):
        store.journal()


def test_a_newer_schema_is_refused(engine: Engine, store: SqlStore) -> None:
    with engine.begin() as connection:
        connection.execute(store.tables.schema.update().values(version=99))
    with pytest.raises(NewerSchema, match="install the newer"):
        SqlStore(engine).journal()


def test_a_migration_makes_the_tables_or_takes_them_back(engine: Engine) -> None:
    store = SqlStore(engine)
    for kept in (False, True):
        with engine.connect() as migration:
            store.create(migration)
            (migration.commit if kept else migration.rollback)()
        assert inspect(engine).has_table("complaintkit_entry") is kept
    assert keep(store).seq == 0


def test_many_may_make_the_tables_at_once(engine: Engine) -> None:
    stores = [SqlStore(engine) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(SqlStore.create, stores))
        assert sorted(pool.map(lambda store: keep(store).seq, stores)) == [0, 1, 2, 3]


def test_alembic_sees_our_tables_among_the_hosts_and_has_nothing_to_change(engine: Engine) -> None:
    metadata = MetaData()
    CALL.to_metadata(metadata)
    store = SqlStore(engine, prefix="crm_ck_", metadata=metadata)
    assert define(metadata, "crm_ck_") == store.tables
    with engine.connect() as connection:
        missing = compare_metadata(MigrationContext.configure(connection), metadata)
        tables = {change[1].name for change in missing if change[0] == "add_table"}
        assert tables == {f"crm_ck_{name}" for name in store.tables._fields}
    store.create()
    with engine.connect() as connection:
        compared = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(compared, metadata) == []
    assert keep(store).seq == 0


@pytest.mark.parametrize("prefix", ["", "Ck_", "1_", "a b", "x" * 41, 'q"; drop table x; --'])
def test_a_prefix_that_is_none_is_refused(prefix: str) -> None:
    with pytest.raises(StoreError, match="prefix"):
        define(MetaData(), prefix)


def test_prefixes_and_schemas_keep_books_apart(postgres: Server) -> None:
    with schema_of(postgres) as (engine, _), schema_of(postgres) as (_, other):
        stores = [opened(engine), opened(engine, prefix="b_"), opened(engine, schema=other)]
        for number, store in enumerate(stores):
            for _ in range(number + 1):
                keep(store)
        assert [len(store.journal()) for store in stores] == [1, 2, 3]


def test_both_stores_for_sqlite_share_their_tables(tmp_path: Path) -> None:
    """The same names, columns, keys and indices: a program may change from one to the other."""
    rows: dict[str, Any] = {
        "vault": [sealed()],
        "outbox": [notice()],
        "timers": [timer()],
        "summaries": [summary()],
        "answer": answer(),
    }
    with file_of(tmp_path / "a.db") as made, file_of(tmp_path / "b.db") as found:
        theirs = opened(made)
        SqliteStore(tmp_path / "b.db").close()
        assert shape(made) == shape(found)
        first = keep(theirs, **rows)
        with SqliteStore(tmp_path / "a.db") as own:
            assert list(own.journal()) == [first]
            assert [list(part) for part in own.due(moment())] == [[timer()], [notice()]]
            second = keep(own, timers_done=["t"], outbox=[notice(done=True)], summaries=[summary(open=False)])
        assert list(theirs.journal()) == [first, second]
        assert list(theirs.find(Query())) == [summary(open=False)]
        assert [list(part) for part in theirs.due(moment())] == [[], []]


def shape(engine: Engine) -> dict[str, Any]:
    """Columns and keys of our tables, and their indices, as SQLite knows them."""
    with engine.connect() as connection:
        sql = "select name, strict, wr from pragma_table_list where name like 'complaintkit%'"
        tables = connection.exec_driver_sql(sql).all()
        found: dict[str, Any] = {}
        for name, *kind in tables:
            columns = connection.exec_driver_sql(f"select name, type, \"notnull\", pk from pragma_table_info('{name}')")
            found[name] = (kind, columns.all())
        indices = "select name, tbl_name from sqlite_schema where type = 'index' and sql is not null"
        for name, table in connection.exec_driver_sql(indices):
            parts = connection.exec_driver_sql(f"select name from pragma_index_info('{name}')").all()
            found[name] = (table, parts)
        return found


PLANS: dict[str, tuple[Callable[[SqlStore], Any], str]] = {
    "timers": (lambda store: store.due(moment()), "timer_due"),
    "notices": (lambda store: store.due(moment()), "outbox_open"),
    "owner": (lambda store: store.find(Query(owner="agent-1")), "summary_owner"),
    "stream": (lambda store: store.entries("C-1"), "entry_stream"),
}


@pytest.mark.parametrize("name", PLANS)
def test_what_is_asked_often_has_an_index(engine: Engine, store: SqlStore, name: str) -> None:
    """Asked of the database itself: due costs what is due, and not what waits."""
    ask, index = PLANS[name]
    statements: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2:4]))
    ask(store)
    explain, shown = ("explain", "Index") if engine.dialect.name == "postgresql" else ("explain query plan", "USING")
    plans = []
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("set local enable_seqscan = off")
        for sql, parameters in statements[:]:
            if f"FROM complaintkit_{index.partition('_')[0]}" in sql:
                plans.append(str(connection.exec_driver_sql(f"{explain} {sql}", parameters).all()))
    assert any(shown in plan and f"complaintkit_{index}" in plan for plan in plans), plans


# Errors.


def test_no_error_repeats_what_was_to_be_kept(store: SqlStore) -> None:
    secret = sealed(ref="cmd-0/Dana-Example", content=b"secret words")
    keep(store, vault=[secret])
    with pytest.raises(StoreError) as caught:
        keep(store, vault=[secret])
    assert "Dana" not in f"{caught.value!r} {caught.value}"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_value_that_no_database_takes_is_an_error_of_ours(store: SqlStore) -> None:
    for row in (summary(owner="\ud800"), summary(rank=2**70)):
        with pytest.raises(StoreError), store.transaction() as tx:
            append(tx, summaries=[row])
    assert list(store.journal()) == []


def test_a_text_with_nul_is_refused_by_postgresql_as_ours(server_engine: Engine) -> None:
    with pytest.raises(StoreError, match="refuses the call"):
        keep(opened(server_engine), summaries=[summary(owner="a\0b")])


def test_a_thread_that_is_writing_already_is_told_at_once(store: SqlStore) -> None:
    with store.transaction() as tx:
        tx.head()
        with pytest.raises(StoreError, match="join"):
            keep(store)
        append(tx)
    assert keep(store).seq == 1


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    engine = create_engine(f"postgresql+psycopg:///x?host={tmp_path}")
    with pytest.raises(StoreUnreachable) as caught:
        SqlStore(engine).journal()
    assert caught.value.retryable


def test_a_database_without_a_free_connection_is_busy(tmp_path: Path) -> None:
    with file_of(tmp_path / "crm.db") as engine:
        opened(engine)
    engine = create_engine(f"sqlite:///{tmp_path / 'crm.db'}", pool_size=1, max_overflow=0, pool_timeout=0.05)
    with engine.connect(), pytest.raises(StoreBusy, match="pool"):
        SqlStore(engine).journal()
    engine.dispose()


def test_a_database_that_takes_no_writes_says_so(server_engine: Engine) -> None:
    store = opened(server_engine)
    with server_engine.connect() as crm:
        crm.execute(text("set transaction read only"))
        with pytest.raises(StoreReadOnly), store.transaction(crm) as tx:
            append(tx)


@pytest.mark.parametrize(
    ("moment_of", "table"), [("before_cursor_execute", "entry"), ("after_cursor_execute", "head")],
    ids=["before the write", "before the commit"],
)  # fmt: skip
def test_a_lost_connection_is_told_and_the_desk_goes_on_with_another(
    server_engine: Engine, moment_of: str, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "sqlalchemy.pool")  # SQLAlchemy says what it throws away
    store, lost = opened(server_engine), threading.Event()

    def lose(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not lost.is_set() and statement.startswith(f"INSERT INTO complaintkit_{table}"):
            lost.set()
            with server_engine.connect() as other:
                pid = connection.connection.dbapi_connection.info.backend_pid
                other.execute(select(func.pg_terminate_backend(pid, 5000)))

    event.listen(server_engine, moment_of, lose)
    with pytest.raises(StoreUnreachable):
        keep(store)
    assert lost.is_set()
    assert list(store.journal()) == []
    lost.clear()
    desk_on(store).handle(c.RegisterComplaint(owner="agent-7", narrative="x"), AGENT, "call-1")
    assert lost.is_set()
    assert {entry.command for entry in store.journal()} == {"call-1"}


# Readers and writers.


@pytest.mark.parametrize("writers", [2, 8])
def test_a_late_reader_never_skips_an_entry(store: SqlStore, writers: int) -> None:
    """The order of the commits is the order of the numbers: what is behind the cursor stays behind it."""
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while True:
            last = done.is_set()
            page = store.journal(seen[-1] if seen else -1, 7)
            seen.extend(entry.seq for entry in page)
            if last and not page:
                return

    def write(worker: int) -> None:
        for number in range(5):
            keep(store, "C-shared" if number % 2 else f"C-{worker}")

    with ThreadPoolExecutor(writers + 1) as pool:
        reader = pool.submit(read)
        list(pool.map(write, range(writers)))
        done.set()
        reader.result(timeout=60)
    assert seen == list(range(writers * 5))
    assert [entry.ver for entry in store.entries("C-shared")] == list(range(1, 2 * writers + 1))


# The second fence.


@pytest.fixture
def fenced(postgres: Server) -> Iterator[tuple[SqlStore, Engine, Engine]]:
    """A store whose tables are fenced, an engine for the application, and one for the auditor."""
    with schema_of(postgres) as (owner, name):
        store = opened(owner, schema=name)
        roles = [f"{name}_app", f"{name}'s auditor"]
        with owner.begin() as connection:
            for statement in (*fence(store.tables, *roles), *fence(store.tables, *roles)):
                connection.exec_driver_sql(statement)
            for number, role in enumerate(roles):
                connection.exec_driver_sql(f'create role {name}_user{number} login in role "{role}"')
        app, auditor = (postgres.engine(user=f"{name}_user{number}", poolclass=NullPool) for number in (0, 1))
        yield SqlStore(app, schema=name), owner, auditor
        with owner.begin() as connection:
            for role in [f"{name}_user0", f"{name}_user1", *roles]:
                connection.exec_driver_sql(f'drop owned by "{role}"')
                connection.exec_driver_sql(f'drop role "{role}"')


Fenced = tuple[SqlStore, Engine, Engine]
FORBIDDEN = (
    "update {schema}.complaintkit_entry set actor = 'nobody'",
    "delete from {schema}.complaintkit_entry",
    "truncate {schema}.complaintkit_entry",
    "update {schema}.complaintkit_answer set body = ''",
    "delete from {schema}.complaintkit_answer",
    "truncate {schema}.complaintkit_answer",
    "update {schema}.complaintkit_vault set content = ''",
    "truncate {schema}.complaintkit_vault",
    "delete from {schema}.complaintkit_head",
    "truncate {schema}.complaintkit_head",
    "update {schema}.complaintkit_head set size = size - 1",
)


def test_the_application_works_behind_the_fence(fenced: Fenced) -> None:
    store, _, _ = fenced
    desk = desk_on(store)
    ref = desk.handle(
        c.RegisterComplaint(owner="agent-7", narrative="x", reach="d@example.org"), AGENT, "1"
    ).complaint.ref
    desk.handle(c.BeginAssessment(complaint=ref), HANDLER, "2")
    desk.tick()
    desk.dispatch()
    assert desk.reveal(ref, HANDLER, "handle")


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_nobody_changes_the_log_not_even_its_owner(fenced: Fenced, statement: str) -> None:
    store, owner, _ = fenced
    everything_kept = keep(store, vault=[sealed()], answer=answer())
    for engine in (store._place.engine, owner):
        with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
            connection.exec_driver_sql(statement.format(schema=store.tables.entry.schema))
        assert caught.value.orig.sqlstate == "42501"  # type: ignore[union-attr]
    assert list(store.journal()) == [everything_kept]


def test_an_auditor_reads_the_log_and_no_personal_text(fenced: Fenced) -> None:
    store, _, auditor = fenced
    keep(store, vault=[sealed()])
    theirs = SqlStore(auditor, schema=store.tables.entry.schema)
    assert len(theirs.journal()) == 1
    for refused in (lambda: theirs.due(moment()), lambda: keep(theirs)):
        with pytest.raises(StoreReadOnly, match="may not"):
            refused()
    with pytest.raises(StoreReadOnly), theirs.transaction() as tx:
        tx.sealed(["cmd-0/words"])


def test_erasure_may_delete_from_the_vault(fenced: Fenced) -> None:
    store, _, _ = fenced
    keep(store, vault=[sealed()])
    with store._place.engine.begin() as connection:
        connection.execute(store.tables.vault.delete())
    with store.transaction() as tx:
        assert dict(tx.sealed(["cmd-0/words"])) == {}


def test_a_store_reads_a_file_that_another_program_has_open(tmp_path: Path) -> None:
    with file_of(tmp_path / "crm.db") as engine, closing(engine.connect()) as crm:
        store = opened(engine)
        crm.execute(text("select 1")).all()
        assert keep(store).seq == 0
