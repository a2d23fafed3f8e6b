"""``audit verify`` and what stands behind it: every kind of tampering is found and named."""

from __future__ import annotations

import json
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from complaintkit.adapters.anchors import FileSink
from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.commands import RegisterComplaint
from complaintkit.desk import ComplaintDesk, verify_book
from complaintkit.journal import EntryProof, open_checkpoint, read_note
from complaintkit.journal.keys import Ed25519Key, read_public_key
from complaintkit.journal.notes import read_signature
from complaintkit.journal.receipts import unpacked, verify_receipt
from complaintkit.journal.standalone import verifier
from complaintkit.values import Actor
from complaintkit.vocabulary import Role
from tests.cli.conftest import AGENT, REGISTER, CommandLine

Tampering = Callable[[sqlite3.Connection], object]


def run(sql: str) -> Tampering:
    return lambda connection: connection.execute(sql)


TAMPERINGS: dict[str, tuple[Tampering, str]] = {
    "an entry edited": (
        run(
            "update complaintkit_entry set body = cast(replace(cast(body as text), 'handler-2', 'handler-3') as blob) "
            "where seq = 0"
        ),
        "entry 0: its bytes are not the ones that were hashed",
    ),
    "an entry removed in the middle": (run("delete from complaintkit_entry where seq = 2"), "entry 2:"),
    "the last entry removed": (
        run("delete from complaintkit_entry where seq = (select max(seq) from complaintkit_entry)"),
        "head:",
    ),
    "an entry added behind the head": (
        run(
            "insert into complaintkit_entry "
            "select book, seq + 1, stream, ver, type, recorded_at, actor, command, body, leaf "
            "from complaintkit_entry where seq = (select max(seq) from complaintkit_entry)"
        ),
        "the log goes on behind its head of 6 entries",
    ),
    "a column edited": (run("update complaintkit_entry set actor = 'x' where seq = 1"), "entry 1: a column differs"),
    "the head edited": (run("update complaintkit_head set size = size - 1"), "head:"),
    "a personal text edited": (
        run("update complaintkit_vault set content = cast('I was never charged.' as blob) where ref like '%narrative'"),
        "entry 0: a personal text is not the one that was committed to",
    ),
    "a salt edited": (
        run("update complaintkit_vault set salt = zeroblob(32) where ref like '%/name'"),
        "entry 0: a personal text is not the one that was committed to",
    ),
    "an entry that is no JSON": (
        run("update complaintkit_entry set body = cast('[1' as blob) where seq = 3"),
        "entry 3: its bytes are not JSON",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_named(ck: CommandLine, ref: str, book: Path, name: str) -> None:
    tamper, fault = TAMPERINGS[name]
    connection = sqlite3.connect(book)
    with connection:
        tamper(connection)
    connection.close()
    ran = ck("audit", "verify")
    assert ran.code == 1
    assert fault in ran.out
    assert "NOT sound" in ran.out
    data = ck("audit", "verify", "--json").data
    assert not data["sound"]
    assert any(fault in each for each in data["faults"])


def test_a_sound_book(ck: CommandLine, ref: str) -> None:
    data = ck("audit", "verify", "--json").data
    assert list(data) == ["sound", "entries", "root", "texts", "texts_gone", "texts_locked", "faults"]
    assert (data["sound"], data["entries"], data["texts"], data["faults"]) == (True, 6, 3, [])
    assert data["root"] in ck("audit", "verify").out


def test_a_text_that_is_gone_is_no_fault(ck: CommandLine, ref: str, book: Path) -> None:
    connection = sqlite3.connect(book)
    with connection:
        connection.execute("delete from complaintkit_vault where ref like '%narrative'")
    connection.close()
    data = ck("audit", "verify", "--json").data
    assert (data["sound"], data["texts"], data["texts_gone"]) == (True, 2, 1)


def test_the_root_is_the_one_of_rfc_6962_over_the_stored_bytes(ck: CommandLine, ref: str, book: Path) -> None:
    from hashlib import sha256

    def root(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return sha256(b"\0" + leaves[0]).digest()
        half = 1 << ((len(leaves) - 1).bit_length() - 1)
        return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()

    connection = sqlite3.connect(book)
    bodies = [row[0] for row in connection.execute("select body from complaintkit_entry order by seq")]
    connection.close()
    assert ck("audit", "verify", "--json").data["root"] == root(bodies).hex()


def test_others_may_write_while_a_book_is_verified(tmp_path: Path) -> None:
    """A desk that writes between our reading the head and our reading the entries is no fault."""

    class BusyBook(MemoryStore):
        def journal(self, after: int = -1, limit: int = 1000):  # type: ignore[no-untyped-def]
            if self.busy and not self.writing:
                self.writing = True
                register(ComplaintDesk(self))
                self.writing = False
            return super().journal(after, limit)

        busy = writing = False

    store = BusyBook()
    register(ComplaintDesk(store))
    store.busy = True
    audit = verify_book(store)
    assert audit.sound
    assert audit.size == 3


def test_stores_agree(tmp_path: Path) -> None:
    memory = MemoryStore()
    with SqliteStore(tmp_path / "own.db") as sqlite:
        for store in (memory, sqlite):
            register(ComplaintDesk(store, plaintext_vault=True))
            assert verify_book(store).sound
            assert verify_book(store).size == 3


def register(desk: ComplaintDesk) -> None:
    agent = Actor("agent-7", Role.FRONT_LINE_AGENT)
    desk.handle(RegisterComplaint(narrative=str(REGISTER["narrative"]), owner="agent-7"), by=agent)


# Checkpoints, proofs, witnesses ---------------------------------------------------------------------------

CHECKPOINT = ("audit", "checkpoint", "--key", "log.key", "--into", "anchors")
NEW = ("--new-key", "complaints.example.org")
KEPT = ("--checkpoint", "anchors/checkpoints.jsonl")


def test_a_checkpoint_is_signed_kept_and_compared(ck: CommandLine, ref: str, book: Path) -> None:
    ran = ck(*CHECKPOINT, *NEW, "--json")
    assert ran.code == 0, ran.err
    assert "made the key" in ran.err
    assert Path("log.key").stat().st_mode & 0o077 == 0
    public = ran.data["public_key"]
    text = ran.data["checkpoint"]
    assert text.startswith("complaints.example.org/complaintkit/main/e1\n6\n")
    open_checkpoint(text, None, [read_public_key(public)])
    assert ck("audit", "verify", *KEPT, "--trust", public).out.count("compared with 1 checkpoints, the last of 6") == 1
    assert ck("audit", "verify", *KEPT, "--trust", public, "--json").data["checkpoints"] == 1
    assert "nobody's signature" in ck("audit", "verify", *KEPT).err
    Path("one.txt").write_text(text, encoding="utf-8")
    assert ck("audit", "verify", "--checkpoint", "one.txt", "--key", "log.key").code == 0
    stranger = Ed25519Key("complaints.example.org", bytes(32)).public_key().to_text()
    assert ck("audit", "verify", *KEPT, "--trust", stranger, "--json").error["code"] == "proof-refused"


def test_a_checkpoint_is_made_when_it_is_due(ck: CommandLine, ref: str) -> None:
    ck(*CHECKPOINT, *NEW, "--now", "2026-03-02T12:00:00Z")
    assert "not due" in ck(*CHECKPOINT, "--if-due", "--now", "2026-03-02T12:59:59Z").out
    assert ck(*CHECKPOINT, "--if-due", "--now", "2026-03-02T12:59:59Z", "--json").data == {"checkpoint": None}
    assert "main/e1" in ck(*CHECKPOINT, "--if-due", "--now", "2026-03-02T13:00:00Z").out


def test_an_older_book_is_a_fork(ck: CommandLine, ref: str, book: Path) -> None:
    older = book.read_bytes()
    assert ck("do", json.dumps({**REGISTER, "person": "p-2"}), *AGENT).code == 0
    ck(*CHECKPOINT, *NEW)
    book.write_bytes(older)
    assert ck("audit", "verify").code == 0
    ran = ck("audit", "verify", *KEPT, "--key", "log.key")
    assert (ran.code, "entry 6: it is missing" in ran.out) == (1, True)
    ran = ck(*CHECKPOINT, "--json")
    assert (ran.code, ran.error["code"]) == (1, "fork-detected")


def test_an_entry_is_proved(ck: CommandLine, ref: str) -> None:
    public = ck(*CHECKPOINT, *NEW, "--json").data["public_key"]
    text = ck("audit", "prove", "--entry", "2", *KEPT).out
    proof = EntryProof.from_dict(json.loads(text))
    proof.verify([read_public_key(public)])
    assert json.loads(proof.body)["seq"] == 2
    assert ck("audit", "prove", "--entry", "2", *KEPT, "--json").data == json.loads(text)
    assert ck("audit", "prove", "--entry", "99", *KEPT, "--json").error["code"] == "proof-refused"


def test_a_witness_signs_what_continues(ck: CommandLine, ref: str) -> None:
    public = ck(*CHECKPOINT, *NEW, "--json").data["public_key"]
    witness = ("audit", "witness", "--key", "witness.key", "--trust", public)
    told = ck(*witness, "--new-key", "witness.example.net", "--json").data["public_key"]
    for older in ("0", "6"):
        Path("request.txt").write_text(ck("audit", "prove", "--older", older, *KEPT).out, encoding="utf-8")
        line = ck(*witness, "--request", "request.txt", "--json").data["signature"]
        newest = read_note(FileSink("anchors").notes()[-1])
        cosigned = newest.with_signature(read_signature(line.rstrip("\n")))
        assert cosigned.signed_by(read_public_key(told)) == ("witness.example.net",)
        assert ck("do", json.dumps({**REGISTER, "person": f"p-{older}"}), *AGENT).code == 0
        ck(*CHECKPOINT)
    assert "has 12 entries" in ck(*witness, "--request", "request.txt").err
    stranger = ck("audit", "witness", "--key", "witness.key", "--request", "request.txt", "--json")
    assert stranger.error["code"] == "proof-refused"


def test_what_is_missing_is_said(ck: CommandLine, ref: str) -> None:
    for arguments, said in (
        (["checkpoint"], "no key is named"),
        (["checkpoint", "--key", "log.key"], "there is no key in log.key"),
        (["checkpoint", "--key", "log.key", *NEW], "no folder is named"),
        (["checkpoint", "--key", "log.key", "--into", "anchors"], ""),
        (["prove", *KEPT], "not said what to prove"),
        (["prove", *KEPT, "--entry", "1", "--older", "1"], "not said what to prove"),
        (["prove", "--entry", "1", "--checkpoint", "none.jsonl"], "there is no checkpoint in none.jsonl"),
        (["witness", "--key", "log.key"], "this is the key of a log"),
        (["witness", "--key", "witness.key", "--new-key", "witness.example.net"], ""),
        (["checkpoint", "--key", "witness.key", "--into", "anchors"], "this is the key of a witness"),
    ):
        ran = ck("audit", *arguments)
        assert (said in ran.err, ran.code) == (True, 2 if said else 0), (arguments, ran)


def test_without_the_extra_the_key_is_the_holders(ck: CommandLine, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
    assert "verifiable by the holder of the key only" in ck(*CHECKPOINT, *NEW).out
    assert ck("audit", "verify", *KEPT, "--key", "log.key").code == 0
    ran = ck("audit", "witness", "--key", "witness.key", "--new-key", "witness.example.net", "--json")
    assert (ran.code, ran.error["code"]) == (3, "missing-extra")


# What is handed to others ---------------------------------------------------------------------------------

HANDLE = ("--as", "case-handler", "--actor", "handler-2")


def test_a_receipt_and_its_verifier(ck: CommandLine, ref: str) -> None:
    public = ck(*CHECKPOINT, *NEW, "--json").data["public_key"]
    line = ck("audit", "receipt", ref, *KEPT, *HANDLE).out
    assert verify_receipt(line.rstrip("\n"), public, ["I was charged twice."]).entry["stream"] == ref
    data = ck("audit", "receipt", ref, *KEPT, *HANDLE, "--json").data
    assert data["content"] == json.loads(unpacked(line.rstrip("\n")))
    assert ck("audit", "verifier").out == verifier()
    for arguments in (["receipt", *KEPT, *HANDLE], ["receipt", ref, *KEPT], ["receipt", ref, *HANDLE]):
        assert ck("audit", *arguments).code == 2, arguments


@pytest.mark.parametrize("into", ["case", "case.zip"])
def test_a_case_file_is_written_once(ck: CommandLine, ref: str, into: str) -> None:
    ck(*CHECKPOINT, *NEW)
    export = ("audit", "export", ref, "--into", into, *KEPT, *HANDLE, "--to", "court-1", "--language", "fa")
    files = ck(*export, "--json").data["files"]
    if into.endswith(".zip"):
        with zipfile.ZipFile(into) as made:
            assert made.namelist() == files
            page = made.read("case.html").decode()
    else:
        assert sorted(str(each.relative_to(into)) for each in Path(into).rglob("*") if each.is_file()) == sorted(files)
        page = Path(into, "case.html").read_text(encoding="utf-8")
    assert 'dir="rtl"' in page
    assert "I was charged twice." in page
    assert "is there already" in ck(*export).err
    nobody = ("audit", "export", ref, "--into", "nobody", *KEPT, *HANDLE)
    assert "to whom does the case file go?" in ck(*nobody).err
    assert "to whom does the case file go?" in ck(*nobody, "--redact", "--to", "court-1").err
    redacted = ("audit", "export", ref, "--into", "other", *KEPT, *HANDLE, "--redact")
    assert ck(*redacted).code == 0
    assert "I was charged twice." not in Path("other", "case.html").read_text(encoding="utf-8")


def test_a_restored_book_goes_on_in_a_new_epoch(ck: CommandLine, ref: str, book: Path) -> None:
    older = book.read_bytes()
    assert ck("do", json.dumps({**REGISTER, "person": "p-2"}), *AGENT).code == 0
    ck(*CHECKPOINT, *NEW)
    epoch = ("audit", "epoch", *CHECKPOINT[2:], "--reason", "CHG-17")
    two = ("--approved", "RO-12:manager-1", "--approved", "executive:executive-1")
    assert "the log is the one that was signed" in ck(*epoch, *two).err
    book.write_bytes(older)
    assert ck(*CHECKPOINT, "--json").error["code"] == "fork-detected"
    for few in ([], two[:2], ["--approved", "RO-12", *two[2:]]):
        assert ck(*epoch, *few).code == 2, few
    same = ck(*epoch, *two[:2], "--approved", "RO-13:manager-1", "--json")
    assert (same.code, same.error["code"]) == (1, "command-refused")
    assert ck(*epoch, *two, "--json").data == {"epoch": 2, "origin": "complaints.example.org/complaintkit/main/e2"}
    assert "main/e2" in ck(*CHECKPOINT).out


def test_rows_that_hide_a_complaint_are_found_and_written_anew(ck: CommandLine, ref: str, book: Path) -> None:
    assert ck("audit", "rows", "--json").data["sound"]
    with closing(sqlite3.connect(book)) as editing, editing:
        editing.execute("update complaintkit_summary set open = 0")
        editing.execute("delete from complaintkit_timer")
    assert ck("find", "--open", "--json").data["complaints"] == []
    assert ck("audit", "verify").code == 0, "no hash covers them"
    found = ck("audit", "rows")
    assert found.code == 1
    assert f"{ref}: its entries say something else than its summary (open)" in found.out
    restored = ck("audit", "rows", "--restore", "--json").data
    assert (restored["sound"], len(restored["restored"])) == (True, found.out.count(f"\n  {ref}"))
    assert [each["ref"] for each in ck("find", "--open", "--json").data["complaints"]] == [ref]


def test_clocks_under_other_rules_are_told(ck: CommandLine, ref: str, tmp_path: Path) -> None:
    other = tmp_path / "ours.toml"
    other.write_text('base = "standard"\nid = "ours"\nversion = "1"\n', encoding="utf-8")
    assert "1 have entries under other rules" in ck("audit", "rows", "--policy", str(other)).out
