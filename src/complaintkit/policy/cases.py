"""Tests that stand in a policy itself: ``[[tests]]`` tables, read as strictly as the rules that they are about.

They say what is handed in and what must come out; they decide nothing, so they are no part of the policy's digest.
:mod:`complaintkit.policy.trial` runs them.

>>> from complaintkit.policy import load_policy
>>> tariff = load_policy({"id": "t", "version": "1", "facts": {"big": {"type": "flag", "kind": "matter"}},
...     "table": {"size": {"hit": "first", "outcomes": ["small", "large"], "default": "small", "default_id": "T-2",
...         "rule": [{"id": "T-1", "then": "large", "when": {"fact": "big", "is": True}}]}},
...     "tests": [{"name": "big is large", "facts": {"big": True}, "expect": {"value": "large"}}]})
>>> tariff.tests[0].expect
{'value': 'large'}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from complaintkit.errors import CalendarRefused, MalformedInput, UnknownName
from complaintkit.policy.section import REQUIRED, Section, described, suggestion
from complaintkit.policy.toml_places import Path
from complaintkit.timekeeping import WorkingCalendar
from complaintkit.vocabulary import Band, CommitmentKind, Track

if TYPE_CHECKING:  # a policy is loaded without what reckons its dates
    from complaintkit.timekeeping.deadlines import Anchors

#: Reads what a test of one kind of policy asks and expects, beside its facts and an error.
Reader = Callable[[Section, Section, dict[str, Any], dict[str, Any]], None]


#: What a policy can answer instead of an answer.
_ERRORS: Final = tuple(each.code for each in (UnknownName, MalformedInput, CalendarRefused))


class Question(NamedTuple):
    """What is handed in to a policy of any kind: each one uses what it knows.

    ``facts`` are its facts; ``when`` says when things happened; ``about`` names a table or a milestone, all of them
    where it is empty; ``distress`` are the anchors of a payment for distress; ``elapsed_percent`` is the part of the
    target time that was used; ``calendar`` gives the working days where the policy has none of its own.
    """

    facts: Mapping[str, object] = MappingProxyType({})
    when: Anchors = MappingProxyType({})
    about: str = ""
    distress: Mapping[str, object] | None = None
    elapsed_percent: int = 0
    calendar: WorkingCalendar | None = None


class Case(NamedTuple):
    """One test: its name, the question, what is expected by name, and how to find where it stands."""

    name: str
    question: Question
    expect: Mapping[str, Any]
    place: Callable[[], tuple[str, int, Path]]

    @property
    def line(self) -> int:
        """The line of its file on which it stands, looked up when somebody wants to know; 0 in a mapping."""
        return self.place()[1]


def read_cases(root: Section, reader: Reader) -> tuple[Case, ...]:
    """The tests of a policy; none where it has none."""
    written = root.tables("tests", required=False)
    cases = tuple(_case(section, reader) for section in written)
    for number, (case, section) in enumerate(zip(cases, written, strict=True)):
        if case.name in {earlier.name for earlier in cases[:number]}:
            section.problem(f"there is another test {case.name!r}", "name")
    return cases


def _case(section: Section, reader: Reader) -> Case:
    section.text("note", "")
    expect = section.table("expect")
    asked: dict[str, Any] = {"facts": section.mapping("facts", {})}
    expected: dict[str, Any] = {}
    if "error" in expect:
        expected["error"] = _named(expect, "error", _ERRORS)
    reader(section, expect, asked, expected)
    if not expected:
        section.problem("expects nothing", "expect")
    return Case(section.text("name"), Question(**asked), expected, partial(section.document.place, section.path))


def of_profile(rules: Sequence[str]) -> Reader:
    """Tests of a profile with these rules: priority, dates that are owed, an amount for distress."""

    def read(section: Section, expect: Section, asked: dict[str, Any], expected: dict[str, Any]) -> None:
        asked["when"] = {"received": section.moment("received")} if "received" in section else {}
        asked["distress"] = section.mapping("distress") if "distress" in section else None
        asked["elapsed_percent"] = section.integer("elapsed_percent", 0, least=0, most=10_000)
        expected |= {"value": expect.choice("value", Band).value} if "value" in expect else {}
        expected |= {"rank": expect.integer("rank")} if "rank" in expect else {}
        expected |= {"track": expect.choice("track", Track).value} if "track" in expect else {}
        expected |= {"amount": expect.text("amount")} if "amount" in expect else {}
        _expect_rules(expect, expected, rules)
        due = expect.table("due", required=False)
        expected |= {f"due.{kind}": due.moment(kind.value) for kind in CommitmentKind if kind.value in due}
        if any(name.startswith("due.") for name in expected) and not asked["when"]:
            section.problem("is needed where a due date is expected", "received")
        if "amount" in expected and asked["distress"] is None:
            section.problem("is needed where an amount is expected", "distress")

    return read


def of_pack(milestones: Sequence[str]) -> Reader:
    """Tests of a pack: the date of a milestone, or why it has none."""

    def read(section: Section, expect: Section, asked: dict[str, Any], expected: dict[str, Any]) -> None:
        from complaintkit.policy.clock import Why

        asked["about"] = _named(section, "milestone", milestones)
        when = section.table("when", required=False)
        asked["when"] = {anchor: when.moment(anchor) for anchor in when}
        asked["calendar"] = _calendar(section)
        expected |= {"due": expect.moment("due")} if "due" in expect else {}
        expected |= {"why": expect.choice("why", Why).value} if "why" in expect else {}

    return read


def of_tables(tables: Mapping[str, Sequence[str]]) -> Reader:
    """Tests of tables of one's own, each with its rules: what one of them answers."""

    def read(section: Section, expect: Section, asked: dict[str, Any], expected: dict[str, Any]) -> None:
        asked["about"] = _named(section, "table", [*tables], "") or next(iter(tables), "")
        if len(tables) > 1 and not section.text("table", ""):
            section.problem(f"must name one of {', '.join(tables)}", "table")
        expected |= {"value": _outcome(expect, "value")} if "value" in expect else {}
        expected |= {"values": expect.list("values", of="outcome")} if "values" in expect else {}
        _expect_rules(expect, expected, tables.get(asked["about"], ()))

    return read


