"""Deadlines over several moments: chains, the earlier of two terms, the later of two.

A law counts "six months from the final response", "ten days from the end of the first term", "six
years from the event or three from knowing of it, whichever is later". A deadline names the anchors it
counts from; ``reckon`` is given when each of them happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from attrs import field, frozen

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.calendar import WorkingCalendar
from complaintkit.timekeeping.conventions import Moment, Reckoning, Standstill
from complaintkit.timekeeping.terms import Term

Anchors = Mapping[str, Moment]


class Deadline(Protocol):
    """Anything that can be reckoned once its anchors have happened."""

    def reckon(self, anchors: Anchors, calendar: WorkingCalendar) -> Reckoning:
        """The deadline for anchors such as ``{"received": ...}``; a missing one raises ``MalformedInput``."""
        ...


@frozen
class Counted:
    """``term`` counted from ``start``: the name of an anchor, or another deadline (a chain).

    ``suspended`` are standstills that the rule itself sets.

    >>> from datetime import date
    >>> from complaintkit.timekeeping.units import Months
    >>> week = WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": ["sat", "sun"]})
    >>> Counted("answered", Term(Months(6))).reckon({"answered": date(2026, 8, 31)}, week).day
    datetime.date(2027, 2, 28)
    """

    start: str | Deadline
    term: Term
    suspended: tuple[Standstill, ...] = ()

    def reckon(self, anchors: Anchors, calendar: WorkingCalendar) -> Reckoning:
        """The deadline; a chain counts on from the day on which the first term ends."""
        return self.term.reckon(self._start(anchors, calendar), calendar, self.suspended)

    def _start(self, anchors: Anchors, calendar: WorkingCalendar) -> Moment:
        """When the term begins."""
        if not isinstance(self.start, str):
            first = self.start.reckon(anchors, calendar)
            return first.day or first.at
        if self.start not in anchors:
            raise MalformedInput(f"the anchor {self.start} has not happened", hint="hand in when it did")
        return anchors[self.start]


@frozen
class EarlierOf:
    """The earliest of several deadlines."""

    parts: tuple[Deadline, ...] = field(converter=tuple)

    def reckon(self, anchors: Anchors, calendar: WorkingCalendar) -> Reckoning:
        """The part that ends first."""
        return min(_all(self.parts, anchors, calendar), key=lambda found: found.at)


@frozen
class LaterOf:
    """The latest of several deadlines."""

    parts: tuple[Deadline, ...] = field(converter=tuple)

    def reckon(self, anchors: Anchors, calendar: WorkingCalendar) -> Reckoning:
        """The part that ends last."""
        return max(_all(self.parts, anchors, calendar), key=lambda found: found.at)


def _all(parts: Iterable[Deadline], anchors: Anchors, calendar: WorkingCalendar) -> list[Reckoning]:
    """Each part reckoned; there must be one at least."""
    found = [part.reckon(anchors, calendar) for part in parts]
    if not found:
        raise MalformedInput("a choice of deadlines is empty", hint="name one at least")
    return found
