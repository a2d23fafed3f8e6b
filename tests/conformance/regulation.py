"""Run a file of legal terms against the term types.

``python -m tests.conformance.regulation FILE`` builds each vector's term, evaluates it and ends with one
line of counts. A unit that only a host can supply is skipped. With ``--packs`` the named pack is asked for
the named milestone instead, with the vector's calendar as the host's own; vectors without a pack are
skipped. Exit 1 when a vector disagrees, 2 when the file has keys that are not known.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from complaintkit.errors import ComplaintKitError, PolicyWarning
from complaintkit.policy import load_pack
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
    """The vector cannot be asked here, for the reason given."""


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
        raise Skipped(f"the unit {term['unit']} comes from the host")
    conventions = Conventions(
        count=Count(term.get("count", "exclusive")),
        roll=Roll(term.get("roll", "none")),
        receipt=Receipt(term.get("receipt", "as_received")),
        zone=zone,
    )
    start = term["from"] if isinstance(term["from"], str) else deadline(term["from"], zone)
    suspended = tuple((moment(since), moment(until)) for since, until in term.get("suspended", ()))
    return Counted(start, Term(UNITS[term["unit"]](term["n"]), conventions), suspended)


Finding = Callable[[dict[str, Any], dict[str, WorkingCalendar]], Reckoning | None]


def moments(vector: dict[str, Any]) -> dict[str, datetime | date]:
    """When the anchors of a vector happened."""
    return {name: moment(text) for name, text in vector["anchors"].items()}


def by_term(vector: dict[str, Any], calendars: dict[str, WorkingCalendar]) -> Reckoning:
    """What the term that the vector spells out comes to."""
    return deadline(vector["term"], vector["zone"]).reckon(moments(vector), calendars[vector["calendar"]])


def by_pack(vector: dict[str, Any], calendars: dict[str, WorkingCalendar]) -> Reckoning | None:
    """What the named pack says about the named milestone."""
    if vector["pack"] is None:
        raise Skipped("no pack is asked for")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PolicyWarning)
        pack = load_pack(vector["pack"])
    calendar, zone = calendars[vector["calendar"]], vector["zone"]
    return pack.clock(vector["milestone"], moments(vector), vector["facts"], calendar=calendar, zone=zone).reckoning


def judge(vector: dict[str, Any], calendars: dict[str, WorkingCalendar], find: Finding) -> str:
    """Evaluate one vector and print it unless it agrees."""
    try:
        found = find(vector, calendars)
        right, text = agrees(found, vector), told(found) if found else "none"
    except Skipped as reason:
        print(f"skipped: {vector['id']}: {reason}")
        return "skipped"
    except ComplaintKitError as refusal:
        right, text = False, f"refused: {refusal}"
    if not right:
        print(f"disagree: {vector['id']}: expected {vector['expect']}, found {text}")
    return "agree" if right else "disagree"


def agrees(found: Reckoning | None, vector: dict[str, Any]) -> bool:
    """Whether what was found is due on the expected day, or at the expected instant; nothing for nothing."""
    if found is None or vector["expect"] is None:
        return found is vector["expect"]
    expected = moment(vector["expect"])
    if isinstance(expected, datetime):
        return found.at == expected
    return found.day == expected and found.at <= end_of_day(expected, zone_named(vector["zone"]))


def told(found: Reckoning) -> str:
    """The last day of a term in days, the instant of another."""
    return str(found.day or found.at)


def known(table: dict[str, Any], keys: set[str], where: str) -> None:
    if set(table) - keys:
        raise Unknown(f"{where}: {', '.join(sorted(set(table) - keys))}")


def run(file: dict[str, Any], find: Finding = by_term) -> Counter[str]:
    """The verdicts on all vectors."""
    known(file, TOP, "file")
    for vector in file["vectors"]:
        known(vector, VECTOR, str(vector.get("id")))
    calendars = {name: WorkingCalendar.from_dict(table) for name, table in file["calendars"].items()}
    return Counter(judge(vector, calendars, find) for vector in file["vectors"])


def main(arguments: list[str]) -> int:
    try:
        (path,) = (argument for argument in arguments if argument != "--packs")
        find: Finding = by_pack if "--packs" in arguments else by_term
        counts = run(json.loads(Path(path).read_text(encoding="utf-8")), find)
    except Unknown as problem:
        print(f"not known: {problem}", file=sys.stderr)
        return 2
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        print(
            f"usage: python -m tests.conformance.regulation FILE [--packs] ({type(problem).__name__})", file=sys.stderr
        )
        return 2
    print(", ".join(f"{counts[verdict]} {verdict}" for verdict in ("agree", "disagree", "skipped")))
    return 1 if counts["disagree"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
