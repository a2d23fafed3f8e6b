"""Each command: what it says, and the keys of its ``--json``."""

from __future__ import annotations

import io
import json
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from complaintkit.vocabulary import Handling
from tests.cli.conftest import AGENT, HANDLER, LATER, NOW, REGISTER, CommandLine, command

CFPB = "Complaint ID,Date received,Product\n17,2026-03-02,Mortgage\n18,2026-03-03,Mortgage\n"
REFERENCE = r"C-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]"


def issues(ref: str) -> str:
    return command("set-issues", ref, issues=[{"statement": "Charged twice for a visit", "category": "billing"}])


def test_do_registers_and_says_what_happened(ck: CommandLine, ref: str) -> None:
    ran = ck("do", command("begin-assessment", ref), *HANDLER, "--now", LATER)
    assert ran == (0, f"{ref} is being assessed, version 7\n  assessment begun\n", "")


def test_do_json(ck: CommandLine, ref: str) -> None:
    data = ck("do", command("begin-assessment", ref), *HANDLER, "--now", LATER, "--json").data
    assert list(data) == ["complaint", "state", "version", "repeated", "entries", "letters"]
    assert (data["state"], data["version"], data["repeated"]) == ("assessing", 7, False)
    (entry,) = data["entries"]
    assert list(entry) == ["seq", "version", "type", "recorded_at", "occurred_at", "actor", "command", "data"]
    assert entry["actor"] == {"id": "handler-2", "role": "RO-04", "authority": ""}
    assert entry["recorded_at"] == "2026-03-02T11:00:00.000000Z"


def test_the_same_key_gives_the_first_answer(ck: CommandLine, ref: str) -> None:
    again = ck("do", json.dumps(REGISTER), *AGENT, "--key", "register-1", "--json").data
    assert (again["complaint"], again["repeated"], again["version"]) == (ref, True, 6)


def test_do_reads_a_file_and_standard_input(
    ck: CommandLine, ref: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("begin.json").write_text("\ufeff" + command("begin-assessment", ref), encoding="utf-8")
    assert ck("do", "begin.json", *HANDLER).code == 0
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(issues(ref).encode())))
    assert ck("do", "-", *HANDLER).code == 0


def test_do_records_an_act_on_behalf_of_the_complainant(ck: CommandLine, ref: str) -> None:
    words = command("withdraw-complaint", ref, words="It is settled.")
    assert ck("do", words, *HANDLER).code == 1
    withdrawn = ck("do", words, *HANDLER, "--for", "complainant", "--json").data
    assert withdrawn["state"] == "closed"
    assert {entry["actor"]["authority"] for entry in withdrawn["entries"]} == {"for:RO-01"}


def test_do_keeps_when_it_happened(ck: CommandLine, ref: str) -> None:
    begin = command("begin-assessment", ref)
    data = ck("do", begin, *HANDLER, "--now", LATER, "--occurred", NOW, "--json").data
    assert data["entries"][0]["occurred_at"] == "2026-03-02T10:00:00.000000Z"


def test_a_dry_run_writes_nothing(ck: CommandLine, ref: str) -> None:
    before = ck("audit", "verify", "--json").data
    would = ck("do", command("begin-assessment", ref), *HANDLER, "--dry-run")
    assert would == (0, "would be done:\n  assessment begun\n", "")
    refused = ck("do", command("issue-outcome", ref, explanation="x"), *HANDLER, "--dry-run")
    assert refused.code == 1
    assert "EV-34: not possible in received" in refused.out
    data = ck("do", command("issue-outcome", ref, explanation="x"), *HANDLER, "--dry-run", "--json").data
    assert list(data) == ["complaint", "possible", "events", "reasons", "allowed"]
    assert ck("audit", "verify", "--json").data == before


def test_a_dry_run_makes_no_book(ck: CommandLine, book: Path) -> None:
    assert ck("do", json.dumps(REGISTER), *AGENT, "--dry-run", "--plaintext-vault").code == 3
    assert not book.exists()


