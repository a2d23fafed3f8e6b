"""``complaintkit attach``: keep the bytes of evidence in a folder, and compare them with what is on file."""

from __future__ import annotations

import mimetypes
from argparse import Namespace
from pathlib import Path

from attrs import asdict

from complaintkit.adapters.attachments import FolderAttachments
from complaintkit.cli.desks import ONLOOKER, opened
from complaintkit.cli.output import Answer, facts
from complaintkit.cli.parsing import Parser, common, on_a_book
from complaintkit.desk import altered_evidence
from complaintkit.errors import UsageError

EXAMPLES = """\
  complaintkit attach ledger.csv --into evidence
  complaintkit attach advice.pdf --into evidence --privileged --json
  complaintkit attach --check C-7Q4M-K2XN-P0VB-3 --into evidence --book book.db

The digest that is printed goes into an add-evidence command. With --check it ends with 1 where bytes are missing or
are not those that were put on file.
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("file", metavar="FILE", nargs="?", help="the file to keep")
    parser.add_argument("--into", metavar="FOLDER", required=True, help="where the bytes lie; private, not encrypted")
    parser.add_argument("--type", metavar="TYPE", help="the media type (default: by the file's name)")
    parser.add_argument("--privileged", action="store_true", help="mark it as under legal privilege: not handed out")
    parser.add_argument("--check", metavar="REF", help="compare the evidence of this complaint with its bytes")
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Keep a file, or compare the evidence of a complaint."""
    if (args.file is None) == (args.check is None):
        raise UsageError("name a file, or a complaint with --check", hint="see: complaintkit attach --help")
    attachments = FolderAttachments(args.into)
    return _checked(args, attachments) if args.check else _kept(args, attachments)


def _kept(args: Namespace, attachments: FolderAttachments) -> Answer:
    media_type = args.type or mimetypes.guess_type(args.file)[0] or "application/octet-stream"
    kept = attachments.keep(Path(args.file).read_bytes(), media_type, privileged=args.privileged)
    return Answer(asdict(kept), facts(asdict(kept).items()))


def _checked(args: Namespace, attachments: FolderAttachments) -> Answer:
    with opened(args) as desk:
        complaint = desk.get(args.check, ONLOOKER)
    faults = altered_evidence(complaint, attachments)
    number = len(complaint.inquiry.evidence)
    lines = [f"{item}: {code}" for item, code in faults.items()] or [f"{number} items of evidence are as put on file"]
    data = {"complaint": complaint.ref, "evidence": number, "faults": faults}
    return Answer(data, lines, code=1 if faults else 0)
