"""The audit of a whole book: its log against its head, and its personal texts against their commitments (INV-71)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import frozen

from complaintkit.desk.vaulted import log_of
from complaintkit.errors import CorruptStore, ProofRefused
from complaintkit.journal import (
    EMPTY,
    TILE,
    Checkpoint,
    Consistency,
    EntryProof,
    Frontier,
    LogCheck,
    Note,
    TileHash,
    Tree,
    prove,
)
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


def verify_book(
    store: Store,
    checkpoints: Iterable[Checkpoint] = (),
    *,
    since: Checkpoint | None = None,
    vault: Vault | None = None,
    most: int = 20,
) -> Audit:
    """Verify every entry, the head, and every personal text that still exists; at most ``most`` faults are named.

    ``checkpoints`` are earlier states of the book that were kept outside: an entry below one that was changed,
    also by somebody who rewrote all hashes after it, is found. With ``since``, a checkpoint that you trust, only
    what came after it is read, and what came before it is taken from the tiles of the tree. ``vault`` opens the
    texts of an encrypted book.

    Others may go on writing meanwhile: what is verified is the book up to the head that stood at the beginning.

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> verify_book(MemoryStore()).sound
    True
    """
    log, texts = log_of(store), _Texts(log_of(store), vault)
    head = _head(store)
    begin = EMPTY if since is None else _continued(store, head, since)
    check = LogCheck(log, checkpoints, begin)
    _read(store, head, check, texts)
    verified, seen = check.end(head.frontier, most=most), texts.seen
    faults = (*verified.faults, *texts.faults, *_wrong_tiles(store, check.tiles), *_behind(store, head))
    return Audit(verified.size, verified.root, seen["kept"], seen["gone"], faults[:most], seen["locked"])


def prove_entry(store: Store, seq: int, note: Note) -> EntryProof:
    """Prove that an entry is in the log that a checkpoint stands for; raises ``ProofRefused`` where it is not.

    What is given back needs neither the book nor this library to be verified, only the public key.
    """
    records = store.journal(seq - 1, 1)
    if not records or records[0].seq != seq:
        raise ProofRefused(f"there is no entry {seq}", hint="entries are numbered from 0")
    return prove(Tree(Checkpoint.of(note).size, store.tile), seq, records[0].body, note)


def prove_consistency(store: Store, older: int, note: Note) -> Consistency:
    """Prove that the log of a checkpoint continues the one of ``older`` entries: the request to a witness."""
    return Consistency(older, Tree(Checkpoint.of(note).size, store.tile).consistency(older), note)


def _head(store: Store) -> Head:
    with store.transaction() as unit:
        return unit.head()


def _continued(store: Store, head: Head, since: Checkpoint) -> Frontier:
    """What the log was at a checkpoint, read from its tiles; raises ``ProofRefused`` where it was something else."""
    begin = Tree(since.size, store.tile).frontier() if since.size <= head.frontier.size else EMPTY
    if begin.size != since.size or begin.root() != since.root:
        raise ProofRefused(
            "the log does not continue this checkpoint", hint="verify it whole, with the checkpoint beside it"
        )
    return begin


def _read(store: Store, head: Head, check: LogCheck, texts: _Texts) -> None:
    """Check the entries up to the head, and on the way their texts against what the entries committed to."""
    after, left = check.size - 1, head.frontier.size - check.size
    while left > 0 and (records := store.journal(after, min(left, _CHUNK))):
        promised: dict[str, tuple[int, str]] = {}
        for record in records:
            body = check.take(record)
            if body is not None and (sealed := body.get("pii")):
                promised |= _commitments(record.seq, sealed)
        texts.compare(store, promised)
        after, left = records[-1].seq, left - len(records)


class _Texts:
    """The comparison of personal texts with their commitments, and what it found."""

    def __init__(self, log: str, vault: Vault | None) -> None:
        self.log, self.vault = log, vault
        self.seen: Counter[str] = Counter()
        self.faults: list[str] = []

    def compare(self, store: Store, promised: dict[str, tuple[int, str]]) -> None:
        """Compare every text that some entries refer to: by reference, the entry and its commitment."""
        if not promised:
            return
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


def _commitments(seq: int, sealed: Any) -> dict[str, tuple[int, str]]:
    """The references of one entry with their commitments; what cannot be read is a fault of the log."""
    try:
        return {str(item["ref"]): (seq, str(item["c"])) for item in sealed}
    except (KeyError, TypeError):
        return {}


def _wrong_tiles(store: Store, roots: list[TileHash]) -> Iterator[str]:
    """Hashes of the tree that the store keeps besides the entries and that are not theirs."""
    tiles: dict[tuple[int, int], bytes] = {}
    for level, at, root in roots:
        tile, place = divmod(at, TILE)
        if (level, tile) not in tiles:
            tiles[level, tile] = store.tile(level, tile)
        if tiles[level, tile][place * 32 : (place + 1) * 32] != root:
            width = TILE**level
            yield f"entry {at * width}: the hash that is kept for it and the {width - 1} after it is not theirs"


def _behind(store: Store, head: Head) -> Iterator[str]:
    """Entries behind a head that has not moved were not written by any desk."""
    if store.journal(head.frontier.size - 1, 1) and _head(store) == head:
        yield f"the log goes on behind its head of {head.frontier.size} entries"
