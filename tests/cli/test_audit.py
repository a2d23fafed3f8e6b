"""``audit verify`` and what stands behind it: every kind of tampering is found and named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.commands import RegisterComplaint
from complaintkit.desk import ComplaintDesk, verify_book
from complaintkit.values import Actor
from complaintkit.vocabulary import Role
from tests.cli.conftest import REGISTER, CommandLine

Tampering = Callable[[sqlite3.Connection], object]


def run(sql: str) -> Tampering:
    return lambda connection: connection.execute(sql)


TAMPERINGS: dict[str, tuple[Tampering, str]] = {
    "an entry edited": (
        run(
            "update complaintkit_entry set body = cast(replace(cast(body as text), 'handler-2', 'handler-3') as blob) "
            "where seq = 0"
        ),
        "entry 0: its bytes are not the ones that were hashed",
    ),
    "an entry removed in the middle": (run("delete from complaintkit_entry where seq = 2"), "entry 2:"),
    "the last entry removed": (
        run("delete from complaintkit_entry where seq = (select max(seq) from complaintkit_entry)"),
        "head:",
    ),
    "an entry added behind the head": (
        run(
            "insert into complaintkit_entry "
            "select book, seq + 1, stream, ver, type, recorded_at, actor, command, body, leaf "
            "from complaintkit_entry where seq = (select max(seq) from complaintkit_entry)"
        ),
        "the log goes on behind its head of 6 entries",
    ),
    "a column edited": (run("update complaintkit_entry set actor = 'x' where seq = 1"), "entry 1: a column differs"),
    "the head edited": (run("update complaintkit_head set size = size - 1"), "head:"),
    "a personal text edited": (
        run("update complaintkit_vault set content = cast('I was never charged.' as blob) where ref like '%narrative'"),
        "entry 0: a personal text is not the one that was committed to",
    ),
    "a salt edited": (
        run("update complaintkit_vault set salt = zeroblob(32) where ref like '%/name'"),
        "entry 0: a personal text is not the one that was committed to",
    ),
    "an entry that is no JSON": (
        run("update complaintkit_entry set body = cast('[1' as blob) where seq = 3"),
        "entry 3: its bytes are not JSON",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_named(ck: CommandLine, ref: str, book: Path, name: str) -> None:
    tamper, fault = TAMPERINGS[name]
    connection = sqlite3.connect(book)
    with connection:
        tamper(connection)
    connection.close()
    ran = ck("audit", "verify")
    assert ran.code == 1
    assert fault in ran.out
    assert "NOT sound" in ran.out
    data = ck("audit", "verify", "--json").data
    assert not data["sound"]
    assert any(fault in each for each in data["faults"])


def test_a_sound_book(ck: CommandLine, ref: str) -> None:
    data = ck("audit", "verify", "--json").data
    assert list(data) == ["sound", "entries", "root", "texts", "texts_gone", "texts_locked", "faults"]
    assert (data["sound"], data["entries"], data["texts"], data["faults"]) == (True, 6, 3, [])
    assert data["root"] in ck("audit", "verify").out


def test_a_text_that_is_gone_is_no_fault(ck: CommandLine, ref: str, book: Path) -> None:
    connection = sqlite3.connect(book)
    with connection:
        connection.execute("delete from complaintkit_vault where ref like '%narrative'")
    connection.close()
    data = ck("audit", "verify", "--json").data
    assert (data["sound"], data["texts"], data["texts_gone"]) == (True, 2, 1)


def test_the_root_is_the_one_of_rfc_6962_over_the_stored_bytes(ck: CommandLine, ref: str, book: Path) -> None:
    from hashlib import sha256

    def root(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return sha256(b"\0" + leaves[0]).digest()
        half = 1 << ((len(leaves) - 1).bit_length() - 1)
        return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()

    connection = sqlite3.connect(book)
    bodies = [row[0] for row in connection.execute("select body from complaintkit_entry order by seq")]
    connection.close()
    assert ck("audit", "verify", "--json").data["root"] == root(bodies).hex()


def test_others_may_write_while_a_book_is_verified(tmp_path: Path) -> None:
    """A desk that writes between our reading the head and our reading the entries is no fault."""

    class BusyBook(MemoryStore):
        def journal(self, after: int = -1, limit: int = 1000):  # type: ignore[no-untyped-def]
            if self.busy and not self.writing:
                self.writing = True
                register(ComplaintDesk(self))
                self.writing = False
            return super().journal(after, limit)

        busy = writing = False

    store = BusyBook()
    register(ComplaintDesk(store))
    store.busy = True
    audit = verify_book(store)
    assert audit.sound
    assert audit.size == 3


def test_stores_agree(tmp_path: Path) -> None:
    memory = MemoryStore()
    with SqliteStore(tmp_path / "own.db") as sqlite:
        for store in (memory, sqlite):
            register(ComplaintDesk(store, plaintext_vault=True))
            assert verify_book(store).sound
            assert verify_book(store).size == 3


def register(desk: ComplaintDesk) -> None:
    agent = Actor("agent-7", Role.FRONT_LINE_AGENT)
    desk.handle(RegisterComplaint(narrative=str(REGISTER["narrative"]), owner="agent-7"), by=agent)
