"""After an erasure nothing is left: neither fifty markers nor their keys, in any form, in any file that there is."""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaintkit import commands as c
from complaintkit.adapters.keys import EncryptedVault, SqliteKeyStore
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.adapters.sqlite import SqliteStore, opening
from complaintkit.desk import encrypt_book, verify_book
from complaintkit.measures import read_facts, write_report
from complaintkit.values import SYSTEM
from complaintkit.vocabulary import DeliveryStatus
from tests.privacy.erasing import MANAGER, OFFICER, Office, found, traces

MODES = {"truncate": (3, 40, 1), "wal": (3, 53, 0)}
FIELDS = ("name", "reach", "narrative", "desired_outcome")


def markers(count: int, seed: int) -> list[str]:
    """Texts that stand nowhere by chance."""
    draw = random.Random(seed)
    return [f"Marker-{number}-{draw.randbytes(9).hex()}" for number in range(count)]


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The journal mode of SQLite."""
    monkeypatch.setattr(opening, "library_version", lambda: MODES[request.param])
    return str(request.param)


class Place:
    """A book with its key store in files, and everything that is written about it."""

    def __init__(self, folder: Path, *, encrypted: bool) -> None:
        self.folder = folder
        self.store = SqliteStore(folder / "book.db")
        self.keys = SqliteKeyStore(folder / "keys.db") if encrypted else None
        vault = EncryptedVault(self.keys, entropy=random.Random(3).randbytes) if self.keys else None
        self.office = Office(self.store, vault=vault, notifier=MemoryNotifier())

    def plant(self, marks: list[str], person: str) -> list[str]:
        """Complaints of a person that say the markers in every kind of text, letters included."""
        refs = []
        for number in range(0, len(marks), 5):
            some = dict(zip(FIELDS, marks[number:], strict=False))
            ref = self.office.register(person, **some | {"reach": f"{some.get('reach', 'x')}@example.org"})
            self.office.desk.dispatch()
            self.office.withdraw(ref, f"No more of it: {' '.join(marks[number + 4 : number + 5])}")
            refs.append(ref)
        return refs

    def wrapped(self) -> Iterator[bytes]:
        """The wrapped keys as they are in the key store."""
        if self.keys:
            connection = sqlite3.connect(self.folder / "keys.db")
            yield from (row[0] for row in connection.execute("select wrapped from complaintkit_key"))
            connection.close()

    def salts(self) -> Iterator[bytes]:
        """The salts that are kept in the clear."""
        connection = sqlite3.connect(self.folder / "book.db")
        yield from (row[0] for row in connection.execute("select salt from complaintkit_vault") if row[0])
        connection.close()

    def contents(self) -> list[bytes]:
        """The bytes of every file."""
        return [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]

    def close(self) -> None:
        """Close what is open."""
        self.store.close()
        if self.keys:
            self.keys.close()


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])
def test_nothing_is_left_in_any_file(
    tmp_path: Path, mode: str, encrypted: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = Place(tmp_path, encrypted=encrypted)
    marks, others = markers(50, 1), markers(10, 2)
    refs, theirs = place.plant(marks, "person-1"), place.plant(others, "person-2")
    sought = [trace for mark in marks for trace in traces(mark)]
    before = [place.office.desk.get(ref, OFFICER) for ref in (*refs, *theirs)]
    counted = mode == "wal" and encrypted  # the figures and the report do not depend on either
    facts = statistics(place) if counted else None
    secrets = [*place.wrapped()]
    planted = found(place.contents(), (mark.encode() for mark in marks))
    assert len(planted) == (0 if encrypted else 50)  # the search finds what is there

    outcome = place.office.erase()

    left = [*place.wrapped()]
    gone = [each for each in secrets if each not in left]
    assert outcome.certificate is not None
    assert (outcome.erasure.texts, outcome.erasure.keys) == (5 * 10 + 2 * 10, 10 if encrypted else 0)
    assert encrypted is (len(gone) == 10)
    if counted:
        facts_now = read_facts(place.store, place.office.clock.now(), place.office.desk.profile.calendar)
        write_report(facts_now, tmp_path / "report")
    (tmp_path / "log").write_text(caplog.text, encoding="utf-8")
    assert found(place.contents(), [*sought, *gone]) == []
    assert [place.office.desk.get(ref, OFFICER) for ref in (*refs, *theirs)] == before
    assert facts == (statistics(place) if counted else None)
    audit = verify_book(place.store, vault=place.office.desk.vault)
    assert audit.sound
    assert audit.gone == 60
    texts = place.office.desk.reveal(theirs[0], OFFICER, "audit")
    assert set(others[:3]) <= {text.removesuffix("@example.org") for text in texts.values()}
    place.close()
    assert found(place.contents(), [*(mark.encode() for mark in marks), *gone]) == []


def statistics(place: Place) -> Any:
    """The fact tables of the book."""
    facts = read_facts(place.store, place.office.clock.now(), place.office.desk.profile.calendar)
    return [sorted(map(str, frame.collect().rows() if hasattr(frame, "collect") else frame)) for frame in rows(facts)]


def rows(facts: Any) -> Iterator[list[Any]]:
    """Every row of the facts."""
    from complaintkit.measures.engine import rows as fetched

    yield list(fetched(facts.complaints))
    yield list(fetched(facts.commitments))


def test_an_old_backup_of_an_encrypted_book_says_nothing_after_an_erasure(tmp_path: Path) -> None:
    place = Place(tmp_path, encrypted=True)
    ref = place.office.closed(narrative="They charged me twice.")
    backup = SqliteStore(tmp_path / "backup.db")
    with sqlite3.connect(tmp_path / "backup.db") as copy, sqlite3.connect(tmp_path / "book.db") as source:
        source.backup(copy)
    place.office.erase()
    office = Office(backup, vault=place.office.desk.vault)
    assert dict(office.desk.reveal(ref, OFFICER, "audit")) == {}
    audit = verify_book(backup, vault=place.office.desk.vault)
    assert (audit.sound, audit.texts, audit.gone) == (True, 0, 4)
    backup.close()
    place.close()


def test_a_plain_book_is_encrypted_and_has_no_plain_copy_left(tmp_path: Path, mode: str) -> None:
    place = Place(tmp_path, encrypted=False)
    marks = markers(30, 4)
    (ref, *_) = place.plant(marks, "person-1")
    revealed = dict(place.office.desk.reveal(ref, OFFICER, "audit"))
    salts = [*place.salts()]
    with SqliteKeyStore(tmp_path / "keys.db") as keys:
        vault = EncryptedVault(keys)
        assert encrypt_book(place.store, vault) == 36 + 6
        assert encrypt_book(place.store, vault) == 0
        assert found(place.contents(), [*salts, *(trace for mark in marks for trace in traces(mark))]) == []
        assert dict(Office(place.store, vault=vault).desk.reveal(ref, OFFICER, "audit")) == revealed
        assert verify_book(place.store, vault=vault).texts == 36
        assert verify_book(place.store).locked == 36
    place.close()


def erase_one_after_another(folder: Path, encrypted: bool, sizes: list[int], order: list[int]) -> None:
    """People of whom each wrote two texts so many times as long as a marker go in some order; none leaves a trace."""
    place = Place(folder, encrypted=encrypted)
    people = [f"person-{number}" for number in range(len(sizes))]
    marks = {person: markers(2, number) for number, person in enumerate(people)}
    for person, size in zip(people, sizes, strict=True):
        for mark in marks[person]:
            place.office.closed(person, narrative=f"{mark} " * size)
    gone: list[str] = []
    for number in order:
        place.office.erase(people[number])
        gone += marks[people[number]]
        assert found(place.contents(), (mark.encode() for mark in gone)) == []
    place.close()


def test_erasing_one_after_another_leaves_nothing_of_any(tmp_path: Path) -> None:
    erase_one_after_another(tmp_path, False, [1, 40, 900, 5000, 40, 1, 7], [3, 1, 6, 0, 5])


@pytest.mark.long
@settings(max_examples=60)
@given(st.booleans(), st.lists(st.sampled_from([1, 7, 40, 90, 900, 5000]), min_size=12, max_size=12), st.data())
def test_rows_that_moved_leave_nothing_where_they_were(
    tmp_path_factory: pytest.TempPathFactory, encrypted: bool, sizes: list[int], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(12)))
    erase_one_after_another(tmp_path_factory.mktemp("moving"), encrypted, sizes, order[:10])


def test_a_reader_of_the_write_ahead_log_puts_the_end_off_and_the_next_sweep_comes_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "library_version", lambda: MODES["wal"])
    place = Place(tmp_path, encrypted=True)
    (mark,) = markers(1, 6)
    place.office.closed(narrative=mark)
    place.store.close()
    place.store = place.office.store = SqliteStore(tmp_path / "book.db", busy_timeout=0.05)
    office = Office(place.store, vault=place.office.desk.vault)
    reader = sqlite3.connect(tmp_path / "book.db", isolation_level=None)
    reader.execute("begin")
    reader.execute("select count(*) from complaintkit_entry").fetchone()
    outcome = office.erase()
    assert (outcome.erasure.stage, outcome.certificate) == ("erased", None)
    assert office.desk.tick() == 0
    reader.execute("commit")
    reader.close()
    assert office.sweep_after(minutes=1) == 1
    assert found(place.contents(), traces(mark)) == []
    assert office.desk.erase("person-1", OFFICER).erasure.stage == "completed"
    place.close()


def test_a_text_that_no_entry_refers_to_is_not_kept(tmp_path: Path) -> None:
    place = Place(tmp_path, encrypted=False)
    ref = place.office.register()
    notice = place.office.desk.get(ref, OFFICER).notices[0].id
    (mark,) = markers(1, 8)
    failed = c.RecordDelivery(complaint=ref, notice=notice, status=DeliveryStatus.FAILED, body=mark)
    place.office.desk.handle(failed, SYSTEM)
    assert found(place.contents(), traces(mark)) == []
    place.close()


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_hosts_database_is_left_without_a_trace_and_with_its_own_settings(tmp_path: Path, journal: str) -> None:
    host = sqlite3.connect(tmp_path / "host.db", isolation_level=None)
    host.execute(f"pragma journal_mode = {journal}")
    host.execute("pragma secure_delete = off")
    host.execute("create table client (name text)")
    host.execute("insert into client values ('theirs')")
    office = Office(SqliteStore.on(host))
    marks = markers(6, 9)
    for number, mark in enumerate(marks):
        office.closed(f"person-{number % 2}", narrative=f"{mark} " * 60)
    host.execute("begin")
    office.request("person-0")
    waiting = office.desk.erase("person-0", MANAGER)
    assert waiting.erasure.stage == "erased"  # the host's transaction is open: its log cannot be emptied yet
    host.execute("commit")
    assert office.sweep_after(minutes=1) == 1
    assert found([path.read_bytes() for path in tmp_path.iterdir()], (mark.encode() for mark in marks[::2])) == []
    assert host.execute("pragma secure_delete").fetchone() == (0,)
    assert host.execute("select name from client").fetchall() == [("theirs",)]
    assert len(found([path.read_bytes() for path in tmp_path.iterdir()], (mark.encode() for mark in marks[1::2]))) == 3
    host.close()
