"""The audit of a whole book: its log against its head, and its personal texts against their commitments (INV-71)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from complaintkit.desk.vaulted import log_of
from complaintkit.errors import CorruptStore
from complaintkit.journal import Record, verify_log
from complaintkit.journal.codec import plain
from complaintkit.ports import Head, Store, Vault
from complaintkit.privacy import VaultItem, commitment
from complaintkit.privacy.encryption import is_encrypted

_CHUNK: Final = 1000


@frozen
class Audit:
    """What an audit found: entries, Merkle root, faults; texts that agree, and texts that are no longer there.

    A text that is gone is no fault: erasure deletes it, and the log goes on verifying. ``locked`` texts are
    encrypted, and could not be compared without their vault.
    """

    size: int
    root: str
    texts: int
    gone: int
    faults: tuple[str, ...]
    locked: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify_book(store: Store, *, vault: Vault | None = None, most: int = 20) -> Audit:
    """Verify every entry, the head, and every personal text that still exists; at most ``most`` faults are named.

    ``vault`` opens the texts of an encrypted book.

    Others may go on writing meanwhile: what is verified is the book up to the head that stood at the beginning.

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> verify_book(MemoryStore()).sound
    True
    """
    log, texts = log_of(store), _Texts(log_of(store), vault)
    head = _head(store)
    verified = verify_log(log, _read(store, head, texts), head.frontier, most=most)
    seen, faults = texts.seen, [*verified.faults, *texts.faults, *_behind(store, head)]
    return Audit(verified.size, verified.root, seen["kept"], seen["gone"], tuple(faults[:most]), seen["locked"])


def _head(store: Store) -> Head:
    with store.transaction() as unit:
        return unit.head()


def _read(store: Store, head: Head, texts: _Texts) -> Iterator[Record]:
    """The entries up to the head; on the way their texts are compared with what the entries committed to."""
    after, left = -1, head.frontier.size
    while left > 0 and (records := store.journal(after, min(left, _CHUNK))):
        texts.compare(store, records)
        yield from records
        after, left = records[-1].seq, left - len(records)


class _Texts:
    """The comparison of personal texts with their commitments, and what it found."""

    def __init__(self, log: str, vault: Vault | None) -> None:
        self.log, self.vault = log, vault
        self.seen: Counter[str] = Counter()
        self.faults: list[str] = []

    def compare(self, store: Store, records: Sequence[Record]) -> None:
        """Compare every text that some entries refer to."""
        promised = {ref: (record.seq, told) for record in records for ref, told in _commitments(record)}
        with store.transaction() as unit:
            kept = unit.sealed(list(promised))
        for ref, (seq, told) in promised.items():
            found = self._look(kept.get(ref), told)
            self.seen[found] += 1
            if found == "changed":
                self.faults.append(f"entry {seq}: a personal text is not the one that was committed to")

    def _look(self, item: VaultItem | None, told: str) -> str:
        """Whether a text is kept, gone, locked, or changed."""
        if item is None:
            return "gone"
        if is_encrypted(item):
            if self.vault is None:
                return "locked"
            try:
                (item,) = self.vault.unlock(self.log, [item]) or (None,)
            except CorruptStore:
                return "changed"
        return "gone" if item is None else "kept" if commitment(self.log, item) == told else "changed"


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