def test_show_tells_state_promises_and_story(ck: CommandLine, ref: str) -> None:
    shown = ck("show", ref).out
    assert shown.startswith(f"{ref} is received\n")
    assert "acknowledgement  2026-03-03 17:00  open" in shown  # one working day, 9 to 17 UTC
    assert "2026-03-02 10:00  agent-7 (front-line agent)  complaint registered" in shown
    assert "product: water" in shown


def test_show_json(ck: CommandLine, ref: str) -> None:
    ck("do", command("begin-assessment", ref), *HANDLER)
    ck("do", issues(ref), *HANDLER)
    data = ck("show", ref, "--json").data
    assert list(data) == ["complaint", "issues", "promises", "entries", "texts"]
    assert list(data["complaint"]) == [
        *("ref", "version", "state", "open", "kind", "band", "assessed_band", "declared_urgency", "rank", "track"),
        *("received_at", "registered_at"),
        *("channel", "language", "owner", "person", "unit", "attributes", "record", "milestones", "episode"),
        *("acknowledgement", "outcome", "closed_at", "closed_because", "merged_into", "joined"),
        *("contacts", "externally_open", "learning", "policy"),
    ]
    assert list(data["issues"][0]) == [
        "no", "category", "respondent", "identifies_person", "jurisdiction", "finding",
    ]  # fmt: skip
    assert list(data["promises"][0]) == [
        *("id", "kind", "cycle", "started_at", "due", "status", "settled_at", "term", "calendar"),
        *("regime", "paused_since"),
    ]
    assert data["texts"] is None


def test_texts_are_shown_only_when_asked_and_that_is_recorded(ck: CommandLine, ref: str) -> None:
    for arguments in ((), ("--json",)):
        shown = ck("show", ref, *arguments).out
        assert "charged twice" not in shown
        assert "Dana" not in shown
    before = ck("audit", "verify", "--json").data["entries"]
    shown = ck("show", ref, "--texts", "--purpose", "handle", *HANDLER).out
    assert "narrative\n    I was charged twice.\n" in shown
    texts = ck("show", ref, "--texts", "--purpose", "handle", *HANDLER, "--json").data["texts"]
    assert {text["field"]: text["text"] for text in texts} == {
        "name": "Dana Example",
        "reach": "dana@example.org",
        "narrative": "I was charged twice.",
    }
    assert list(texts[0]) == ["ref", "field", "text"]
    assert ck("audit", "verify", "--json").data["entries"] == before + 2


@pytest.mark.parametrize("missing", [[], ["--purpose", "handle"], ["--purpose", "handle", "--as", "RO-04"]])
def test_texts_need_a_purpose_and_a_reader(ck: CommandLine, ref: str, missing: list[str]) -> None:
    ran = ck("show", ref, "--texts", *missing)
    assert ran.code == 2
    assert "charged" not in ran.out + ran.err


def test_the_respondent_sees_nothing(ck: CommandLine, ref: str) -> None:
    ran = ck("show", ref, "--as", "respondent", "--actor", "r-1", "--json")
    assert (ran.code, ran.error["code"]) == (1, "command-refused")
    assert ran.error["reasons"][0]["rule"] == "SoD-6"


def test_allowed_sorts_what_may_happen(ck: CommandLine, ref: str) -> None:
    shown = ck("allowed", ref, *HANDLER).out
    now, not_now, later = shown.partition("\nnot now")[0], shown.partition("\nnot now")[2], shown.splitlines()[-1]
    assert shown.startswith(f"{ref} is received. What handler-2 may do as complaint handler (RO-04):")
    assert "begin-assessment" in now
    assert "4.7: RO-04 may not do this; it takes" in not_now
    assert "open-disclosure" in later


