"""``complaintkit report``: figures, charts and the tables behind them, in one page that needs no network."""

from __future__ import annotations

import argparse
from argparse import Namespace
from datetime import date
from pathlib import Path

from complaintkit.cli.desks import opened
from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, common, on_a_book, one_of
from complaintkit.vocabulary import Language

EXAMPLES = """\
  complaintkit report --book book.db --into report/
  complaintkit report --book book.db --into report/ --language he --period 2026-01-01..2026-03-31
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("--into", metavar="DIR", required=True, help="the folder of the report; made if missing")
    parser.add_argument(
        "--language", metavar="CODE", default="en", type=one_of(Language, "language"), help="en, he or fa (default: en)"
    )
    parser.add_argument(
        "--period", metavar="FIRST..LAST", type=a_period, help="the local dates it speaks of, both included"
    )
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def a_period(text: str) -> tuple[date, date]:
    """Two dates with two dots between them.

    >>> a_period("2026-01-01..2026-03-31")
    (datetime.date(2026, 1, 1), datetime.date(2026, 3, 31))
    """
    try:
        first, last = map(date.fromisoformat, text.split(".."))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no period (as in 2026-01-01..2026-03-31)") from None
    return first, last


def run(args: Namespace) -> Answer:
    """Read the book into facts, and write the page, the same as JSON, and the same as CSV."""
    from complaintkit.measures import Period, read_facts, write_report

    period = Period(*args.period) if args.period else None
    with opened(args) as desk:
        facts = read_facts(desk.store, desk.clock.now(), desk.profile.calendar)
        page = write_report(facts, Path(args.into), language=args.language, period=period, store=desk.store)
    written = [str(page.with_suffix(suffix)) for suffix in (".html", ".json", ".csv")]
    return Answer({"files": written}, [f"wrote {name}" for name in written])
