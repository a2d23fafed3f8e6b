"""The audit of a whole book: its log against its head, and its personal texts against their commitments (INV-71)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from complaintkit.journal import Record, verify_log
from complaintkit.journal.codec import plain
from complaintkit.ports import Head, Store
from complaintkit.privacy import commitment

_CHUNK: Final = 1000


@frozen
class Audit:
    """What an audit found: entries, Merkle root, faults; texts that agree, and texts that are no longer there.

    A text that is gone is no fault: erasure deletes it, and the log goes on verifying.
    """

    size: int
    root: str
    texts: int
    gone: int
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify_book(store: Store, *, most: int = 20) -> Audit:
    """Verify every entry, the head, and every personal text that still exists; at most ``most`` faults are named.

    Others may go on writing meanwhile: what is verified is the book up to the head that stood at the beginning.

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> verify_book(MemoryStore()).sound
    True
    """
    log = f"complaintkit/{store.book}"
    head = _head(store)
    seen: Counter[str] = Counter()
    faults: list[str] = []
    verified = verify_log(log, _read(store, log, head, seen, faults), head.frontier, most=most)
    faults += _behind(store, head)
    return Audit(verified.size, verified.root, seen["kept"], seen["gone"], (*verified.faults, *faults)[:most])


def _head(store: Store) -> Head:
    with store.transaction() as unit:
        return unit.head()


def _read(store: Store, log: str, head: Head, seen: Counter[str], faults: list[str]) -> Iterator[Record]:
    """The entries up to the head; on the way their texts are compared with what the entries committed to."""
    after, left = -1, head.frontier.size
    while left > 0 and (records := store.journal(after, min(left, _CHUNK))):
        _compare_texts(store, log, records, seen, faults)
        yield from records
        after, left = records[-1].seq, left - len(records)


def _compare_texts(store: Store, log: str, records: Sequence[Record], seen: Counter[str], faults: list[str]) -> None:
    promised = {ref: (record.seq, told) for record in records for ref, told in _commitments(record)}
    with store.transaction() as unit:
        kept = unit.sealed(list(promised))
    for ref, (seq, told) in promised.items():
        item = kept.get(ref)
        agrees = item is not None and commitment(log, item) == told
        seen["gone" if item is None else "kept" if agrees else "changed"] += 1
        if item is not None and not agrees:
            faults.append(f"entry {seq}: a personal text is not the one that was committed to")


def _commitments(record: Record) -> list[tuple[str, str]]:
    """The references and commitments of one entry; an entry that cannot be read is a fault of the log."""
    try:
        return [(str(item["ref"]), str(item["c"])) for item in plain(record.body)["pii"]]
    except (ValueError, KeyError, TypeError):
        return []


def _behind(store: Store, head: Head) -> Iterator[str]:
    """Entries behind a head that has not moved were not written by any desk."""
    if store.journal(head.frontier.size - 1, 1) and _head(store) == head:
        yield f"the log goes on behind its head of {head.frontier.size} entries"
