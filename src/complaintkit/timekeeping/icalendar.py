"""Holidays from iCalendar text, as governments publish them.

An all-day date belongs to the place that keeps it: it is read as a local date and never passes
through UTC, which is how peers lose or gain a day. What cannot be read as an all-day date is refused
rather than left out, because a missing holiday makes a wrong deadline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from complaintkit.errors import CalendarRefused
from complaintkit.timekeeping.schedule import Holiday

_DATE = re.compile(r"\d{8}", re.ASCII)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_LONGEST = 366


def read_icalendar(text: str) -> tuple[Holiday, ...]:
    """The all-day events of an iCalendar text as holidays; cancelled ones are left out.

    An event over several days gives each of them, its end being the first day after it. Raises
    ``CalendarRefused`` for an event with a time of day, a recurring event and an unreadable text.

    >>> read_icalendar(
    ...     "BEGIN:VCALENDAR\\nBEGIN:VEVENT\\nDTSTART;VALUE=DATE:20181225\\nSUMMARY:Christmas\\n"
    ...     "END:VEVENT\\nEND:VCALENDAR")
    (Holiday(day=datetime.date(2018, 12, 25), name='Christmas', estimated=False),)
    """
    found = {holiday.day: holiday for event in _events(text) for holiday in _holidays(event)}
    return tuple(found[day] for day in sorted(found))


def _events(text: str) -> Iterator[dict[str, tuple[str, str]]]:
    """The properties of each event: name to parameters and value."""
    event: dict[str, tuple[str, str]] | None = None
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise CalendarRefused("the text is no iCalendar", hint="it begins with BEGIN:VCALENDAR")
    for line in lines:
        head, _, value = line.partition(":")
        name, _, parameters = head.strip().upper().partition(";")
        if (name, value.strip().upper()) == ("BEGIN", "VEVENT"):
            event = {}
        elif (name, value.strip().upper()) == ("END", "VEVENT") and event is not None:
            yield event
            event = None
        elif event is not None:
            event.setdefault(name, (parameters, value.strip()))
    if event is not None or lines[-1].strip().upper() != "END:VCALENDAR":
        raise CalendarRefused("the iCalendar is cut off", hint="it ends with END:VCALENDAR")


def _holidays(event: dict[str, tuple[str, str]]) -> Iterator[Holiday]:
    """The days of one event."""
    if event.get("STATUS", ("", ""))[1].upper() == "CANCELLED":
        return
    recurring = sorted(event.keys() & {"RRULE", "RDATE"})
    if recurring:
        raise CalendarRefused(f"an event of the iCalendar recurs ({recurring[0]})", hint="publish each date by itself")
    first = _day(event, "DTSTART")
    end = _day(event, "DTEND") if "DTEND" in event else first + timedelta(1)
    if not first <= end <= first + timedelta(_LONGEST):
        raise CalendarRefused(f"the event on {first} has no sensible end", hint="DTEND is the first day after it")
    name = _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], event.get("SUMMARY", ("", ""))[1])
    for days in range(max((end - first).days, 1)):
        yield Holiday(day=first + timedelta(days), name=name)


def _day(event: dict[str, tuple[str, str]], name: str) -> date:
    """One all-day date of an event."""
    _, value = event.get(name, ("", ""))
    try:
        if _DATE.fullmatch(value):
            return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        pass
    raise CalendarRefused(f"{name} of an event is no all-day date", hint="such as DTSTART;VALUE=DATE:20181225")
