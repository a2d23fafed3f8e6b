"""What the arithmetic of a calendar is given: instants, budgets and pauses, checked and as whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.instants import instant
from complaintkit.timekeeping.timeline import EPOCH, SECOND, Timeline, to_number

#: A stretch that does not count: from the first instant up to, not including, the second.
Pause = tuple[datetime, datetime]

_LONGEST = 10**12


def number_of(at: datetime) -> int:
    """The number of an instant; refused when it has no zone."""
    try:
        gap = at - EPOCH
        return (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds  # to_number, but for one call
    except (TypeError, AttributeError):
        return to_number(instant(at))


def budget_of(seconds: float) -> int:
    """Whole microseconds of a budget in seconds; refused when negative or no finite number."""
    if seconds.__class__ is int and 0 <= seconds < _LONGEST:
        return seconds * SECOND
    if seconds.__class__ is float and 0 <= seconds < _LONGEST:
        return round(seconds * SECOND)
    raise MalformedInput("a budget is a number of seconds, not negative", hint="hand in seconds, such as 7200")


def merged(pauses: Iterable[Pause]) -> list[tuple[int, int]]:
    """Pauses as numbers, in order and without overlaps; one that ends before it begins is refused."""
    apart: list[tuple[int, int]] = []
    for since, until in sorted((number_of(since), number_of(until)) for since, until in pauses):
        if until < since:
            raise MalformedInput("a pause ends before it begins", hint="hand in (begin, end)")
        if apart and since <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(until, apart[-1][1])
        else:
            apart.append((since, until))
    return apart


def without(piece: tuple[int, int], halts: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of a stretch when ``halts`` (in order, without overlaps) are taken out."""
    begin, end = piece
    for since, until in halts:
        if begin < since < end:
            yield begin, since
        begin = max(begin, min(until, end)) if since < end else begin
    if begin < end:
        yield begin, end


def stretched(line: Timeline, start: int, total: int, halts: Iterable[tuple[int, int]]) -> int:
    """``total`` working time, made longer by that of each pause which begins before it is used up."""
    for since, until in halts:
        if until <= start:
            continue
        spent = line.worked(max(since, start))
        if total <= spent:
            break
        total += line.worked(until) - spent
    return total
