"""``erase`` and ``keys``: an encrypted book from the shell, and what is refused without its keys."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from complaintkit.journal import read_note
from complaintkit.journal.keys import read_public_key
from tests.cli.conftest import AGENT, LATER, NOW, REGISTER, CommandLine

OFFICER = ("--as", "privacy-officer", "--actor", "privacy-1", "--now", LATER)
MANAGER = ("--as", "complaints-manager", "--actor", "manager-9", "--now", LATER)
CHECKPOINT = ("audit", "checkpoint", "--key", "log.key", "--new-key", "complaints.example.org", "--into", "anchors")
LAWYER = ("--as", "legal-adviser", "--actor", "lawyer-3", "--now", LATER)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The key store that the environment names."""
    monkeypatch.setenv("COMPLAINTKIT_KEYS", str(tmp_path / "keys.db"))
    return tmp_path / "keys.db"


def registered(ck: CommandLine, *more: str) -> str:
    """A complaint of p-1."""
    ran = ck("do", json.dumps(REGISTER), *AGENT, "--now", NOW, "--json", *more)
    assert ran.code == 0, ran.err + ran.out
    return str(ran.data["complaint"])


def withdraw(ck: CommandLine, ref: str) -> None:
    command = json.dumps({"type": "withdraw-complaint", "complaint": ref, "words": "Leave it"})
    assert ck("do", command, *AGENT, "--for", "complainant", "--now", LATER).code == 0


def test_a_book_is_made_encrypted_and_a_person_erased_by_two(ck: CommandLine, keys: Path, tmp_path: Path) -> None:
    ref = registered(ck)
    assert keys.exists()
    assert b"charged" not in (tmp_path / "book.db").read_bytes()
    audit = ck("audit", "verify", "--json").data
    assert (audit["texts"], audit["texts_locked"]) == (3, 0)
    withdraw(ck, ref)
    first = ck("erase", "p-1", *OFFICER)
    assert first.code == 0
    assert first.out.startswith("the erasure of p-1 is requested: somebody else must approve it")
    assert "SoD-1" in ck("erase", "p-1", *OFFICER).err
    done = ck("erase", "p-1", *MANAGER, "--json").data
    assert (done["stage"], done["complaints"], done["texts"], done["kept"]) == ("completed", [ref], 5, [])
    told = ck("erase", "p-1", *OFFICER)
    assert f"certificate {done['certificate']['digest']}" in told.out
    shown = ck("show", ref, "--texts", "--purpose", "audit", *OFFICER, "--json")
    assert shown.data["texts"] == []
    audit = ck("audit", "verify", "--json").data
    assert (audit["sound"], audit["texts"], audit["texts_gone"]) == (True, 0, 4)


def must_be_signed(note: str, digest: str, public: str) -> None:
    """The note is the statement with that digest, signed by that key."""
    read_note(note).must_be_signed_by([read_public_key(public)])
    assert hashlib.sha256(note.splitlines()[1].encode()).hexdigest() == digest


def test_a_certificate_is_signed_with_the_key_of_the_log(ck: CommandLine, keys: Path) -> None:
    withdraw(ck, registered(ck))
    public = ck(*CHECKPOINT, "--json").data["public_key"]
    sign = ("--sign", "log.key")
    assert ck("erase", "p-1", *OFFICER, *sign, "--json").data["signed"] is None
    assert ck("erase", "p-1", *MANAGER, "--json").data["signed"] is None
    told = ck("erase", "p-1", *OFFICER, *sign, "--json").data
    must_be_signed(told["signed"], told["certificate"]["digest"], public)
    assert ck("erase", "p-1", *OFFICER, *sign).out.endswith(told["signed"])


def test_a_key_that_cannot_sign_erases_nothing(ck: CommandLine, keys: Path, tmp_path: Path) -> None:
    ref = registered(ck)
    withdraw(ck, ref)
    ck("audit", "witness", "--key", "witness.key", "--new-key", "witness.example.net")
    (tmp_path / "broken.key").write_text("no key", encoding="ascii")
    ck("erase", "p-1", *OFFICER)
    for name, code in (("witness.key", 2), ("broken.key", 1), ("missing.key", 3)):
        assert ck("erase", "p-1", *MANAGER, "--sign", name).code == code, name
    assert len(ck("show", ref, "--texts", "--purpose", "audit", *OFFICER, "--json").data["texts"]) > 0


def test_a_hold_keeps_it_and_the_sweep_after_the_release_erases(ck: CommandLine, keys: Path) -> None:
    ref = registered(ck)
    withdraw(ck, ref)
    place, release = (
        json.dumps({"type": f"{what}-legal-hold", "complaint": ref, "matter": "suit-1"})
        for what in ("place", "release")
    )
    assert ck("do", place, *LAWYER).code == 0
    assert "kept: INV-75" in ck("erase", "p-1", *OFFICER).out
    held = ck("erase", "p-1", *MANAGER, "--json")
    assert (held.code, held.error["code"], held.error["until"]) == (1, "erasure-held", None)
    assert ck("do", release, *LAWYER).code == 0
    assert ck("tick", "--now", LATER, "--json").data == {"fired": 1}
    assert ck("erase", "p-1", *OFFICER, "--json").data["stage"] == "completed"


