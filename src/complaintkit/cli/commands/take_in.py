"""``complaintkit import``: take in the records of another system, and say what was odd about them."""

from __future__ import annotations

from argparse import Namespace

from complaintkit.cli.desks import opened
from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, common, may_create, on_a_book
from complaintkit.cli.progress import progress_bar

EXAMPLES = """\
  complaintkit import complaints.csv --profile cfpb --book book.db --plaintext-vault
  complaintkit import records.csv --profile ours.toml --book book.db --json

The same file again changes nothing; a row that says something else than before is recorded as a correction.
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("file", metavar="FILE", help="the table: a CSV file")
    parser.add_argument(
        "--profile", metavar="NAME", required=True, help="what its columns mean: cfpb, or the path of a TOML file"
    )
    may_create(parser)
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Read the mapping profile before any book is made, then import."""
    from complaintkit.exchange import import_records, load_mapping

    mapping = load_mapping(args.profile)
    with opened(args) as desk, progress_bar(wanted=not args.json) as progress:
        report = import_records(desk, args.file, mapping, progress=progress)
    return Answer(report.to_dict(), str(report).splitlines())
