"""What a profile may not be: every problem at once, with its line, and the policies that would be wrong."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import complaintkit.policy
from complaintkit.errors import PolicyRefused
from complaintkit.policy import load_profile
from complaintkit.policy.conditions import OPERATORS

STANDARD_FILE = Path(complaintkit.policy.__file__).parent / "profiles" / "standard.toml"


def problems(source: Any) -> list[str]:
    """The problems of a profile as ``line: path: text``."""
    with pytest.raises(PolicyRefused) as refused:
        load_profile(source)
    return [f"{problem.line}: {problem.path}: {problem.text}" for problem in refused.value.problems]


def own(**changes: Any) -> dict[str, Any]:
    return {"base": "standard", "id": "own", "version": "1", **changes}


def rule(then: str, when: dict[str, Any], rule_id: str = "OWN-1", table: str = "band") -> dict[str, Any]:
    """An own profile with one rule more."""
    return own(priority={table: {"rule": [{"id": rule_id, "then": then, "when": when}]}})


def test_every_problem_is_reported_at_once_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        """base = "standard"
id = "own"
version = 2
langages = ["en"]

[review]
tiers = 9

[commitments.final]
P3 = { days = 15 }

[priority.weights]
seriousnes = 3

[[priority.band.rule]]
id = "O-1"
then = "urgnet"
when.all = [
  { fact = "seriousness", at_least = 2 },
  { fact = "hardshp", at_least = 1 },
  { fact = "legal", at_leest = 2 },
]
""",
        encoding="utf-8",
    )
    assert problems(file) == [
        "3: version: must be a text, but is the number '2'",
        "4: langages: there is no 'langages' here (did you mean 'languages'?)",
        "7: review.tiers: must be between 1 and 3, but is 9",
        "10: commitments.final.P3: a term in bare days is ambiguous (say working_days or calendar_days)",
        "13: priority.weights.seriousnes: there is no fact 'seriousnes' with levels (did you mean 'seriousness'?)",
        "17: priority.band.rule[0].then: the text 'urgnet' is not one of P1, P2, P3, P4",
        "20: priority.band.rule[0].when.all[1].fact: there is no fact 'hardshp' (did you mean 'hardship'?)",
        f"21: priority.band.rule[0].when.all[2]: needs exactly one operator of {', '.join(OPERATORS)}",
        "21: priority.band.rule[0].when.all[2].at_leest: there is no 'at_leest' here (did you mean 'at_least'?)",
    ]


def test_a_problem_in_what_was_taken_over_is_found_in_the_base() -> None:
    """The base has every language; with Hebrew alone its other texts stay, so only what is missing is named."""
    changes = own(languages=["he"], organisation={"name": {"en": "A Shop"}})
    assert problems(changes) == ["0: organisation.name.he: is missing"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"calendar": {"tz": "Europe/Lodnon", "weekend": ["sat"]}}, "calendar"),
        ({"languages": ["en", "xx"]}, "languages: the text 'xx' is not one of en, he, fa"),
        ({"languages": ["en", "en"]}, "languages: names something twice"),
        ({"pause_reasons": ["internal_waiting"]}, "pause_reasons: the text 'internal_waiting' is not one of"),
        ({"counts_as_sent": "someday"}, "counts_as_sent: the text 'someday' is not one of dispatch, delivery"),
        ({"id": "two words"}, "id: must be 1 to 64 of"),
        ({"id": ""}, "id: must not be empty"),
        ({"base": "standrad"}, "base: there is no built-in profile 'standrad' (did you mean 'standard'?)"),
        ({"commitments": {"finale": {}}}, "commitments.finale: there is no 'finale' here (did you mean 'final'?)"),
        ({"commitments": {"final": {"P5": {"hours": 1}}}}, "commitments.final.P5: there is no 'P5' here"),
        (
            {"commitments": {"final": {"P1": {"working_days": 5, "roll": "forward"}}}},
            "commitments.final.P1: must be a count of one unit",
        ),
        ({"review": {"window": {"months": 1}}}, "review.window: must be given in hours or working_days"),
        ({"commitments": "soon"}, "commitments: must be a table, but is the text 'soon'"),
        ({"external_bodies": [1]}, "external_bodies[0]: must be a table, but is the number '1'"),
        ({"external_bodies": {}}, "external_bodies: must be a list, but is a table"),
        ({"facts": {"tone": {"kind": "need", "type": "flag"}}}, "facts.tone: the name of an own fact must be new"),
        ({"facts": {"weight": {"kind": "need", "type": "flag"}}}, "facts.weight: the name of an own fact must be new"),
        ({"facts": {"x": {"kind": "needs", "type": "flag"}}}, "facts.x.kind: the text 'needs' is not one of"),
        ({"priority": {"band": {"hit": "first"}}}, "priority.band.hit: the hit policy of this table is most_urgent"),
        ({"priority": {"aging": {"weight": -1, "cap_percent": 150}}}, "priority.aging.weight: must be between 1 and"),
    ],
)
def test_settings_that_are_not_understood(changes: dict[str, Any], expected: str) -> None:
    assert any(expected in problem for problem in problems(own(**changes)))


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (rule("P2", {"fact": "channel", "is": "phone"}), "'channel' is of the kind channel, which never decides"),
        (rule("P2", {"fact": "customer_value", "at_least": 1}), "'customer_value' is of the kind customer_value"),
        (rule("P2", {"fact": "gender", "is": "x"}, table="track"), "'gender' is of the kind demographic"),
        (rule("P2", {"fact": "complexity", "at_least": 2}), ".when: 'complexity' is effort"),
        (rule("P1", {"fact": "publicity", "at_least": 3}), "publicity may give P3 at most"),
        (rule("P2", {"fact": "seriousness", "at_most": 2}), "more 'seriousness' would mean less urgency (P-05)"),
        (rule("P2", {"fact": "seriousness", "is": 2}), "more 'seriousness' would mean less urgency (P-05)"),
        (rule("P2", {"fact": "is_minor", "is": False}), "more 'is_minor' would mean less urgency (P-05)"),
        (rule("P2", {"not": {"fact": "legal", "at_least": 1}}), "more 'legal' would mean less urgency (P-05)"),
        (
            rule("one_band_up", {"fact": "complexity", "at_least": 1}, table="raise"),
            "'complexity' is effort",
        ),
        (
            rule("P2", {"fact": "health_safety", "at_least": 3}, "P-10.1"),
            "where health_safety is 3 the band must be P1 or more urgent, not P2 (P-10.1, P-04)",
        ),
        (
            rule("P4", {"any": [{"fact": "is_minor", "is": True}]}, "P-14"),
            "where is_minor is true the band must be P3 or more urgent, not P4 (P-14, P-04)",
        ),
        (own(priority={"weights": {"publicity": 5}}), "publicity must weigh no more than anything else (P-15)"),
        (
            own(priority={"weights": {"publicity": 4, "health_safety": 6}}),
            "all of publicity must weigh no more than one level of seriousness or health_safety (INV-55)",
        ),
        (own(priority={"weights": {"complexity": 5}}), "effort may choose the track, never the rank (P-07)"),
        (own(priority={"weights": {"legal": -1}}), "must be between 0 and 10000"),
    ],
)
def test_policies_that_would_be_wrong(profile: dict[str, Any], expected: str) -> None:
    """P-02, P-04, P-05, P-07, P-15, INV-55, CF-04."""
    assert any(expected in problem for problem in problems(profile))


#: What hosts call that which never decides, by the words of P-02.
NEVER = {
    "channel": ["channel"], "contact_count": ["contact_count"], "tone": ["tone", "politeness"],
    "representation": ["legally_represented"], "sender_reach": ["sender_reach"],
    "customer_value": ["customer_value", "loyalty_tier"], "handler": ["handler"],
    "demographic": [
        "age", "gender", "ethnicity", "religion", "nationality", "disability", "sexual_orientation",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NEVER.items() for name in names])
def test_what_never_decides_is_known_by_its_name(kind: str, name: str) -> None:
    (problem,) = problems(rule("P2", {"fact": name, "is": "x"}))
    assert f"{name!r} is of the kind {kind}, which never decides anything (P-02)" in problem
    assert load_profile().priority({name: "x"}).value is load_profile().priority({}).value


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({}, "a condition is one of"),
        ({"all": [{"fact": "legal", "is": 1}], "any": []}, "a condition is one of"),
        ({"all": []}, "names no condition"),
        ({"fact": "legal"}, "needs exactly one operator"),
        ({"fact": "legal", "is": 1, "at_least": 1}, "needs exactly one operator"),
        ({"fact": "legal", "at_least": "2"}, "'legal' is a whole number from 0 to 3, never the text '2'"),
        ({"fact": "legal", "at_least": True}, "'legal' is a whole number from 0 to 3, never the truth value 'True'"),
        ({"fact": "legal", "at_least": 4}, "'legal' is a whole number from 0 to 3, never the number '4'"),
        ({"fact": "legal", "one_of": 3}, "must be a list, but is the number '3'"),
        ({"fact": "is_minor", "at_least": True}, "'is_minor' has no levels to compare"),
        ({"fact": "reopened_band", "is": "P9"}, "'reopened_band' is one of P1, P2, P3, P4, never the text 'P9'"),
        ({"fact": "band", "is": "P1"}, "there is no fact 'band'"),
        (
            {"all": [{"fact": "legal", "at_least": 2}, {"fact": "legal", "less_than": 2}]},
            "can never be true: its conditions exclude each other",
        ),
    ],
)
def test_conditions_that_are_not_understood(when: dict[str, Any], expected: str) -> None:
    assert any(expected in problem for problem in problems(rule("P2", when)))


def test_a_condition_that_unfolds_too_far_is_refused() -> None:
    pairs = [("legal", "systemic"), ("hardship", "vulnerability"), ("seriousness", "time_criticality")]
    pairs += [("health_safety", "prior_failure"), ("is_minor", "adult_at_risk")]
    every = [
        {"any": [{"fact": name, "is": value} for name in pair for value in ((True,) if "_a" in name else (1, 2))]}
        for pair in pairs[:4]
    ]
    grades = [{"fact": "grade", "is": grade} for grade in range(65)]
    at_once = [{"any": grades[:33]}, {"any": grades[33:]}]  # 33 times 32 meetings are not worked out at all
    facts = {"grade": {"kind": "matter", "type": "level", "top": 99}}
    for parts in (every, at_once):
        (problem,) = problems(rule("P2", {"all": parts}) | {"facts": facts})
        assert problem.endswith("when.all: unfolds into more than 64 alternatives; make several rules of it")


def test_a_track_that_can_never_be_chosen_is_refused() -> None:
    late = rule("investigation", {"fact": "seriousness", "at_least": 4}, table="track")
    assert any("rule OWN-1 can never decide: the rules before it take every case" in p for p in problems(late))


def test_what_a_file_lacks_is_missing_at_its_table_or_at_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    rule = '[[priority.band.rule]]\nid = "O-1"\nthen = "P2"\n[priority.band.rule.when]\nfact = "legal"\n'
    regimes = "".join(f'[[regimes]]\nid = "{name}"\n[regimes.commitments]\n' for name in ("act", "code"))
    file.write_text(f'\nbase = "standard"\nid = "own"\n\n{regimes}{rule}', "utf-8")
    assert problems(file) == [
        "1: version: is missing",
        "5: regimes[0].source: is missing",
        "8: regimes[1].source: is missing",
        f"14: priority.band.rule[0].when: needs exactly one operator of {', '.join(OPERATORS)}",
    ]


def test_two_rules_with_one_id_are_refused() -> None:
    twice = rule("P2", {"fact": "legal", "at_least": 2})
    twice["priority"]["band"]["rule"] *= 2
    assert any("there is another rule 'OWN-1'" in problem for problem in problems(twice))


def test_a_profile_without_a_base_must_say_everything() -> None:
    missing = problems({"id": "own", "version": "1"})
    for path in ("languages", "calendar", "organisation", "review", "commitments", "priority"):
        assert f"0: {path}: is missing" in missing


def mutated(text: str, seed: int) -> bytes:
    """A profile with a few bytes changed, removed, doubled or moved."""
    chance = random.Random(seed)
    content = bytearray(text, "utf-8")
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(content))
        end = start + chance.choice((1, 1, 3, 40))
        kind = chance.randrange(4)
        if kind == 0:
            content[start:end] = bytes(chance.choice(b"[]{}=.,\"'#\n1aP\x00\xff") for _ in range(end - start))
        elif kind == 1:
            del content[start:end]
        elif kind == 2:
            content[start:start] = content[start:end] * chance.choice((1, 2, 50))
        else:
            content[start:end] = content[start:end][::-1]
    return bytes(content)


@given(st.integers(0, 2**32))
def test_a_damaged_profile_is_refused_or_still_a_profile(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Typed errors only, whatever happened to the file; each problem names a line of it."""
    text = STANDARD_FILE.read_text(encoding="utf-8")
    file = tmp_path_factory.getbasetemp() / "damaged.toml"
    file.write_bytes(mutated(text, seed))
    lines = file.read_bytes().count(b"\n") + 1
    assert all(0 <= line <= lines for line in _lines_refused(file))


def _lines_refused(file: Path) -> list[int]:
    try:
        load_profile(file)
    except PolicyRefused as refused:
        return [problem.line for problem in refused.problems]
    return []


def test_publicity_may_weigh_nothing() -> None:
    """INV-55 compares what is written: who leaves publicity out gives it no weight."""
    whole = tomllib.loads(STANDARD_FILE.read_text(encoding="utf-8"))
    weights = whole["priority"]["weights"]
    del weights["publicity"]
    weights["legal"] = 0
    assert load_profile(whole).priority({"publicity": 3}).rank == load_profile(whole).priority({}).rank
    assert load_profile(own(priority={"weights": {"publicity": 2, "health_safety": 6}})).id == "own"
    del weights["seriousness"], weights["legal"]
    weights["publicity"] = 1
    assert any("publicity must weigh no more than one level of seriousness" in each for each in problems(whole))