def test_without_its_keys_an_encrypted_book_shows_no_text_and_takes_none(
    ck: CommandLine, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = registered(ck)
    monkeypatch.delenv("COMPLAINTKIT_KEYS")
    assert ck("show", ref).code == 0
    assert "encrypted" in ck("show", ref, "--texts", "--purpose", "audit", *OFFICER).err
    for more in ((), ("--plaintext-vault",)):
        ran = ck("do", json.dumps(REGISTER), *AGENT, "--now", NOW, *more)
        assert ran.code == 2
        assert "this book is encrypted (add --keys FILE" in ran.err
    assert "3 are encrypted, and were not compared" in ck("audit", "verify").out


def test_a_key_store_that_is_not_there_is_named_and_not_made(ck: CommandLine, keys: Path, tmp_path: Path) -> None:
    ref = registered(ck)
    for arguments in (("show", ref, "--texts", "--purpose", "audit", *OFFICER), ("keys", "rotate"), ("tick",)):
        ran = ck(*arguments, "--keys", "nowhere.db")
        assert (ran.code, "there is no key store in nowhere.db" in ran.err) == (3, True)
    assert not (tmp_path / "nowhere.db").exists()


def test_keys_are_rotated_and_older_copies_die(ck: CommandLine, keys: Path, tmp_path: Path) -> None:
    ref = registered(ck)
    shutil.copy(keys, tmp_path / "old.db")
    assert ck("keys", "status", "--json").data == {"epoch": 1}
    assert ck("keys", "rotate").out == "epoch 2 is begun; older copies of the key store open nothing\n"
    read = ("show", ref, "--texts", "--purpose", "audit", *OFFICER)
    assert "I was charged twice." in ck(*read).out
    old = ck(*read, "--keys", "old.db", "--root-key", f"{keys}.root")
    assert (old.code, "epoch 1 is not in its file" in old.err) == (3, True)


def test_a_plain_book_is_encrypted(ck: CommandLine, tmp_path: Path) -> None:
    ref = registered(ck, "--plaintext-vault")
    assert b"charged" in (tmp_path / "book.db").read_bytes()
    assert ck("keys", "encrypt", "--keys", "keys.db", "--json").data == {"encrypted": 4}
    assert b"charged" not in (tmp_path / "book.db").read_bytes()
    read = ("show", ref, "--texts", "--purpose", "audit", *OFFICER, "--keys", "keys.db")
    assert "I was charged twice." in ck(*read).out


def test_keys_want_a_key_store(ck: CommandLine) -> None:
    assert ck("keys", "rotate").code == 2
    assert "no key store is named" in ck("keys", "status").err


def test_a_stranger_is_unknown(ck: CommandLine, keys: Path) -> None:
    registered(ck)
    ran = ck("erase", "p-9", *OFFICER, "--json")
    assert (ran.code, ran.error["code"]) == (3, "unknown-complaint")


def text_of(ck: CommandLine, ref: str) -> str:
    """The reference of the narrative, as an officer reads it."""
    shown = ck("show", ref, "--texts", "--purpose", "handle", *OFFICER, "--json").data
    return next(str(text["ref"]) for text in shown["texts"] if text["field"] == "narrative")


def test_what_is_kept_of_a_person_is_written_and_listed(ck: CommandLine, keys: Path, tmp_path: Path) -> None:
    ref = registered(ck)
    text = text_of(ck, ref)
    redact = {"type": "redact-text", "complaint": ref, "text": text, "spans": [[0, 1]]}
    assert ck("do", json.dumps(redact), *OFFICER).code == 0
    ran = ck("export-person", "p-1", "--out", "answer", "--language", "he", *OFFICER, "--json")
    assert (ran.code, ran.data["complaints"], ran.data["texts"], ran.data["withheld"]) == (0, 1, 3, 0)
    data = json.loads((tmp_path / "answer" / "person.json").read_text(encoding="utf-8"))
    assert data["complaints"][0]["complaint"] == ref
    assert 'lang="he" dir="rtl"' in (tmp_path / "answer" / "person.html").read_text(encoding="utf-8")
    told = ck("disclosures", "--person", "p-1", "--json").data["disclosures"]
    assert [(each["purpose"], each["to"]) for each in told] == [("handle", None), ("access", "p-1")]
    lines = ck("disclosures", "--complaint", ref).out
    assert "privacy-1 (privacy officer)" in lines
    assert "charged" not in lines
    assert ck("disclosures", "--person", "p-2").out == "no text was read\n"
    refused = ck("export-person", "p-1", "--out", "answer", *AGENT, "--now", LATER, "--json")
    assert (refused.code, refused.error["code"]) == (1, "command-refused")


PROFILE = """\
base = "standard"
id = "ours"
version = "1"
[[retention]]
id = "schedule"
erase_after = { calendar_days = 30 }
after = "closed"
source = "our rules 4"
"""


def test_the_schedule_says_what_is_due_and_tick_carries_it_out(ck: CommandLine, keys: Path, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(PROFILE, encoding="utf-8")
    ours = ("--policy", "ours.toml")
    ref = registered(ck)
    withdraw(ck, ref)
    assert ck("tick", "--now", LATER, *ours).code == 0
    kept = ck("retention", "--now", LATER, *ours).out
    assert kept.startswith(f"{ref} goes 2026-04-02\n  kept: E-53: {ref} may be kept by schedule (our rules 4)")
    assert ck("retention", "--due", "--now", LATER, *ours).out == "nothing is due\n"
    later = ("--now", "2026-04-03T09:00:00Z", *ours)
    assert ck("retention", "--due", *later).out == f"{ref} is due: schedule (our rules 4)\n"
    assert ck("tick", *later).code == 0
    assert ck("retention", "--due", *later).out == "nothing is due\n"
    assert "was disposed of: certificate " in ck("retention", ref, *later).out
    assert ck("retention", ref, *later, "--json").data["certificate"]["basis"] == "no_longer_needed"
    public = ck(*CHECKPOINT, "--json").data["public_key"]
    told = ck("retention", ref, *later, "--sign", "log.key", "--json").data
    must_be_signed(told["signed"], told["certificate"]["digest"], public)
    assert ck("retention", ref, *later, "--sign", "log.key").out.endswith(told["signed"])
