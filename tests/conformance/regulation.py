"""Run a file of legal terms against the term types.

``python -m tests.conformance.regulation FILE`` builds each vector's term, evaluates it and ends with one
line of counts. A unit that only a host can supply is skipped. Exit 1 when a vector disagrees, 2 when
the file has keys that are not known.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

from complaintkit.errors import ComplaintKitError
from complaintkit.timekeeping import (
    Conventions,
    Count,
    Counted,
    Deadline,
    EarlierOf,
    LaterOf,
    Receipt,
    Reckoning,
    Roll,
    Term,
    WorkingCalendar,
    end_of_day,
    parse_instant,
    zone_named,
)
from complaintkit.timekeeping.parsing import UNITS

TOP = {"schema", "conventions", "calendars", "vectors"}
VECTOR = {"id", "pack", "milestone", "zone", "calendar", "anchors", "facts", "term", "expect", "note"}
COUNTED = {"from", "n", "unit", "count", "roll", "receipt", "suspended"}


class Unknown(Exception):
    """The file holds something that this runner does not know."""


class Skipped(Exception):
    """The vector needs a unit that the host supplies."""


def moment(text: str) -> datetime | date:
    """A date, or an instant where the text has a time."""
    return date.fromisoformat(text) if len(text) == 10 else parse_instant(text)


def deadline(term: dict[str, Any], zone: str) -> Deadline:
    """The deadline that a vector's term describes."""
    for choice, together in (("earlier_of", EarlierOf), ("later_of", LaterOf)):
        if choice in term:
            known(term, {choice}, "term")
            return together([deadline(part, zone) for part in term[choice]])
    known(term, COUNTED, "term")
    if term["unit"] not in UNITS:
        raise Skipped(term["unit"])
    conventions = Conventions(
        count=Count(term.get("count", "exclusive")),
        roll=Roll(term.get("roll", "none")),
        receipt=Receipt(term.get("receipt", "as_received")),
        zone=zone,
    )
    start = term["from"] if isinstance(term["from"], str) else deadline(term["from"], zone)
    suspended = tuple((moment(since), moment(until)) for since, until in term.get("suspended", ()))
    return Counted(start, Term(UNITS[term["unit"]](term["n"]), conventions), suspended)


def judge(vector: dict[str, Any], calendars: dict[str, WorkingCalendar]) -> str:
    """Evaluate one vector and print it unless it agrees."""
    expected = moment(vector["expect"])
    at = expected if isinstance(expected, datetime) else end_of_day(expected, zone_named(vector["zone"]))
    anchors = {name: moment(text) for name, text in vector["anchors"].items()}
    try:
        found = deadline(vector["term"], vector["zone"]).reckon(anchors, calendars[vector["calendar"]])
        right, text = found.at == at, told(found)
    except Skipped as unit:
        print(f"skipped: {vector['id']}: the unit {unit} comes from the host")
        return "skipped"
    except ComplaintKitError as refusal:
        right, text = False, f"refused: {refusal}"
    if not right:
        print(f"disagree: {vector['id']}: expected {vector['expect']}, found {text}")
    return "agree" if right else "disagree"


def told(found: Reckoning) -> str:
    """The last day of a term in days, the instant of another."""
    return str(found.day or found.at)


def known(table: dict[str, Any], keys: set[str], where: str) -> None:
    if set(table) - keys:
        raise Unknown(f"{where}: {', '.join(sorted(set(table) - keys))}")


def run(file: dict[str, Any]) -> Counter[str]:
    """The verdicts on all vectors."""
    known(file, TOP, "file")
    for vector in file["vectors"]:
        known(vector, VECTOR, str(vector.get("id")))
    calendars = {name: WorkingCalendar.from_dict(table) for name, table in file["calendars"].items()}
    return Counter(judge(vector, calendars) for vector in file["vectors"])


def main(arguments: list[str]) -> int:
    try:
        (path,) = arguments
        counts = run(json.loads(Path(path).read_text(encoding="utf-8")))
    except Unknown as problem:
        print(f"not known: {problem}", file=sys.stderr)
        return 2
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        print(f"usage: python -m tests.conformance.regulation FILE ({type(problem).__name__})", file=sys.stderr)
        return 2
    print(", ".join(f"{counts[verdict]} {verdict}" for verdict in ("agree", "disagree", "skipped")))
    return 1 if counts["disagree"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
