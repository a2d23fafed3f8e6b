"""Counting conventions: the same number of days ends on different days under different laws.

``Conventions`` holds every choice that a rule can make; ``Reckoning`` is what comes out of a count, with
each step that moved the date, so that a deadline can tell how it came about.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from attrs import frozen

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.calendar import WorkingCalendar
from complaintkit.timekeeping.instants import format_instant
from complaintkit.timekeeping.zones import zone_named

#: When something happened: an instant, or a date where no more is known.
Moment = datetime | date
#: A stretch during which the clock stood, half-open; a date means the beginning of that local day.
Standstill = tuple[Moment, Moment]


class Count(StrEnum):
    """Which days of a term count."""

    EXCLUSIVE = "exclusive"  # the day of the event is day zero; the default of most laws
    INCLUSIVE = "inclusive"  # "commencing on": the day of the event is day one
    CLEAR = "clear"  # neither the day of the event nor the last day counts


class Receipt(StrEnum):
    """Which day the day of the event is."""

    AS_RECEIVED = "as_received"  # the local day on which it happened
    ROLLED = "rolled"  # the first working day on or after it


class Roll(StrEnum):
    """Where a term goes that ends on a day that is no working day."""

    NONE = "none"
    FORWARD = "forward"
    BACKWARD = "backward"


class End(StrEnum):
    """At which instant of its last day a term ends."""

    MIDNIGHT = "midnight"  # when the local day is over
    CLOSE_OF_BUSINESS = "close_of_business"
    SAME_CLOCK = "same_clock"  # at the local time of day at which it began


#: The cut-off that follows the calendar: what comes at or after the close of the day counts as the next.
AT_CLOSE = "close"


@frozen(kw_only=True)
class Conventions:
    """How a term in days is counted; the defaults are those of most statutes.

    ``cut_off`` is a local time of day, or ``AT_CLOSE``: what arrives then or later counts as received
    on the next working day (with ``receipt`` rolled only). ``zone`` decides the local day where it is
    not the zone of the calendar.
    """

    count: Count = Count.EXCLUSIVE
    receipt: Receipt = Receipt.AS_RECEIVED
    cut_off: time | str | None = None
    roll: Roll = Roll.NONE
    end: End = End.MIDNIGHT
    zone: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.cut_off is not None and self.receipt is not Receipt.ROLLED:
            raise MalformedInput("a cut-off needs a rolled receipt", hint='say receipt = "rolled" as well')
        if self.zone is not None:
            zone_named(self.zone)

    def zone_in(self, calendar: WorkingCalendar) -> ZoneInfo:
        """The zone whose local days count."""
        return zone_named(self.zone) if self.zone else calendar.zone


#: The event day does not count, no roll, the end of the local day (regulation, section 5).
STATUTORY = Conventions()
#: The example profile REF-1 (domain 5.5): receipt rolled with a cut-off at close, due at close of business.
REF_1 = Conventions(receipt=Receipt.ROLLED, cut_off=AT_CLOSE, end=End.CLOSE_OF_BUSINESS)


@frozen
class Step:
    """One step of a count: its name and the date it led to."""

    name: str
    day: date

    def to_dict(self) -> dict[str, str]:
        """The step as plain data."""
        return {"step": self.name, "day": self.day.isoformat()}


@frozen(kw_only=True)
class Reckoning:
    """A deadline and how it came about.

    ``at`` is the instant, in UTC, ``day`` the last day of a term in days, ``steps`` what moved it.
    ``provisional`` means that a holiday on the way is only estimated.
    """

    at: datetime
    day: date | None
    steps: tuple[Step, ...] = ()
    provisional: bool = False

    def to_dict(self) -> dict[str, object]:
        """The reckoning as plain data."""
        day = self.day.isoformat() if self.day else None
        steps = [step.to_dict() for step in self.steps]
        return {"at": format_instant(self.at), "day": day, "steps": steps, "provisional": self.provisional}
