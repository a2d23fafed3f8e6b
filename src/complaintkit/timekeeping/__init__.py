"""Time: clocks, instants, working calendars and terms (standard library only).

``civil`` reads what people wrote and tells spans in words; it is the only module that knows pendulum
and is not loaded from here.
"""

from typing import TYPE_CHECKING

from complaintkit._later import later

if TYPE_CHECKING:
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
    from complaintkit.timekeeping.deadlines import Counted, Deadline, EarlierOf, LaterOf
    from complaintkit.timekeeping.explanation import ALWAYS, Spent, Why, clock_of, explain
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

#: Each public name and the module it lives in.
_NAMES = {
    "Pause": "budgets",
    "WorkingCalendar": "calendar",
    **dict.fromkeys(("Clock", "FrozenClock", "SteadyClock", "SystemClock"), "clock"),
    **dict.fromkeys(
        ("AT_CLOSE", "REF_1", "STATUTORY", "Conventions", "Count", "End", "Receipt", "Reckoning", "Roll", "Step"),
        "conventions",
    ),
    **dict.fromkeys(("Counted", "Deadline", "EarlierOf", "LaterOf"), "deadlines"),
    **dict.fromkeys(("ALWAYS", "Spent", "Why", "clock_of", "explain"), "explanation"),
    **dict.fromkeys(("format_instant", "instant", "parse_instant"), "instants"),
    **dict.fromkeys(("parse_term", "parse_unit", "write_term"), "parsing"),
    "Holiday": "schedule",
    "Term": "terms",
    **dict.fromkeys(
        ("CalendarDays", "Hours", "Months", "Unit", "Weeks", "WorkingDays", "WorkingHours", "Years"), "units"
    ),
    **dict.fromkeys(("at_wall", "end_of_day", "local_day", "zone_named"), "zones"),
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

__getattr__, __dir__ = later(__name__, _NAMES)
