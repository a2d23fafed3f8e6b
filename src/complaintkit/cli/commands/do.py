"""``complaintkit do``: carry out one command, so that a workflow can be scripted from the shell."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from complaintkit.cli.desks import actor, opened
from complaintkit.cli.output import Answer, words
from complaintkit.cli.parsing import Parser, a_number, a_role, an_actor, an_instant, common, may_create, on_a_book
from complaintkit.cli.strict_json import LIMIT, read_object
from complaintkit.cli.views import entry_data, reason_data
from complaintkit.commands import from_dict
from complaintkit.desk import ComplaintDesk, Outcome, Preview
from complaintkit.errors import MalformedInput
from complaintkit.journal import codec
from complaintkit.values import Actor

EXAMPLES = """\
  complaintkit do '{"type": "register-complaint", "owner": "handler-2", "narrative": "I was charged twice."}' \\
      --as front-line-agent --actor agent-7 --book book.db --plaintext-vault
  complaintkit do begin.json --as case-handler --actor handler-2 --key step-2 --version 5
  echo '{"type": "accept-outcome", ...}' | complaintkit do - --as RO-04 --actor handler-2 --for complainant
  complaintkit do '{"type": "close-complaint", ...}' --as RO-04 --actor handler-2 --dry-run

The same --key again gives the first answer and does nothing twice: use one when a script may be started again.
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("source", metavar="COMMAND", help="JSON, a file that holds it, or - for standard input")
    an_actor(parser, required=True)
    parser.add_argument(
        "--for", dest="behalf", metavar="ROLE", type=a_role, help="record an act of this role on their behalf"
    )
    parser.add_argument("--key", metavar="KEY", help="the command id: the same one again gives the first answer")
    parser.add_argument(
        "--version", metavar="N", type=a_number, help="what you last saw of the complaint; else refused"
    )
    parser.add_argument("--occurred", metavar="INSTANT", type=an_instant, help="when it happened (default: now)")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
    may_create(parser)
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Read the command strictly, before any book is touched; then carry it out."""
    command = from_dict(read_object(_source(args.source)))
    by = actor(args)
    by = by.on_behalf_of(args.behalf) if args.behalf else by
    args.plaintext_vault = None if args.dry_run else args.plaintext_vault
    with opened(args) as desk:
        return _preview(desk, command, by, args) if args.dry_run else _handle(desk, command, by, args)


def _source(named: str) -> bytes:
    """The bytes of the command: given as such, from standard input, or from a file."""
    if named.lstrip().startswith("{"):
        return named.encode("utf-8", "surrogateescape")
    if named == "-":
        return sys.stdin.buffer.read(LIMIT + 1)
    path = Path(named)
    if not path.is_file():
        raise MalformedInput(f"there is no file {named[:80]}", hint="give JSON that begins with {, a file, or -")
    with path.open("rb") as file:
        return file.read(LIMIT + 1)


def _handle(desk: ComplaintDesk, command: object, by: Actor, args: Namespace) -> Answer:
    outcome = desk.handle(command, by, key=args.key, version=args.version, occurred=args.occurred)
    complaint = outcome.complaint
    data = {
        "complaint": complaint.ref,
        "state": complaint.handling.value,
        "version": complaint.version,
        "repeated": outcome.repeated,
        "entries": [entry_data(entry) for entry in outcome.entries],
        "letters": len(outcome.notices),
    }
    return Answer(data, _lines(outcome))


def _lines(outcome: Outcome) -> list[str]:
    complaint = outcome.complaint
    lines = [f"{complaint.ref} is {words(complaint.handling)}, version {complaint.version}"]
    if outcome.repeated:
        lines.append("  this command id was carried out before; nothing was done again")
    return lines + [f"  {words(entry.type)}" for entry in outcome.entries]


def _preview(desk: ComplaintDesk, command: object, by: Actor, args: Namespace) -> Answer:
    preview = desk.preview(command, by, key=args.key, version=args.version, occurred=args.occurred)
    refusal = preview.refusal
    data = {
        "complaint": getattr(command, "complaint", None),
        "possible": refusal is None,
        "events": [codec.to_dict(event)["type"] for event in preview.events],
        "reasons": [reason_data(reason) for reason in refusal.reasons] if refusal else [],
        "allowed": list(refusal.allowed) if refusal else [],
    }
    return Answer(data, _told(preview), code=0 if refusal is None else 1)


def _told(preview: Preview) -> list[str]:
    """What would happen, or every reason why not."""
    if preview.refusal is None:
        return ["would be done:", *(f"  {words(codec.to_dict(event)['type'])}" for event in preview.events)]
    refusal = preview.refusal
    instead = ", ".join(refusal.allowed)
    lines = [f"would be refused: {refusal.command}", *(f"  {reason}" for reason in refusal.reasons)]
    return lines + ([f"allowed now: {instead}"] if instead else [])
