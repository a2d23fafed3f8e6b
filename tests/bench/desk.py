"""C1: one command on a complaint of ten events, in memory, from the call to the answer.

Ours is ``desk.handle`` on a ``MemoryStore``: lock, look for an earlier answer, load and fold ten entries, check and
seal the command, decide it, write entry, timers, summary and answer. The peer is an application of eventsourcing
that keeps its events in memory: get the aggregate from the repository (ten events), trigger one event, save it.
Each command finds a complaint of its own with exactly ten events; making those is not counted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from complaintkit.adapters.memory import MemoryStore
from complaintkit.desk import ComplaintDesk
from complaintkit.ports import Store
from complaintkit.timekeeping.clock import FrozenClock
from complaintkit.values import Actor
from tests.bench.measure import Growth, Row, Side, Sizes, installed, seconds
from tests.bench.script import MOVES, START, life, moment, registration

#: The events of a complaint that is loaded.
EVENTS = 10


class Book:
    """A desk with a clock that stands still, and complaints of ten events on it."""

    def __init__(self, store: Store | None = None, others: int = 0) -> None:
        self.store: Store = store or MemoryStore()
        clock = FrozenClock(moment(len(MOVES) + 1))
        entropy = random.Random(7).randbytes
        self.desk = ComplaintDesk(self.store, "standard", clock=clock, entropy=entropy, plaintext_vault=True)
        self.next: tuple[Any, Actor] = registration()
        with self.store.transaction() as tx:
            for _ in range(others):
                self.desk.handle(*registration(), occurred=START, tx=tx)

    def complaint(self) -> str:
        """A complaint of ten events: its reference; ``next`` is the command that goes on with it."""
        with self.store.transaction() as tx:
            seen = self.desk.handle(*registration(), occurred=START, tx=tx).complaint
            for number, (command, by) in enumerate(life(seen.ref, ""), 1):
                if seen.version == EVENTS:
                    self.next = command, by
                    return seen.ref
                seen = self.desk.handle(command, by, occurred=moment(number), tx=tx).complaint
        raise AssertionError("no point of this life has ten events")

    def commands(self, number: int) -> list[tuple[Any, Actor]]:
        """So many commands, each on a complaint of its own."""
        return [(self.complaint() and self.next[0], self.next[1]) for _ in range(number)]


def each(calls: Callable[[int], list[Callable[[], object]]], repeat: int) -> float:
    """The cost of one of ``repeat`` calls that were prepared for this turn."""
    turn = iter(calls(repeat))
    return seconds(lambda: next(turn)(), repeat)  # noqa: PLW0108 (another function each time)


def _ours(book: Book) -> Callable[[int], list[Callable[[], object]]]:
    def calls(number: int) -> list[Callable[[], object]]:
        return [lambda c=c, by=by: book.desk.handle(c, by) for c, by in book.commands(number)]  # type: ignore[misc]

    return calls


def _theirs() -> Callable[[int], list[Callable[[], object]]]:
    from tests.bench.sourced import NOTE, application, case

    app = application()

    def command(known: Any) -> None:
        found: Any = app.repository.get(known)
        found.move(name="proceed_to_report", target="reporting", note=NOTE)
        app.save(found)

    def calls(number: int) -> list[Callable[[], object]]:
        cases = [case(EVENTS) for _ in range(number)]
        app.save(*cases)
        return [lambda known=known.id: command(known) for known in cases]  # type: ignore[misc]

    return calls


@contextmanager
def _command(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
    ours = _ours(Book())
    theirs = _theirs() if installed("eventsourcing") else None
    yield (
        lambda: each(ours, sizes.repeat),
        None if theirs is None else lambda: each(theirs, sizes.repeat),
    )


@contextmanager
def _among_others(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    many, few = _ours(Book(others=sizes.book)), _ours(Book(others=sizes.few))
    yield lambda: each(many, sizes.repeat), lambda: each(few, sizes.repeat)


ROWS = (
    Row(
        id="C1", work="one command on ten events, memory store", peer="eventsourcing, in memory",
        gate=1, aim=1 / 2, sides=_command,
        growths=(Growth(what="in a book a hundred times as big", limit=1.2, sides=_among_others),),
    ),
)  # fmt: skip
