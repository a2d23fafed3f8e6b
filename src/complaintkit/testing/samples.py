"""Rows to write and short ways to write them, for contract suites and for tests of adapters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from complaintkit.journal import Record, leaf_hash
from complaintkit.ports import Answer, Batch, Head, OutboxRow, Store, Summary, Timer, Transaction
from complaintkit.privacy import VaultItem
from complaintkit.timekeeping.instants import format_instant

#: The instant from which samples count.
START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: Texts that are legal and often mangled: marks, joiners, astral characters, quotes, wildcards, line breaks.
TEXTS: Final = {
    "hebrew": "\u05e9\u05dc\u05d5\u05dd\u200f \u05e8\u05d1",
    "persian-zwnj": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "astral": "\U0001f9fe \U0001d538\U00020000",
    "combining": "e\u0301 n\u0303 \u05d1\u05bc\u05b8",
    "isolates": "\u2067abc\u2069 \u2066\u05d0\u05d1\u2069",
    "sql": "'; drop table entry; -- \" ` ? :a @b $c %s",
    "wildcards": "100% _under_ *star* [set]",
    "lines": "one\ntwo\r\nthree\ttab",
    "blank": " ",
    "empty": "",
    "line-separators": "a\u2028b\u2029c\u0085d",
    "json": '{"a": "\\u0041\\\\", "b": [null]}',
    "long": "x" * 20_000,
}


def moment(minutes: float = 0) -> datetime:
    """The instant so many minutes after the start."""
    return START + timedelta(minutes=minutes)


def at(minutes: float = 0) -> str:
    """The same in its stored form."""
    return format_instant(moment(minutes))


def record(
    seq: int, stream: str = "C-1", ver: int | None = 1, *, body: bytes | None = None, minutes: float = 0
) -> Record:
    """An entry; its body is plain JSON unless one is given."""
    body = b'{"seq":%d}' % seq if body is None else body
    return Record(seq, stream, ver, "complaint-noted", at(minutes), "agent-1", f"cmd-{seq}", body, leaf_hash(body))


def head_after(head: Head, *records: Record) -> Head:
    """The head after these entries."""
    frontier = head.frontier
    for entry in records:
        frontier = frontier.append(entry.leaf)
    return Head(frontier, records[-1].recorded_at if records else head.recorded_at)


def append(tx: Transaction, stream: str = "C-1", *, body: bytes | None = None, **rest: Any) -> Record:
    """Commit one entry at the end of a stream, together with the other parts of a batch."""
    head = tx.head()
    version = max((entry.ver or 0 for entry in tx.entries(stream)), default=0) + 1
    entry = record(head.frontier.size, stream, version, body=body)
    tx.commit(Batch(entries=(entry,), head=head_after(head, entry), **rest))
    return entry


def append_many(tx: Transaction, number: int, stream: str = "C-1") -> list[Record]:
    """Commit so many entries in one batch."""
    head = tx.head()
    version = max((entry.ver or 0 for entry in tx.entries(stream)), default=0) + 1
    entries = [record(head.frontier.size + each, stream, version + each) for each in range(number)]
    tx.commit(Batch(entries=entries, head=head_after(head, *entries)))
    return entries


def keep_many(store: Store, number: int) -> list[Record]:
    """Append so many entries in one transaction."""
    with store.transaction() as tx:
        return append_many(tx, number)


def keep(store: Store, stream: str = "C-1", *, body: bytes | None = None, **rest: Any) -> Record:
    """Append one entry in a transaction of its own."""
    with store.transaction() as tx:
        return append(tx, stream, body=body, **rest)


def timer(key: str = "t", minutes: float = 0, *, stream: str = "C-1", command: bytes = b"{}") -> Timer:
    """A timer that is due so many minutes after the start."""
    return Timer(key, stream, at(minutes), command)


def notice(key: str = "n", minutes: float = 0, *, seq: int = 0, tries: int = 0, done: bool = False) -> OutboxRow:
    """An outbox row that is due so many minutes after the start."""
    return OutboxRow(key, "C-1", seq, "N-01", at(minutes), tries, done)


def sealed(ref: str = "cmd-0/words", content: bytes = b"They charged me twice.", *, stream: str = "C-1") -> VaultItem:
    """A vault item."""
    return VaultItem(ref, stream, 1, b"s" * 32, content)


def answer(command: str = "cmd-0", *, body: bytes = b"{}", stream: str = "C-1") -> Answer:
    """An answer to a command id."""
    return Answer(command, stream, b"f" * 32, body)


def summary(stream: str = "C-1", **changes: Any) -> Summary:
    """A summary row of an open complaint, with the changes that a test needs."""
    row = Summary(stream, 1, "received", "P3", 20, "agent-1", "unit-1", at(60), "person-1", at(), True)
    return row._replace(**changes)
