"""``complaintkit disclosures``: who has read or got which personal texts, what for, and from whom."""

from __future__ import annotations

from argparse import Namespace

from complaintkit.cli.desks import opened_store
from complaintkit.cli.output import Answer, local, table, words
from complaintkit.cli.parsing import Parser, common, on_a_book
from complaintkit.desk import Disclosure, disclosures
from complaintkit.policy import load_profile

EXAMPLES = """\
  complaintkit disclosures --complaint C-W4P1-AZ00-A7SS-W --book book.db
  complaintkit disclosures --person person-17 --json
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("--complaint", metavar="REF", help="of one complaint")
    parser.add_argument("--person", metavar="PERSON", help="of the complaints of a person (an opaque id)")
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """List the disclosures; nothing personal is in them."""
    with opened_store(args) as store:
        found = list(disclosures(store, complaint=args.complaint, person=args.person))
    zone = load_profile(args.policy).calendar.zone
    rows = [(local(each.at, zone), each.complaint, words(each.purpose), *_who(each), each.items) for each in found]
    lines = table(("when", "complaint", "what for", "by", "to", "texts"), rows) if rows else ["no text was read"]
    return Answer({"disclosures": [each.to_dict() for each in found]}, lines)


def _who(each: Disclosure) -> tuple[str, str]:
    return f"{each.by.id} ({words(each.by.role)})", each.to or "-"
