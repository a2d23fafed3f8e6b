"""Tests that stand in policies: read strictly, no part of the digest, run with their coverage."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from complaintkit.errors import PolicyRefused, UnknownName
from complaintkit.policy import BUILT_IN, PACKS, load_pack, load_policy, load_profile
from complaintkit.policy.cases import Question
from complaintkit.policy.pack import FOLDER
from complaintkit.policy.trial import ask, load_subject, rules_of, try_out
from tests.conftest import ROOT
from tests.policy.test_priority import GOLDEN
from tests.policy.test_schema import TARIFF

OURS = """
base = "standard"
id = "ours"
version = "1"

[facts.stranded]
type = "flag"
kind = "need"

[[priority.band.rule]]
id = "rail-1"
then = "P1"
when = { fact = "stranded", is = true }
"""


def ours(tmp_path: Path, tests: str) -> Path:
    path = tmp_path / "ours.toml"
    path.write_text(OURS + tests, encoding="utf-8")
    return path


def problems(data: dict[str, Any]) -> list[str]:
    with pytest.raises(PolicyRefused) as refused:
        load_profile({"base": "standard", "id": "ours", "version": "1"} | data)
    return [f"{problem.path}: {problem.text}" for problem in refused.value.problems]


@pytest.mark.filterwarnings("ignore::complaintkit.errors.PolicyWarning")
@pytest.mark.parametrize("name", [*BUILT_IN, *PACKS, str(ROOT / "examples" / "remedies.toml")])
def test_what_is_shipped_passes_its_own_tests(name: str) -> None:
    trial = try_out(name)
    assert [(each.case.name, each.failures) for each in trial.tried if not each.passed] == []
    assert {rule for each in trial.tried for rule in each.fired} <= {*rules_of(trial.subject)}


def test_the_golden_cases_stand_in_the_profile() -> None:
    """P-18: the file says what the domain says."""
    written = {case.name.removeprefix("P-18 "): case for case in load_profile().tests}
    assert {*written} == {*GOLDEN, "i"}
    for name, (facts, band, rank, rules) in GOLDEN.items():
        case = written[name]
        assert dict(case.question.facts) == facts
        assert (case.expect["value"], case.expect["rank"], {*case.expect["rules"]}) == (band.value, rank, rules)


@pytest.mark.parametrize("load", [load_policy, load_pack, load_profile])
def test_tests_are_no_part_of_the_digest(load: Any) -> None:
    bare = {"base": "standard", "id": "ours", "version": "1"}
    pack: dict[str, Any] = {"id": "p", "version": "1", "title": "t", "jurisdiction": "j"}
    pack |= {
        "sources": {"s": {"title": "t", "where": "w", "as_of": date(2026, 1, 1)}},
        "anchors": {"received": "it came"},
    }
    rule = {"id": "m", "kind": "determine", "about": "a", "source": "s", "section": "1", "mark": "own"}
    pack["milestone"] = [rule | {"limit": [{"after": "received", "weeks": 1}]}]
    tariff = {key: value for key, value in TARIFF.items() if key != "tests"}
    data, test = {
        load_policy: (tariff, TARIFF["tests"][0]),
        load_pack: (pack, {"name": "n", "milestone": "m", "expect": {"why": "open"}}),
        load_profile: (bare, {"name": "n", "expect": {"value": "P4"}}),
    }[load]
    one, other = load(data), load(data | {"tests": [test]})
    assert one.identity == other.identity
    assert (len(one.tests), len(other.tests)) == (0, 1)


def test_tests_of_a_base_are_not_taken_over() -> None:
    assert load_profile({"base": "standard", "id": "ours", "version": "1"}).tests == ()


def test_tests_are_read_strictly() -> None:
    tests: list[Any] = [
        {"name": "a", "fcats": {}, "expect": {"value": "P9"}},
        {"name": "b", "expect": {}},
        {"name": "c", "expect": {"rules": ["P-10.99"]}},
        {"name": "d", "expect": {"due": {"final": date(2026, 3, 2)}}},
        {"name": "e", "expect": {"amount": "GBP 1.00"}},
        {"name": "e", "expect": {"error": "unknwon-name"}},
        {"name": "f", "received": "2026-03-02", "expect": {"rank": "10"}},
        {"name": "g", "received": datetime(2026, 3, 2), "expect": {"rank": 10}},  # noqa: DTZ001 (that is the mistake)
    ]
    assert problems({"tests": tests}) == [
        "tests[0].expect.value: the text 'P9' is not one of P1, P2, P3, P4",
        "tests[0].fcats: there is no 'fcats' here (did you mean 'facts'?)",
        "tests[1].expect: expects nothing",
        "tests[2].expect.rules: there is no rule 'P-10.99' (did you mean 'P-10.9'?)",
        "tests[3].received: is needed where a due date is expected",
        "tests[4].distress: is needed where an amount is expected",
        "tests[5].expect.error: there is no error 'unknwon-name' (did you mean 'unknown-name'?)",
        "tests[5].name: there is another test 'e'",
        "tests[6].expect.rank: must be a whole number, but is the text '10'",
        "tests[6].received: must be a date, or an instant with its offset, but is the text '2026-03-02'",
        "tests[7].received: must be a date, or an instant with its offset, but is a date or time",
    ]


def test_a_profile_refuses_what_its_tests_could_never_hand_in() -> None:
    """Unknown facts are errors, in tests too, unless they are what a test is about."""
    tests: list[Any] = [
        {"name": "a", "facts": {"seriousnes": 2, "channel": "phone"}, "expect": {"value": "P3"}},
        {"name": "b", "facts": {"seriousness": 5, "is_minor": 1}, "expect": {"value": "P3"}},
        {"name": "c", "facts": {"reopened_band": "P5"}, "distress": {"intensity": 1}, "expect": {"value": "P3"}},
        {"name": "d", "facts": {"seriousnes": 2}, "expect": {"error": "unknown-name"}},
    ]
    assert problems({"tests": tests}) == [
        "tests[0].facts.seriousnes: there is no fact 'seriousnes' (did you mean 'seriousness'?)",
        "tests[1].facts.is_minor: 'is_minor' is true or false, never the number '1'",
        "tests[1].facts.seriousness: 'seriousness' is a whole number from 0 to 4, never the number '5'",
        "tests[2].distress: this profile states no bands of distress; add [remedies.distress] (CF-07)",
        "tests[2].facts.reopened_band: 'reopened_band' is one of P1, P2, P3, P4, never the text 'P5'",
    ]


def test_a_profile_knows_the_anchors_of_distress() -> None:
    example = tomllib.loads((ROOT / "examples" / "remedies.toml").read_text("utf-8"))
    tests = [{"name": "a", "distress": {"intensty": 1, "duration": 7}, "expect": {"amount": "GBP 50.00"}}]
    assert problems(example | {"tests": tests}) == [
        "tests[0].distress.duration: 'duration' is a whole number from 0 to 4, never the number '7'",
        "tests[0].distress.intensty: there is no fact 'intensty' (did you mean 'intensity'?)",
    ]


def test_a_pack_refuses_what_its_tests_could_never_hand_in() -> None:
    pack = tomllib.loads((FOLDER / "uk.ofcom.c4.toml").read_text("utf-8"))
    case = {"name": "a", "milestone": "adr_letter", "when": {"recieved": date(2026, 4, 8)}}
    facts = {"open_at_change": "both", "edition": "six_weeks"}
    with pytest.raises(PolicyRefused) as refused:
        load_pack(pack | {"tests": [case | {"facts": facts, "expect": {"why": "open"}}]})
    assert [f"{problem.path}: {problem.text}" for problem in refused.value.problems] == [
        "tests[0].facts.edition: there is no fact 'edition'",
        "tests[0].facts.open_at_change: 'open_at_change' is one of keep_eight_weeks, six_weeks, never the text 'both'",
        "tests[0].when.recieved: there is no anchor 'recieved' (did you mean 'received'?)",
    ]


def refused_tests(policy: dict[str, Any], *tests: dict[str, Any]) -> list[str]:
    with pytest.raises(PolicyRefused) as refused:
        load_policy(policy | {"tests": [{"name": str(number)} | test for number, test in enumerate(tests)]})
    return [f"{problem.path}: {problem.text}" for problem in refused.value.problems]


def test_tables_refuse_what_their_tests_could_never_hand_in_or_get() -> None:
    assert refused_tests(
        TARIFF,
        {"facts": {"gramms": 250}, "expect": {"value": "lettre"}},
        {"facts": {"grams": 0}, "expect": {"value": 1}},
        {"facts": {"grams": 250}, "expect": {"values": ["parcel", "lettre"]}},
        {"expect": {"error": "malformed-input"}},
    ) == [
        "tests[0].expect.value: the text 'lettre' is not one of letter, parcel (did you mean 'letter'?)",
        "tests[0].facts: facts are missing that decide here: grams",
        "tests[0].facts.gramms: there is no fact 'gramms' (did you mean 'grams'?)",
        "tests[1].expect.value: the number '1' is not one of letter, parcel",
        "tests[1].facts.grams: 'grams' is a whole number from 1 to 1000000000000, never the number '0'",
        "tests[2].expect.values: the text 'lettre' is not one of letter, parcel (did you mean 'letter'?)",
    ]


def test_a_fact_that_is_declared_wrongly_is_told_once() -> None:
    """Nobody can say what it may be, so nothing is said about the tests that hand it in."""
    zone = {"zone": {"type": "code", "kind": "matter"}}
    assert refused_tests(
        counted("collect_sum") | {"facts": counted("collect_sum")["facts"] | zone},
        {"facts": {"zone": "near", "harm": 3}, "expect": {"value": 3}},
    ) == [
        "facts.zone.codes: is missing",
        "tests[0].facts.harm: 'harm' is a whole number from 0 to 2, never the number '3'",
    ]


def counted(hit: str) -> dict[str, Any]:
    rules = [{"id": f"T-{n}", "then": n, "when": {"fact": "harm", "at_least": n}} for n in (1, 2)]
    table = {"hit": hit, "outcomes": [1, 2], "rule": rules}
    return {
        "id": "x",
        "version": "1",
        "facts": {"harm": {"type": "level", "kind": "assessed", "top": 2}},
        "table": {"points": table},
    }


def test_a_sum_may_be_any_number_and_a_collection_is_no_value() -> None:
    test = {"name": "a", "note": "one and two", "facts": {"harm": 2}, "expect": {"value": 3}}
    assert load_policy(counted("collect_sum") | {"tests": [test]}).tests[0].expect == {"value": 3}
    assert refused_tests(counted("collect"), test) == [
        "tests[0].expect.value: a table that collects has no single value; expect values"
    ]
    values = {"facts": {"harm": 2}, "expect": {"values": [True, 3]}}
    assert refused_tests(counted("collect_max"), values) == [
        "tests[0].expect.values: the truth value 'True' is not one of 1, 2",
        "tests[0].expect.values: the number '3' is not one of 1, 2",
    ]


def dated(**test: Any) -> dict[str, Any]:
    rule = {"id": "T-1", "then": 1, "when": {"fact": "harm", "at_least": 1}}
    table = counted("first")["table"]["points"] | {"default": 2, "default_id": "T-9", "edition_by": "received"}
    del table["rule"]
    edition = {"id": "2026", "since": date(2026, 4, 8), "rule": [rule]}
    return counted("first") | {"table": {"points": table | {"edition": [edition]}}, "tests": [{"name": "a"} | test]}


def test_the_date_of_a_test_chooses_an_edition_or_is_refused() -> None:
    day, expect = date(2026, 4, 8), {"value": 1}
    assert load_policy(dated(facts={"harm": 1, "received": day}, expect=expect)).tests
    early = {"harm": 1, "received": date(2026, 4, 7)}
    assert load_policy(dated(facts=early, expect={"error": "not-in-force"})).tests
    for facts, text in [
        (early, "no edition of the table 'points' is in force on 2026-04-07"),
        ({"harm": 1}, "facts are missing that decide here: received"),
        ({"received": "08.04.2026"}, "the date 'received' must be a day such as 2026-03-01"),
    ]:
        with pytest.raises(PolicyRefused, match=f"facts: {text}"):
            load_policy(dated(facts=facts, expect=expect))


def test_what_a_policy_gets_wrong_is_not_told_of_its_tests_again() -> None:
    """A fact or a table that could not be read says nothing about what may be handed in or come out."""
    wrong = counted("first") | {"facts": {"harm": {"type": "levle", "kind": "assessed", "top": 2}}}
    wrong["table"]["points"] |= {"outcomes": [], "default": 1, "default_id": "T-9"}
    found = refused_tests(wrong, {"facts": {"harm": 2}, "expect": {"value": 2}})
    assert not [each for each in found if each.startswith("tests")]


def test_a_failure_says_what_was_expected_and_what_is(tmp_path: Path) -> None:
    trial = try_out(
        ours(
            tmp_path,
            """
