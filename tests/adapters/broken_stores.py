"""Stores that break one obligation each, as an adapter author might by mistake; the contract must catch every one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from complaintkit.adapters import unit
from complaintkit.adapters.memory import Kept, MemoryStore
from complaintkit.adapters.unit import Changes, UnitOfWork
from complaintkit.journal import Record
from complaintkit.ports import Batch, Due, Head, OutboxRow, Query, Summary, Timer


class Broken(MemoryStore):
    """A store in memory whose transactions are those of :attr:`transactions`."""

    locks_letters = False
    transactions: type[UnitOfWork] = UnitOfWork

    def transaction(self, join: Any = None) -> UnitOfWork:
        plain = super().transaction(join)
        return self.transactions(self, plain._session)


class KeepsOnError(Broken):
    """No rollback: what was committed before the error stays."""

    class transactions(UnitOfWork):  # noqa: N801
        def __exit__(self, kind: Any, error: Any, tb: Any) -> None:
            super().__exit__(None, None, None)


class KeepsHalfABatch(Broken):
    """A refused batch leaves the rows that it wrote before the refusal."""

    class transactions(UnitOfWork):  # noqa: N801
        def commit(self, batch: Batch) -> None:
            self._changes.timers |= {row.key: row for row in batch.timers}
            super().commit(batch)


class AcceptsGaps(Broken):
    """The numbers of the log are not looked at."""

    class transactions(UnitOfWork):  # noqa: N801
        def commit(self, batch: Batch) -> None:
            versions = self._check_versions(batch)
            self._changes.add(batch)
            self._versions |= versions
            self._head = batch.head or self._head


class IgnoresVersions(Broken):
    """The versions of the streams are not looked at."""

    class transactions(UnitOfWork):  # noqa: N801
        def _check_versions(self, batch: Batch) -> dict[str, int]:
            return {}


class CommitsAtOnce(Broken):
    """What is committed is seen by everybody before the end."""

    class transactions(UnitOfWork):  # noqa: N801
        def commit(self, batch: Batch) -> None:
            super().commit(batch)
            self._session.write(self._changes)
            self._changes = Changes()


class BlindToItself(Broken):
    """A transaction does not see what it has written."""

    class transactions(UnitOfWork):  # noqa: N801
        def entries(self, stream: str) -> Sequence[Record]:
            return self._session.entries(stream)


class ClaimsAlwaysWon(Broken):
    """Everybody gets every claim."""

    class transactions(UnitOfWork):  # noqa: N801
        def claimed(self, key: str) -> bool:
            return False


class ForgetsAnswers(Broken):
    """An answer lives as long as its transaction."""

    class transactions(UnitOfWork):  # noqa: N801
        def __exit__(self, *error: Any) -> None:
            self._changes.answers.clear()
            super().__exit__(*error)


class AnswersTwice(Broken):
    """A second answer takes the place of the first."""

    class transactions(UnitOfWork):  # noqa: N801
        def commit(self, batch: Batch) -> None:
            unit._check_log(batch, self.head())
            self._versions |= self._check_versions(batch)
            self._changes.add(batch)
            self._head = batch.head or self._head


class LosesTheVault(Broken):
    """The last vault item of a batch is lost."""

    class transactions(UnitOfWork):  # noqa: N801
        def commit(self, batch: Batch) -> None:
            super().commit(batch)
            for item in batch.vault[-1:]:
                del self._changes.vault[item.ref]


class KeepsTheErased(Broken):
    """What is erased is there as before."""

    class transactions(UnitOfWork):  # noqa: N801
        def commit(self, batch: Batch) -> None:
            super().commit(batch._replace(erased=()))


class Rows(Broken):
    """What changes the rows that are kept or found."""

    rows: type[Kept]

    def __init__(self, book: str) -> None:
        super().__init__(book)
        self.kept = self.rows()


class ErasesAfterwards(Rows):
    """An item that is erased and kept anew in one batch is lost."""

    class rows(Kept):  # noqa: N801
        def write(self, changes: Changes) -> None:
            super().write(changes)
            for ref in changes.erased:
                self._vault.pop(ref, None)


class KeepsOneSummary(Broken):
    """Of the summaries of a batch only the first is kept."""

    class transactions(UnitOfWork):  # noqa: N801
        def commit(self, batch: Batch) -> None:
            super().commit(batch._replace(summaries=batch.summaries[:1]))


class DoesNotLock(Broken):
    """Two writers may hold the head at once."""

    def acquire(self) -> None:
        """Let anybody in."""

    def release(self) -> None:
        """Nothing to leave."""


class NeverUnlocks(Broken):
    """A transaction that fails keeps the lock."""

    def __init__(self, book: str) -> None:
        super().__init__(book, busy_timeout=0.1)

    class transactions(UnitOfWork):  # noqa: N801
        def __exit__(self, kind: Any, error: Any, tb: Any) -> None:
            if error is None:
                super().__exit__(kind, error, tb)


class KeepsFirstSummary(Rows):
    """A summary is not replaced."""

    class rows(Kept):  # noqa: N801
        def write(self, changes: Changes) -> None:
            changes.summaries |= self._summaries
            super().write(changes)


class KeepsTimers(Rows):
    """A timer that is done stays due."""

    class rows(Kept):  # noqa: N801
        def _write_timers(self, timers: Any) -> None:
            super()._write_timers({key: timer for key, timer in timers.items() if timer is not None})


class KeepsOldInstants(Rows):
    """A timer that is set again is due at its old instant as well."""

    class rows(Kept):  # noqa: N801
        def _write_timers(self, timers: Any) -> None:
            for key, timer in timers.items():
                if timer is not None and key in self._timers:
                    super()._write_timers({key: timer._replace(due_at=self._timers[key].due_at)})
                else:
                    super()._write_timers({key: timer})


class DueInAnyOrder(Rows):
    """What is due comes in the order of its keys."""

    class rows(Kept):  # noqa: N801
        def due(self, now: str, limit: int) -> Due:
            due = super().due(now, limit)
            return Due(sorted(due.timers), sorted(due.notices))


class DueTooLate(Rows):
    """Due means after the instant."""

    class rows(Kept):  # noqa: N801
        def due(self, now: str, limit: int) -> Due:
            due = super().due(now, limit)
            return Due([t for t in due.timers if t.due_at < now], [n for n in due.notices if n.due_at < now])


class SendsAgain(Rows):
    """A notice that is done stays due."""

    class rows(Kept):  # noqa: N801
        def _write_outbox(self, rows: Any) -> None:
            super()._write_outbox({key: row._replace(done=False) for key, row in rows.items()})


class TakesWhatHasChanged(Rows):
    """A letter is found by its key alone, whoever had it since it was read."""

    class rows(Kept):  # noqa: N801
        def first(self, rows: Sequence[OutboxRow]) -> OutboxRow | None:
            return next((row for row in rows if row.key in self._outbox and not self._outbox[row.key].done), None)


class GivesALetterToTwo(Broken):
    """A letter is looked at and not locked."""

    class transactions(UnitOfWork):  # noqa: N801
        def take(self, rows: Sequence[OutboxRow]) -> OutboxRow | None:
            taken: OutboxRow | None = self.store.kept.first(sorted(rows, key=unit._in_the_log))  # type: ignore[attr-defined]
            self._taken |= {taken.key} if taken else set()
            return taken


class LetsTakersWait(Broken):
    """It is said to lock letters one by one, and whoever takes one waits for the head."""

    locks_letters = True

    def __init__(self, book: str) -> None:
        super().__init__(book, busy_timeout=0.1)


class WritesMoreThanTheLetter(Broken):
    """Whoever has a letter in hand may write anything."""

    class transactions(UnitOfWork):  # noqa: N801
        def _is_taken(self, batch: Batch) -> bool:
            return bool(self._taken)


class FindsInAnyOrder(Rows):
    """The queue is ordered by reference alone."""

    class rows(Kept):  # noqa: N801
        def find(self, query: Query) -> list[Summary]:
            return sorted(super().find(query), key=lambda row: row.stream)


class IgnoresTheUnit(Rows):
    """Unit, person and date of a query are ignored."""

    class rows(Kept):  # noqa: N801
        def find(self, query: Query) -> list[Summary]:
            return super().find(Query(state=query.state, band=query.band, owner=query.owner, is_open=query.is_open))


class JournalSkipsOne(Rows):
    """A page of the journal begins one entry too late."""

    class rows(Kept):  # noqa: N801
        def journal(self, after: int, limit: int) -> list[Record]:
            return super().journal(after + 1 if after >= 0 else after, limit)


class HandsOutItself(Rows):
    """Readers get the list that the store works with."""

    class rows(Kept):  # noqa: N801
        def entries(self, stream: str) -> list[Record]:
            return self._streams.get(stream, [])

        def journal(self, after: int, limit: int) -> list[Record]:
            return self._log if after < 0 else super().journal(after, limit)


class LeaksAcrossBooks(Broken):
    """Timers are kept under their key alone, whatever the book."""

    def __init__(self, book: str) -> None:
        super().__init__(book)
        if book == "theirs":
            self.kept._timers["leak"] = Timer("leak", "C-1", "2026-03-02T09:00:00.000000Z", b"")
            self.kept._due_timers.put("2026-03-02T09:00:00.000000Z", "leak")


class StripsText(Rows):
    """Texts are trimmed on their way in."""

    class rows(Kept):  # noqa: N801
        def write(self, changes: Changes) -> None:
            changes.summaries = {
                key: row._replace(owner=row.owner and row.owner.strip()) for key, row in changes.summaries.items()
            }
            super().write(changes)


class StaleHead(Rows):
    """The head forgets when the newest entry was recorded."""

    class rows(Kept):  # noqa: N801
        def write(self, changes: Changes) -> None:
            super().write(changes)
            self.head = Head(self.head.frontier, "")


class ForgetsTiles(Broken):
    """The roots of full tiles are not kept with the entries."""

    class transactions(UnitOfWork):  # noqa: N801
        def commit(self, batch: Batch) -> None:
            super().commit(batch)
            self._changes.tiles.clear()


#: All of them, by name.
BROKEN: dict[str, type[Broken]] = {
    name: store
    for name, store in list(globals().items())
    if isinstance(store, type) and issubclass(store, Broken) and store not in {Broken, Rows}
}
