"""``complaintkit tick``: carry out what has fallen due by itself."""

from __future__ import annotations

from argparse import Namespace

from complaintkit.cli.desks import opened
from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, common, on_a_book

EXAMPLES = """\
  complaintkit tick --book book.db
  */5 * * * *  complaintkit tick --book /srv/book.db      as often as you like: what is done is done once
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument(
        "--confirm-clock", action="store_true", help="fire although the clock jumped: somebody has looked at it"
    )
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Fire every due timer once: breached promises, lapsed windows, drafts that register themselves."""
    with opened(args) as desk:
        fired = desk.tick(confirmed=args.confirm_clock)
    return Answer({"fired": fired}, [f"{fired} fell due and {'was' if fired == 1 else 'were'} carried out"])
