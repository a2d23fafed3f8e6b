"""A tamper kit: everything that somebody could do to the entries of a book behind its back, and that must be found.

:func:`changes` makes the changed logs, each with the first position that is wrong; :class:`TamperContract` lays
them under a store and asks the audit.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

import pytest

from complaintkit.desk import verify_book
from complaintkit.journal import EMPTY, Checkpoint, Frontier, Record, TileHash, completed, encode_entry, leaf_hash
from complaintkit.journal.codec import canonical
from complaintkit.lifecycle import AttemptRefused
from complaintkit.ports import Batch, Head, Store
from complaintkit.testing.base import StoreSuite
from complaintkit.testing.samples import START
from complaintkit.values import Actor
from complaintkit.vocabulary import Role

#: Other values for the columns that are copied from the bytes of an entry.
_COLUMNS: Final[dict[str, tuple[Any, ...]]] = {
    "seq": (99,),
    "stream": ("C-9", ""),
    "ver": (None, 0, 99),
    "type": ("text-revealed", ""),
    "recorded_at": ("2026-03-02T08:59:00.000000Z", "2031-01-01T00:00:00.000000Z", ""),
    "actor": ("agent-2", ""),
    "command": ("cmd-99", ""),
    "leaf": (bytes(32), b""),
}


class Change(NamedTuple):
    """A log that somebody changed: what was done, the first position that is wrong, and the entries as they are now."""

    what: str
    first: int
    records: list[Record]


def log_of(number: int, book: str = "main") -> list[Record]:
    """A log of so many entries of three streams, as a desk writes them.

    >>> [(record.seq, record.stream, record.ver) for record in log_of(4)]
    [(0, 'C-0', 1), (1, 'C-1', 1), (2, 'C-2', 1), (3, 'C-0', 2)]
    """
    log, by, made = f"complaintkit/{book}", Actor("agent-1", Role.CASE_HANDLER), []
    for seq in range(number):
        stream, at = f"C-{seq % 3}", START + timedelta(minutes=seq)
        event: Any = AttemptRefused(complaint=stream, command="withdraw-complaint", rules=("4.7", f"G-{seq}"))
        made.append(encode_entry(log, seq, stream, seq // 3 + 1, event, at, at, by, f"cmd-{seq}", "standard/1"))
    return made


def changes(records: Sequence[Record], *, byte_step: int = 1) -> Iterator[Change]:
    """Every change of one place of a log; of the bytes of the entries, every ``byte_step``-th.

    >>> sorted({change.what.split()[0] for change in changes(log_of(4))})
    ['a', 'byte', 'column', 'copy', 'deletion', 'insertion', 'swap', 'truncation']
    """
    yield from byte_changes(records, byte_step)
    yield from column_changes(records)
    everything = list(records)
    for at in range(len(records)):
        yield Change(f"deletion of {at}", at, everything[:at] + everything[at + 1 :])
        yield Change(f"a deletion of {at}, renumbered", at, _numbered(everything[:at] + everything[at + 1 :]))
        yield Change(f"truncation to {at}", at, everything[:at])
        yield Change(f"insertion at {at}", at, _numbered([*everything[:at], everything[at - 1], *everything[at:]]))
        for other in range(at + 1, len(records)):
            yield Change(f"swap of {at} and {other}", at, _numbered(_swapped(everything, at, other)))
            yield Change(f"copy of {other} to {at}", at, _with(records, at, records[other]._replace(seq=at)))


def byte_changes(records: Sequence[Record], step: int = 1) -> Iterator[Change]:
    """One byte of one entry changed to another, of its stored bytes and of its stored hash."""
    number = random.Random(1)
    for at, record in enumerate(records):
        for place in range(0, len(record.body), step):
            body = _flipped(record.body, place, number)
            yield Change(f"byte {place} of entry {at}", at, _with(records, at, record._replace(body=body)))
        for place in range(0, len(record.leaf), step):
            leaf = record._replace(leaf=_flipped(record.leaf, place, number))
            yield Change(f"byte {place} of the hash of entry {at}", at, _with(records, at, leaf))


def column_changes(records: Sequence[Record]) -> Iterator[Change]:
    """One column of one entry changed, its bytes left alone."""
    for at, record in enumerate(records):
        for name, values in _COLUMNS.items():
            for value in values:
                changed = record._replace(**{name: value})
                yield Change(
                    f"column {name} of entry {at}: {value!r}", at, sorted(_with(records, at, changed), key=_seq)
                )


def hashed_anew(records: Sequence[Record], step: int = 1) -> Iterator[Change]:
    """One byte of an entry changed, and its stored hash made to fit; head and tree are left alone."""
    number = random.Random(2)
    for at, record in enumerate(records):
        for place in range(0, len(record.body), step):
            body = _flipped(record.body, place, number)
            changed = record._replace(body=body, leaf=leaf_hash(body))
            yield Change(f"byte {place} of entry {at}, hashed anew", at, _with(records, at, changed))


def forgeries(records: Sequence[Record]) -> Iterator[Change]:
    """One entry that says something else, in good form: by somebody who then makes all hashes anew."""
    for at, record in enumerate(records):
        body = canonical(json.loads(record.body) | {"cmd": "cmd-forged"})
        forged = record._replace(command="cmd-forged", body=body, leaf=leaf_hash(body))
        yield Change(f"forgery of entry {at}", at, _with(records, at, forged))


class TamperContract(StoreSuite):
    """What an audit must find in a store: override :meth:`overwrite` besides ``make_store``."""

    #: How many entries the book has, and every which of their bytes is changed.
    entries = 7
    byte_step = 1

    def overwrite(
        self, store: Store, records: Sequence[Record], head: Head | None = None, tiles: Sequence[TileHash] = ()
    ) -> None:
        """Put these entries in place of those that the book has, past the store; with ``head``, head and tiles too."""
        raise TypeError(f"override overwrite in {type(self).__name__}: it changes the tables past the store")

    @pytest.fixture
    def log(self, store: Store) -> list[Record]:
        """The entries of the book as they were written."""
        return self.write(store, self.entries)

    def write(self, store: Store, number: int) -> list[Record]:
        """Write so many entries into an empty book."""
        records = log_of(number)
        frontier = frontier_of(records)
        with store.transaction() as tx:
            tx.head()
            tx.commit(Batch(entries=records, head=Head(frontier, records[-1].recorded_at)))
        return records

    def test_the_untouched_book_is_sound(self, store: Store, log: list[Record]) -> None:
        """No false alarm, also after entries were put back as they were."""
        self.overwrite(store, log)
        assert verify_book(store, [checkpoint_of(log)]).faults == ()

    def test_every_change_is_found_and_its_first_place_is_named(self, store: Store, log: list[Record]) -> None:
        """Bytes, columns, deletions, swaps, copies, insertions, truncations: given the checkpoint of the whole."""
        checkpoint = checkpoint_of(log)
        missed = []
        for change in changes(log, byte_step=self.byte_step):
            self.overwrite(store, change.records)
            faults = verify_book(store, [checkpoint]).faults
            if not faults or not faults[0].startswith(f"entry {change.first}:"):
                missed.append((change.what, faults[:2]))
        assert not missed

    def test_a_byte_that_was_hashed_anew_is_found(self, store: Store, log: list[Record]) -> None:
        """At its place where the entry contradicts itself, or between two checkpoints where it does not."""
        checkpoints = [checkpoint_of(log[:size]) for size in range(1, len(log) + 1)]
        missed = []
        for change in hashed_anew(log, self.byte_step):
            self.overwrite(store, change.records)
            faults = verify_book(store, checkpoints).faults
            if not faults or not faults[0].startswith(f"entry {change.first}:"):
                missed.append((change.what, faults[:2]))
        assert not missed

    def test_an_older_copy_is_found(self, store: Store, log: list[Record]) -> None:
        """Sound in itself; only the checkpoint tells from where on entries are missing."""
        checkpoint = checkpoint_of(log)
        for size in range(len(log)):
            older = log[:size]
            self.overwrite(store, older, Head(frontier_of(older), older[-1].recorded_at if older else ""))
            assert verify_book(store).sound
            assert verify_book(store, [checkpoint]).faults[0].startswith(f"entry {size}: it is missing")

    def test_a_forgery_that_fits_is_found_between_two_checkpoints(self, store: Store) -> None:
        """Hashes, tiles and head made anew: the last checkpoint that agrees and the next one name the place."""
        log = self.write(store, 300)
        sizes = (100, 256, 280, 300)
        checkpoints = [checkpoint_of(log[:size]) for size in sizes]
        for change in list(forgeries(log))[:: 37 * self.byte_step]:
            head = Head(frontier_of(change.records), change.records[-1].recorded_at)
            self.overwrite(store, change.records, head, completed(EMPTY, [each.leaf for each in change.records]))
            assert verify_book(store).sound
            begin = max((size for size in sizes if size <= change.first), default=0)
            end = min(size for size in sizes if size > change.first) - 1
            assert verify_book(store, checkpoints).faults[0].startswith(f"entry {begin}: it or one up to {end} is not")

    def test_a_changed_hash_of_the_tree_is_found(self, store: Store) -> None:
        """What is kept besides the entries proves nothing, but must not lie either."""
        log = self.write(store, 520)
        tiles = completed(EMPTY, [each.leaf for each in log])
        wrong = [*tiles[:1], tiles[1]._replace(hash=bytes(32))]
        self.overwrite(store, log, Head(frontier_of(log), log[-1].recorded_at), wrong)
        assert verify_book(store).faults[0].startswith("entry 256: the hash that is kept")


def frontier_of(records: Sequence[Record]) -> Frontier:
    """The frontier over the stored hashes of entries."""
    frontier = EMPTY
    for record in records:
        frontier = frontier.append(record.leaf)
    return frontier


def checkpoint_of(records: Sequence[Record]) -> Checkpoint:
    """What is kept outside of a log; who signed it is another matter."""
    return Checkpoint("example.org/complaintkit/main/e1", len(records), frontier_of(records).root())


def _with(records: Sequence[Record], at: int, record: Record) -> list[Record]:
    return [*records[:at], record, *records[at + 1 :]]


def _swapped(records: Sequence[Record], at: int, other: int) -> list[Record]:
    made = list(records)
    made[at], made[other] = made[other], made[at]
    return made


def _numbered(records: Sequence[Record]) -> list[Record]:
    """The numbers of the places: a store has each number once."""
    return [record._replace(seq=seq) for seq, record in enumerate(records)]


def _flipped(block: bytes, place: int, number: random.Random) -> bytes:
    changed = bytearray(block)
    changed[place] ^= number.randint(1, 255)
    return bytes(changed)


def _seq(record: Record) -> int:
    return record.seq
