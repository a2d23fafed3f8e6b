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

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from complaintkit.errors import CalendarRefused, MalformedInput, NotInForce, UnknownName
from complaintkit.policy.editions import Dated
from complaintkit.policy.facts import EDITION, FactSheet
from complaintkit.policy.section import REQUIRED, Section, described
from complaintkit.policy.tables import DecisionTable, HitPolicy
from complaintkit.policy.toml_places import Path
from complaintkit.timekeeping import WorkingCalendar
from complaintkit.vocabulary import Band, CommitmentKind, Track

if TYPE_CHECKING:  # a policy is loaded without what reckons its dates
    from complaintkit.timekeeping.deadlines import Anchors

#: Reads what a test of one kind of policy asks and expects, beside its facts and an error.
Reader = Callable[[Section, Section, dict[str, Any], dict[str, Any]], None]


#: What a policy can answer instead of an answer.
_ERRORS: Final = tuple(each.code for each in (UnknownName, MalformedInput, CalendarRefused, NotInForce))


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


def of_profile(rules: Sequence[str], sheet: FactSheet, distress: FactSheet | None) -> Reader:
    """Tests of a profile with these rules and facts: priority, dates that are owed, an amount for distress."""

    def read(section: Section, expect: Section, asked: dict[str, Any], expected: dict[str, Any]) -> None:
        if "error" not in expected:
            _refuse_facts(section, "facts", sheet)
        asked["when"] = {"received": section.moment("received")} if "received" in section else {}
        asked["distress"] = section.mapping("distress") if "distress" in section else None
        if "error" not in expected and "distress" in section:
            _refuse_distress(section, distress)
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


def of_pack(milestones: Sequence[str], sheet: FactSheet, anchors: Collection[str]) -> Reader:
    """Tests of a pack: the date of a milestone, or why it has none."""

    def read(section: Section, expect: Section, asked: dict[str, Any], expected: dict[str, Any]) -> None:
        from complaintkit.policy.clock import Why

        if "error" not in expected:
            _refuse_facts(section, "facts", sheet)
        asked["about"] = _named(section, "milestone", milestones)
        when = section.table("when", required=False)
        asked["when"] = {anchor: when.moment(anchor) for anchor in when}
        for anchor in asked["when"]:
            if anchor not in anchors:
                when.problem(f"there is no anchor {anchor[:80]!r}{when.near(anchor, anchors)}", anchor)
        asked["calendar"] = _calendar(section)
        expected |= {"due": expect.moment("due")} if "due" in expect else {}
        expected |= {"why": expect.choice("why", Why).value} if "why" in expect else {}

    return read


def of_tables(tables: Mapping[str, DecisionTable[str | int]], sheet: FactSheet, dated: Mapping[str, Dated]) -> Reader:
    """Tests of tables of one's own: what one of them answers."""

    def read(section: Section, expect: Section, asked: dict[str, Any], expected: dict[str, Any]) -> None:
        asked["about"] = about = _named(section, "table", [*tables], "") or next(iter(tables), "")
        if len(tables) > 1 and not section.text("table", ""):
            section.problem(f"must name one of {', '.join(tables)}", "table")
        if "error" not in expected:
            _refuse_facts(section, "facts", sheet, {each.by for each in dated.values()})
            _refuse_day(section, asked["facts"], about, dated)
        expected |= {"value": _outcome(expect, "value")} if "value" in expect else {}
        expected |= {"values": expect.list("values", of="outcome")} if "values" in expect else {}
        if about in tables and section.document.is_sound("table", about):
            _refuse_outcomes(expect, expected, tables[about])
        _expect_rules(expect, expected, tables[about].ids if about in tables else ())

    return read


def _refuse_facts(section: Section, key: str, sheet: FactSheet, dates: Collection[str] = ()) -> None:
    """Note every fact of a test that the policy would refuse, and those that it would miss."""
    given, known = section.mapping(key, {}), [name for name in sheet.names() if name != EDITION]
    for name, value in given.items():
        path = (*section.path, key, name)
        if name not in {*known, *sheet.never_read, *dates}:
            section.document.problem(path, f"there is no fact {name[:80]!r}{section.near(name, known)}")
        elif name in known and sheet[name].position(value) is None and section.document.is_sound("facts", name):
            near = section.near(value, sheet[name].values)
            section.document.problem(path, f"{name!r} is {sheet[name].domain}, never {described(value)}{near}")
    missing = [fact.name for fact in sheet.facts if fact.required and fact.name not in given]
    if missing:
        section.problem(f"facts are missing that decide here: {', '.join(missing)}", key)


def _refuse_distress(section: Section, sheet: FactSheet | None) -> None:
    if sheet is None:
        section.problem("this profile states no bands of distress; add [remedies.distress] (CF-07)", "distress")
    else:
        _refuse_facts(section, "distress", sheet)


def _refuse_day(section: Section, facts: Mapping[str, object], about: str, dated: Mapping[str, Dated]) -> None:
    """Note where no edition of a table could be chosen."""
    try:
        if about in dated:
            dated[about].chosen(about, facts)
    except MalformedInput as error:
        section.problem(str(error), "facts")


def _refuse_outcomes(expect: Section, expected: Mapping[str, Any], table: DecisionTable[str | int]) -> None:
    """Note what a table can never answer: it gives its outcomes, and other numbers only where it adds them up."""
    if table.hit is HitPolicy.COLLECT and "value" in expected:
        expect.problem("a table that collects has no single value; expect values", "value")
    single = [("value", expected["value"])] if "value" in expected and not table.hit.collects else []
    for key, found in (*single, *(("values", each) for each in expected.get("values", ()))):
        if type(found) is not type(table.outcomes[0]) or found not in table.outcomes:
            listed = ", ".join(map(str, table.outcomes))
            expect.problem(f"{described(found)} is not one of {listed}{expect.near(found, table.outcomes)}", key)


def _expect_rules(expect: Section, expected: dict[str, Any], known: Sequence[str]) -> None:
    """Rules that must be among those that fired."""
    if "rules" in expect:
        expected["rules"] = expect.texts("rules")
        for rule in expected["rules"]:
            if rule not in known:
                expect.problem(f"there is no rule {rule!r}{expect.near(rule, known)}", "rules")


def _outcome(section: Section, key: str) -> object:
    given = section.raw(key, of="outcome")
    if type(given) not in {str, int}:
        section.unread(f"must be a text or a whole number, but is {described(given)}", key)
    return given


def _named(section: Section, key: str, known: Sequence[str], default: str = REQUIRED) -> str:
    name = section.text(key, default)
    if name and name not in known:
        section.problem(f"there is no {key} {name!r}{section.near(name, known)}", key)
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
