"""``complaintkit show``: where a complaint stands, what was promised, and what happened."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from complaintkit.cli.desks import actor, opened
from complaintkit.cli.output import Answer, Heading, facts, local, prose, table, words
from complaintkit.cli.parsing import Parser, an_actor, code_of, common, on_a_book
from complaintkit.cli.story import story
from complaintkit.cli.views import complaint_data, entry_data, issue_data, promise_data
from complaintkit.complaint import Complaint, Triage
from complaintkit.desk import ComplaintDesk, RevealedTexts
from complaintkit.desk.reading import read_entries
from complaintkit.errors import UsageError
from complaintkit.journal import Entry
from complaintkit.vocabulary import Purpose

EXAMPLES = """\
  complaintkit show C-W4P1-AZ00-A7SS-W --book book.db
  complaintkit show C-W4P1-AZ00-A7SS-W --texts --purpose handle --as case-handler --actor handler-2
  complaintkit show C-W4P1-AZ00-A7SS-W --json
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("ref", metavar="REF", help="the reference of the complaint")
    parser.add_argument(
        "--texts", action="store_true", help="show personal texts too; that you read them is recorded in the book"
    )
    parser.add_argument(
        "--purpose",
        metavar="PURPOSE",
        type=code_of(Purpose, "purpose"),
        help=f"what texts are read for: {', '.join(Purpose)}",
    )
    an_actor(parser, required=False)
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Read the complaint, and its texts where they are asked for."""
    if args.texts and not (args.purpose and args.role and args.actor):
        hint = "add --purpose, --as and --actor: that texts were read, by whom and what for, is recorded"
        raise UsageError("personal texts are shown for a purpose, to somebody", hint=hint)
    by = actor(args)
    with opened(args) as desk:
        complaint = desk.get(args.ref, by)
        texts = desk.reveal(args.ref, by, args.purpose) if args.texts else None
        entries = read_entries(desk.store.entries(args.ref))
        return Answer(_data(complaint, entries, texts), _lines(desk, complaint, entries, texts))


def _data(complaint: Complaint, entries: Sequence[Entry], texts: RevealedTexts | None) -> dict[str, object]:
    return {
        "complaint": complaint_data(complaint),
        "issues": [issue_data(issue, complaint) for issue in complaint.issues],
        "promises": [promise_data(promise) for promise in complaint.commitments],
        "entries": [entry_data(entry) for entry in entries],
        "texts": None if texts is None else _told(complaint, texts),
    }


def _lines(
    desk: ComplaintDesk, complaint: Complaint, entries: Sequence[Entry], texts: RevealedTexts | None
) -> list[str]:
    zone = desk.profile.calendar.zone
    lines = [Heading(f"{complaint.ref} is {words(complaint.handling)}"), *facts(_facts(complaint, zone))]
    lines += _section("issues", ("no", "category", "finding", "about"), _issues(complaint))
    lines += _section("promises", ("what", "due", "now", "since"), _promises(complaint, zone))
    if texts is not None:
        lines += _texts(_told(complaint, texts))
    return lines + _section("story", ("when", "who", "what", "details"), story(entries, zone))


def _section(name: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    return ["", Heading(name), *table(headings, rows, "  ")] if rows else []


def _facts(complaint: Complaint, zone: ZoneInfo) -> list[tuple[str, object]]:
    intake, triage, outcome = complaint.intake, complaint.triage, complaint.outcome
    return [
        ("kind", words(complaint.kind)),
        ("priority", triage and _priority(complaint, triage)),
        ("they say", complaint.declared_urgency and words(complaint.declared_urgency)),
        ("track", triage and words(triage.track)),
        ("received", f"{local(complaint.received_at, zone)}, {words(intake.channel)}, {words(intake.language)}"),
        ("owner", complaint.owner),
        ("person", intake.person),
        ("unit", complaint.unit),
        ("facts", ", ".join(f"{name}: {value}" for name, value in intake.attributes)),
        ("record", intake.record),
        ("dates", ", ".join(f"{name}: {local(at, zone)}" for name, at in complaint.milestones)),
        ("outcome", outcome and words(outcome.value)),
        ("closed", complaint.closure and f"{local(complaint.closure.at, zone)}, {words(complaint.closure.reason)}"),
        ("learning", words(complaint.learning)),
        ("version", f"{complaint.version}, episode {complaint.episode}"),
        ("times in", zone.key),
    ]


def _priority(complaint: Complaint, triage: Triage) -> str:
    """The band that counts, and the assessed one where a person has set another (EV-09)."""
    band = complaint.band or triage.band
    assessed = "" if band is triage.band else f", assessed {triage.band.value}"
    return f"{band.value} ({words(band)}), rank {triage.rank}{assessed}"


def _issues(complaint: Complaint) -> list[Sequence[Any]]:
    data = [issue_data(issue, complaint) for issue in complaint.issues]
    return [(each["no"], each["category"], words(each["finding"]), each["respondent"]) for each in data]


def _promises(complaint: Complaint, zone: ZoneInfo) -> list[Sequence[Any]]:
    return [
        (words(each.kind), local(each.due, zone), words(each.status), local(each.settled_at, zone))
        for each in complaint.commitments
    ]


def _told(complaint: Complaint, texts: RevealedTexts) -> list[dict[str, str]]:
    """The texts with the field that each was given in, ``narrative`` for the complaint itself."""
    intake = complaint.intake
    given = {name: getattr(intake, name) for name in ("name", "reach", "narrative", "desired_outcome")}
    given |= {f"issue {issue.no}": issue.statement for issue in complaint.issues}
    names = {personal.ref: name for name, personal in given.items() if personal is not None}
    return [{"ref": ref, "field": names.get(ref) or ref.partition("/")[2], "text": texts[ref]} for ref in texts]


def _texts(told: list[dict[str, str]]) -> list[str]:
    lines = ["", Heading("texts")]
    for each in told:
        lines += [f"  {words(each['field'])}", *prose(each["text"], "    ")]
    return lines
