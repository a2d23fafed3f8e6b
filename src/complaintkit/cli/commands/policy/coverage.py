"""``complaintkit policy coverage``: which rules no test fires, and whether that is too many."""

from __future__ import annotations

from argparse import Namespace

from complaintkit.cli.commands.policy.testing import coverage_data, coverage_lines
from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, a_number, common
from complaintkit.policy.trial import try_out

EXAMPLES = """\
  complaintkit policy coverage ours.toml
  complaintkit policy coverage ours.toml --require 80
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("file", metavar="FILE", help="a TOML file, or a name of the library")
    parser.add_argument(
        "--require", metavar="PERCENT", type=a_number, default=0, help="end with 1 where fewer rules are fired"
    )
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Run the tests for what they fire; whether they pass is for ``policy test``."""
    trial = try_out(args.file)
    enough = trial.percent >= args.require
    lines = coverage_lines(trial) + ([] if enough else [f"that is less than the {args.require} % that are required"])
    data = {"policy": trial.subject.label, "enough": enough} | coverage_data(trial)
    return Answer(data, lines, code=0 if enough else 1)
