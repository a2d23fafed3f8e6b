"""``complaintkit erase``: erase the personal texts of a person; two people must ask for it."""

from __future__ import annotations

from argparse import Namespace

from complaintkit.cli.desks import actor, opened
from complaintkit.cli.evidence import a_signature, signed, signer
from complaintkit.cli.output import Answer, words
from complaintkit.cli.parsing import Parser, an_actor, code_of, common, on_a_book
from complaintkit.desk import ErasureOutcome
from complaintkit.timekeeping.instants import format_instant
from complaintkit.vocabulary import ErasureBasis, ErasureStage

EXAMPLES = """\
  complaintkit erase person-17 --as privacy-officer --actor privacy-1 --book book.db --keys keys.db
  complaintkit erase person-17 --as complaints-manager --actor manager-9 --json > certificate.json
  complaintkit erase person-17 --as privacy-officer --actor privacy-1 --sign log.key

The first one who asks requests it, another one approves it. What a legal hold or a duty to keep stands against is
erased by complaintkit tick as soon as nothing does any more. Asked again, it says how far it has come.
"""
_NEXT = {
    ErasureStage.REQUESTED: "somebody else must approve it: a privacy officer, the complaints manager or an executive",
    ErasureStage.APPROVED: "the rest goes when nothing keeps it any more: complaintkit tick",
    ErasureStage.ERASED: "deleted; complaintkit tick destroys keys and old copies once nobody reads them",
    ErasureStage.COMPLETED: "keys are destroyed, and no copy is left in the files of the book",
}


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("person", metavar="PERSON", help="the opaque id of the person, as the complaints name it")
    parser.add_argument(
        "--basis",
        metavar="WHY",
        type=code_of(ErasureBasis, "basis"),
        default=ErasureBasis.REQUEST,
        help=f"why: {', '.join(ErasureBasis)} (default: request)",
    )
    parser.add_argument("--key", metavar="KEY", help="the command id: the same one again asks nothing new")
    a_signature(parser)
    an_actor(parser, required=True)
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Request, approve or look again; what keeps complaints back is listed."""
    key = signer(args)
    with opened(args) as desk:
        outcome = desk.erase(args.person, actor(args), basis=args.basis, key=args.key)
    note = signed(outcome.certificate, key)
    return Answer(_data(outcome) | {"signed": note}, _lines(outcome) + (note or "").splitlines())


def _data(outcome: ErasureOutcome) -> dict[str, object]:
    erasure, certificate = outcome.erasure, outcome.certificate
    kept = [
        {
            "complaint": block.complaint,
            "rule": block.rule,
            "why": block.text,
            "until": block.until and format_instant(block.until),
        }
        for block in outcome.blocks
    ]
    return {
        "person": erasure.person,
        "stage": erasure.stage.value,
        "basis": erasure.basis.value,
        "complaints": list(erasure.complaints),
        "texts": erasure.texts,
        "kept": kept,
        "certificate": certificate and certificate.to_dict(),
    }


def _lines(outcome: ErasureOutcome) -> list[str]:
    erasure, certificate = outcome.erasure, outcome.certificate
    lines = [f"the erasure of {erasure.person} is {words(erasure.stage.value)}: {_NEXT[erasure.stage]}"]
    if erasure.complaints:
        lines.append(f"  deleted: {erasure.texts} items of {', '.join(erasure.complaints)}")
    lines += [f"  kept: {block.reason}" for block in outcome.blocks]
    if certificate:
        places = ", ".join(str(seq) for seq, _ in certificate.entries)
        lines.append(f"  certificate {certificate.digest}, by entries {places}")
    return lines
