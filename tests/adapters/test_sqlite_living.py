"""Living with a SQLite file: where it may lie, older and newer schemas, and what the doctor sees."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from complaintkit.adapters.keys import SqliteKeyStore
from complaintkit.adapters.sqlite import SqliteStore, doctor, filesystems, opening, schema
from complaintkit.desk import verify_book
from complaintkit.errors import CorruptStore, NetworkFileSystem, NewerSchema, StoreBusy, StoreError, StoreForked
from complaintkit.testing.samples import keep, notice, sealed, timer
from tests.journal import golden

GOLDEN = sorted(golden.FILE.parent.glob("golden_file_*.sql"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.db"


# Where it may lie ----------------------------------------------------------------------------------------

MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/local xfs rw 0 0
//host/share /mnt/with\\040blank cifs rw 0 0
user@host: /mnt/ssh fuse.sshfs rw 0 0
tmpfs /mnt/ssh/over tmpfs rw 0 0
short
/dev/vdc /twice ext4 rw 0 0
host:/x /twice nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/book.db", "ext4"),
        ("/home/book.db", "nfs4"),
        ("/homes/book.db", "ext4"),
        ("/home/local/deep/book.db", "xfs"),
        ("/mnt/with blank/book.db", "cifs"),
        ("/mnt/ssh/book.db", "fuse.sshfs"),
        ("/mnt/ssh/over/book.db", "tmpfs"),
        ("/twice/book.db", "nfs"),
        ("\\\\host\\share\\book.db", "cifs"),
    ],
)
def test_the_file_system_is_that_of_the_deepest_mount(path: str, kind: str) -> None:
    assert filesystems.file_system(Path(path), MOUNTS) == kind


def test_nobody_knows_the_file_system_where_no_mounts_are_told() -> None:
    assert filesystems.file_system(Path("/srv/book.db"), "") == ""


def test_a_file_on_a_network_is_refused_and_none_is_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystems, "mounts", lambda: f"/dev/vda / ext4 rw 0 0\nhost:/x {path.parent} nfs4 rw 0 0\n")
    for opened in (SqliteStore, SqliteKeyStore):
        with pytest.raises(NetworkFileSystem, match="nfs4"):
            opened(path)
    assert not list(path.parent.glob("*.db*"))


def test_a_link_to_a_network_is_seen_through(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "share").mkdir()
    path.symlink_to(tmp_path / "share" / "book.db")
    monkeypatch.setattr(filesystems, "mounts", lambda: f"/dev/vda / ext4 rw 0 0\nx {tmp_path}/share cifs rw 0 0\n")
    with pytest.raises(NetworkFileSystem):
        SqliteStore(path)


def test_a_child_of_a_real_fork_is_refused_and_the_parent_goes_on(path: Path) -> None:
    with SqliteStore(path) as store:
        keep(store)
        child = os.fork()
        if child == 0:
            try:
                store.journal()
            except StoreForked:
                os._exit(0)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert keep(store).seq == 1


# Schemas -------------------------------------------------------------------------------------------------


def released(file: Path, path: Path) -> None:
    """The database file that a golden dump describes."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", GOLDEN, ids=[file.stem for file in GOLDEN])
def test_a_file_of_every_schema_opens_verifies_and_goes_on(file: Path, path: Path) -> None:
    released(file, path)
    before = doctor.examine(str(path))
    assert before.schema == int(file.stem.rpartition("_")[2])
    assert before.check == ()
    with SqliteStore(path) as store:
        audit = verify_book(store)
        assert audit.sound, audit.faults
        assert audit.size == before.books[0].entries > 10
        assert keep(store, "C-new").seq == audit.size
    assert doctor.examine(str(path)).schema == schema.SCHEMA


def shape(path: Path) -> dict[str, str]:
    """Every table and index of a file, with the words that make it."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("select name, sql from sqlite_schema where sql is not null").fetchall()
    return {name: " ".join(sql.lower().split()) for name, sql in rows}


@pytest.mark.parametrize("file", GOLDEN, ids=[file.stem for file in GOLDEN])
def test_a_file_that_was_brought_up_is_as_a_new_one(file: Path, path: Path, tmp_path: Path) -> None:
    released(file, path)
    doctor.upgrade(str(path))
    SqliteStore(tmp_path / "new.db").close()
    assert shape(path) == shape(tmp_path / "new.db")


def test_the_newest_schema_has_its_golden_file() -> None:
    assert f"golden_file_{schema.SCHEMA}" in {file.stem for file in GOLDEN}


def later(monkeypatch: pytest.MonkeyPatch, *steps: Callable[[sqlite3.Connection], object]) -> int:
    """Two schemas come after today's."""
    for number, step in enumerate(steps, schema.SCHEMA + 1):
        monkeypatch.setitem(schema.UPGRADES, number, step)
    monkeypatch.setattr(schema, "SCHEMA", schema.SCHEMA + len(steps))
    return schema.SCHEMA


def add_table(connection: sqlite3.Connection) -> None:
    connection.execute("create table complaintkit_new (size integer not null) strict")


