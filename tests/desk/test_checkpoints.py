"""Checkpoints of a book: when they are made, where they go, forks and epochs; and a witness that signs no two."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from complaintkit.adapters.anchors import CallableSink, FileSink, NotifierSink, SignedFile, SignedInMemory
from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import Checkpoints, ComplaintDesk, Witness, prove_consistency, prove_entry, verify_book
from complaintkit.errors import (
    CommandRefused,
    CorruptStore,
    DeliveryFailed,
    ForkDetected,
    MalformedInput,
    ProofRefused,
    StoreError,
)
from complaintkit.journal import EPOCH_STREAM, Checkpoint, Consistency, Note, decode_entry, read_note
from complaintkit.journal.keys import Ed25519Key, HmacKey, WitnessKey
from complaintkit.lifecycle import BOOK
from complaintkit.ports import Delivery, LastSigned, Signed, Store
from complaintkit.testing.samples import keep
from complaintkit.timekeeping import FrozenClock
from complaintkit.values import Actor
from complaintkit.vocabulary import DeliveryStatus, Role

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOST = "complaints.example.org"
KEY = Ed25519Key(HOST, bytes(range(32)))
MANAGER, LEADER = Actor("manager-1", Role.COMPLAINTS_MANAGER), Actor("leader-1", Role.EXECUTIVE)
AGENT = Actor("agent-7", Role.FRONT_LINE_AGENT)


def add(store: Store, number: int = 1, words: str = "") -> None:
    for _ in range(number):
        keep(store, body=None if not words else words.encode())


class Place:
    """A book with its signer and the folder of its anchors, of which copies can be made."""

    def __init__(self, folder: Path) -> None:
        self.sink, self.signed = FileSink(folder), SignedInMemory()

    def checkpoints(self, store: Store, **settings: Any) -> Checkpoints:
        return Checkpoints(store, KEY, self.signed, host=HOST, sinks=[self.sink], **settings)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    made: list[SqliteStore] = []

    def store() -> Store:
        if request.param == "memory":
            return MemoryStore()
        made.append(SqliteStore(tmp_path / f"book-{len(made)}.db"))
        return made[-1]

    yield store
    for each in made:
        each.close()


# When ------------------------------------------------------------------------------------------------------


def test_a_checkpoint_says_what_the_book_is(make: Callable[[], Store], place: Place) -> None:
    store = make()
    add(store, 3)
    note = place.checkpoints(store).issue(NOW)
    note.must_be_signed_by([KEY.public_key()])
    checkpoint = Checkpoint.of(note)
    assert checkpoint.origin == f"{HOST}/complaintkit/main/e1"
    assert (checkpoint.size, checkpoint.root.hex()) == (3, verify_book(store).root)
    assert place.sink.newest(checkpoint.origin) == note.to_text()


def test_it_is_made_after_so_many_entries_or_so_long_also_when_idle(place: Place) -> None:
    store = MemoryStore()
    book = place.checkpoints(store, every=4)
    assert book.keep_up(NOW) is None, "an empty log says nothing"
    add(store)
    assert book.keep_up(NOW) is not None, "the first at once"
    add(store, 3)
    assert book.keep_up(NOW + HOUR - timedelta(seconds=1)) is None
    add(store)
    assert book.keep_up(NOW + timedelta(seconds=1)) is not None, "four more"
    assert book.keep_up(NOW + HOUR) is None
    idle = book.keep_up(NOW + HOUR + timedelta(seconds=1))
    assert idle is not None
    assert Checkpoint.of(idle).size == 5, "nothing happened, and that is told as well"
    assert [Checkpoint.of(read_note(note)).size for note in place.sink.notes()] == [1, 5, 5]


def test_the_desk_makes_them_with_its_sweeps(place: Place) -> None:
    store, clock = MemoryStore(), FrozenClock(NOW)
    desk = ComplaintDesk(store, clock=clock, checkpoints=place.checkpoints(store))
    desk.handle({"type": "register-complaint", "owner": "agent-7", "narrative": "Charged twice."}, by=AGENT)
    desk.tick()
    clock.advance(HOUR)
    desk.tick()
    assert len(place.sink.notes()) == 2


# Where -----------------------------------------------------------------------------------------------------


def test_a_sink_that_fails_gets_it_later_and_holds_up_no_other(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    got: list[str] = []
    fails = [True]

    def call(note: str) -> None:
        if fails:
            fails.pop()
            raise OSError("the network is gone")
        got.append(note)

    store = MemoryStore()
    add(store)
    book = Checkpoints(store, KEY, place.signed, host=HOST, sinks=[CallableSink(call), place.sink])
    with caplog.at_level(logging.WARNING):
        note = book.issue(NOW)
    assert "CallableSink: OSError" in caplog.text
    assert (got, place.sink.notes()) == ([], [note.to_text()])
    book.keep_up(NOW)
    assert got == [note.to_text()]
    assert CallableSink(call).newest("any") is None


def test_a_checkpoint_goes_out_as_a_message() -> None:
    notifier, store = MemoryNotifier(), MemoryStore()
    add(store, 2)
    sink = NotifierSink(notifier, "auditor@example.org")
    note = Checkpoints(store, KEY, SignedInMemory(), host=HOST, sinks=[sink]).issue(NOW)
    [message] = notifier.messages
    assert (message.to, message.text) == ("auditor@example.org", note.to_text())
    assert "2 entries" in message.subject
    assert sink.newest("any") is None


def test_a_message_that_does_not_go_out_is_a_failure() -> None:
    class Fails:
        def send(self, message: Any) -> Delivery:
            return Delivery(status=DeliveryStatus.FAILED, detail="no mail")

    store = MemoryStore()
    add(store)
    note = Checkpoints(store, KEY, SignedInMemory(), host=HOST).issue(NOW)
    with pytest.raises(DeliveryFailed, match="no mail"):
        NotifierSink(Fails(), "auditor@example.org").keep(note.to_text(), NOW)


def test_a_line_that_a_crash_cut_off_is_passed_over(tmp_path: Path, place: Place) -> None:
    store = MemoryStore()
    add(store)
    book = place.checkpoints(store)
    first = book.issue(NOW)
    add(store)
    book.issue(NOW)
    file = tmp_path / "checkpoints.jsonl"
    file.write_text(file.read_text()[:-7])
    assert FileSink(tmp_path).notes() == [first.to_text()]


# Forks -----------------------------------------------------------------------------------------------------


def copy(store: Store, into: Store, number: int) -> Store:
    """The older backup: a book with the first entries of another."""
    for record in store.journal(-1, number):
        keep(into, body=record.body)
    return into


def test_what_continues_is_no_fork(make: Callable[[], Store], place: Place) -> None:
    store = make()
    add(store, 300)
    place.checkpoints(store).issue(NOW)
    add(store, 20)
    again = place.checkpoints(store)
    again.check()
    again.must_be_one()
    with pytest.raises(MalformedInput, match="only after a fork"):
        again.new_epoch("CHG-1", MANAGER, LEADER, NOW)


@pytest.mark.parametrize("knows", ["the signer", "the folder"])
def test_a_restored_backup_is_found_at_the_start(make: Callable[[], Store], place: Place, knows: str) -> None:
    store = make()
    add(store, 90)
    place.checkpoints(store).issue(NOW)
    backup = copy(store, make(), 80)
    if knows == "the signer":
        place.sink = FileSink("/nowhere")
    else:
        place.signed = SignedInMemory()
    with pytest.raises(ForkDetected, match="80 entries, and 90 were signed"):
        place.checkpoints(backup).check()
    add(backup, 30, "carried on with")
    with pytest.raises(ForkDetected, match="another one than was signed at 90"):
        place.checkpoints(backup).check()


def test_the_desk_only_reads_a_forked_book_until_two_begin_a_new_epoch(
    make: Callable[[], Store], place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    store, backup, clock = make(), make(), FrozenClock(NOW)
    before = ComplaintDesk(backup, clock=clock, plaintext_vault=True)
    ref = before.handle(REGISTER, by=AGENT, key="call-1").complaint.ref
    add(store, 90)
    last = place.checkpoints(store).issue(NOW)
    book = place.checkpoints(backup)
    with caplog.at_level(logging.ERROR):
        desk = ComplaintDesk(backup, clock=clock, checkpoints=book, plaintext_vault=True)
    assert "can only be read" in caplog.text
    size = verify_book(backup).size
    for write in (
        lambda: desk.handle(REGISTER, by=AGENT),
        desk.tick,
        desk.dispatch,
        lambda: desk.reveal(ref, AGENT, "handling"),
    ):
        with pytest.raises(ForkDetected):
            write()
    assert desk.get(ref, AGENT).ref == ref
    assert verify_book(backup).size == size
    assert book.new_epoch("CHG-2026-17", MANAGER, LEADER, NOW) == 2
    entry = decode_entry(backup.entries(EPOCH_STREAM)[-1], BOOK)
    event: Any = entry.event
    assert Checkpoint.of(event.checkpoint) == Checkpoint.of(last)
    assert (event.epoch, event.reason, event.approved_by) == (2, "CHG-2026-17", ("manager-1", "leader-1"))
    assert (event.lost, entry.seq, entry.actor) == (90 - size, size, MANAGER)
    desk.handle(REGISTER, by=AGENT)
    desk.tick()
    assert place.sink.newest(f"{HOST}/complaintkit/main/e2") is not None
    assert place.sink.newest(f"{HOST}/complaintkit/main/e1") == last.to_text(), "never rewritten"
    assert verify_book(backup).sound
    place.checkpoints(backup).check()


REGISTER = {"type": "register-complaint", "owner": "agent-7", "narrative": "Charged twice."}


def test_an_older_copy_of_an_older_epoch_is_found_too(make: Callable[[], Store], place: Place) -> None:
    store = make()
    add(store, 10)
    place.checkpoints(store).issue(NOW)
    restored = copy(store, make(), 8)
    book = place.checkpoints(restored)
    book.new_epoch("CHG-1", MANAGER, LEADER, NOW)
    add(restored, 10)
    book.issue(NOW)
    store_again = copy(store, make(), 10)
    again = place.checkpoints(store_again)
    with pytest.raises(ForkDetected, match="a later one was signed"):
        again.check()
    assert again.new_epoch("CHG-2", LEADER, MANAGER, NOW) == 3
    event: Any = decode_entry(store_again.entries(EPOCH_STREAM)[-1], BOOK).event
    assert Checkpoint.of(event.checkpoint).origin.endswith("/e2")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MANAGER, Actor("manager-1", Role.EXECUTIVE)),
        (MANAGER, AGENT),
        (Actor("system", Role.SYSTEM), MANAGER),
    ],
)
def test_a_new_epoch_takes_two_persons_who_may(place: Place, first: Actor, second: Actor) -> None:
    store = MemoryStore()
    add(store, 9)
    place.checkpoints(store).issue(NOW)
    backup = copy(store, MemoryStore(), 3)
    with pytest.raises(CommandRefused):
        place.checkpoints(backup).new_epoch("CHG-1", first, second, NOW)
    with pytest.raises(MalformedInput):
        place.checkpoints(backup).new_epoch("a long story of Dana", MANAGER, LEADER, NOW)
    assert len(backup.journal()) == 3


def test_two_logs_of_one_origin_are_never_both_signed(make: Callable[[], Store], place: Place) -> None:
    store = make()
    add(store, 9)
    book = place.checkpoints(store)
    book.issue(NOW)
    twin = copy(store, make(), 8)
    add(twin, 5, "another")
    other = place.checkpoints(twin)
    with pytest.raises(ForkDetected):
        other.issue(NOW)
    with pytest.raises(ForkDetected):
        other.must_be_one()
    add(store, 5)
    book.issue(NOW)
    sizes = [Checkpoint.of(read_note(note)).size for note in place.sink.notes()]
    assert sizes == [9, 14]


def test_a_checkpoint_of_another_key_is_no_reason_to_believe_anything(tmp_path: Path, place: Place) -> None:
    store = MemoryStore()
    add(store)
    text = Checkpoint(f"{HOST}/complaintkit/main/e1", 1, bytes(32)).to_text()
    stranger = Ed25519Key(HOST, bytes(32))
    place.sink.keep(Note(text, (stranger.sign(text),)).to_text(), NOW)
    with pytest.raises(ProofRefused, match="no known key"):
        place.checkpoints(store).check()
    with pytest.raises(ForkDetected, match="another one"):
        place.checkpoints(store, trust=[stranger]).check()


def test_tiles_that_are_not_the_heads_are_not_signed(make: Callable[[], Store], place: Place) -> None:
    class Wrong:
        def __init__(self, store: Store) -> None:
            self.store = store

        def __getattr__(self, name: str) -> Any:
            return getattr(self.store, name)

        def tile(self, level: int, number: int) -> bytes:
            return self.store.tile(level, number)[::-1]

    store = make()
    add(store, 3)
    with pytest.raises(CorruptStore):
        place.checkpoints(Wrong(store)).issue(NOW)
    assert place.signed.last(f"{HOST}/complaintkit/main/e1") is None


def test_many_signers_at_once_leave_one_line(tmp_path: Path) -> None:
    store, sink = MemoryStore(), FileSink(tmp_path)
    add(store)

    def work(_: int) -> None:
        book = Checkpoints(store, KEY, SignedFile(tmp_path / "signed.db"), host=HOST, sinks=[sink])
        for _ in range(3):
            keep(store)
            try:
                book.issue(NOW)
            except ProofRefused as error:
                assert "others sign" in str(error)  # noqa: PT017 (it may be overtaken five times)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    seen: dict[int, bytes] = {}
    for note in sink.notes():
        checkpoint = Checkpoint.of(read_note(note))
        assert seen.setdefault(checkpoint.size, checkpoint.root) == checkpoint.root
    assert verify_book(store, [Checkpoint.of(read_note(note)) for note in sink.notes()]).size == 10


# What is remembered -----------------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "file"])
def signed(request: pytest.FixtureRequest, tmp_path: Path) -> LastSigned:
    return SignedInMemory() if request.param == "memory" else SignedFile(tmp_path / "signed.db")


def test_only_who_knows_the_last_may_set_the_next(signed: LastSigned) -> None:
    first, second = Signed(1, bytes(32), "a"), Signed(2, bytes(32), "b")
    assert signed.last("log") is None
    assert not signed.advance("log", first, second)
    assert signed.advance("log", None, first)
    assert not signed.advance("log", None, second)
    assert signed.advance("log", first, second)
    assert signed.last("log") == second
    assert signed.last("other") is None


def test_of_many_at_once_one_is_first(tmp_path: Path) -> None:
    start = threading.Barrier(4)

    def race(number: int) -> bool:
        start.wait()
        return SignedFile(tmp_path / "signed.db").advance("log", None, Signed(number, bytes(32), "a"))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(race, range(4))) == [False, False, False, True]


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "signed.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="could not be read"):
        SignedFile(tmp_path / "signed.db").last("log")


# The witness ------------------------------------------------------------------------------------------------

WITNESS = WitnessKey("witness.example.net", bytes(range(32, 64)))
LOG = f"{HOST}/complaintkit/main"


def asked(store: Store, older: int, note: Note) -> str:
    return prove_consistency(store, older, note).to_text()


@pytest.fixture
def witness(signed: LastSigned) -> Witness:
    return Witness(WITNESS, signed, {LOG: [KEY.public_key()]})


def test_a_witness_signs_what_continues(make: Callable[[], Store], place: Place, witness: Witness) -> None:
    store = make()
    book = place.checkpoints(store)
    for number in (3, 300, 0, 1):
        add(store, number)
        note = book.issue(NOW)
        line = witness.cosign(asked(store, witness.size(book.origin()), note), NOW)
        cosigned = read_note(note.with_signature(line).to_text())
        assert cosigned.signed_by(KEY.public_key(), WITNESS.public_key()) == (HOST, WITNESS.name)
    assert witness.size(book.origin()) == 304


def test_a_witness_signs_nothing_else(place: Place, witness: Witness) -> None:
    store = MemoryStore()
    add(store, 9)
    book = place.checkpoints(store)
    note = book.issue(NOW)
    witness.cosign(asked(store, 0, note), NOW)
    add(store, 5)
    newer = book.issue(NOW)
    twin = copy(store, MemoryStore(), 8)
    add(twin, 6, "another")
    fork = Checkpoints(twin, KEY, SignedInMemory(), host=HOST)
    forked = fork.issue(NOW)
    unsigned = Note(newer.text, (WITNESS.sign_at(newer.text, 1),))
    elsewhere = Checkpoints(store, KEY, SignedInMemory(), host="elsewhere.example.org").issue(NOW)
    for wrong, why in (
        (asked(store, 0, newer), "has 9 entries"),
        (asked(store, 14, newer), "has 9 entries"),
        (asked(twin, 9, forked), "does not"),
        (Consistency(9, (), newer), "too short"),
        (Consistency(9, prove_consistency(store, 9, newer).proof, unsigned), "no known key"),
        (Consistency(0, (), elsewhere), "does not know the log"),
        ("old 9", "no request"),
    ):
        with pytest.raises(ProofRefused, match=why):
            witness.cosign(wrong, NOW)
    assert witness.size(book.origin()) == 9
    assert witness.cosign(asked(store, 9, newer), NOW).name == WITNESS.name
    with pytest.raises(ProofRefused, match="has 14"):
        witness.cosign(asked(store, 9, newer), NOW)


def test_a_first_checkpoint_comes_without_a_proof(place: Place, witness: Witness) -> None:
    store = MemoryStore()
    add(store, 3)
    note = place.checkpoints(store).issue(NOW)
    with pytest.raises(ProofRefused, match="too long"):
        witness.cosign(Consistency(0, (bytes(32),), note), NOW)


def test_of_two_requests_at_once_the_second_is_refused(place: Place) -> None:
    class Overtaken(SignedInMemory):
        def advance(self, origin: str, before: Signed | None, after: Signed) -> bool:
            super().advance(origin, before, Signed(5, bytes(32), "a"))
            return super().advance(origin, before, after)

    store = MemoryStore()
    add(store, 3)
    book = place.checkpoints(store)
    witness = Witness(WITNESS, Overtaken(), {book.origin(): [KEY]})
    with pytest.raises(ProofRefused, match="came first"):
        witness.cosign(asked(store, 0, book.issue(NOW)), NOW)


def test_a_witness_follows_a_log_into_its_next_epoch(place: Place, witness: Witness) -> None:
    store = MemoryStore()
    add(store, 9)
    book = place.checkpoints(store)
    witness.cosign(asked(store, 0, book.issue(NOW)), NOW)
    backup = copy(store, MemoryStore(), 4)
    restored = place.checkpoints(backup)
    restored.new_epoch("CHG-1", MANAGER, LEADER, NOW)
    note = restored.issue(NOW)
    assert witness.cosign(asked(backup, 0, note), NOW)
    assert witness.size(f"{LOG}/e1") == 9
    assert witness.size(f"{LOG}/e2") == 5


# Proofs of entries -------------------------------------------------------------------------------------------


def test_an_entry_is_proved_from_the_book(make: Callable[[], Store], place: Place) -> None:
    store = make()
    add(store, 300)
    book = place.checkpoints(store)
    note = book.issue(NOW)
    add(store, 5)
    for seq in (0, 255, 256, 299):
        proof = prove_entry(store, seq, note)
        proof.verify([KEY.public_key()])
        assert proof.body == store.journal(seq - 1, 1)[0].body
    for seq in (300, 305, -1):
        with pytest.raises(ProofRefused):
            prove_entry(store, seq, note)


def test_a_book_without_the_extra_signs_for_its_holder_only() -> None:
    store, key = MemoryStore(), HmacKey(HOST, b"k" * 32)
    add(store)
    note = Checkpoints(store, key, SignedInMemory(), host=HOST).issue(NOW)
    assert "verifiable-by-the-key-holder-only" in note.to_text()
    note.must_be_signed_by([key])
