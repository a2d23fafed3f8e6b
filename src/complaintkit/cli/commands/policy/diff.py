"""``complaintkit policy diff``: what differs between two policies, and which past complaints would change, and why."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from complaintkit.cli.commands.policy.asking import put, unknown_event
from complaintkit.cli.desks import opened_store
from complaintkit.cli.output import Answer, Heading
from complaintkit.cli.parsing import Parser, a_moment, a_number, common, read_calendar
from complaintkit.cli.strict_json import read_object
from complaintkit.desk.hindsight import replay_book
from complaintkit.errors import MalformedInput, UsageError
from complaintkit.policy import Profile, load_profile
from complaintkit.policy.differences import Difference, Past, Replayed, changes, count, replay
from complaintkit.policy.trial import Subject, load_subject
from complaintkit.timekeeping import WorkingCalendar

EXAMPLES = """\
  complaintkit policy diff standard ours.toml
  complaintkit policy diff old.toml new.toml --replay --book book.db
  complaintkit policy diff old.toml new.toml --replay --facts past.jsonl --json

A line of past.jsonl is {"ref": "17", "facts": {"seriousness": 2}, "when": {"received": "2026-03-02T10:00:00Z"}}.
Nothing is written, and of a complaint only its reference is shown.
"""
_HINT = 'as in {"ref": "17", "facts": {"seriousness": 2}}'


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("old", metavar="OLD", help="a TOML file, or a name of the library")
    parser.add_argument("new", metavar="NEW", help="the same, as it is to become")
    parser.add_argument("--replay", action="store_true", help="ask both about past complaints")
    parser.add_argument("--book", metavar="FILE", help="past complaints of a book (default: $COMPLAINTKIT_BOOK)")
    parser.add_argument("--facts", metavar="FILE", help="past complaints as JSON, one to a line")
    parser.add_argument("--calendar", metavar="FILE", help="the working calendar of packs, in TOML")
    parser.set_defaults(keys=None)  # a replay reads no texts
    parser.add_argument(
        "--wait", metavar="SECONDS", type=a_number, default=5, help="how long to wait for a writer of the book"
    )
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Compare, and replay where that is asked for."""
    if not args.replay and (args.book or args.facts):
        raise UsageError("--book and --facts are for --replay", hint="add --replay")
    old, new = load_subject(args.old), load_subject(args.new)
    found = changes(old, new)
    data: dict[str, object] = {"old": old.label, "new": new.label, "changes": [change.to_dict() for change in found]}
    lines: list[str] = [Heading(f"{old.label} -> {new.label}"), *(f"  {change}" for change in found)]
    lines += [] if found else ["  nothing differs"]
    if args.replay:
        replayed = [*_replay(args, old, new)]
        counts = count(replayed)
        data |= {"complaints": [_data(each) for each in replayed if not each.same], "counts": counts}
        lines += ["", Heading("past complaints"), *_lines(replayed), *_sum(counts)]
    return Answer(data, lines)


def _replay(args: Namespace, old: Subject, new: Subject) -> Iterator[Replayed]:
    """Each past complaint under both, from a file of facts or from a book."""
    if args.facts:
        calendar = read_calendar(args.calendar) if args.calendar else load_profile().calendar
        for past in _pasts(Path(args.facts), (old, new), calendar):
            yield replay(old, new, past)
        return
    if not (isinstance(old, Profile) and isinstance(new, Profile)):
        raise UsageError("a book is replayed under two profiles", hint="for packs and tables give --facts FILE")
    with opened_store(args) as store:
        yield from replay_book(store, old, new)


def _pasts(file: Path, subjects: tuple[Subject, Subject], calendar: WorkingCalendar) -> Iterator[Past]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _past(read_object(line, f"{file}:{number}", _HINT), f"{file}:{number}", subjects, calendar)


def _past(written: dict[str, Any], place: str, subjects: tuple[Subject, Subject], calendar: WorkingCalendar) -> Past:
    unknown = sorted(written.keys() - {"ref", "facts", "when", "about"})
    ref, facts, when, about = (written.get(key) for key in ("ref", "facts", "when", "about"))
    shape = (
        isinstance(ref, str | int),
        isinstance(facts or {}, dict),
        isinstance(when or {}, dict),
        isinstance(about or "", str),
    )
    if unknown or not all(shape):
        wrong = f"has an unknown key {unknown[0]!r}" if unknown else "needs a ref; facts and when are objects"
        raise MalformedInput(f"{place} {wrong}", hint=_HINT)
    if wrong := unknown_event(when or {}, *subjects):
        raise MalformedInput(f"{place}: {wrong}", hint=_HINT)
    try:
        moments = {name: a_moment(str(at)) for name, at in (when or {}).items()}
    except argparse.ArgumentTypeError as error:
        raise MalformedInput(f"{place}: {error}", hint="write dates as 2026-03-02 or 2026-03-02T10:00:00Z") from None
    return Past(str(ref), put(subjects[0], facts or {}, moments, about or "", calendar))


def _data(replayed: Replayed) -> dict[str, object]:
    told = [pair.to_dict() for pair in replayed.differences]
    return {"ref": replayed.ref, "differences": told, "error": replayed.error or None}


def _lines(replayed: Iterable[Replayed]) -> Iterator[str]:
    for each in replayed:
        if each.error:
            yield f"  {each.ref}: cannot be asked: {each.error}"
        elif not each.same:
            yield f"  {each.ref}"
            yield from (f"    {_told(pair)}" for pair in each.differences)


def _told(pair: Difference) -> str:
    values = f"{pair.name}: {_value(pair.old)} -> {_value(pair.new)}"
    why = [*_why("no more", pair.old_only), *_why("now", pair.new_only)]
    return f"{values} ({'; '.join(why)})" if why else values


def _why(how: str, rules: Sequence[str]) -> Iterator[str]:
    if rules:
        yield f"{how} {', '.join(rules)}"


def _value(answer: Any) -> str:
    return "nothing" if answer.value is None else str(answer.value)


def _sum(counts: dict[str, int]) -> Iterator[str]:
    whole, same, failed = counts["complaints"], counts["same"], counts.get("failed", 0)
    more = f", {failed} cannot be asked" if failed else ""
    yield f"{whole} complaints: {same} stay as they are, {whole - same - failed} change{more}"
    changed = [f"{number} {name}" for name, number in counts.items() if name not in {"complaints", "same", "failed"}]
    if changed:
        yield f"  {', '.join(changed)}"
