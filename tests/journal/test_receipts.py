"""Receipts: what the one file accepts and refuses, alone and beside the journal's own functions."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.adapters.anchors import SignedInMemory
from complaintkit.adapters.memory import MemoryStore
from complaintkit.commands import RegisterComplaint
from complaintkit.desk import Checkpoints, prove_entry, receipt, receipt_of
from complaintkit.errors import CommandRefused, ProofRefused
from complaintkit.journal import EntryProof, Note, read_note
from complaintkit.journal.keys import Ed25519Key, HmacKey, WitnessKey
from complaintkit.journal.receipts import LONGEST, main, packed, unpacked, verify_receipt, written
from complaintkit.journal.standalone import verifier
from complaintkit.lifecycle import TextRevealed
from complaintkit.privacy import VaultItem, commitment
from complaintkit.values import Actor
from complaintkit.vocabulary import Role
from tests.lives import AGENT, START, Life

HOST = "complaints.example.org"
KEY = Ed25519Key(HOST, bytes(range(32)))
PUBLIC = KEY.public_key().to_text()
WORDS = "They charged me twice.\nشکایت دارم."


def checkpoint(life: Life, key: Ed25519Key | HmacKey = KEY) -> Note:
    return Checkpoints(life.store, key, SignedInMemory(), host=HOST).issue(START)


def registered(before: int = 5, after: int = 3) -> tuple[Life, str]:
    """A book in which the complaint stands among others, and its receipt."""
    life = Life(MemoryStore())
    words = [*(f"complaint {number}" for number in range(before)), WORDS, *(["one more"] * after)]
    refs = [
        life.desk.handle(RegisterComplaint(narrative=each, owner=AGENT.id, person="person-1"), by=AGENT).complaint.ref
        for each in words
    ]
    life.ref = refs[before]
    return life, receipt(life.desk, life.ref, AGENT, checkpoint(life))


LIFE, LINE = registered()
WHOLE = unpacked(LINE)


def test_a_receipt_is_short_and_proves_place_and_words() -> None:
    assert len(LINE.encode()) <= LONGEST == 2048
    assert LINE.isascii()
    found = verify_receipt(LINE, PUBLIC, [WORDS])
    assert found == verify_receipt(WHOLE, PUBLIC, [WORDS])
    assert (found.entry["stream"], found.origin, found.size) == (
        LIFE.ref,
        f"{HOST}/complaintkit/main/e1",
        len(LIFE.log()) - 1,
    )
    assert WORDS.split("\n", maxsplit=1)[0] not in WHOLE


def test_sixteen_million_entries_leave_it_short_with_all_that_a_complaint_usually_says() -> None:
    """Hashes, salts and signatures cannot be compressed: 24 hashes are the way through 2 ** 24 entries."""
    facts = {"product": "Current account", "issue": "Charged twice", "topic": "billing", "branch": "Harbour 7"}
    life = Life(MemoryStore()).received(attributes=facts, channel="web_form", unit="north", desired_outcome="A refund")
    chance = random.Random(1)
    way = [chance.randbytes(32) for _ in range(24)]
    data = json.loads(unpacked(receipt(life.desk, life.ref, AGENT, checkpoint(life))))
    salts = {ref: chance.randbytes(32) for ref in data["salts"]}
    assert len(packed(written(data["entry"], way, data["checkpoint"], salts))) <= LONGEST


def test_what_does_not_fit_is_refused_and_the_proof_is_named() -> None:
    chance = random.Random(1)
    facts = {f"fact_{number}": chance.randbytes(30).hex() for number in range(40)}
    life = Life(MemoryStore()).received(attributes=facts)
    with pytest.raises(ProofRefused, match="audit prove --entry 0"):
        receipt(life.desk, life.ref, AGENT, checkpoint(life))


def test_a_draft_that_was_registered_is_proved_where_its_words_are() -> None:
    life = Life(MemoryStore()).draft()
    early = checkpoint(life)
    with pytest.raises(ProofRefused, match="not registered yet"):
        receipt(life.desk, life.ref, AGENT, early)
    life.do(RegisterComplaint, AGENT, owner=AGENT.id)
    with pytest.raises(ProofRefused, match="not registered yet"):
        receipt(life.desk, life.ref, AGENT, early)
    found = verify_receipt(receipt(life.desk, life.ref, AGENT, checkpoint(life)), PUBLIC, ["I was charged twice."])
    assert (found.entry["type"], found.entry["stream"]) == ("complaint-captured", life.ref)


def test_without_words_the_registration_alone_is_proved() -> None:
    life = Life(MemoryStore()).received(narrative=None, recording="rec-1")
    found = verify_receipt(receipt(life.desk, life.ref, AGENT, checkpoint(life)), PUBLIC)
    assert (found.entry["type"], found.salts) == ("complaint-registered", {})


def test_that_it_was_made_is_recorded() -> None:
    assert [entry.type for entry in LIFE.log() if entry.stream == "book"][-1:] == [TextRevealed.event_type]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["They charged me twice.", WORDS + " ", WORDS.upper(), ""])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ProofRefused, match="not the text that was registered"):
        verify_receipt(LINE, PUBLIC, [text])


@pytest.mark.parametrize("cut", [0, 1, 5, len(LINE) // 2, len(LINE) - 1])
def test_a_part_of_a_receipt_is_refused(cut: int) -> None:
    with pytest.raises(ProofRefused):
        verify_receipt(LINE[:cut], PUBLIC)


@pytest.mark.parametrize(
    "key",
    [
        Ed25519Key(HOST, bytes(32)).public_key().to_text(),
        Ed25519Key("other.example.org", bytes(range(32))).public_key().to_text(),
        WitnessKey(HOST, bytes(range(32))).public_key().to_text(),
        PUBLIC[:-2],
        PUBLIC.replace("+", "-"),
        "",
    ],
)
def test_another_key_is_refused(key: str) -> None:
    with pytest.raises(ProofRefused):
        verify_receipt(LINE, key)


def test_an_entry_of_another_log_is_refused() -> None:
    other = Life(MemoryStore("other"))
    ref = other.desk.handle(RegisterComplaint(narrative=WORDS, owner=AGENT.id), by=AGENT).complaint.ref
    note = checkpoint(other)
    made = json.loads(unpacked(receipt(other.desk, ref, AGENT, note)))
    text = note.text.replace("complaintkit/other", "complaintkit/main")
    forged = Note(text, (KEY.sign(text),)).to_text()
    proof = EntryProof(0, made["entry"].encode(), (), read_note(forged))
    with pytest.raises(ProofRefused, match="another log"):
        verify_receipt(receipt_of(proof), PUBLIC)


def test_it_needs_a_key_that_anybody_can_verify_and_a_right_to_read() -> None:
    with pytest.raises(ProofRefused, match="anybody can verify"):
        receipt(LIFE.desk, LIFE.ref, AGENT, checkpoint(LIFE, HmacKey(HOST, bytes(32))))
    with pytest.raises(CommandRefused):
        receipt(LIFE.desk, LIFE.ref, Actor("person-99", Role.COMPLAINANT), checkpoint(LIFE))


def test_a_checkpoint_from_before_the_registration_proves_nothing() -> None:
    life, _ = registered(0, 0)
    note = checkpoint(life)
    later = life.desk.handle(RegisterComplaint(narrative=WORDS, owner=AGENT.id), by=AGENT).complaint.ref
    with pytest.raises(ProofRefused):
        receipt(life.desk, later, AGENT, note)


# One logic -------------------------------------------------------------------------------------------------


NOTE = checkpoint(LIFE)


@given(seq=st.integers(0, 8), flips=st.lists(st.integers(0, 10**6), max_size=2))
def test_it_accepts_what_the_journal_accepts(seq: int, flips: list[int]) -> None:
    note = NOTE
    proof = prove_entry(LIFE.store, seq, note)
    hashes = [bytearray(each) for each in proof.proof]
    for flip in flips:
        which, place = divmod(flip % (32 * len(hashes)), 32)
        hashes[which][place] ^= 1
    changed = EntryProof(seq, proof.body, tuple(map(bytes, hashes)), note)
    assert _accepts(lambda: changed.verify([KEY.public_key()])) == _accepts(
        lambda: verify_receipt(receipt_of(changed), PUBLIC)
    )


def _accepts(check: Callable[[], object]) -> bool:
    try:
        check()
    except ProofRefused:
        return False
    return True


@given(st.text(), st.binary(min_size=32, max_size=32))
def test_it_opens_what_the_vault_has_sealed(text: str, salt: bytes) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return
    found = verify_receipt(LINE, PUBLIC)
    (ref,) = found.salts
    item = VaultItem(ref, LIFE.ref, 1, salt, text.encode())
    entry = found.entry | {"pii": [{"ref": ref, "c": commitment("complaintkit/main", item), "subj": []}]}
    opened = found._replace(entry=entry, salts={ref: salt})
    assert opened.has(text)
    assert not opened.has(text + ".")


def test_no_name_of_the_single_file_is_taken_twice() -> None:
    tree = ast.parse(verifier())
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    names += [
        node.target.id for node in tree.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    assert not [name for name, count in Counter(names).items() if count > 1]
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


# The program ---------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "verify_receipt.py").write_text(verifier(), encoding="utf-8")
    (tmp_path / "receipt.txt").write_text(LINE + "\n", encoding="utf-8")
    (tmp_path / "receipt.json").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "mine.txt").write_bytes(b"\xef\xbb\xbf" + WORDS.replace("\n", "\r\n").encode() + b"\r\n")
    (tmp_path / "other.txt").write_text("They charged me once.", encoding="utf-8")
    return tmp_path


def alone(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the file as somebody would who has Python and nothing else."""
    command = [sys.executable, "-I", "-S", "verify_receipt.py", *arguments]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")
    assert ran.stderr == ""
    return ran.returncode, ran.stdout


