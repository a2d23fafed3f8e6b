"""``complaintkit export-person``: hand out what a book holds about a person (right of access)."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from complaintkit.cli.desks import actor, opened
from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, a_language, an_actor, common, on_a_book
from complaintkit.desk import PersonExport, export_person

EXAMPLES = """\
  complaintkit export-person person-17 --as privacy-officer --actor privacy-1 --out answer --book book.db --keys keys.db
  complaintkit export-person person-17 --as complaints-manager --actor manager-9 --out answer --language fa --json

It writes person.json and person.html. Mark first what is about third parties (redact-text) and what is under legal
privilege (mark-privileged): it is left out and listed. That the texts were handed out is recorded.
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("person", metavar="PERSON", help="the opaque id of the person, as the complaints name it")
    parser.add_argument("--out", metavar="FOLDER", required=True, help="where the two files are written")
    an_actor(parser, required=True)
    a_language(parser, ", of the page")
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Write the export as data and as a page."""
    folder = Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)  # before anything is recorded as handed out
    with opened(args) as desk:
        export = export_person(desk, args.person, actor(args), language=args.language)
    for name, text in (("person.json", export.json()), ("person.html", export.html())):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return _answer(export, folder)


def _answer(export: PersonExport, folder: Path) -> Answer:
    told = {
        "person": export.person,
        "complaints": len(export.held),
        "texts": sum(len(held.shown.texts) for held in export.held),
        "redacted": sum(len(held.shown.redacted) for held in export.held),
        "withheld": sum(len(held.shown.withheld) for held in export.held),
        "files": [str(folder / "person.json"), str(folder / "person.html")],
    }
    counts = f"{told['texts']} texts of {told['complaints']} complaints, {told['redacted']} of them in part"
    line = f"wrote person.json and person.html to {folder}: {counts}; {told['withheld']} left out and listed"
    return Answer(told, [line])
