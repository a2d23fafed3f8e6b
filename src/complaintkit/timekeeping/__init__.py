"""Time: clocks, instants, working calendars and terms (standard library only).

``civil`` reads what people wrote and tells spans in words; it is the only module that knows pendulum
and is not loaded from here.
"""

from complaintkit.timekeeping.calendar import Pause, WorkingCalendar
from complaintkit.timekeeping.clock import Clock, FrozenClock, SystemClock
from complaintkit.timekeeping.instants import format_instant, instant, parse_instant
from complaintkit.timekeeping.schedule import Holiday
from complaintkit.timekeeping.terms import Hours, WorkingDays, parse_term
from complaintkit.timekeeping.zones import end_of_day, local_day, zone_named

__all__ = [
    "Clock",
    "FrozenClock",
    "Holiday",
    "Hours",
    "Pause",
    "SystemClock",
    "WorkingCalendar",
    "WorkingDays",
    "end_of_day",
    "format_instant",
    "instant",
    "local_day",
    "parse_instant",
    "parse_term",
    "zone_named",
]
