"""``complaintkit policy``: what people who write policies see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from complaintkit.cli.commands.policy import VERBS
from complaintkit.policy.schema import schema
from tests.cli.conftest import HANDLER, LATER, CommandLine, command
from tests.conftest import ROOT

OURS = """
base = "standard"
id = "ours"
version = "2"

[[priority.band.rule]]
id = "ours-1"
then = "P2"
when = { fact = "hardship", at_least = 2 }

[[tests]]
name = "the rent cannot be paid"
facts = { hardship = 2 }
expect = { value = "P2", rules = ["ours-1"] }
"""
TARIFF = """
id = "tariff"
version = "1"
facts.grams = { type = "number", kind = "matter", points = [20], required = true }
[table.size]
hit = "unique"
outcomes = ["letter", "parcel"]
[[table.size.rule]]
id = "T-1"
then = "letter"
when = { fact = "grams", less_than = 20 }
[[table.size.rule]]
id = "T-2"
then = "parcel"
when = { fact = "grams", at_least = 20 }
"""
FEE = """
id = "fee"
version = "1"
facts.grams = { type = "number", kind = "matter", points = [20], required = true }
[table.fee]
hit = "first"
outcomes = [0, 2, 3]
default = 0
default_id = "F-0"
edition_by = "received"
"""
LEVELS = "seriousness health_safety time_criticality complexity systemic legal publicity vulnerability prior_failure"


@pytest.fixture
def ours(tmp_path: Path) -> str:
    (tmp_path / "ours.toml").write_text(OURS, encoding="utf-8")
    return "ours.toml"


@pytest.fixture
def fee(tmp_path: Path) -> str:
    rule = "id = '{}'\nthen = {}\nwhen = {{ fact = 'grams', more_than = 20 }}\n"
    editions = {"2025-01-01": ("F-1", 2), "2026-04-08": ("F-2", 3)}
    text = FEE + "".join(
        f"[[table.fee.edition]]\nid = '{day[:4]}'\nsince = {day}\n[[table.fee.edition.rule]]\n{rule.format(*gives)}"
        for day, gives in editions.items()
    )
    (tmp_path / "fee.toml").write_text(text, encoding="utf-8")
    return "fee.toml"


@pytest.fixture
def tariff(tmp_path: Path) -> str:
    (tmp_path / "tariff.toml").write_text(TARIFF, encoding="utf-8")
    return "tariff.toml"


def test_a_verb_is_needed(ck: CommandLine) -> None:
    assert ck("policy").code == 2
    ran = ck("policy", "chekc", "--json")
    assert (ran.code, ran.error["code"]) == (2, "usage")
    assert "did you mean check?" in ran.error["hint"]
    listed = ck("policy", "--help").out
    assert all(f"  {verb}" in listed for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_examples(ck: CommandLine, verb: str) -> None:
    ran = ck("policy", verb, "--help")
    assert ran.code == 0
    assert f"\nexamples:\n  complaintkit policy {verb}" in ran.out


def test_check_says_everything_at_once(ck: CommandLine, ours: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text(
        OURS.replace("hardship", "hardshp").replace('version = "2"', "version = 2"), encoding="utf-8"
    )
    (tmp_path / "empty.toml").write_text("[table", encoding="utf-8")
    ran = ck("policy", "check", ours, "wrong.toml", "empty.toml", "uk.ofcom.c4")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith("ours.toml: sound, ours@2#")
    assert "wrong.toml:4: version: must be a text, but is the number '2'" in lines
    near = "there is no fact 'hardshp' (did you mean 'hardship'?)"
    assert f"wrong.toml:9: priority.band.rule[0].when.fact: {near}" in lines
    assert "empty.toml:1" in ran.out
    assert "uk.ofcom.c4: warning: the pack uk.ofcom.c4@1" in ran.out
    data = ck("policy", "check", ours, "wrong.toml", "--json").data
    assert (data["sound"], [bool(file["problems"]) for file in data["files"]]) == (False, [False, True])
    assert data["files"][1]["problems"][0]["line"] == 4
    assert ck("policy", "check", ours).code == 0
    assert ck("policy", "check", "nowhere.toml").code == 1


def test_explain_a_profile(ck: CommandLine, ours: str, tmp_path: Path) -> None:
    (tmp_path / "facts.json").write_text(json.dumps({"hardship": 2, "is_minor": True}), encoding="utf-8")
    ran = ck(
        "policy", "explain", ours, "--facts", "facts.json", "seriousness=1", "--at", "received=2026-03-02T10:00:00Z"
    )
    assert ran.out.startswith("P2 (high), rank 20, track standard, by ours@2#")
    assert "ours-1: at least P2, because hardship is 2" in ran.out
    assert "final response            10 working days  2026-03-16 17:00  ours" in ran.out
    data = ck("policy", "explain", ours, "--facts", "hardship=2", "--json").data
    value = data["answers"][0]
    assert (value["name"], value["value"], {*value["rules"]}) == ("value", "P2", {"P-10.11", "ours-1"})
    assert {"kind": "final", "regime": "", "term": {"working_days": 10}} in data["terms"]


@pytest.mark.parametrize(
    ("language", "words"), [("he", ("גבוהה", "ימי עסקים", "נקודות")), ("fa", ("پاسخ نهایی", "دست‌کم"))]
)
def test_explain_in_other_languages(ck: CommandLine, ours: str, language: str, words: tuple[str, ...]) -> None:
    ran = ck("policy", "explain", ours, "--facts", "hardship=2", "--language", language)
    assert all(word in ran.out for word in (*words, "ours-1", "hardship"))


@pytest.mark.filterwarnings("ignore::complaintkit.errors.PolicyWarning")
def test_explain_a_profile_with_packs(ck: CommandLine, tmp_path: Path) -> None:
    """The limits of a regime are seen where the profile that names it is asked."""
    text = 'base = "standard"\nid = "bank"\nversion = "1"\npacks = [{ id = "il.boi.308a" }, { id = "uk.fca.disp1" }]\n'
    (tmp_path / "bank.toml").write_text(text, encoding="utf-8")
    ran = ck("policy", "explain", "bank.toml", "--facts", "seriousness=2", "--at", "received=2026-03-02")
    assert "  final_response             2026-04-16                        308A" in ran.out
    assert "  final_response             2026-04-27                        DISP 1.6.2R" in ran.out
    ran = ck("policy", "explain", "bank.toml", "--at", "final_response_sent=2026-03-02", "--language", "he")
    assert "  ombudsman_referral_window  2026-09-02" in ran.out
    ran = ck("policy", "explain", "bank.toml", "--at", "recieved=2026-03-02")
    assert "there are received, final_response_sent, event, knew" in ran.err


def test_explain_an_amount_and_who_approves_it(ck: CommandLine) -> None:
    example = str(ROOT / "examples" / "remedies.toml")
    ran = ck("policy", "explain", example, "--facts", "duration=2", "intensity=1")
    assert "GBP 525.00" in ran.out
    assert "authority: level A3 (RO-08 team leader)\n  approved by 1 more, of level A3 or above (R-61)" in ran.out
    data = ck("policy", "explain", example, "--amount", "GBP 50.00", "--json").data
    assert data["authority"] == {"level": "A1", "roles": ["RO-03"], "checkers": 0, "checker_level": None}
    assert ck("policy", "explain", example, "--amount", "a lot").code == 2
    assert ck("policy", "explain", "standard", "--amount", "GBP 50.00").code == 2


def test_explain_a_pack_and_a_table(ck: CommandLine, tariff: str) -> None:
    ran = ck("policy", "explain", "uk.fca.disp1", "--at", "received=2026-03-02", "--about", "final_response")
    assert "final_response  2026-04-27" in ran.out
    assert "DISP 1.6.2R" in ran.out
    ran = ck("policy", "explain", tariff, "--facts", "grams=500")
    assert "size: parcel" in ran.out
    assert "grams = 500" in ran.out
    assert ck("policy", "explain", tariff, "--facts", "grams=500", "--about", "sise").code == 2


@pytest.mark.parametrize("policy", ["standard", "uk.fca.disp1", "fee"])
def test_an_event_that_nothing_counts_from(ck: CommandLine, fee: str, policy: str) -> None:
    """A misspelt event would leave every date open, and say nothing."""
    name = fee if policy == "fee" else policy
    ran = ck("policy", "explain", name, "--at", "recieved=2026-03-02")
    assert ran.code == 2
    assert "no date counts from 'recieved' (did you mean 'received'?) (there are received" in ran.err


def test_a_table_with_editions(ck: CommandLine, fee: str) -> None:
    """Its date is a fact of the matter, and an event: either way of handing it in will do."""
    for asked in (
        ["--facts", "grams=30", "received=2026-04-08"],
        ["--facts", "grams=30", "--at", "received=2026-04-08"],
    ):
        assert "F-2   3      edition = 2026, grams = 30" in ck("policy", "explain", fee, *asked).out
    assert "hand in that day" in ck("policy", "explain", fee, "--facts", "grams=30").err
    shown = ck("policy", "show", fee).out
    assert "fee: first, by the date received" in shown
    assert "F-1   2      from 2025-01-01: grams more than 20\n" in shown
    assert "F-2   3      from 2026-04-08: grams more than 20\n" in shown
    assert "F-0   0      otherwise" in shown


@pytest.mark.parametrize("facts", [["grams"], ["grams=x"], ["gram=1"], []])
def test_facts_that_are_none(ck: CommandLine, tariff: str, facts: list[str]) -> None:
    ran = ck("policy", "explain", tariff, *(["--facts", *facts] if facts else []))
    assert ran.code in (2, 3)
    assert ran.err.startswith("complaintkit: ")


def test_test_and_coverage(ck: CommandLine, ours: str, tmp_path: Path) -> None:
    ran = ck("policy", "test", ours)
    assert (ran.code, ran.out.splitlines()[0]) == (0, "passed  the rent cannot be paid")
    assert "1 of 1 rules fired (100 %)" in ran.out
    (tmp_path / "ours.toml").write_text(
        OURS.replace('expect = { value = "P2"', 'expect = { value = "P1"'), encoding="utf-8"
    )
    ran = ck("policy", "test", ours)
    assert ran.code == 1
    assert "FAILED  the rent cannot be paid (ours.toml:11)\n        value: expected P1, but is P2" in ran.out
    data = ck("policy", "test", ours, "--json").data
    assert (data["passed"], data["tests"][0]["failures"]) == (False, ["value: expected P1, but is P2"])
    assert ck("policy", "coverage", ours, "--require", "100").code == 0
    ran = ck("policy", "coverage", "standard", "--require", "90", "--json")
    assert (ran.code, ran.data["enough"], "band.P-10.2" in ran.data["unfired"]) == (1, False, True)


def test_diff(ck: CommandLine, ours: str) -> None:
    ran = ck("policy", "diff", "standard", ours)
    assert "added priority.band.rule.ours-1" in ran.out
    data = ck("policy", "diff", "standard", ours, "--json").data
    assert {change["path"] for change in data["changes"]} == {"id", "version", "priority.band.rule.ours-1"}
    assert ck("policy", "diff", ours, ours).out.endswith("  nothing differs\n")
    assert ck("policy", "diff", "standard", ours, "--book", "book.db").code == 2
    assert ck("policy", "diff", "uk.fca.disp1", "us.cfpb.rege", "--replay", "--book", "book.db").code == 2


def test_replay_a_file_of_facts(ck: CommandLine, ours: str, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"ref": "17", "facts": {"hardship": 2}, "when": {"received": "2026-03-02T10:00:00Z"}},
        {"ref": 18, "facts": {"hardship": 1}},
        {"ref": "19", "facts": {"hardshp": 1}},
    ]
    (tmp_path / "past.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    ran = ck("policy", "diff", "standard", ours, "--replay", "--facts", "past.jsonl")
    assert "  17\n    value: P3 -> P2 (now ours-1)" in ran.out
    assert "  19: cannot be asked: there is no fact 'hardshp'" in ran.out
    assert "3 complaints: 1 stay as they are, 1 change, 1 cannot be asked\n  1 value" in ran.out
    data = ck("policy", "diff", "standard", ours, "--replay", "--facts", "past.jsonl", "--json").data
    assert data["counts"]["value"] == data["counts"]["failed"] == data["counts"]["same"] == 1
    misspelt = '{"ref": "1", "when": {"recieved": "2026-03-02"}}'
    for wrong in (
        '{"facts": {}}',
        '{"ref": "1", "fact": {}}',
        misspelt,
        misspelt.replace("recieved", "received").replace("2026", "x"),
        "[]",
        "{",
    ):
        (tmp_path / "past.jsonl").write_text(wrong, encoding="utf-8")
        ran = ck("policy", "diff", "standard", ours, "--replay", "--facts", "past.jsonl")
        assert ran.code == 3
        assert "past.jsonl:1" in ran.err


def test_replay_a_book(ck: CommandLine, ref: str, ours: str, book: Path) -> None:
    rated = [[name, 0] for name in LEVELS.split()] + [["hardship", 2]]
    triage = command("record-triage", ref, levels=rated, note="An act is needed")
    assert ck("do", command("begin-assessment", ref), *HANDLER, "--now", LATER).code == 0
    assert (
        ck("do", command("set-issues", ref, issues=[{"statement": "Charged twice"}]), *HANDLER, "--now", LATER).code
        == 0
    )
    assert ck("do", triage, "--as", "triage-officer", "--actor", "triage-1", "--now", LATER).code == 0
    ran = ck("policy", "diff", "standard", ours, "--replay")
    assert ran.code == 0
    assert f"  {ref}\n    value: P3 -> P2 (now ours-1)" in ran.out
    assert "1 complaints: 0 stay as they are, 1 change" in ran.out
    assert not any(word in ran.out for word in ("Dana", "charged", "p-1", "billing"))


def test_schema(ck: CommandLine, tmp_path: Path) -> None:
    assert json.loads(ck("policy", "schema", "pack").out) == schema("pack")
    assert ck("policy", "schema", "--json").data == schema("profile")
    assert ck("policy", "schema", "policy", "--into", "policy.json").out == "wrote policy.json\n"
    assert json.loads((tmp_path / "policy.json").read_text(encoding="utf-8")) == schema("policy")
    assert ck("policy", "schema", "profiel").code == 2


def test_list_and_show(ck: CommandLine, ours: str, tariff: str) -> None:
    policies = {each["id"]: each for each in ck("policy", "list", "--json").data["policies"]}
    assert (policies["uk.fca.disp1"]["status"], policies["uk.ofcom.c4"]["status"]) == ("verified", "provisional")
    assert "FCA Handbook" in ck("policy", "list").out
    shown = ck("policy", "show", "standard").out
    assert "P-10.3   P1     vulnerability at least 3 and (seriousness at least 2 or health_safety at least 1)" in shown
    pack = ck("policy", "show", "uk.hos.chc2024").out
    assert "20 working days after stage2_acknowledged" in pack
    assert "stage2_acknowledged   the request for stage 2 was acknowledged" in pack
    assert "There are exactly two stages, and no informal one before them.       ombudsman  stages" in pack
    assert "35 working days after received" in ck("policy", "show", "uk.fca.disp1").out
    assert "T-1   letter  grams less than 20" in ck("policy", "show", tariff).out
    assert ck("policy", "show", ours, "--toml").out == OURS.rstrip("\n") + "\n"
    content = ck("policy", "show", ours, "--json").data["content"]
    assert content["priority"]["weights"]["legal"] == 4
    assert "tests" not in content
    assert ck("policy", "show", "nobody").code == 3


@pytest.mark.filterwarnings("ignore::complaintkit.errors.PolicyWarning")
@pytest.mark.parametrize("verb", ["show", "test"])
def test_every_policy_of_the_library_can_be_worked_with(ck: CommandLine, verb: str) -> None:
    for policy in ck("policy", "list", "--json").data["policies"]:
        assert ck("policy", verb, policy["id"]).code == 0
