"""The Merkle log of RFC 6962: leaf and node hashes, the frontier that a head row keeps, the root.

A leaf is ``SHA-256(0x00 || bytes)``, a node ``SHA-256(0x01 || left || right)``. The frontier holds the
roots of the complete subtrees from the largest to the smallest, at most one for each bit of the size,
so appending costs a handful of hashes however long the log is.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from attrs import frozen


def leaf_hash(body: bytes) -> bytes:
    """The hash of one entry's stored bytes.

    >>> leaf_hash(b"L123456").hex()[:8]
    '395aa064'
    """
    return sha256(b"\0" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over its two children."""
    return sha256(b"\x01" + left + right).digest()


@frozen
class Frontier:
    """What must be remembered of a log in order to append to it and to know its root.

    ``size`` is the number of leaves, ``peaks`` the roots of the complete subtrees, largest first.

    >>> EMPTY.append(leaf_hash(b"a")).append(leaf_hash(b"b")).root() == merkle_root([b"a", b"b"])
    True
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> Frontier:
        """The frontier after one more leaf hash: equal subtrees at the end merge, as in a binary counter."""
        peaks, size = self.peaks, self.size
        while size & 1:
            leaf, peaks, size = node_hash(peaks[-1], leaf), peaks[:-1], size >> 1
        return Frontier(self.size + 1, (*peaks, leaf))

    def root(self) -> bytes:
        """The Merkle root; of an empty log the hash of nothing.

        >>> EMPTY.root().hex()[:8]
        'e3b0c442'
        """
        if not self.peaks:
            return sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def to_bytes(self) -> bytes:
        """The peaks as one block of bytes, for the head row."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, block: bytes) -> Frontier:
        """Read back what :meth:`to_bytes` wrote."""
        return cls(size, tuple(block[i : i + 32] for i in range(0, len(block), 32)))


#: The frontier of a log without entries.
EMPTY = Frontier()


def merkle_root(bodies: Iterable[bytes]) -> bytes:
    """The root over the stored bytes of all entries, in order."""
    frontier = EMPTY
    for body in bodies:
        frontier = frontier.append(leaf_hash(body))
    return frontier.root()
