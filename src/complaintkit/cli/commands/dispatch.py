"""``complaintkit dispatch``: send the letters that are due, and record what became of them."""

from __future__ import annotations

from argparse import Namespace

from complaintkit.cli.desks import opened
from complaintkit.cli.output import Answer, table, words
from complaintkit.cli.parsing import Parser, common, on_a_book
from complaintkit.cli.senders import a_sender, sender_of
from complaintkit.desk import ComplaintDesk, Dispatched
from complaintkit.vocabulary import DeliveryStatus

EXAMPLES = """\
  complaintkit dispatch --letters out/ --book book.db      one .eml file for each letter, for any mail program
  complaintkit dispatch --smtp mail.example.org --sender complaints@example.org --book book.db
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    a_sender(parser)
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Send everything that is due; a letter that could not be handed over is a finding."""
    with opened(args, notifier=sender_of(args)) as desk:
        sent = _all(desk)
    rows = [(each.complaint, each.rule.value, words(each.rule), _status(each), each.detail) for each in sent]
    lines = table(("complaint", "rule", "letter", "now", "why"), rows) if rows else ["no letter is due"]
    good = all(each.status is DeliveryStatus.DISPATCHED for each in sent)
    return Answer({"letters": [_data(each) for each in sent]}, lines, code=0 if good else 1)


def _all(desk: ComplaintDesk) -> list[Dispatched]:
    """Batch after batch, until nothing is due."""
    sent: list[Dispatched] = []
    while batch := desk.dispatch():
        sent += batch
    return sent


def _status(each: Dispatched) -> str:
    return str(words(each.status)) if each.status else "to be tried again"


def _data(each: Dispatched) -> dict[str, object]:
    return {
        "complaint": each.complaint,
        "rule": each.rule.value,
        "status": each.status.value if each.status else None,
        "detail": each.detail,
    }