def _expect_rules(expect: Section, expected: dict[str, Any], known: Sequence[str]) -> None:
    """Rules that must be among those that fired."""
    if "rules" in expect:
        expected["rules"] = expect.texts("rules")
        for rule in expected["rules"]:
            if rule not in known:
                expect.problem(f"there is no rule {rule!r}{suggestion(rule, known)}", "rules")


def _outcome(section: Section, key: str) -> object:
    given = section.raw(key, of="outcome")
    if type(given) not in {str, int}:
        section.problem(f"must be a text or a whole number, but is {described(given)}", key)
    return given


def _named(section: Section, key: str, known: Sequence[str], default: str = REQUIRED) -> str:
    name = section.text(key, default)
    if name and name not in known:
        section.problem(f"there is no {key} {name!r}{suggestion(name, known)}", key)
    return name


def _calendar(section: Section) -> WorkingCalendar:
    """The working days of a test; Monday to Friday where it states none."""
    weekdays = {"tz": "UTC", "weekend": ["sat", "sun"]}
    try:
        return WorkingCalendar.from_dict(section.raw("calendar", weekdays, of="calendar"))
    except (CalendarRefused, MalformedInput) as error:
        section.problem(str(error), "calendar")
        return WorkingCalendar.from_dict(weekdays)


def same_moment(expected: date, found: str, day: str | None) -> bool:
    """Whether a date, or an instant, is the one that was found: ``found`` an instant as text, ``day`` its day."""
    from complaintkit.timekeeping import format_instant, instant
    from complaintkit.timekeeping.counting import is_instant

    return format_instant(instant(expected)) == found if is_instant(expected) else expected.isoformat() == day