def test_allowed_json_is_sound(ck: CommandLine, ref: str) -> None:
    data = ck("allowed", ref, *HANDLER, "--json").data
    assert list(data) == ["complaint", "options"]
    for option in data["options"]:
        assert list(option) == ["command", "ev", "possible", "available", "needs", "by", "reasons"]
        assert option["possible"] == (not option["reasons"])
        assert option["available"] or not option["possible"]


def test_allowed_without_a_complaint_says_how_one_begins(ck: CommandLine, ref: str) -> None:
    data = ck("allowed", *AGENT, "--json").data
    possible = [option["command"] for option in data["options"] if option["possible"]]
    assert possible == ["capture-complaint", "register-complaint"]


def test_find_by_every_field(ck: CommandLine, ref: str) -> None:
    agreeing = [
        ["--open"], ["--state", "received"], ["--owner", "handler-2"], ["--unit", "billing"], ["--person", "p-1"],
        ["--due-before", "2026-03-04T00:00:00Z"],
    ]  # fmt: skip
    for query in agreeing:
        assert [row["ref"] for row in ck("find", *query, "--json").data["complaints"]] == [ref]
    for query in (["--state", "closed"], ["--band", "P1"], ["--owner", "x"], ["--due-before", "2026-03-03T17:00:00Z"]):
        assert ck("find", *query).out == "nothing found\n"


def test_find_shows_a_queue(ck: CommandLine, ref: str) -> None:
    shown = ck("find").out.splitlines()
    assert shown[0].split() == ["complaint", "band", "state", "next", "promise", "due", "owner", "unit", "received"]
    assert shown[1].split()[:3] == [ref, "-", "received"]
    assert list(ck("find", "--json").data["complaints"][0]) == [
        *("ref", "version", "state", "band", "rank", "owner", "unit", "due_at", "person", "received_at", "open"),
    ]


def test_searching_is_for_the_organisation(ck: CommandLine, ref: str) -> None:
    ran = ck("find", "--as", "complainant", "--actor", "p-1", "--json")
    assert (ran.code, ran.error["code"]) == (1, "command-refused")


def test_tick_carries_out_what_fell_due(ck: CommandLine, ref: str) -> None:
    assert ck("tick", "--now", "2026-03-03T16:00:00Z").out == "1 fell due and was carried out\n"  # the warning
    assert ck("tick", "--now", "2026-03-03T17:00:00Z", "--json").data == {"fired": 0}  # met at the very instant
    assert ck("tick", "--now", "2026-03-03T17:00:01Z").out == "2 fell due and were carried out\n"
    assert ck("tick", "--now", "2026-03-03T17:00:01Z", "--json").data == {"fired": 0}
    promises = ck("show", ref, "--json").data["promises"]
    assert {p["kind"]: p["status"] for p in promises}["acknowledge"] == "breached"


def test_dispatch_writes_letters(ck: CommandLine, ref: str, tmp_path: Path) -> None:
    ran = ck("dispatch", "--letters", "out", "--now", LATER, "--json")
    assert ran.code == 0
    assert ran.data == {"letters": [{"complaint": ref, "rule": "N-01", "status": "dispatched", "detail": ""}]}
    (file,) = (tmp_path / "out").iterdir()
    mail = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    assert mail["To"] == "dana@example.org"
    assert mail["X-Complaint"] == ref
    assert ck("dispatch", "--letters", "out", "--now", LATER).out == "no letter is due\n"


def test_a_letter_that_fails_is_a_finding(ck: CommandLine) -> None:
    wrong = json.dumps({**REGISTER, "reach": "no address"})
    ck("do", wrong, *AGENT, "--now", NOW, "--plaintext-vault")
    ran = ck("dispatch", "--letters", "out", "--now", LATER)
    assert ran.code == 1
    assert "the address is not one plain e-mail address" in ran.out


