"""The case file for a court (RPT-10): complete, provable, the same bytes each time, and nothing runs in it."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from complaintkit import commands as c
from complaintkit.adapters.anchors import SignedInMemory
from complaintkit.adapters.memory import MemoryStore
from complaintkit.desk import Checkpoints
from complaintkit.desk.reading import read_entries
from complaintkit.errors import CommandRefused, ProofRefused
from complaintkit.exchange import archive, case_file, export_case
from complaintkit.journal import Note
from complaintkit.journal.codec import personals
from complaintkit.journal.keys import Ed25519Key
from complaintkit.ports import Batch
from complaintkit.values import Actor
from complaintkit.vocabulary import FindingValue, Language, Purpose, Role
from tests.lives import DECIDER, HANDLER, INVESTIGATOR, LEADER, PERSON, REVIEWER, START, Life, finding

HOST = "complaints.example.org"
KEY = Ed25519Key(HOST, bytes(range(32)))
NASTY = "<script>alert('x')</script> & \"quotes\""


def signed(life: Life) -> Note:
    return Checkpoints(life.store, KEY, SignedInMemory(), host=HOST).issue(START)


@pytest.fixture(scope="module")
def life() -> Life:
    """A complaint from the first word to a review, with a refusal and somebody who read."""
    made = Life(MemoryStore()).gathering_evidence()
    made.add_evidence(description=NASTY)
    made.refused(c.CloseComplaint, HANDLER)
    item = made.add_evidence(description="The photo of the meter", issues=(1,))
    made.do(c.CompleteEvidence, INVESTIGATOR)
    made.do(c.ProceedToReport, INVESTIGATOR, note="Suitable and possible")
    made.do(c.SubmitReport, INVESTIGATOR, findings=(finding(FindingValue.SUBSTANTIATED, item),))
    made.do(c.ApproveReport, DECIDER)
    made.do(c.IssueOutcome, HANDLER, explanation="The ledger shows two charges.")
    made.send()
    made.desk.reveal(made.ref, HANDLER, Purpose.HANDLE)
    made.do(c.RequestInternalReview, PERSON, reviewer=REVIEWER.id, words="Please look again")
    made.do(c.DecideReview, REVIEWER, outcome="confirmed", reasons="The photo shows it.")
    return made


COURT = "court-1"


@pytest.fixture(scope="module")
def note(life: Life) -> Note:
    return signed(life)


@pytest.fixture(scope="module")
def files(life: Life, note: Note) -> dict[str, bytes]:
    return export_case(life.desk, life.ref, HANDLER, note, to=COURT)


class Page(HTMLParser):
    """The tags of a page with their attributes, and its words."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_everything_that_was_decided_is_on_the_page(files: dict[str, bytes], life: Life) -> None:
    words = Page(files["case.html"]).words
    for said in (
        life.ref, NASTY, "I was charged twice.", "The photo of the meter", "The ledger shows it.",
        "The ledger shows two charges.", "working day",
        "Please look again", "The photo shows it.", "attempt-refused", "close-complaint", "text-revealed",
        f"{HOST}/complaintkit/main/e1",
    ):  # fmt: skip
        assert said in words, said
    (item, *_) = life.state().inquiry.evidence  # type: ignore[union-attr]
    assert item.digest in words
    assert item.lawful_basis in words
    records = [each for each in life.log() if each.stream == life.ref]
    assert all(each.leaf.hex() in words and each.type in words for each in records)


def test_the_page_says_who_whereto_and_by_which_rules() -> None:
    """A decision that is told without its reasons, or a reading without its reader's purpose, is told by half."""
    made = Life(MemoryStore(), seed=11).gathering_evidence()
    made.do(c.ReassignComplaint, LEADER, owner="handler-8", reason="absence", handover="All is on file")
    made.desk.reveal(made.ref, HANDLER, Purpose.SHARE_WITH_EXTERNAL_BODY, to="ombudsman-1")
    made.refused(c.CloseComplaint, HANDLER)
    files = export_case(made.desk, made.ref, HANDLER, signed(made), to=COURT)
    triage = next(each for each in json.loads(files["case.json"])["entries"] if each["type"] == "triage-recorded")
    words = Page(files["case.html"]).words
    for said in (
        f"rules: {', '.join(triage['data']['rules'])}",
        "seriousness=2",
        "reason: not wanted",
        "owner: handler-8",
        "before: handler-2",
        "reason: absence",
        "purpose: share_with_external_body",
        "to: ombudsman-1",
        "command: close-complaint",
    ):
        assert said in words, said


@pytest.mark.parametrize("language", Language)
def test_nothing_runs_and_nothing_is_fetched(life: Life, note: Note, language: Language) -> None:
    page = Page(export_case(life.desk, life.ref, HANDLER, note, to=COURT, language=language)["case.html"])
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "a", "form"}
    assert not [
        name for _, attributes in page.tags for name in attributes if name.startswith("on") or name in {"src", "href"}
    ]
    (html,) = [attributes for tag, attributes in page.tags if tag == "html"]
    assert html == {"lang": language.value, "dir": "ltr" if language is Language.ENGLISH else "rtl"}