[[tests]]
name = "wrong in every way"
facts = { seriousness = 2 }
received = 2026-03-02T10:00:00Z
expect = { value = "P1", rank = 21, track = "standard", rules = ["rail-1"], due = { final = 2026-03-31 } }

[[tests]]
name = "another error"
facts = { strandet = true }
expect = { error = "malformed-input" }

[[tests]]
name = "the error that there is"
facts = { strandet = true, seriousness = 9 }
expect = { error = "unknown-name" }

[[tests]]
name = "no error"
expect = { error = "unknown-name" }
""",
        )
    )
    assert [each.failures for each in trial.tried] == [
        (
            "value: expected P1, but is P3",
            "rank: expected 21, but is 20",
            "track: expected standard, but is frontline",
            "rule rail-1 did not fire",
            "due.final: expected 2026-03-31, but is 2026-03-30",
        ),
        ("there was an error: there is no fact 'strandet' (did you mean 'stranded'?)",),
        (),
        ("expected the error unknown-name, but there was none",),
    ]
    assert trial.tried[0].case.line == 15
    assert not trial.passed


PACK = """
id = "own"
version = "1"
title = "t"
jurisdiction = "j"
anchors.received = "it came"
sources.s = { title = "t", where = "w", as_of = 2026-01-01 }
[[milestone]]
id = "m"
kind = "determine"
about = "a"
source = "s"
section = "1"
mark = "own"
limit = [{ after = "received", weeks = 1 }]
[[tests]]
name = "a day too late"
milestone = "m"
when = { received = 2026-03-02 }
expect = { due = 2026-03-10 }
[[tests]]
name = "nothing came"
milestone = "m"
expect = { why = "runs" }
"""


def test_a_failure_of_a_pack_names_what_was_expected(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(PACK, encoding="utf-8")
    assert [each.failures for each in try_out(path).tried] == [
        ("due: expected 2026-03-10, but is 2026-03-09",),
        ("why: expected runs, but is open",),
    ]


def test_coverage_of_a_profile_counts_the_rules_of_its_own_file(tmp_path: Path) -> None:
    untested = try_out(ours(tmp_path, ""))
    assert (untested.rules, untested.unfired, untested.percent) == (("band.rail-1",), ("band.rail-1",), 0)
    tested = try_out(
        ours(
            tmp_path,
            '[[tests]]\nname = "a"\nfacts = { stranded = true }\nexpect = { value = "P1", rules = ["rail-1"] }',
        )
    )
    assert (tested.unfired, tested.percent, tested.passed) == ((), 100, True)


def test_coverage_of_tables_names_what_no_test_fires() -> None:
    policy = load_policy(TARIFF)
    assert rules_of(policy) == ("size.T-1", "size.T-2", "size.T-9")


def test_each_table_of_several_is_asked_by_name() -> None:
    two = TARIFF["table"] | {"other": TARIFF["table"]["size"]}
    with pytest.raises(PolicyRefused, match=r"tests\[0\]\.table: must name one of size, other"):
        load_policy(TARIFF | {"table": two})
    named = load_policy(TARIFF | {"table": two, "tests": [TARIFF["tests"][0] | {"table": "other"}]})
    assert named.tests[0].question.about == "other"


def test_values_that_collect_are_compared_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "tags.toml"
    path.write_text(
        """