def test_import_takes_in_and_changes_nothing_the_second_time(ck: CommandLine, book: Path) -> None:
    Path("records.csv").write_text(CFPB, encoding="utf-8")
    first = ck("import", "records.csv", "--profile", "cfpb", "--plaintext-vault", "--now", "2026-04-01T00:00:00Z")
    assert first.code == 0
    assert "2 rows: 2 new" in first.out
    assert first.err == f"made the book {book}; personal texts are kept in it unencrypted\n"
    again = ck("import", "records.csv", "--profile", "cfpb", "--json", "--now", "2026-04-02T00:00:00Z")
    assert (again.data["known"], again.data["new"], again.err) == (2, 0, "")
    assert len(ck("find", "--json").data["complaints"]) == 2
    assert ck("audit", "verify").code == 0


@pytest.mark.parametrize("chart", ["handling", "acknowledgement", "learning"])
def test_diagrams_name_every_state(ck: CommandLine, chart: str) -> None:
    data = ck("diagram", chart, "--json").data
    assert list(data) == ["chart", "states", "moves"]
    assert list(data["states"][0]) == ["id", "name", "phase", "step"]
    assert list(data["moves"][0]) == ["source", "event", "target", "ev", "available"]
    states = {state["id"] for state in data["states"]}
    assert {move["source"] for move in data["moves"]} | {move["target"] for move in data["moves"]} <= states
    for form in ("mermaid", "dot"):
        drawn = ck("diagram", chart, "--format", form).out
        assert all(state in drawn for state in states - {"start"})


def test_the_handling_diagram_is_the_table_of_the_process(ck: CommandLine) -> None:
    data = ck("diagram", "--json").data
    assert {state["id"] for state in data["states"]} == {"start", *Handling}
    assert all(move["ev"].startswith("EV-") for move in data["moves"])
    table = ck("diagram", "--format", "table").out.splitlines()
    assert len(table) == 1 + len(data["moves"])


def test_what_is_not_available_is_drawn_only_on_demand(ck: CommandLine) -> None:
    assert "(not yet)" not in ck("diagram").out
    assert "approach investigate (not yet)" in ck("diagram", "--all").out


@pytest.mark.parametrize("name", ["mermaid", "dot", "table"])
def test_a_diagram_is_the_same_each_time(ck: CommandLine, name: str) -> None:
    assert ck("diagram", "--format", name) == ck("diagram", "--format", name)


def test_the_demo_is_given_where_and_in_which_language(ck: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def run_demo(into: Path, *, out: io.TextIOBase, language: str) -> None:
        asked.append((into, language))
        out.write("a story\n")

    import complaintkit.cli.demo

    monkeypatch.setattr(complaintkit.cli.demo, "run_demo", run_demo, raising=False)
    assert ck("demo", "--into", "here", "--language", "fa") == (0, "a story\n", "")
    told = ck("demo", "--into", "here", "--json")
    assert (told.data, told.err) == ({"into": "here"}, "a story\n")
    assert asked == [(Path("here"), "fa"), (Path("here"), "en")]


class TestReport:
    """``report`` hands the book to the measures."""

    def test_writes_a_page_in_each_language(self, ck: CommandLine, ref: str, tmp_path: Path) -> None:
        for language, direction in (("en", "ltr"), ("he", "rtl"), ("fa", "rtl")):
            ran = ck("report", "--into", language, "--language", language, "--now", LATER, "--json")
            assert ran.data == {"files": [f"{language}/report.{kind}" for kind in ("html", "json", "csv")]}
            page = (tmp_path / language / "report.html").read_text(encoding="utf-8")
            assert f'lang="{language}"' in page
            assert f'dir="{direction}"' in page
            assert "Dana" not in page

    def test_speaks_of_a_period(self, ck: CommandLine, ref: str, tmp_path: Path) -> None:
        assert ck("report", "--into", "r", "--period", "2026-03-01..2026-03-31", "--now", LATER).code == 0
        told = json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))
        assert told["period"] == {"first": "2026-03-01", "last": "2026-03-31"}
        assert ck("report", "--into", "r", "--period", "2026-03-01").code == 2
        assert ck("report", "--into", "r", "--period", "2026-03-31..2026-03-01").code == 3