def test_the_same_book_gives_the_same_bytes(life: Life, note: Note, files: dict[str, bytes]) -> None:
    again = export_case(life.desk, life.ref, HANDLER, note, to=COURT)
    assert again == files
    assert archive(again) == archive(files)
    with zipfile.ZipFile(io.BytesIO(archive(files))) as made:
        assert {name: made.read(name) for name in made.namelist()} == files


def test_the_manifest_names_every_other_file(files: dict[str, bytes]) -> None:
    told = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())  # type: ignore[arg-type]
    assert told == {name: hashlib.sha256(block).hexdigest() for name, block in files.items() if name != "SHA256SUMS"}


def test_every_record_is_proved_by_the_verifier_in_it(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, block in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(block)
    data = json.loads(files["case.json"])
    receipts = sorted(name for name in files if name.startswith("receipts/"))
    assert receipts == sorted(data["receipts"].values())
    assert len(receipts) == len(files["entries.jsonl"].splitlines())
    run = [sys.executable, "-I", "-S", "verify_receipt.py", "--key", KEY.public_key().to_text()]
    ran = subprocess.run([*run, *receipts], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.count("HOLDS")) == (0, len(receipts))
    changed = tmp_path / receipts[1]
    changed.write_bytes(changed.read_bytes().replace(b"2026-03-02", b"2026-03-01"))
    ran = subprocess.run([*run, *receipts], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.count("DOES NOT HOLD")) == (1, 1)


def test_the_machine_reads_entries_texts_and_reckonings(files: dict[str, bytes], life: Life) -> None:
    data = json.loads(files["case.json"])
    assert [json.dumps(each, sort_keys=True) for each in data["entries"]] == [
        json.dumps(json.loads(line), sort_keys=True) for line in files["entries.jsonl"].splitlines()
    ]
    assert NASTY in data["texts"].values()
    assert {each["why"]["due"] for each in data["commitments"]} >= {
        each.due.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        for each in life.state().commitments  # type: ignore[union-attr]
    }


def test_redacted_it_has_no_text_and_says_so(life: Life, note: Note) -> None:
    before = len(life.log())
    files = export_case(life.desk, life.ref, HANDLER, note, to=None)
    assert len(life.log()) == before, "nothing was read, so nothing is recorded"
    whole = b"".join(files.values()).decode()
    assert not [text for text in ("alert(", "I was charged twice.", "The ledger", "The photo") if text in whole]
    assert "[left out]" in whole


def test_erased_texts_are_shown_as_erased() -> None:
    other = Life(MemoryStore(), seed=9).received(narrative="Erase me")
    note = signed(other)
    with other.store.transaction() as unit:
        refs = [item.ref for entry in read_entries(unit.entries(other.ref)) for item in personals(entry.event)]
        unit.head()
        unit.commit(Batch(erased=[ref for ref in refs if ref]))
    for to in (COURT, None):
        files = export_case(other.desk, other.ref, HANDLER, note, to=to)
        assert "[erased]" in Page(files["case.html"]).words
        assert json.loads(files["case.json"])["erased"] == sorted(set(refs))  # type: ignore[type-var]


def test_reading_it_is_recorded_and_needs_a_right(life: Life, note: Note) -> None:
    before = len(life.log())
    case_file(life.desk, life.ref, HANDLER, note, to=COURT)
    (read,) = life.log()[before:]
    assert json.loads(read.body)["data"]["purpose"] == Purpose.SHARE_WITH_EXTERNAL_BODY
    for to in (COURT, None):
        with pytest.raises(CommandRefused):
            case_file(life.desk, life.ref, Actor("person-99", Role.COMPLAINANT), note, to=to)


def test_it_ends_where_the_checkpoint_does(note: Note) -> None:
    early = Life(MemoryStore(), seed=3).received()
    told = signed(early)
    early.clock.advance(timedelta(days=1))
    early.do(c.BeginAssessment, HANDLER)
    case = case_file(early.desk, early.ref, HANDLER, told, to=COURT)
    assert case.checkpoint.size == len([*case.records])
    assert "assessment-begun" not in {entry.type for entry in case.entries}
    empty = Life(MemoryStore(), seed=4)
    nothing = signed(empty)
    with pytest.raises(ProofRefused, match="older than the complaint"):
        case_file(early.desk, early.ref, HANDLER, nothing, to=COURT)


def test_both_values_of_a_correction_are_on_the_page() -> None:
    """INV-72."""
    life = Life(MemoryStore()).received()
    words = {"narrative": "I was charged thrice."}
    life.do(c.CorrectFacts, HANDLER, facts={"channel": "phone"}, texts=words, reason="Misheard")
    page = Page(export_case(life.desk, life.ref, HANDLER, signed(life), to=COURT)["case.html"]).words
    for said in ("channel: web_form -> phone", "I was charged twice.", "I was charged thrice.", "Misheard"):
        assert said in page, said
