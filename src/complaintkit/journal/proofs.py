"""Whether a proof holds: pure arithmetic on hashes, with every length, range and end looked at (RFC 9162, 2.1).

Whoever verifies needs no store and no trust in whoever made the proof: only the root of a checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence

from complaintkit.errors import ProofRefused
from complaintkit.journal.merkle import node_hash


def verify_inclusion(seq: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the entry ``seq`` of a log of ``size`` entries has this leaf hash; raises ``ProofRefused`` if not.

    >>> from complaintkit.journal import leaf_hash, merkle_root
    >>> verify_inclusion(0, 2, leaf_hash(b"a"), [leaf_hash(b"b")], merkle_root([b"a", b"b"]))
    """
    _must(0 <= seq < size, f"there is no entry {seq} among {size}")
    _must_be_hashes(leaf, root, *proof)
    _, made = _climbed(seq, size - 1, leaf, proof)
    _must(made == root, "the proof leads to another root")


def verify_consistency(older: int, newer: int, older_root: bytes, newer_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that a log of ``newer`` entries continues the one of ``older``; raises ``ProofRefused`` if not.

    An empty log is continued by every other, which proves nothing: ``older`` is at least 1.

    >>> from complaintkit.journal import leaf_hash, merkle_root
    >>> verify_consistency(1, 2, leaf_hash(b"a"), merkle_root([b"a", b"b"]), [leaf_hash(b"b")])
    """
    _must(0 < older <= newer, f"{older} entries cannot be continued by {newer}")
    _must_be_hashes(older_root, newer_root, *proof)
    if older == newer:
        _must(not proof, "the proof is too long")
        _must(older_root == newer_root, "two logs of one size have different roots")
        return
    _must(bool(proof), "the proof is too short")
    path = [older_root, *proof] if older & (older - 1) == 0 else list(proof)
    index, last = _without_ones(older - 1, newer - 1)
    old, new = _climbed(index, last, path[0], path[1:])
    _must(old == older_root, "the proof does not begin with the older log")
    _must(new == newer_root, "the proof does not lead to the newer log")


def _climbed(index: int, last: int, start: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots to which a proof leads from a node: of the log that ends with it, and of the whole log."""
    old = new = start
    for hash_ in proof:
        _must(last > 0, "the proof is too long")
        if index & 1 or index == last:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            index, last = _past_the_left(index, last)
        else:
            new = node_hash(new, hash_)
        index, last = index >> 1, last >> 1
    _must(last == 0, "the proof is too short")
    return old, new


def _without_ones(index: int, last: int) -> tuple[int, int]:
    """Go up while the node is a right child."""
    while index & 1:
        index, last = index >> 1, last >> 1
    return index, last


def _past_the_left(index: int, last: int) -> tuple[int, int]:
    """Go up from a node at the right edge to the next one that has a left sister."""
    while index and not index & 1:
        index, last = index >> 1, last >> 1
    return index, last


def _must_be_hashes(*hashes: bytes) -> None:
    _must(all(len(each) == 32 for each in hashes), "a hash has 32 bytes")


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ProofRefused(otherwise, hint="what was to be proved is not proved")
