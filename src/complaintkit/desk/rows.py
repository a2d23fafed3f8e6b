"""The rows that a desk works from, compared with the entries that they follow from (INV-71).

No hash covers a summary, a letter that waits, or a clock that runs: whoever edits one hides a complaint from ``find``,
``dispatch`` or ``tick``, and the log is as sound as before. But they say nothing that the entries do not say, so they
can be compared with them, and written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from attrs import frozen

from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import given
from complaintkit.desk.reading import read_entries, read_stream
from complaintkit.desk.vaulted import log_of
from complaintkit.journal import Entry, Record
from complaintkit.letters.delivery import LetterRequested
from complaintkit.lifecycle import clocks_of, letter_row, summary_of
from complaintkit.policy import Profile
from complaintkit.ports import Batch, OutboxRow, Query, Store, Summary, Timer
from complaintkit.timekeeping.instants import format_instant
from complaintkit.values import is_complaint_ref

_EVER: Final = datetime.max.replace(tzinfo=UTC)
_ALL: Final = 2**31 - 1
_CHUNK: Final = 1000


@frozen
class RowCheck:
    """What a comparison found: how many complaints there are, and what is wrong with their rows.

    ``apart`` complaints have entries under other rules than the profile that was given: their clocks were not compared.
    """

    complaints: int
    apart: int
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify_rows(store: Store, profile: Profile, most: int = 20) -> RowCheck:
    """Compare every summary, every letter that waits and the clocks of every commitment with the entries.

    ``profile`` is the one under which the book is worked. At most ``most`` faults are named. Writers wait only while
    the rows are read; what is compared with them is the book up to that moment. Other timers than those of commitments
    are not compared: one that has fired is gone whatever became of it.

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> from complaintkit.policy import load_profile
    >>> verify_rows(MemoryStore(), load_profile())
    RowCheck(complaints=0, apart=0, faults=())
    """
    with store.transaction() as unit:
        size = unit.head().frontier.size
        kept = _Kept.of(store)
    found = _Comparison(log_of(store), profile, kept)
    faults = [wrong.fault for wrong in found.of(_complaints(store, size, store.entries))]
    return RowCheck(found.complaints, found.apart, tuple(faults[:most]))


def restore_rows(store: Store, profile: Profile) -> tuple[str, ...]:
    """Write anew what :func:`verify_rows` finds wrong, and say what it was; writers wait until it is done.

    A summary of something that the book does not have stays: nothing points to it but itself.
    """
    with store.transaction() as unit:
        size = unit.head().frontier.size
        found = _Comparison(log_of(store), profile, _Kept.of(store))
        wrong = tuple(found.of(_complaints(store, size, unit.entries)))
        unit.commit(
            Batch(
                summaries=[row for each in wrong for row in each.right.summaries],
                outbox=[row for each in wrong for row in each.right.outbox],
                timers=[row for each in wrong for row in each.right.timers],
            )
        )
    return tuple(each.fault for each in wrong)


class _Wrong(NamedTuple):
    """What is wrong with a row, and what would be right."""

    fault: str
    right: Batch


class _Kept(NamedTuple):
    """The rows of a book: by complaint, and by the keys of letters and timers."""

    summaries: Mapping[str, Summary]
    letters: Mapping[str, OutboxRow]
    timers: Mapping[str, Timer]

    @classmethod
    def of(cls, store: Store) -> _Kept:
        due = store.due(_EVER, _ALL)
        summaries = {row.stream: row for row in store.find(Query())}
        return cls(summaries, {row.key: row for row in due.notices}, {timer.key: timer for timer in due.timers})


def _complaints(
    store: Store, size: int, entries: Callable[[str], Sequence[Record]]
) -> Iterator[tuple[Complaint, tuple[Entry, ...]]]:
    """Every complaint of the first ``size`` entries, in the order in which they came, with its entries."""
    for ref in _refs(store, size):
        records = [record for record in entries(ref) if record.seq < size]
        yield given(read_stream(records)), read_entries(records)


def _refs(store: Store, size: int) -> Iterable[str]:
    refs: dict[str, None] = {}
    after = -1
    while after < size - 1 and (records := store.journal(after, min(_CHUNK, size - 1 - after))):
        refs |= dict.fromkeys(record.stream for record in records if is_complaint_ref(record.stream))
        after = records[-1].seq
    return refs


class _Comparison:
    """The comparison of rows with complaints, and what it counted."""

    def __init__(self, log: str, profile: Profile, kept: _Kept) -> None:
        self.log, self.profile, self.kept = log, profile, kept
        self.complaints = self.apart = 0

    def of(self, complaints: Iterable[tuple[Complaint, tuple[Entry, ...]]]) -> Iterator[_Wrong]:
        """Everything that is wrong."""
        unknown, unasked = dict(self.kept.summaries), dict(self.kept.letters)
        for complaint, entries in complaints:
            self.complaints += 1
            yield from self._summary(complaint, unknown.pop(complaint.ref, None))
            for letter, waits in _letters(self.log, complaint, entries):
                kept = unasked.pop(letter.key, None)
                if waits:
                    yield from _letter(letter, kept)
            yield from self._clocks(complaint, entries)
        for ref in unknown:
            yield _Wrong(f"{ref}: there is a summary, and no complaint", Batch())
        for row in unasked.values():
            yield _Wrong(
                f"{row.stream}: letter {row.notice} was never asked for", Batch(outbox=[row._replace(done=True)])
            )

    def _summary(self, complaint: Complaint, kept: Summary | None) -> Iterator[_Wrong]:
        right = summary_of(complaint)
        if kept is None:
            yield _Wrong(f"{complaint.ref}: it has no summary, so nothing finds it", Batch(summaries=[right]))
        elif kept != right:
            names = [name for name in right._fields if getattr(kept, name) != getattr(right, name)]
            fault = f"{complaint.ref}: its entries say something else than its summary ({', '.join(names)})"
            yield _Wrong(fault, Batch(summaries=[right]))

    def _clocks(self, complaint: Complaint, entries: Sequence[Entry]) -> Iterator[_Wrong]:
        """A clock that was set under other rules may stand where these would not set it."""
        if any(entry.policy != self.profile.pin for entry in entries):
            self.apart += 1
            return
        for key, right in clocks_of(complaint, self.profile).items():
            if self.kept.timers.get(key) != right:
                yield _Wrong(f"{complaint.ref}: the clock {key} does not run, or runs otherwise", Batch(timers=[right]))


def _letters(log: str, complaint: Complaint, entries: Iterable[Entry]) -> Iterator[tuple[OutboxRow, bool]]:
    """The letters of a complaint as they were asked for, and whether they wait: what has a result is not sent again."""
    for entry in entries:
        if isinstance(entry.event, LetterRequested):
            row = letter_row(log, entry.stream, entry.seq, format_instant(entry.at), entry.event)
            yield row, given(complaint.notice(row.notice)).status is None


def _letter(right: OutboxRow, kept: OutboxRow | None) -> Iterator[_Wrong]:
    """When it is tried, and how often it was, is the row's own; what it is for is not."""
    if kept is None or kept._replace(due_at=right.due_at, tries=right.tries) != right:
        yield _Wrong(f"{right.stream}: letter {right.notice} waits, and no row would send it", Batch(outbox=[right]))