id = "tags"
version = "1"
facts.harm = { type = "level", kind = "assessed", top = 2 }
[table.tags]
hit = "collect"
outcomes = ["seen", "bad"]
[[table.tags.rule]]
id = "T-1"
then = "seen"
when = { fact = "harm", at_least = 1 }
[[table.tags.rule]]
id = "T-2"
then = "bad"
when = { fact = "harm", at_least = 2 }
[[tests]]
name = "both"
facts = { harm = 2 }
expect = { values = ["bad", "seen"] }
[[tests]]
name = "one of them is too few"
facts = { harm = 2 }
expect = { values = ["bad"] }
""",
        encoding="utf-8",
    )
    assert [each.passed for each in try_out(path).tried] == [True, False]


def test_what_a_pack_answers() -> None:
    asked = Question(when={"received": date(2026, 3, 2)}, about="final_response")
    (answer,) = ask(load_pack("uk.fca.disp1"), asked)
    assert (answer.day, answer.rules) == ("2026-04-27", ("final_response.3",))


def test_dates_that_are_owed() -> None:
    """Ten working days of the placeholder calendar from a Monday; hours to the minute."""
    asked = Question(facts={"health_safety": 3}, when={"received": datetime(2026, 3, 2, 10, tzinfo=UTC)})
    found = {answer.name: answer for answer in ask(load_profile(), asked)}
    assert found["due.acknowledge"].value == "2026-03-02T12:00:00.000000Z"
    assert (found["due.final"].day, found["due.final"].rules) == ("2026-03-09", ("commitments.final",))


def test_a_name_that_is_none() -> None:
    with pytest.raises(UnknownName, match="did you mean 'standard'"):
        load_subject("standart")


def test_the_clocks_of_its_packs_are_among_the_answers_of_a_profile() -> None:
    """F37: they run beside its own terms, and each pack reads the facts that it knows."""
    bank = {"base": "standard", "id": "bank", "version": "1", "packs": [{"id": "uk.fca.disp1"}, {"id": "eu.psd2.101"}]}
    facts = {"seriousness": 2, "payment_services_complaint": True}
    found = {each.name: each for each in ask(load_profile(bank), Question(facts, {"received": date(2026, 3, 2)}))}
    assert (found["value"].value, found["due.final"].day) == ("P3", "2026-03-30")
    fca = found["uk.fca.disp1.final_response"]  # 15 working days
    assert (fca.day, fca.rules, fca.explanation[0].inputs) == (
        "2026-03-23",
        ("final_response.2",),
        {"payment_services_complaint": True},
    )
    assert found["eu.psd2.101.reply"].day == "2026-03-23"
    assert found["uk.fca.disp1.ombudsman_referral_window"].value == "open"
    assert not [name for name in map(str, ask(load_profile(bank), Question(facts))) if "fca" in name]
    with pytest.raises(UnknownName, match="payment_service_complaint"):
        ask(load_profile(bank), Question({"payment_service_complaint": True}))


def test_a_test_of_an_amount_covers_the_bands_of_distress() -> None:
    """The example expects the middle of the third band, so that band has been asked for."""
    assert "distress.R-53.3" not in try_out(ROOT / "examples" / "remedies.toml").unfired
