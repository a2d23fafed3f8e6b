"""Working time for many instants at once, on numpy arrays of ``datetime64`` in UTC.

All opening and closing times of a calendar lie on a common grid (of an hour, mostly). With the working
time at each point of that grid, and the point at which each piece of working time begins, an answer
is two look-ups and a little arithmetic, whatever the length of the budget. numpy is not needed by
complaintkit; whoever hands in an array has it.
"""

from __future__ import annotations

from importlib import import_module
from math import gcd
from typing import Any

from complaintkit.errors import CalendarRefused, MalformedInput
from complaintkit.timekeeping.tables import Tables
from complaintkit.timekeeping.timeline import SECOND, Timeline

_CHUNK = 32_768
_MOST_POINTS = 50_000_000
_TICKS = {"s": 1, "ms": 10**3, "us": 10**6}


class Grid:
    """The tables of one timeline for arrays whose unit has ``ticks`` to the second."""

    def __init__(self, line: Timeline, ticks: int) -> None:
        np = import_module("numpy")
        opens, closes = np.array(line.opens), np.array(line.closes)
        step = gcd(*map(int, opens - line.lo), *map(int, closes - line.lo), line.hi - line.lo)
        points = (line.hi - line.lo) // step
        if step % (SECOND // ticks) or points > _MOST_POINTS:
            raise CalendarRefused("the hours of the calendar are too fine for arrays", hint="add one by one")
        edges = np.zeros(points + 1, np.int64)
        edges[(opens - line.lo) // step] += 1
        edges[(closes - line.lo) // step] -= 1
        self.rate = np.cumsum(edges)
        self.step = step * ticks // SECOND
        self.low = line.lo * ticks // SECOND
        self.before = np.concatenate(([0], np.cumsum(self.rate[:-1]))) * self.step
        self.starts = np.flatnonzero(self.rate) * self.step + self.low
        self.total = int(self.before[-1])

    def worked(self, numbers: Any) -> Any:
        """Working ticks before each number."""
        place, rest = divmod_by(numbers - self.low, self.step)
        return self.before[place] + self.rate[place] * rest

    def used_up(self, totals: Any, shift: int) -> Any:
        """The number at which each total is worked: the earliest with ``shift`` 1, the latest with 0."""
        place = (totals - shift) // self.step
        return self.starts[place] + (totals - place * self.step)


def divmod_by(numbers: Any, step: int) -> tuple[Any, Any]:
    """Quotient and remainder, faster than ``divmod`` on arrays."""
    quotient = numbers // step
    return quotient, numbers - quotient * step


def add_many(tables: Tables, starts: Any, seconds: Any) -> Any:
    """``WorkingCalendar.add`` for each of ``starts``; ``seconds`` is one whole number or one for each."""
    np = import_module("numpy")
    numbers, ticks, unit = _numbers(np, starts)
    budgets = np.broadcast_to(np.asarray(seconds), numbers.shape)
    if budgets.dtype.kind not in "iu" or (budgets.size and int(budgets.min()) < 0):
        raise MalformedInput("budgets are whole seconds, not negative", hint="hand in integers")
    if not numbers.size:
        return numbers.astype(unit)
    line = _covering(tables, numbers, ticks)
    due, grid = np.empty_like(numbers), Grid(line, ticks)
    for begin in range(0, numbers.size, _CHUNK):
        part = slice(begin, begin + _CHUNK)
        while (found := _add(np, grid, numbers[part], budgets[part] * ticks)) is None:
            line = tables.later(line)
            grid = Grid(line, ticks)
        due[part] = found
    return due.astype(unit)


def _add(np: Any, grid: Grid, numbers: Any, budgets: Any) -> Any:
    """One chunk of ``add_many``; nothing when a budget reaches beyond the grid."""
    totals = grid.worked(numbers) + budgets
    every = bool(budgets.all())
    if int(totals.max()) > grid.total - (not every):
        return None
    due = grid.used_up(totals, 1)
    return due if every else np.where(budgets > 0, due, grid.used_up(totals, 0))


def elapsed_many(tables: Tables, starts: Any, ends: Any) -> Any:
    """``WorkingCalendar.elapsed`` for each pair; whole seconds as integers where the unit is the second."""
    np = import_module("numpy")
    since, ticks, _ = _numbers(np, starts)
    until, other, _ = _numbers(np, ends)
    if ticks != other or since.shape != until.shape:
        raise MalformedInput("starts and ends differ in unit or number", hint="give both the same dtype and length")
    if not since.size:
        return since
    line = _covering(tables, np.array([min(since.min(), until.min()), max(since.max(), until.max()) - 1]), ticks)
    grid = Grid(line, ticks)
    spent = np.maximum(grid.worked(until) - grid.worked(since), 0)
    return spent if ticks == 1 else spent / ticks


def _numbers(np: Any, instants: Any) -> tuple[Any, int, str]:
    """Instants as integers, the ticks to the second, and the type to give back."""
    if instants.dtype.kind != "M" or np.isnat(instants).any():
        raise MalformedInput("instants are datetime64 values in UTC, none missing", hint="drop NaT first")
    unit, factor = np.datetime_data(instants.dtype)
    if factor != 1 or unit not in (*_TICKS, "m", "h", "D"):
        raise MalformedInput("the unit of datetime64 is not supported", hint="use s, ms or us")
    unit = unit if unit in _TICKS else "s"
    return instants.astype(f"datetime64[{unit}]").astype(np.int64), _TICKS[unit], f"datetime64[{unit}]"


def _covering(tables: Tables, numbers: Any, ticks: int) -> Timeline:
    """The timeline in which all numbers lie."""
    return tables.covering(*(int(number) * SECOND // ticks for number in (numbers.min(), numbers.max())))
