"""S5: what it costs to verify a whole log that is kept in SQLite.

Ours is ``verify_book``: it reads every entry with its columns, hashes the bytes, folds the Merkle tree, reads the JSON,
sees that it is canonical and agrees with the columns, that positions and versions have no gap and that the head and
the tiles are those of the entries. The peer reads ``select body, leaf`` with bare sqlite3, hashes each body as a
leaf and compares, and does nothing else.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import verify_book
from complaintkit.journal import Checkpoint, Tree
from tests.bench.measure import Growth, Row, Side, Sizes, seconds
from tests.bench.storing import Writer, _stores


def verify(store: SqliteStore) -> None:
    """Verify the book; one that is not sound would be measured wrongly."""
    assert verify_book(store).sound


def bare(connection: sqlite3.Connection) -> None:
    """Read and hash every body."""
    sha256 = hashlib.sha256
    rows = connection.execute("select body, leaf from complaintkit_entry order by seq")
    assert all(sha256(b"\0" + body).digest() == leaf for body, leaf in rows)


@contextmanager
def _whole(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    with _stores("ours") as (store,):
        Writer(store).fill(sizes.log_few)
        path = Path(store._place.path)  # type: ignore[union-attr]
        with closing(sqlite3.connect(path)) as connection:
            yield lambda: seconds(lambda: verify(store), 1), lambda: seconds(lambda: bare(connection), 1)


@contextmanager
def _by_entry(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    with _stores("long", "short") as (long, short):
        Writer(long).fill(sizes.log_few)
        Writer(short).fill(sizes.log_few // 5)
        whole, part = sizes.log_few, sizes.log_few // 5
        yield lambda: seconds(lambda: verify(long), 1) / whole, lambda: seconds(lambda: verify(short), 1) / part


@contextmanager
def _from_a_checkpoint(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    with _stores("long", "short") as stores:
        ours, theirs = (_since(store, size) for store, size in zip(stores, (sizes.log_few, sizes.few), strict=True))
        yield ours, theirs


def _since(store: SqliteStore, size: int) -> Side:
    """Verifies the newest hundred entries of a log that was signed at so many."""
    writer = Writer(store)
    writer.fill(size)
    with store.transaction() as tx:
        at = tx.head().frontier.size
    since = Checkpoint("bench", at, Tree(at, store.tile).root())
    writer.fill(100)
    return lambda: seconds(lambda: verify_book(store, since=since), 5)


ROWS = (
    Row(
        id="S5", work="verify the whole log", peer="bare sqlite3, select body and hash",
        gate=4, aim=2.4, sides=_whole, turns="rounds",
        growths=(
            Growth(what="each entry, in a log five times as long", limit=1.3, sides=_by_entry),
            Growth(what="from a checkpoint, in a log however long", limit=2, sides=_from_a_checkpoint),
        ),
    ),
)  # fmt: skip
