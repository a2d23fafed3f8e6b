"""Time: clocks, instants, working calendars and terms (standard library only).

``civil`` reads what people wrote and tells spans in words; it is the only module that knows pendulum
and is not loaded from here.
"""

from typing import TYPE_CHECKING

from complaintkit.timekeeping.budgets import Pause
from complaintkit.timekeeping.calendar import WorkingCalendar
from complaintkit.timekeeping.clock import Clock, FrozenClock, SteadyClock, SystemClock
from complaintkit.timekeeping.conventions import (
    AT_CLOSE,
    REF_1,
    STATUTORY,
    Conventions,
    Count,
    End,
    Receipt,
    Reckoning,
    Roll,
    Step,
)
from complaintkit.timekeeping.instants import format_instant, instant, parse_instant
from complaintkit.timekeeping.parsing import parse_term, parse_unit, write_term
from complaintkit.timekeeping.schedule import Holiday
from complaintkit.timekeeping.terms import Term
from complaintkit.timekeeping.units import (
    CalendarDays,
    Hours,
    Months,
    Unit,
    Weeks,
    WorkingDays,
    WorkingHours,
    Years,
)
from complaintkit.timekeeping.zones import at_wall, end_of_day, local_day, zone_named

if TYPE_CHECKING:  # loaded when first asked for: who only reads a term needs neither of them
    from complaintkit.timekeeping.deadlines import Counted, Deadline, EarlierOf, LaterOf
    from complaintkit.timekeeping.explanation import ALWAYS, Spent, Why, clock_of, explain

_LATER = {
    **dict.fromkeys(("Counted", "Deadline", "EarlierOf", "LaterOf"), "deadlines"),
    **dict.fromkeys(("ALWAYS", "Spent", "Why", "clock_of", "explain"), "explanation"),
}

__all__ = [
    "ALWAYS",
    "AT_CLOSE",
    "REF_1",
    "STATUTORY",
    "CalendarDays",
    "Clock",
    "Conventions",
    "Count",
    "Counted",
    "Deadline",
    "EarlierOf",
    "End",
    "FrozenClock",
    "Holiday",
    "Hours",
    "LaterOf",
    "Months",
    "Pause",
    "Receipt",
    "Reckoning",
    "Roll",
    "Spent",
    "SteadyClock",
    "Step",
    "SystemClock",
    "Term",
    "Unit",
    "Weeks",
    "Why",
    "WorkingCalendar",
    "WorkingDays",
    "WorkingHours",
    "Years",
    "at_wall",
    "clock_of",
    "end_of_day",
    "explain",
    "format_instant",
    "instant",
    "local_day",
    "parse_instant",
    "parse_term",
    "parse_unit",
    "write_term",
    "zone_named",
]


def __getattr__(name: str) -> object:
    """Load a name that not everybody needs, and keep it."""
    from importlib import import_module

    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value