def fill_table(connection: sqlite3.Connection) -> None:
    connection.execute("insert into complaintkit_new select size from complaintkit_head")


def break_down(connection: sqlite3.Connection) -> None:
    connection.execute("delete from complaintkit_entry")
    connection.execute("no such statement")


def test_schemas_are_brought_up_one_after_the_other(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SqliteStore(path) as store:
        keep(store)
    first, newest = schema.SCHEMA, later(monkeypatch, add_table, fill_table)
    assert "doctor --upgrade" in doctor.examine(str(path)).problems[0]
    assert doctor.examine(str(path)).schema == first, "looking changes nothing"
    assert doctor.upgrade(str(path)) == (first, newest)
    assert doctor.upgrade(str(path)) == (newest, newest)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select size from complaintkit_new").fetchall() == [(1,)]
        assert connection.execute("pragma user_version").fetchone() == (newest,)
    with SqliteStore(path) as store:
        assert keep(store).seq == 1


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SqliteStore(path) as store:
        keep(store)
    before, first = path.read_bytes(), schema.SCHEMA
    later(monkeypatch, add_table, break_down)
    with pytest.raises(StoreError):
        doctor.upgrade(str(path))
    assert doctor.examine(str(path)).schema == first
    monkeypatch.undo()
    with SqliteStore(path) as store:
        assert len(store.journal()) == 1
    assert path.stat().st_size == len(before)


def test_an_upgrade_waits_for_nobody_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SqliteStore(path).close()
    first = schema.SCHEMA
    later(monkeypatch, add_table)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(StoreBusy):
            doctor.upgrade(str(path), 0.1)
        other.execute("rollback")
    assert doctor.upgrade(str(path)) == (first, first + 1)


def test_a_hosts_own_version_number_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as host:
        host.executescript("create table crm (id integer); pragma user_version = 77;")
        SqliteStore.on(host)
        newest = later(monkeypatch, add_table)
        host.execute("begin immediate")
        SqliteStore.on(host)
        assert schema.recorded(host) == newest
        host.execute("rollback")
        assert schema.recorded(host) == newest - 1, "the host's transaction decides"
        assert host.execute("pragma user_version").fetchone() == (77,)


def test_a_newer_schema_is_told_and_not_touched(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        later(newer, add_table)
        SqliteStore(path).close()
    before = path.read_bytes()
    assert "install the newer" in doctor.examine(str(path)).problems[0]
    with pytest.raises(NewerSchema):
        doctor.upgrade(str(path))
    assert path.read_bytes() == before


# The doctor ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "mode", "synchronous"), [((3, 40, 1), "truncate", 3), ((3, 51, 3), "wal", 2)])
def test_a_well_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], mode: str, synchronous: int
) -> None:
    monkeypatch.setattr(opening, "library_version", lambda: version)
    monkeypatch.setattr(filesystems, "mounts", lambda: MOUNTS)
    with SqliteStore(path) as store, SqliteStore(path, "other"):
        keep(store, timers=[timer("a"), timer("b", 99)], outbox=[notice("c"), notice("d", done=True)])
        seen = doctor.examine(str(path))
    assert seen.problems == ()
    assert (seen.library, seen.wal_is_safe, seen.journal_mode) == (".".join(map(str, version)), mode == "wal", mode)
    assert seen.settings["synchronous"] == synchronous
    assert seen.settings["trusted_schema"] == 0
    assert seen.settings["secure_delete"] == 1
    assert seen.books == (("main", 1, 2, 1),)
    assert seen.schema == seen.newest == schema.SCHEMA
    assert seen.pages > seen.free_pages == 0


def test_free_pages_are_counted(path: Path) -> None:
    with SqliteStore(path) as store:
        keep(store, vault=[sealed(content=b"x" * 100_000)])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("delete from complaintkit_vault")
    assert doctor.examine(str(path)).free_pages > 20


def test_a_wal_file_under_a_library_with_the_race_is_a_problem(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "library_version", lambda: (3, 51, 3))
    SqliteStore(path).close()
    monkeypatch.setattr(opening, "library_version", lambda: (3, 51, 2))
    (problem,) = doctor.examine(str(path)).problems
    assert "3.51.3" in problem


def test_a_damaged_page_is_found(path: Path) -> None:
    with SqliteStore(path) as store:
        keep(store, vault=[sealed(f"r{number}", b"x" * 3000) for number in range(50)])
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute(
            "select rootpage from sqlite_schema where name = 'complaintkit_vault_stream'"
        ).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096 + 8)
        file.write(b"\xff" * 64)
    try:
        problems = doctor.examine(str(path)).problems
    except CorruptStore:
        return
    assert "damaged" in problems[0]


def test_a_copy_is_whole_while_somebody_writes_and_private(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with SqliteStore(path) as store:
        keep(store)
        with store.transaction() as tx:
            tx.head()
            doctor.back_up(str(path), str(copy))
        keep(store)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with SqliteStore(copy) as again:
        assert verify_book(again).size == 1
    with pytest.raises(StoreError, match="never written over"):
        doctor.back_up(str(path), str(copy))
