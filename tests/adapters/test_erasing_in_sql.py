"""Erasure in a host's database: rows and keys are gone at once, and after VACUUM the tables' files have no trace."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text

from complaintkit.adapters.keys import EncryptedVault, MemoryKeyStore
from complaintkit.desk import verify_book
from complaintkit.measures import read_facts
from complaintkit.measures.engine import rows
from complaintkit.ports import Batch
from complaintkit.testing.samples import keep, sealed
from tests.adapters.sqls import KINDS, engine_of, file_of, opened
from tests.privacy.erasing import OFFICER, Office, found, traces

MARKS = [f"Marker-{number}-{random.Random(number).randbytes(8).hex()}" for number in range(20)]


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on an empty place."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with engine_of(request.param, server, tmp_path) as made:
        yield made


def tables(engine: Engine, store: Any) -> bytes:
    """Everything that a query can see."""
    with engine.connect() as connection:
        seen = [list(map(tuple, connection.execute(select(table)))) for table in store.tables]
    return repr(seen).encode()


def figures(office: Office) -> Any:
    """The tables from which every statistic is made."""
    facts = read_facts(office.store, office.clock.now(), office.desk.profile.calendar)
    return [sorted(map(str, rows(frame))) for frame in (facts.complaints, facts.commitments)]


def filled(engine: Engine, vault: Any) -> tuple[Office, list[str]]:
    """Ten complaints of one person in the book of a store, and one of another one."""
    office = Office(opened(engine), vault=vault)
    refs = [office.closed(narrative=MARKS[n], name=MARKS[n + 10]) for n in range(10)]
    return office, [*refs, office.closed("person-2", narrative="Another one's words.")]


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])
def test_rows_and_keys_are_gone_and_everything_else_is_as_it_was(engine: Engine, encrypted: bool) -> None:
    keys = MemoryKeyStore()
    vault = EncryptedVault(keys) if encrypted else None
    office, refs = filled(engine, vault)
    before = [office.desk.get(ref, OFFICER) for ref in refs], figures(office)
    kept = dict(office.desk.reveal(refs[-1], OFFICER, "audit"))
    assert len(found([tables(engine, office.store)], (mark.encode() for mark in MARKS))) == (0 if encrypted else 20)
    outcome = office.erase()
    assert outcome.certificate is not None
    assert (outcome.erasure.stage, outcome.erasure.keys) == ("completed", 10 if encrypted else 0)
    assert outcome.certificate.plain == (0 if encrypted else 50)
    assert found([tables(engine, office.store)], (trace for mark in MARKS for trace in traces(mark))) == []
    assert ([office.desk.get(ref, OFFICER) for ref in refs], figures(office)) == before
    assert all(dict(office.desk.reveal(ref, OFFICER, "audit")) == {} for ref in refs[:-1])
    assert dict(office.desk.reveal(refs[-1], OFFICER, "audit")) == kept
    audit = verify_book(office.store, vault=office.desk.vault)
    assert (audit.sound, audit.gone) == (True, 40)


def test_a_plain_text_lies_in_dead_rows_of_postgresql_until_vacuum_and_then_no_more(
    postgres: Any, tmp_path: Path
) -> None:
    with engine_of("postgresql", postgres, tmp_path) as engine:
        office, _ = filled(engine, None)
        office.erase()
        assert found(files(postgres, engine), (mark.encode() for mark in MARKS)), "which is why the page says so"
        name = office.store.tables  # type: ignore[attr-defined]
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"vacuum full {next(t.name for t in name if t.name.endswith('vault'))}"))
            connection.execute(text("checkpoint"))
        assert found(files(postgres, engine), (mark.encode() for mark in MARKS)) == []


def files(postgres: Any, engine: Engine) -> list[bytes]:
    """The bytes of the files of the tables, written out before; the write-ahead log is not among them."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("checkpoint"))
    return [path.read_bytes() for path in (Path(postgres.data) / "base").rglob("*") if path.is_file()]


@pytest.mark.parametrize("journal", ["delete", "wal"])
@pytest.mark.parametrize("prefix", ["complaintkit_", "crm_ck_"])
def test_a_hosts_sqlite_file_has_no_trace_left_and_its_own_rows(tmp_path: Path, journal: str, prefix: str) -> None:
    """As long as texts were plain: their rows, what overflowed from them, and the log of the file."""
    with host_of(tmp_path, journal) as engine:
        office = Office(opened(engine, prefix=prefix))
        for number, mark in enumerate(MARKS):
            office.closed(f"person-{number % 2}", narrative=f"{mark} " * (3 if number < 10 else 400))
        assert len(found(here(tmp_path), (mark.encode() for mark in MARKS))) == 20
        assert office.erase("person-0").erasure.stage == "completed"
        assert found(here(tmp_path), (trace for mark in MARKS[::2] for trace in traces(mark))) == []
        assert len(found(here(tmp_path), (mark.encode() for mark in MARKS[1::2]))) == 10
        with engine.connect() as host:
            assert host.execute(text("select name from client")).all() == [("theirs",)]
            assert host.execute(text("pragma secure_delete")).scalar() == 0
        assert verify_book(office.store).sound


def test_whoever_reads_the_log_of_the_file_puts_the_end_off(tmp_path: Path) -> None:
    with host_of(tmp_path, "wal") as engine:
        office = Office(opened(engine))
        office.closed(narrative=MARKS[0])
        with engine.connect() as reader:
            reader.exec_driver_sql("begin")
            reader.execute(text("select count(*) from complaintkit_entry")).all()
            assert office.erase().erasure.stage == "erased"
        assert office.sweep_after(minutes=1) == 1
        assert office.desk.erase("person-1", OFFICER).erasure.stage == "completed"
        assert found(here(tmp_path), traces(MARKS[0])) == []


def test_what_a_host_erases_in_its_own_transaction_is_overwritten_too(tmp_path: Path) -> None:
    with host_of(tmp_path, "delete") as engine:
        store = opened(engine)
        keep(store, vault=[sealed(content=MARKS[0].encode() * 900)])
        with engine.begin() as host, store.transaction(host) as tx:
            tx.head()
            tx.commit(Batch(erased=[sealed().ref]))
        assert found(here(tmp_path), [MARKS[0].encode()]) == []


@contextmanager
def host_of(folder: Path, journal: str) -> Iterator[Engine]:
    """A host's file whose connections overwrite nothing by themselves."""
    with file_of(folder / "crm.db") as engine:
        event.listen(engine, "connect", lambda connection, _: connection.execute("pragma secure_delete = off"))
        event.listen(engine, "connect", lambda connection, _: connection.execute("pragma busy_timeout = 100"))
        with engine.begin() as host:
            host.execute(text(f"pragma journal_mode = {journal}"))
            host.execute(text("create table client (name text)"))
            host.execute(text("insert into client values ('theirs')"))
        yield engine


def here(folder: Path) -> list[bytes]:
    """The bytes of every file."""
    return [path.read_bytes() for path in folder.iterdir()]
