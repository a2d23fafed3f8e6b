"""``complaintkit doctor``: whether a book and the SQLite under it are well, and bringing an older book up."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime

from attrs import asdict

from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.adapters.sqlite.doctor import Examination, back_up, examine, upgrade
from complaintkit.cli.desks import existing_book
from complaintkit.cli.output import Answer, facts, note
from complaintkit.cli.parsing import Parser, common, on_a_book
from complaintkit.desk import health
from complaintkit.errors import CorruptStore
from complaintkit.timekeeping.clock import SystemClock
from complaintkit.timekeeping.instants import format_instant

EXAMPLES = """\
  complaintkit doctor --book book.db
  complaintkit doctor --book book.db --backup before.db --upgrade

Without --upgrade nothing is changed. It ends with 1 where somebody should see to something.
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("--upgrade", action="store_true", help="bring a book of an older schema up, all or nothing")
    parser.add_argument("--backup", metavar="FILE", help="copy the book first; a copy holds the personal texts, too")
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Examine the file; with ``--backup`` copy it, with ``--upgrade`` bring it up before that."""
    path = str(existing_book(args))
    if args.backup:
        back_up(path, args.backup, args.wait)
        note(f"copied the book to {args.backup}; no later erasure reaches that copy: delete it when it is not needed")
    if args.upgrade:
        _bring_up(path, args)
    seen = examine(path, args.wait)
    swept = _last_sweep(path, args) if seen.schema == seen.newest else None
    return Answer(_data(seen, swept), _lines(seen, swept), code=1 if seen.problems else 0)


def _bring_up(path: str, args: Namespace) -> None:
    seen = examine(path, args.wait)
    if seen.check:
        raise CorruptStore("a damaged file is not brought up", hint="restore a backup; see: complaintkit doctor")
    before, after = upgrade(path, args.wait)
    note(f"brought the book from schema {before} to {after}" if before != after else "the schema is the newest")


def _last_sweep(path: str, args: Namespace) -> datetime | None:
    with SqliteStore(path, busy_timeout=args.wait) as store:
        return health(store, args.now or SystemClock().now(), limit=1).last_sweep


def _data(seen: Examination, swept: datetime | None) -> dict[str, object]:
    return {
        **asdict(seen, recurse=False),
        "check": list(seen.check),
        "books": [book._asdict() for book in seen.books],
        "last_sweep": swept and format_instant(swept),
        "problems": list(seen.problems),
    }


def _lines(seen: Examination, swept: datetime | None) -> list[str]:
    told = facts(
        [
            ("SQLite", seen.library),
            ("WAL", "safe in this version" if seen.wal_is_safe else "not safe in this version, and not switched on"),
            ("journal", seen.journal_mode),
            ("settings", ", ".join(f"{name} {value}" for name, value in seen.settings.items())),
            ("file system", seen.file_system),
            ("schema", f"{seen.schema} (newest: {seen.newest})"),
            ("quick check", "ok" if not seen.check else f"{len(seen.check)} faults"),
            ("pages", f"{seen.pages}, {seen.free_pages} of them free"),
            ("last sweep", format_instant(swept) if swept else "never: complaintkit tick"),
        ]
    )
    for book in seen.books:
        told.append(f"{book.book}: {book.entries} entries, {book.timers} timers and {book.letters} letters wait")
    return [*told, *(f"PROBLEM: {problem}" for problem in seen.problems)] if seen.problems else [*told, "all is well"]
