"""Run a file of working-time vectors against ``WorkingCalendar`` and ``Term``.

``python -m tests.conformance.sla FILE`` prints each vector that does not agree and ends with one line of
counts. Exit 1 when one disagrees, 2 when the file has kinds or keys that are not known.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from complaintkit.errors import CalendarWarning, ComplaintKitError
from complaintkit.timekeeping import (
    CalendarDays,
    Conventions,
    Count,
    End,
    Roll,
    Term,
    WorkingCalendar,
    WorkingDays,
    at_wall,
    format_instant,
    local_day,
    parse_instant,
)

BY_HAND = {"trace", "metrics"}
STATUSES = {"stated", "stated_instantiated", "derived", "disputed"}
TOP = {"schema", "conventions", "calendars", "vectors"}
VECTOR = {"id", "kind", "calendar", "input", "expect", "status", "tags", "source", "note", "tolerance_s", "checked",
          "checker_result"}  # fmt: skip
CALENDAR = {"tz", "weekly", "weekend", "holidays", "years", "note", "id", "periods", "dated", "all_of"}

Answer = datetime | date | float | bool


class Unknown(Exception):
    """The file holds something that this runner does not know."""


def pauses(given: dict[str, Any]) -> list[tuple[datetime, datetime]]:
    return [(parse_instant(since), parse_instant(until)) for since, until in given.get("pauses", ())]


def day(text: str, calendar: WorkingCalendar) -> date:
    return date.fromisoformat(text) if len(text) == 10 else local_day(parse_instant(text), calendar.zone)


def add(calendar: WorkingCalendar, given: dict[str, Any]) -> Answer:
    return calendar.add(parse_instant(given["start"]), given["seconds"], pauses(given))


def elapsed(calendar: WorkingCalendar, given: dict[str, Any]) -> Answer:
    return calendar.elapsed(parse_instant(given["start"]), parse_instant(given["end"]), pauses(given))


def subtract(calendar: WorkingCalendar, given: dict[str, Any]) -> Answer:
    return calendar.subtract(parse_instant(given["anchor"]), given["seconds"])


def first_open(calendar: WorkingCalendar, given: dict[str, Any]) -> Answer:
    return calendar.next_open(parse_instant(given["at"]))


def is_open(calendar: WorkingCalendar, given: dict[str, Any]) -> Answer:
    return calendar.is_open(parse_instant(given["at"]))


def working_days_due(calendar: WorkingCalendar, given: dict[str, Any]) -> Answer:
    """Day of receipt is day zero, due by the end of the day."""
    found = Term(WorkingDays(given["days"])).reckon(day(given["received"], calendar), calendar)
    assert found.day is not None
    return found.day


def calendar_days_due_roll(calendar: WorkingCalendar, given: dict[str, Any]) -> Answer:
    """Calendar days and their extensions are summed, and the sum is rolled once."""
    first, *further = (CalendarDays(days) for days in given["days"])
    term = Term(first, Conventions(roll=Roll.FORWARD)).extended(*further)
    found = term.reckon(day(given["received"], calendar), calendar)
    assert found.day is not None
    return found.day


def add_days_same_clock(calendar: WorkingCalendar, given: dict[str, Any]) -> Answer:
    start, days = parse_instant(given["start"]), given["days"]
    end = End.CLOSE_OF_BUSINESS if given.get("end_of_day") else End.SAME_CLOCK
    if days >= 0:
        return Term(WorkingDays(days), Conventions(end=end)).due(start, calendar)
    # A term never runs backwards; the calendar's own arithmetic does.
    last = calendar.working_day(local_day(start, calendar.zone), days)
    if end is End.CLOSE_OF_BUSINESS:
        return calendar.close_of_business(last)
    return at_wall(last, start.astimezone(calendar.zone).time(), calendar.zone)


def full_days_end_of_day(calendar: WorkingCalendar, given: dict[str, Any]) -> Answer:
    """The first open day is day one."""
    conventions = Conventions(count=Count.INCLUSIVE, end=End.CLOSE_OF_BUSINESS)
    return Term(WorkingDays(given["days"]), conventions).due(parse_instant(given["start"]), calendar)


Evaluate = Callable[[WorkingCalendar, dict[str, Any]], Answer]
#: For each kind: how to evaluate it, the keys of its input and the key of its expectation.
KINDS: dict[str, tuple[Evaluate, set[str], str]] = {
    "add": (add, {"start", "seconds", "pauses"}, "due"),
    "elapsed": (elapsed, {"start", "end", "pauses"}, "seconds"),
    "subtract": (subtract, {"anchor", "seconds"}, "instant"),
    "first_open": (first_open, {"at"}, "instant"),
    "is_open": (is_open, {"at"}, "open"),
    "working_days_due": (working_days_due, {"received", "days"}, "due_date"),
    "calendar_days_due_roll": (calendar_days_due_roll, {"received", "days"}, "due_date"),
    "add_days_same_clock": (add_days_same_clock, {"start", "days", "end_of_day"}, "due"),
    "full_days_end_of_day": (full_days_end_of_day, {"start", "days"}, "due"),
}


def agrees(found: Answer, expected: Any, tolerance: float) -> bool:
    """Whether an answer is the expected one, give or take ``tolerance`` seconds."""
    if isinstance(found, bool):
        return found is expected
    if isinstance(found, datetime):
        return abs(found - parse_instant(expected)) <= timedelta(seconds=tolerance)
    if isinstance(found, date):
        return found == date.fromisoformat(expected)
    return abs(found - expected) <= tolerance


def shown(found: Answer) -> str:
    return format_instant(found) if isinstance(found, datetime) else str(found)


class Run:
    """One file: its calendars are built when they are used."""

    def __init__(self, file: dict[str, Any]) -> None:
        self.calendars: dict[str, Any] = file["calendars"]
        self.vectors: list[dict[str, Any]] = file["vectors"]
        self.built: dict[str, WorkingCalendar] = {}

    def calendar(self, name: str) -> WorkingCalendar:
        if name not in self.built:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", CalendarWarning)  # a peer's calendar is taken as it is
                self.built[name] = WorkingCalendar.from_dict(self.calendars[name])
        return self.built[name]

    def judge(self, vector: dict[str, Any]) -> str:
        """Evaluate one vector and print it unless it agrees."""
        if vector["kind"] in BY_HAND:
            return "not run"
        evaluate, _, wanted = KINDS[vector["kind"]]
        expected = vector["expect"][wanted]
        try:
            found = evaluate(self.calendar(vector["calendar"]), vector["input"])
            right, text = agrees(found, expected, vector.get("tolerance_s") or 0), shown(found)
        except ComplaintKitError as refusal:
            right, text = False, f"refused: {refusal}"
        verdict = "disputed" if vector["status"] == "disputed" else "agree" if right else "disagree"
        if verdict != "agree":
            print(f"{verdict}: {vector['id']}: expected {expected}, found {text}")
        return verdict


def check(file: Any) -> None:
    """Refuse what is not known, before anything is counted."""
    known(file, TOP, "file")
    for name, calendar in file["calendars"].items():
        known(calendar, CALENDAR, name)
    for vector in file["vectors"]:
        known(vector, VECTOR, str(vector.get("id")))
        kind, where = vector["kind"], vector["id"]
        if kind not in BY_HAND | set(KINDS) or vector["status"] not in STATUSES:
            raise Unknown(f"{where}: kind {kind!r}, status {vector['status']!r}")
        if kind in KINDS:
            known(vector["input"], KINDS[kind][1], where)
            known(vector["expect"], {KINDS[kind][2]}, where)
            if vector["calendar"] not in file["calendars"]:
                raise Unknown(f"{where}: calendar {vector['calendar']!r}")


def known(table: dict[str, Any], keys: set[str], where: str) -> None:
    if set(table) - keys:
        raise Unknown(f"{where}: {', '.join(sorted(set(table) - keys))}")


def main(arguments: list[str]) -> int:
    try:
        (path,) = arguments
        file = json.loads(Path(path).read_text(encoding="utf-8"))
        check(file)
        run = Run(file)
        counts = Counter(run.judge(vector) for vector in run.vectors)
    except Unknown as problem:
        print(f"not known: {problem}", file=sys.stderr)
        return 2
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        print(f"usage: python -m tests.conformance.sla FILE ({type(problem).__name__}: {problem})", file=sys.stderr)
        return 2
    print(", ".join(f"{counts[verdict]} {verdict}" for verdict in ("agree", "disagree", "disputed", "not run")))
    return 1 if counts["disagree"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
