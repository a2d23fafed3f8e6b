"""The command line on a book in a host's database, named by its URL: the same commands, and what differs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from complaintkit.adapters.sql import open_url
from complaintkit.journal import read_note
from complaintkit.journal.keys import read_public_key
from tests.cli.conftest import AGENT, HANDLER, LATER, NOW, REGISTER, CommandLine
from tests.postgres import Server, database

OFFICER = ("--as", "privacy-officer", "--actor", "privacy-1", "--now", LATER)
MANAGER = ("--as", "complaints-manager", "--actor", "manager-9", "--now", LATER)
COUNT = iter(range(99))


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with the tables of a book, under a prefix of the host's."""
    if request.param == "sqlite":
        named = f"sqlite:///{tmp_path / 'crm.db'}#crm_ck_"
    else:
        server: Server = request.getfixturevalue("postgres")
        made = database(server, f"crm_{next(COUNT)}").set(drivername="postgresql")
        named = f"{made.render_as_string(hide_password=False)}#crm_ck_"
    with open_url(named) as store:
        store.create()
    return named


@pytest.fixture
def db(ck: CommandLine, monkeypatch: pytest.MonkeyPatch, url: str) -> CommandLine:
    """The command line, with the database in the place of the book."""
    monkeypatch.setenv("COMPLAINTKIT_BOOK", url)
    return ck


def test_a_life_of_a_book_in_a_database(db: CommandLine, url: str) -> None:
    ran = db("do", json.dumps(REGISTER), *AGENT, "--now", NOW, "--plaintext-vault", "--json")
    ref = ran.data["complaint"]
    assert db("do", json.dumps({**REGISTER, "person": "p-2"}), *AGENT, "--now", NOW).code == 0
    assert db("find", "--person", "p-1", "--json").data["complaints"][0]["ref"] == ref
    assert "I was charged twice." in db("show", ref, "--texts", "--purpose", "handle", *HANDLER).out
    work = db("worker", "--once", "--letters", "letters", "--now", LATER, "--quiet", "--json")
    assert (work.code, work.data["sent"]) == (0, 2)
    signing = ("audit", "checkpoint", "--key", "log.key", "--new-key", "crm.example.org", "--into", "anchors")
    public = db(*signing, "--json").data["public_key"]
    kept = ("--checkpoint", "anchors/checkpoints.jsonl")
    verified = db("audit", "verify", *kept, "--trust", public, "--json").data
    assert (verified["sound"], verified["checkpoints"], verified["texts"]) == (
        True,
        1,
        8,
    )  # two letters, and three texts of each
    assert db("audit", "prove", "--entry", "2", *kept, "--json").data["seq"] == 2
    assert db("audit", "receipt", ref, *kept, *HANDLER).out.startswith("CKR1.")
    assert db("audit", "export", ref, *kept, *HANDLER, "--into", "case.zip", "--to", "court-1").code == 0
    withdraw = json.dumps({"type": "withdraw-complaint", "complaint": ref, "words": "Leave it"})
    assert db("do", withdraw, *AGENT, "--for", "complainant", "--now", LATER).code == 0
    db("erase", "p-1", *OFFICER)
    done = db("erase", "p-1", *MANAGER, "--sign", "log.key", "--json").data
    assert done["stage"] == "completed"
    read_note(done["signed"]).must_be_signed_by([read_public_key(public)])
    assert db("audit", "verify", *kept, "--trust", public).code == 0
    with open_url(url) as store:
        assert verified["entries"] < len(store.journal())


def test_plain_texts_are_agreed_to_once_and_never_put_among_encrypted_ones(
    db: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = ("do", json.dumps(REGISTER), *AGENT, "--now", NOW)
    refused = db(*register)
    assert (refused.code, "--plaintext-vault" in refused.err) == (3, True)
    monkeypatch.setenv("COMPLAINTKIT_KEYS", "keys.db")
    assert "no key store" in db(*register).err
    db("keys", "encrypt")
    assert db(*register).code == 0
    monkeypatch.delenv("COMPLAINTKIT_KEYS")
    assert (db(*register).code, "encrypted" in db(*register).err) == (2, True)


def test_what_is_no_book_is_said_without_the_password(ck: CommandLine, tmp_path: Path, url: str) -> None:
    nowhere = f"postgresql://app:secret-word@/crm?host={tmp_path}"
    for named, code, said in (
        (nowhere, "store-unreachable", "cannot be reached"),
        (f"sqlite:///{tmp_path / 'other.db'}", "missing-tables", "not in this database"),
        ("nothing://secret-word@host/x", "store-error", "no URL of a database"),
        ("postgresql://app:secret-word@host:port/x", "store-error", "no URL of a database"),
        ("mysql+nothing://app:secret-word@host/x", "store-error", "no URL of a database"),
    ):
        ran = ck("audit", "verify", "--book", named, "--json")
        assert (ran.code, ran.error["code"]) == (3, code), ran
        assert said in ran.error["message"]
        assert "secret-word" not in ran.out + ran.err
    assert (ck("doctor", "--book", url).code, "its own tools" in ck("doctor", "--book", url).err) == (2, True)


def test_a_driver_that_is_not_there_is_an_extra(ck: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    ran = ck("audit", "verify", "--book", "postgresql://host/crm", "--json")
    assert (ran.code, ran.error["code"]) == (3, "missing-extra")
    assert "complaintkit[postgres]" in ran.error["hint"]
