"""Tables and packs that change on a day: which edition holds, and what is refused when they are loaded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput, NotInForce, PolicyRefused, UnknownName
from complaintkit.policy import Policy, load_policy
from complaintkit.policy.editions import Edition, in_force
from tests.policy.samples import FEE, FEE_2026

CHANGE = date(2026, 4, 8)
HEAVY = {"fact": "grams", "at_least": 20}
LIGHT = {"fact": "grams", "less_than": 20}
FACTS = {"grams": {"type": "number", "kind": "matter", "points": [20]}, "urgent": {"type": "flag", "kind": "matter"}}


def rule(name: str, then: str, when: dict[str, Any] = HEAVY) -> dict[str, Any]:
    return {"id": name, "then": then, "when": when}


def edition(name: str, *rules: dict[str, Any], **dates: Any) -> dict[str, Any]:
    return {"id": name, "rule": list(rules), **dates}


def policy(*editions: dict[str, Any], by: str = "received", **table: Any) -> Policy:
    written = {"hit": "first", "outcomes": ["a", "b", "c"], "default": "c", "default_id": "else", **table}
    written |= {"edition_by": by, "edition": list(editions)}
    return load_policy({"id": "own", "version": "1", "facts": FACTS, "table": {"t": written}})


def problems(*editions: dict[str, Any], **table: Any) -> list[str]:
    with pytest.raises(PolicyRefused) as refused:
        policy(*editions, **table)
    return [f"{problem.path}: {problem.text}" for problem in refused.value.problems]


OLD, NEW = edition("old", rule("1", "a")), edition("new", rule("2", "b"), since=CHANGE)


@pytest.mark.parametrize("by", ["received", "event", "referred"])
@pytest.mark.parametrize(("days", "expected"), [(-1, "a"), (0, "b"), (1, "b")])
def test_the_governing_date_chooses_the_edition(by: str, days: int, expected: str) -> None:
    day = CHANGE + timedelta(days=days)
    own = policy(OLD, NEW, by=by)
    for written in (day, day.isoformat()):
        found = own.decide("t", {"grams": 30, by: written})
        assert found.value == expected
        assert found.reads == {"edition": "old" if days < 0 else "new", "grams": 30}
    assert own.decide("t", {"grams": 1, by: day}).value == "c"


def test_before_the_first_and_after_the_last_edition() -> None:
    first = {**OLD, "since": date(2020, 1, 1)}
    last = {**NEW, "until": date(2030, 1, 1)}
    own = policy(first, last)
    assert own.decide("t", {"grams": 30, "received": date(2020, 1, 1)}).value == "a"
    assert own.decide("t", {"grams": 30, "received": date(2029, 12, 31)}).value == "b"
    for day in (date(2019, 12, 31), date(2030, 1, 1)):
        with pytest.raises(NotInForce, match=f"table 't' is in force on {day}.*by the date received"):
            own.decide("t", {"grams": 30, "received": day})
    assert NotInForce.code == "not-in-force"
    assert issubclass(NotInForce, MalformedInput)


@pytest.mark.parametrize(
    ("facts", "error", "match"),
    [
        ({}, MalformedInput, "missing that decide here: received"),
        ({"received": datetime(2026, 4, 8, tzinfo=UTC)}, MalformedInput, "must be a day such as"),
        ({"received": "20260408"}, MalformedInput, "must be a day such as"),
        ({"received": "2026-02-30"}, MalformedInput, "must be a day such as"),
        ({"received": 20260408}, MalformedInput, "must be a day such as"),
        ({"event": CHANGE}, UnknownName, "there is no fact 'event'"),
        ({"received": CHANGE, "edition": "old"}, UnknownName, "there is no fact 'edition'"),
    ],
)
def test_a_wrong_date_is_refused(facts: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        policy(OLD, NEW).decide("t", {"grams": 1, **facts})


def test_the_dates_of_other_tables_may_be_handed_in() -> None:
    plain = {"hit": "first", "outcomes": ["a"], "default": "a", "default_id": "x", "rule": [rule("1", "a")]}
    dated = {**plain, "edition_by": "event", "edition": [OLD]}
    del dated["rule"]
    own = load_policy({"id": "own", "version": "1", "facts": FACTS, "table": {"p": plain, "d": dated}})
    assert own.decide("p", {"grams": 30, "event": CHANGE}).reads == {"grams": 30}
    assert own.decide("d", {"grams": 30, "event": CHANGE}).reads == {"edition": "old", "grams": 30}


def test_rules_of_the_table_hold_in_every_edition_and_may_read_it() -> None:
    always = rule("3", "c", {"fact": "urgent", "is": True})
    once = rule("4", "c", {"all": [{"fact": "edition", "is": "old"}, LIGHT]})
    own = policy(OLD, NEW, rule=[always, once], default="b")
    before = CHANGE - timedelta(days=1)
    assert own.decide("t", {"urgent": True, "received": CHANGE}).rules == ("3",)
    assert own.decide("t", {"received": before}).rules == ("4",)
    assert own.decide("t", {"received": CHANGE}).rules == ("else",)
    assert own.decide("t", {"grams": 20, "urgent": True, "received": before}).rules == ("1",)


@pytest.mark.parametrize(
    ("editions", "expected"),
    [
        (
            [{**OLD, "until": date(2026, 4, 7)}, NEW],
            "table.t.edition[1].since: no edition would be in force from 2026-04-07 until 2026-04-08",
        ),
        (
            [{**OLD, "until": date(2026, 4, 9)}, NEW],
            "table.t.edition[1].since: both 'old' and 'new' would be in force from 2026-04-08 until 2026-04-09",
        ),
        ([NEW, OLD], "table.t.edition[1].since: editions stand in the order of their first days"),
        ([NEW, {**OLD, "since": CHANGE}], "table.t.edition[1].since: editions stand in the order of their first days"),
        ([{**OLD, "until": CHANGE}, NEW, {**NEW, "id": "x"}], "table.t.edition[2].since: editions stand in the order"),
        ([{**NEW, "until": CHANGE}], "table.t.edition[0].until: it would end before it begins"),
        ([OLD, {**NEW, "id": "old"}], "table.t.edition: editions have different ids"),
        ([OLD, {**NEW, "since": "2026-04-08"}], "table.t.edition[1].since: must be a day such as 2026-04-08, but is"),
        ([OLD, {**NEW, "rule": [rule("1", "b")]}], "table.t.edition[1].rule[0].id: there is another rule '1'"),
        ([OLD, edition("new", rule("2", "b", {"fact": "edition", "is": "old"}), since=CHANGE)], "can never be true"),
        ([OLD, {**NEW, "unitl": CHANGE}], "table.t.edition[1].unitl: there is no 'unitl' here (did you mean 'until'?)"),
    ],
)
def test_contradicting_dates_are_refused(editions: list[dict[str, Any]], expected: str) -> None:
    assert any(expected in problem for problem in problems(*editions))


def test_a_gap_names_the_edition_in_which_it_is() -> None:
    both = [edition("old", rule("1", "a"), rule("3", "c", LIGHT)), NEW]
    with pytest.raises(PolicyRefused, match="no rule matches where edition is new and grams is 0"):
        load_policy(
            {
                "id": "own",
                "version": "1",
                "facts": FACTS,
                "table": {"t": {"hit": "unique", "outcomes": ["a", "b", "c"], "edition_by": "event", "edition": both}},
            }
        )


@pytest.mark.parametrize(
    ("name", "what"),
    [("edition", "must be new"), ("band", "must be new"), ("event", "'event' chooses an edition here")],
)
def test_a_fact_cannot_have_the_name_of_the_edition_or_of_the_date_that_chooses_it(name: str, what: str) -> None:
    facts = {**FACTS, name: {"type": "flag", "kind": "matter"}}
    table = {"hit": "collect", "outcomes": ["a"], "edition_by": "event", "edition": [OLD]}
    with pytest.raises(PolicyRefused, match=what):
        load_policy({"id": "own", "version": "1", "facts": facts, "table": {"t": table}})


def test_where_no_edition_is_chosen_by_it_event_is_a_name_like_any_other() -> None:
    facts = {"event": {"type": "flag", "kind": "matter"}}
    table = {
        "hit": "collect_max",
        "outcomes": [1],
        "rule": [{"id": "R", "then": 1, "when": {"fact": "event", "is": True}}],
    }
    own = load_policy({"id": "own", "version": "1", "facts": facts, "table": {"t": table}})
    assert own.decide("t", {"event": True}).value == 1


def test_who_has_editions_says_what_chooses_them() -> None:
    assert problems(OLD, NEW, by="recieved") == [
        "table.t.edition_by: the text 'recieved' is not one of received, event, referred (did you mean 'received'?)"
    ]
    written = {"hit": "first", "outcomes": ["a"], "edition_by": "event", "rule": [rule("1", "a")], "default": "a"}
    with pytest.raises(PolicyRefused, match="there is no 'edition_by' here"):
        load_policy({"id": "x", "version": "1", "facts": FACTS, "table": {"t": {**written, "default_id": "d"}}})


@given(
    st.lists(st.dates(date(2020, 1, 1), date(2020, 2, 1)), unique=True, min_size=1, max_size=5),
    st.dates(date(2019, 12, 1), date(2020, 3, 1)),
)
def test_the_last_one_that_has_begun_is_in_force(begins: list[date], day: date) -> None:
    begins.sort()
    ends = [*begins[1:], None]
    editions = [Edition(id=str(i), since=since, until=ends[i]) for i, since in enumerate(begins)]
    begun = [i for i, since in enumerate(begins) if since <= day]
    assert in_force(editions, day) == (str(begun[-1]) if begun else None)


def test_a_policy_of_files_is_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "fee.toml").write_text(FEE, "utf-8")
    (tmp_path / "fee-2026.csv").write_text(FEE_2026, "utf-8")
    fee = load_policy(tmp_path / "fee.toml")
    small = {"grams": 20, "harm": 1, "service": "letter"}
    assert fee.decide("fee", {**small, "received": CHANGE}).rules == ("N-1",)
    assert fee.decide("fee", {**small, "received": "2026-04-07"}).rules == ("F-2",)
    assert fee.decide("fee", {"grams": 500, "received": CHANGE}).rules == ("N-2",)
    (tmp_path / "fee-2026.csv").write_text(FEE_2026.replace("true,5", "true,9"), "utf-8")
    with pytest.raises(PolicyRefused, match=r"fee-2026.csv:4:6: the rows of one rule give the same"):
        load_policy(tmp_path / "fee.toml")
    (tmp_path / "fee-2026.csv").write_text(FEE_2026.replace("N-3,-,-", "N-3,-,0"), "utf-8")
    assert load_policy(tmp_path / "fee.toml").label != fee.label


def test_many_at_once_are_decided_as_one_by_one() -> None:
    own = policy(OLD, NEW)
    days = [CHANGE - timedelta(days=1), CHANGE, CHANGE, date(2020, 2, 29)]
    grams = [30, 30, 1, 20]
    one_by_one = [own.decide("t", {"grams": g, "received": day}).value for g, day in zip(grams, days, strict=True)]
    assert own.decide_many("t", {"grams": grams, "received": days}) == one_by_one == ["a", "b", "c", "a"]
    for written in (np.array(days, "datetime64[D]"), np.array([day.isoformat() for day in days]), np.array(days)):
        assert own.decide_many("t", {"grams": np.array(grams), "received": written}).tolist() == one_by_one
    with pytest.raises(MalformedInput, match="missing that decide here: received"):
        own.decide_many("t", {"grams": np.array(grams)})
