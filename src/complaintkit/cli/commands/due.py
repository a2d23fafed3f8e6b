"""``complaintkit due``: when something is due, and why."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Iterator

from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, a_language, a_moment, code_of, common, read_calendar
from complaintkit.errors import MalformedInput, UsageError
from complaintkit.policy import as_term, load_profile
from complaintkit.timekeeping import (
    Term,
    Unit,
    explain,
    format_instant,
    parse_term,
    parse_unit,
    write_term,
)
from complaintkit.timekeeping.conventions import Standstill
from complaintkit.timekeeping.explanation import Why
from complaintkit.vocabulary import Band, CommitmentKind

EXAMPLES = """\
  complaintkit due --start 2026-03-02T10:00:00Z --kind final --band P2 --policy ours.toml
  complaintkit due --start 2026-03-02 --term working_days=5 --calendar office.toml --explain
  complaintkit due --start 2026-03-02 --term "months=6 roll=forward" --extend weeks=2 --explain --language fa
  complaintkit due --start 2026-03-02T10:00:00Z --term working_hours=8 --pause 2026-03-02T12:00:00Z/2026-03-03T09:00:00Z
"""


def configure(parser: Parser) -> None:
    """Add the options: the start, a term or a kind of commitment, a calendar or a profile, and what happened since."""
    parser.add_argument(
        "--start", metavar="WHEN", type=a_moment, required=True, help="an instant, or a date where no more is known"
    )
    parser.add_argument(
        "--term", metavar="TERM", type=_a_term, help='such as working_days=5, or "months=6 roll=forward"'
    )
    parser.add_argument(
        "--kind", metavar="KIND", type=code_of(CommitmentKind, "kind"), help=f"one of {', '.join(CommitmentKind)}"
    )
    parser.add_argument(
        "--band", metavar="BAND", type=code_of(Band, "band"), default=Band.P4, help="P1 to P4 (default: P4)"
    )
    parser.add_argument("--calendar", metavar="FILE", help="a working calendar in TOML, in place of the profile's")
    parser.add_argument("--policy", metavar="PATH", default="standard", help="the organisation's own profile, in TOML")
    parser.add_argument(
        "--pause",
        metavar="FROM/TO",
        type=_a_pause,
        action="append",
        default=[],
        help="the clock stood; may be repeated",
    )
    parser.add_argument(
        "--extend", metavar="TERM", type=_a_unit, action="append", default=[], help="such as weeks=2; may be repeated"
    )
    parser.add_argument("--explain", action="store_true", help="say everything that counted")
    a_language(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Reckon; of several regimes the strictest comes first."""
    found = sorted(_reckoned(args), key=lambda why: why.due)
    if not found:
        raise UsageError(f"the profile owes no {args.kind} in {args.band}", hint="name another --kind or --band")
    dates = [why.to_dict() if args.explain else _short(why) for why in found]
    lines = [line for why in found for line in _lines(why, args)]
    return Answer({"due": format_instant(found[0].due), "dates": dates}, lines)


def _reckoned(args: Namespace) -> Iterator[Why]:
    """The date of the term, or of every rule that owes such a commitment."""
    profile = load_profile(args.policy)
    calendar = read_calendar(args.calendar) if args.calendar else profile.calendar
    if (args.term is None) == (args.kind is None):
        raise UsageError("one of --term and --kind is needed", hint="as in: --term working_days=5")
    terms = {"": as_term(args.term)} if args.term else profile.terms(args.kind, args.band)
    for name, term in terms.items():
        regime = profile.regime(name)
        rule = "" if args.term else name or profile.label
        source = regime.source if regime else ""
        yield explain(term.extended(*args.extend), args.start, calendar, args.pause, rule=rule, source=source)


def _short(why: Why) -> dict[str, object]:
    return {"due": format_instant(why.due), "rule": why.rule, "term": write_term(why.term), "calendar": why.calendar.id}


def _lines(why: Why, args: Namespace) -> tuple[str, ...]:
    told = why.told(args.language)
    return (*told, "") if args.explain else told[:2]


def _a_pause(text: str) -> Standstill:
    since, slash, until = text.partition("/")
    if not slash:
        raise argparse.ArgumentTypeError(f"{text[:60]!r} is no pause (write it as FROM/TO)")
    return a_moment(since), a_moment(until)


def _a_term(text: str) -> Unit | Term:
    try:
        return parse_term(_pairs(text))
    except MalformedInput as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _a_unit(text: str) -> Unit:
    try:
        return parse_unit(_pairs(text))
    except MalformedInput as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _pairs(text: str) -> dict[str, object]:
    """``key=value`` parts, numbers as numbers.

    >>> _pairs("months=6 roll=forward")
    {'months': 6, 'roll': 'forward'}
    """
    parts = (part.partition("=") for part in text.split())
    return {key: int(value) if value.isascii() and value.isdecimal() else value for key, _, value in parts}
