"""How two pieces of work are compared: in turns, in one process, by the median of the ratios of each turn."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from statistics import median
from typing import Literal

from attrs import field, frozen

#: One turn of one side: does the work several times and returns the cost of one (seconds, or bytes).
Side = Callable[[], float]
#: Prepares two sides and cleans up after them; a peer that is not installed is None.
Sides = Callable[["Sizes"], AbstractContextManager[tuple[Side, Side | None]]]


@frozen(kw_only=True)
class Sizes:
    """How much is measured; ``log`` and ``book`` are the larger sizes of the growth checks, ``verdicts`` the rows
    of P3.

    A turn of short work is short, and there are many of them: where others use the machine too, a turn is then either
    disturbed or not, and the median passes over those that are. ``repeat`` and ``commits`` are the calls of a turn.
    """

    turns: int = 41
    rounds: int = 7
    starts: int = 9
    repeat: int = 10
    commits: int = 5
    rows: int = 2_000
    book: int = 2_000
    few: int = 20
    log: int = 100_000
    log_few: int = 10_000
    verdicts: int = 1_000_000


QUICK = Sizes()
#: What the statement about a million entries needs; takes some minutes.
FULL = Sizes(turns=101, rounds=11, starts=15, rows=10_000, book=20_000, log=1_000_000)
#: Every row once, as fast as it can be: for the tests, and of no meaning as a measurement.
TINY = Sizes(
    turns=1, rounds=1, starts=1, repeat=1, commits=2, rows=10, book=4, few=2, log=200, log_few=50, verdicts=100
)


@frozen(kw_only=True)
class Growth:
    """A statement about our own cost: the larger work may cost at most ``limit`` times what the smaller one costs.

    ``once`` says that it is no matter of time, and the same in each turn.
    """

    what: str
    limit: float
    sides: Sides = field(repr=False)
    once: bool = False


@frozen(kw_only=True)
class Row:
    """A row of the table; ``gate`` and ``aim`` are the highest ratios of ours to the peer's.

    ``turns`` says which of the sizes is the number of turns.
    """

    id: str
    work: str
    peer: str
    gate: float
    aim: float
    sides: Sides = field(repr=False)
    growths: tuple[Growth, ...] = ()
    turns: Literal["turns", "rounds", "starts"] = "turns"


@frozen
class Figure:
    """What was measured: medians of both sides, and the median of the ratios of the rounds."""

    ours: float
    theirs: float | None
    ratio: float | None


def compare(sides: Sides, sizes: Sizes, turns: int) -> Figure:
    """Measure both sides in turns; who begins alternates, and the first turn of each is not counted."""
    with sides(sizes) as (ours, theirs):
        if theirs is None:
            return Figure(median(ours() for _ in range(turns)), None, None)
        ours(), theirs()
        gc.collect()
        taken = [_turn(ours, theirs, number % 2 == 0) for number in range(turns)]
    return Figure(median(a for a, _ in taken), median(b for _, b in taken), median(a / b for a, b in taken))


def _turn(ours: Side, theirs: Side, we_begin: bool) -> tuple[float, float]:
    if we_begin:
        mine = ours()
        return mine, theirs()
    other = theirs()
    return ours(), other


def seconds(work: Callable[[], object], repeat: int) -> float:
    """How long one of ``repeat`` calls takes."""
    begin = time.perf_counter()
    for _ in range(repeat):
        work()
    return (time.perf_counter() - begin) / repeat


def both(
    ours: Callable[[Sizes], Callable[[], object]],
    theirs: Callable[[Sizes], Callable[[], object] | None],
    *,
    often: int = 1,
) -> Sides:
    """Two sides that need no cleaning up: each is prepared once, then called ``repeat`` times a turn.

    Short work is called ``often`` times as many, so that a clock can see it.
    """

    @contextmanager
    def sides(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
        mine, other = ours(sizes), theirs(sizes)
        yield (
            lambda: seconds(mine, sizes.repeat * often),
            None if other is None else lambda: seconds(other, sizes.repeat * often),
        )

    return sides


def installed(module: str) -> bool:
    """Whether a peer is there; `make bench` installs them all."""
    return find_spec(module) is not None


def with_peer(
    module: str, prepare: Callable[[Sizes], Callable[[], object]]
) -> Callable[[Sizes], Callable[[], object] | None]:
    """A peer that is left out where its library is not installed; ``make bench`` installs them all."""

    return lambda sizes: prepare(sizes) if installed(module) else None
