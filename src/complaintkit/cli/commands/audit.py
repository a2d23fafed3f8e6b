"""``complaintkit audit verify``: whether a book still says what was written into it."""

from __future__ import annotations

from argparse import Namespace

from complaintkit.cli.desks import opened_store, vault_of
from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, common, on_a_book, one_of
from complaintkit.desk import Audit, verify_book

EXAMPLES = """\
  complaintkit audit verify --book book.db

Keep the root that is printed somewhere else: with it you can tell later that not even the whole book was replaced.
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("what", metavar="verify", type=one_of(["verify"], "audit"), help="verify the whole log")
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Verify every entry, the head, and the commitments to the personal texts that still exist."""
    with opened_store(args) as store, vault_of(args) as vault:
        audit = verify_book(store, vault=vault)
    data = {
        "sound": audit.sound,
        "entries": audit.size,
        "root": audit.root,
        "texts": audit.texts,
        "texts_gone": audit.gone,
        "texts_locked": audit.locked,
        "faults": list(audit.faults),
    }
    return Answer(data, _lines(audit), code=0 if audit.sound else 1)


def _lines(audit: Audit) -> list[str]:
    lines = [
        f"{audit.size} entries, Merkle root {audit.root}",
        f"{audit.texts} personal texts agree with their commitments, {audit.gone} are gone",
    ]
    if audit.locked:
        lines.append(f"{audit.locked} are encrypted, and were not compared: name --keys")
    if audit.sound:
        return [*lines, "sound: nothing was edited, removed, inserted or moved"]
    return [*lines, "NOT sound:", *(f"  {fault}" for fault in audit.faults)]