def test_the_file_alone_accepts_and_refuses(folder: Path) -> None:
    code, said = alone(folder, "receipt.txt", "receipt.json", "--key", PUBLIC, "--text", "mine.txt")
    assert code == 0
    assert said.count("HOLDS") == 2
    assert f"of {LIFE.ref}" in said
    assert "Your text is the one that was registered." in said
    code, said = alone(folder, "receipt.txt", "--key", PUBLIC, "--text", "other.txt")
    assert code == 1
    assert "DOES NOT HOLD: this is not the text that was registered" in said


#: Changes each byte of a receipt and says which changes the single file accepts.
EVERY_BYTE = """
import random, sys
sys.path.insert(0, ".")
import verify_receipt
number, words = random.Random(3), open("words.txt", "rb").read().decode()
block = open(sys.argv[1], "rb").read().rstrip(b"\\n")
verify_receipt.verify_receipt(block.decode(), sys.argv[2], [words])
for place in range(len(block)):
    changed = bytearray(block)
    changed[place] ^= number.randint(1, 255)
    try:
        verify_receipt.verify_receipt(changed.decode(), sys.argv[2], [words])
    except (verify_receipt.ProofRefused, UnicodeDecodeError):  # the program says that it cannot read the latter
        continue
    print("accepted: byte", place)
print(len(block), "changed")
"""


@pytest.mark.parametrize("name", ["receipt.txt", "receipt.json"])
def test_the_file_alone_refuses_every_changed_byte(folder: Path, name: str) -> None:
    (folder / "words.txt").write_bytes(WORDS.encode())
    command = [sys.executable, "-I", "-S", "-c", EVERY_BYTE, name, PUBLIC]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    size = len((folder / name).read_bytes().rstrip(b"\n"))
    assert ran.stdout == f"{size} changed\n"


def test_the_file_alone_says_how_it_is_used(folder: Path) -> None:
    assert alone(folder) == (2, alone(folder, "receipt.txt")[1])
    assert alone(folder, "absent.txt", "--key", PUBLIC)[0] == 2


def test_the_program_says_when_nothing_was_compared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    said: list[str] = []
    assert main(["receipt.txt", "--key", PUBLIC], said.append) == 0
    assert "No text was compared" in said[-1]
    assert main(["receipt.txt", "other.txt", "--key", PUBLIC], said.append) == 1
    assert main(["receipt.txt", "--key", PUBLIC, "--nothing"], said.append) == 2
