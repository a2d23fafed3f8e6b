"""``complaintkit demo``: a year of fictional complaints, worked from receipt to report."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, common, one_of
from complaintkit.vocabulary import Language

EXAMPLES = """\
  complaintkit demo --into demo-output
  complaintkit demo --into demo-output --language fa
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("--into", metavar="DIR", default="demo-output", help="where everything goes (demo-output)")
    parser.add_argument(
        "--language",
        metavar="CODE",
        default="en",
        type=one_of(Language, "language"),
        help="of the report: en, he or fa",
    )
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Run it; what it tells goes to standard output as it happens, with ``--json`` to standard error."""
    from complaintkit.cli.demo import run_demo

    run_demo(Path(args.into), out=sys.stderr if args.json else sys.stdout, language=args.language)
    return Answer({"into": args.into}, [])
