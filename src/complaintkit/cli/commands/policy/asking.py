"""What is handed in to a policy on the command line: facts, moments, a calendar."""

from __future__ import annotations

import argparse
import re
import sys
from argparse import Namespace
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

from complaintkit.cli.parsing import Parser, a_moment, read_calendar
from complaintkit.cli.strict_json import read_object
from complaintkit.errors import UsageError
from complaintkit.policy import Pack, Policy, load_profile, suggestion
from complaintkit.policy.cases import Question
from complaintkit.policy.distress import DISTRESS_FACTS
from complaintkit.policy.profile import Profile
from complaintkit.policy.trial import Subject
from complaintkit.timekeeping import WorkingCalendar

_NUMBER: Final = re.compile(r"-?[0-9]{1,18}")
_HINT: Final = 'as in {"seriousness": 2, "is_minor": true}'


def asks(parser: Parser) -> None:
    """Add the options that say what is asked."""
    parser.add_argument(
        "--facts",
        metavar="FACT",
        nargs="+",
        default=[],
        help="name=value, or a file.json with one object (- is standard input)",
    )
    parser.add_argument(
        "--at",
        metavar="EVENT=WHEN",
        type=an_event,
        action="append",
        default=[],
        help="when something happened, a date or an instant, as in received=2026-03-02; may be repeated",
    )
    parser.add_argument("--about", metavar="NAME", default="", help="one table, or one milestone of a pack")
    parser.add_argument("--calendar", metavar="FILE", help="the working calendar of a pack, in TOML")


def question(args: Namespace, subject: Subject) -> Question:
    """The question that the options put to a policy."""
    if args.about and args.about not in subject.tables:
        raise UsageError(f"{subject.label} has no {args.about!r}", hint=f"there are {', '.join(subject.tables)}")
    if unknown := unknown_event(dict(args.at), subject):
        raise UsageError(unknown, hint=f"there are {', '.join(_events(subject)) or 'none'}")
    calendar = read_calendar(args.calendar) if args.calendar else load_profile().calendar
    return put(subject, read_facts(args.facts), dict(args.at), args.about, calendar)


def unknown_event(when: Iterable[str], *subjects: Subject) -> str:
    """What is wrong with an event that none of some policies counts from; empty where each is known.

    >>> unknown_event(["recieved"], load_profile())
    "no date counts from 'recieved' (did you mean 'received'?)"
    """
    known = {event for subject in subjects for event in _events(subject)}
    unknown = next((event for event in when if event not in known), None)
    return f"no date counts from {unknown[:60]!r}{suggestion(unknown, known)}" if unknown is not None else ""


def _events(subject: Subject) -> Iterable[str]:
    if isinstance(subject, Policy):
        return [dated.by.value for dated in subject.dated.values()]
    if isinstance(subject, Pack):
        return subject.anchors
    return dict.fromkeys(["received", *(anchor for pack in subject.packs for anchor in pack.anchors)])


def put(
    subject: Subject, facts: dict[str, Any], when: dict[str, date], about: str, calendar: WorkingCalendar
) -> Question:
    """A question with its facts where they belong.

    Those of distress stand apart, where the profile pays for it; a date that chooses an edition is a fact of a table.
    """
    distress = None
    if isinstance(subject, Policy):
        facts = {**when, **facts}
    if isinstance(subject, Profile) and subject.remedies.distress:
        declared = subject.tables["band"].sheet.names()
        anchors = {fact.name for fact in DISTRESS_FACTS}
        distress = {name: value for name, value in facts.items() if name in anchors} or None
        facts = {name: value for name, value in facts.items() if name not in anchors or name in declared}
    return Question(facts=facts, when=when, about=about, distress=distress, calendar=calendar)


def read_facts(written: Iterable[str]) -> dict[str, Any]:
    """Facts from ``name=value`` and from files of JSON; what comes later wins.

    >>> read_facts(["seriousness=2", "is_minor=true", "reopened_band=P1"])
    {'seriousness': 2, 'is_minor': True, 'reopened_band': 'P1'}
    """
    facts: dict[str, Any] = {}
    for each in written:
        name, sign, value = each.partition("=")
        if sign:
            facts[name] = _value(value)
        elif each == "-" or each.endswith(".json"):
            source = sys.stdin.buffer.read() if each == "-" else Path(each).read_bytes()
            facts |= read_object(source, "the file of facts", _HINT)
        else:
            raise UsageError(f"{each[:40]!r} is no fact", hint="write name=value, or name a file that ends with .json")
    return facts


def _value(text: str) -> int | bool | str:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _NUMBER.fullmatch(text) else text


def an_event(text: str) -> tuple[str, date]:
    """Something that happened, with its moment.

    >>> an_event("received=2026-03-02")
    ('received', datetime.date(2026, 3, 2))
    """
    name, sign, when = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"{text[:60]!r} is no event (write it as received=2026-03-02)")
    return name, a_moment(when)
