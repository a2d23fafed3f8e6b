"""``complaintkit retention``: which complaints are due for disposal, and why the others are kept."""

from __future__ import annotations

from argparse import Namespace

from complaintkit.cli.desks import opened
from complaintkit.cli.evidence import a_signature, signed, signer
from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, common, on_a_book
from complaintkit.desk import disposal_certificate, retained
from complaintkit.privacy.certificate import Certificate
from complaintkit.privacy.disposal import Kept
from complaintkit.timekeeping.instants import format_instant

EXAMPLES = """\
  complaintkit retention --due --policy ours.toml --book book.db
  complaintkit retention C-W4P1-AZ00-A7SS-W --policy ours.toml --book book.db --json

What is due goes with the next complaintkit tick, by the [[retention]] rules of the profile that say erase_after.
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("ref", metavar="REF", nargs="?", help="one complaint; without it, all that have texts")
    parser.add_argument("--due", action="store_true", help="only what nothing keeps any more")
    a_signature(parser)
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Say for each complaint what keeps it."""
    key = signer(args)
    with opened(args) as desk:
        several = retained(desk.store, desk.profile, desk.clock.now(), args.ref)
        found = [each for each in several if each.is_due or not args.due]
        certificate = disposal_certificate(desk.store, args.ref) if args.ref else None
    lines = [line for each in found for line in _lines(each, certificate)]
    data = [_data(each) for each in found]
    told = certificate and certificate.to_dict()
    note = signed(certificate, key)
    lines = (lines or ["nothing is due"]) + (note or "").splitlines()
    return Answer({"complaints": data, "certificate": told, "signed": note}, lines)


def _data(each: Kept) -> dict[str, object]:
    kept = [
        {"rule": block.rule, "why": block.text, "until": block.until and format_instant(block.until)}
        for block in each.blocks
    ]
    due = each.due and format_instant(each.due)
    return {"complaint": each.complaint, "due": each.is_due, "goes_at": due, "kept": kept}


def _lines(each: Kept, certificate: Certificate | None) -> list[str]:
    if certificate is not None:
        return [f"{each.complaint} was disposed of: certificate {certificate.digest}"]
    if each.is_due:
        return [f"{each.complaint} is due: {', '.join(f'{rule.rule} ({rule.source})' for rule in each.rules)}"]
    end = f"goes {each.due:%Y-%m-%d}" if each.due else "does not go by itself"
    return [f"{each.complaint} {end}", *(f"  kept: {block.reason}" for block in each.blocks)]
