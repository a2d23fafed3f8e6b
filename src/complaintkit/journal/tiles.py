"""The tree of a log in tiles of 256 hashes (C2SP tlog-tiles), and the proofs that are read from them.

The tile ``(level, number)`` holds the roots of up to 256 neighbouring subtrees of ``256 ** level`` leaves each. On
level 0 these are the leaf hashes, which a store has in its entries; for the higher levels it keeps one hash for
each 256 entries (and one more for each 65,536 ...), as :func:`completed` says. A proof reads O(log n) tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from complaintkit.errors import ProofRefused
from complaintkit.journal.merkle import EMPTY, Frontier, node_hash

#: How many hashes a full tile holds, and how many levels of the tree it spans.
TILE: Final = 256
_SPAN: Final = 8
_HASH: Final = 32

#: Reads the tile ``(level, number)``: its hashes one after another, as many as there are (at most 256).
ReadTile = Callable[[int, int], bytes]


class TileHash(NamedTuple):
    """The root of the subtree of ``256 ** level`` leaves that stands at ``place`` among those of its level."""

    level: int
    place: int
    hash: bytes


def completed(frontier: Frontier, leaves: Sequence[bytes]) -> list[TileHash]:
    """What a store must keep besides entries with these leaf hashes: the roots of the tiles that they fill.

    ``frontier`` is that of the log before them. Mostly there is nothing.

    >>> completed(EMPTY, [bytes(32)] * 255)
    []
    >>> [(root.level, root.place) for root in completed(EMPTY, [bytes(32)] * 512)]
    [(1, 0), (1, 1)]
    """
    if frontier.size // TILE == (frontier.size + len(leaves)) // TILE:
        return []
    growing = Growing(frontier)
    for leaf in leaves:
        growing.add(leaf)
    return growing.tiles


class Growing:
    """A log that is being folded, leaf by leaf: its frontier so far, and the roots of the tiles that were filled."""

    __slots__ = ("_peaks", "size", "tiles")

    def __init__(self, frontier: Frontier = EMPTY) -> None:
        self.size = frontier.size
        self.tiles: list[TileHash] = []
        self._peaks = list(frontier.peaks)

    def add(self, leaf: bytes) -> None:
        """Take one more leaf hash."""
        index, height, peaks = self.size, 0, self._peaks
        while index & 1:
            leaf, index, height = sha256(b"\x01" + peaks.pop() + leaf).digest(), index >> 1, height + 1
            if height % _SPAN == 0:
                self.tiles.append(TileHash(height // _SPAN, index, leaf))
        peaks.append(leaf)
        self.size += 1

    def frontier(self) -> Frontier:
        """The frontier of the log so far."""
        return Frontier(self.size, tuple(self._peaks))


class Tree:
    """A log of ``size`` entries as a tree whose hashes are read from tiles.

    >>> leaves = [bytes([number]) * 32 for number in range(5)]
    >>> tree = Tree(5, lambda level, number: b"".join(leaves))
    >>> len(tree.inclusion(4)), len(tree.inclusion(0)), len(tree.consistency(3))
    (1, 3, 4)
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], bytes] = {}

    def root(self) -> bytes:
        """The Merkle root of the log."""
        return self._root(0, self.size) if self.size else EMPTY.root()

    def frontier(self) -> Frontier:
        """What an append to the log needs."""
        peaks, begin = [], 0
        for height in reversed(range(self.size.bit_length())):
            if self.size >> height & 1:
                peaks.append(self._subtree(height, begin >> height))
                begin += 1 << height
        return Frontier(self.size, tuple(peaks))

    def leaf(self, seq: int) -> bytes:
        """The leaf hash of an entry."""
        return self._subtree(0, seq)

    def inclusion(self, seq: int) -> tuple[bytes, ...]:
        """The proof that the entry ``seq`` is in the log (RFC 6962, 2.1.1); raises ``ProofRefused`` where it is not."""
        if not 0 <= seq < self.size:
            raise ProofRefused(f"there is no entry {seq} among {self.size}", hint="entries are numbered from 0")
        path, begin, end = [], 0, self.size
        while end - begin > 1:
            middle = begin + _largest_power_below(end - begin)
            if seq < middle:
                path.append(self._root(middle, end))
                end = middle
            else:
                path.append(self._root(begin, middle))
                begin = middle
        return tuple(reversed(path))

    def consistency(self, older: int) -> tuple[bytes, ...]:
        """The proof that the log continues the one of ``older`` entries that it was (RFC 6962, 2.1.2)."""
        if not 0 <= older <= self.size:
            raise ProofRefused(f"{older} entries are no part of {self.size}", hint="ask for an older size of the log")
        path, begin, end, whole = [], 0, self.size, True
        while older not in (0, end):
            middle = begin + _largest_power_below(end - begin)
            if older <= middle:
                path.append(self._root(middle, end))
                end = middle
            else:
                path.append(self._root(begin, middle))
                begin, whole = middle, False
        if not whole:
            path.append(self._root(begin, end))
        return tuple(reversed(path))

    def _root(self, begin: int, end: int) -> bytes:
        """The root over the entries from ``begin`` to before ``end``; ``begin`` is aligned as the RFC splits."""
        count = end - begin
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._subtree(height, begin >> height)
        middle = begin + _largest_power_below(count)
        return node_hash(self._root(begin, middle), self._root(middle, end))

    def _subtree(self, height: int, index: int) -> bytes:
        """The root of the ``index``-th subtree of ``2 ** height`` leaves, folded from one tile."""
        level, folds = divmod(height, _SPAN)
        hashes = self._hashes(level, index << folds, 1 << folds)
        while len(hashes) > 1:
            hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    def _hashes(self, level: int, first: int, count: int) -> list[bytes]:
        number, place = divmod(first, TILE)
        if (level, number) not in self._tiles:
            self._tiles[level, number] = self._read(level, number)
        tile = self._tiles[level, number]
        if len(tile) < (place + count) * _HASH:
            raise ProofRefused(
                f"the tile {level}/{number} has no {place + count} hashes", hint="run: complaintkit audit verify"
            )
        return [tile[at * _HASH : (at + 1) * _HASH] for at in range(place, place + count)]


def _largest_power_below(count: int) -> int:
    """The largest power of two below ``count``, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)
