"""``complaintkit find``: complaints in the order in which they should be worked."""

from __future__ import annotations

from argparse import Namespace
from zoneinfo import ZoneInfo

from complaintkit.cli.desks import actor, opened
from complaintkit.cli.output import Answer, local, table, words
from complaintkit.cli.parsing import Parser, an_actor, an_instant, code_of, common, on_a_book
from complaintkit.cli.views import summary_data
from complaintkit.ports import Query, Summary
from complaintkit.timekeeping.instants import parse_instant
from complaintkit.vocabulary import Band, Handling

EXAMPLES = """\
  complaintkit find --open --book book.db
  complaintkit find --band P1 --owner handler-2
  complaintkit find --open --due-before 2026-03-10T17:00:00Z --json
"""


def configure(parser: Parser) -> None:
    """Add the options; every one that is given must agree, and no text is ever searched."""
    parser.add_argument(
        "--state", metavar="STATE", type=code_of(Handling, "state"), help=f"one of {', '.join(Handling)}"
    )
    parser.add_argument("--band", metavar="BAND", type=code_of(Band, "band"), help=f"one of {', '.join(Band)}")
    for name in ("owner", "unit", "person"):
        parser.add_argument(f"--{name}", metavar="ID", help=f"the id of the {name}")
    parser.add_argument(
        "--due-before", metavar="INSTANT", type=an_instant, help="with an open promise that is due before then"
    )
    parser.add_argument("--open", action="store_true", help="only where handling is still going on")
    an_actor(parser, required=False)
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Search, and show the queue: band, then rank with aging, then receipt (P-15)."""
    query = Query(
        state=args.state,
        band=args.band,
        owner=args.owner,
        unit=args.unit,
        person=args.person,
        due_before=args.due_before,
        is_open=True if args.open else None,
    )
    by = actor(args)
    with opened(args) as desk:
        found = desk.find(query, by)
        zone = desk.profile.calendar.zone
        rows = [_row(row, zone) for row in found]
    headings = ("complaint", "band", "state", "next promise due", "owner", "unit", "received")
    lines = [*table(headings, rows), "", f"{len(rows)} found, times in {zone.key}"] if rows else ["nothing found"]
    return Answer({"complaints": [summary_data(row) for row in found]}, lines)


def _row(row: Summary, zone: ZoneInfo) -> tuple[object, ...]:
    received, due = (parse_instant(text) if text else None for text in (row.received_at, row.due_at))
    state = words(Handling(row.state))
    return (row.stream, row.band, state, local(due, zone), row.owner, row.unit, local(received, zone))
