"""``complaintkit policy schema``: what an editor needs to complete and check the file of a policy."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, common, one_of
from complaintkit.policy.schema import KINDS, schema

EXAMPLES = """\
  complaintkit policy schema                             the schema of a profile
  complaintkit policy schema pack
  complaintkit policy schema profile --into profile.json

Then the first line of your file is:  #:schema ./profile.json
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    kinds = ", ".join(KINDS)
    parser.add_argument(
        "kind", metavar="KIND", nargs="?", default="profile", type=one_of(KINDS, "schema"), help=f"one of {kinds}"
    )
    parser.add_argument("--into", metavar="FILE", type=Path, help="write it there instead of showing it")
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Draft the schema; with ``--json`` it is the one document, unless it goes into a file."""
    drafted = schema(args.kind)
    text = json.dumps(drafted, indent=2)
    if args.into is None:
        return Answer(drafted, text.split("\n"))
    args.into.write_text(text + "\n", encoding="utf-8")
    return Answer({"files": [str(args.into)]}, [f"wrote {args.into}"])
