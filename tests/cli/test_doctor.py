"""``complaintkit doctor``: what is wrong with the file of a book, and bringing an older one up."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from attrs import evolve

from complaintkit.adapters.sqlite import opening, schema
from complaintkit.adapters.sqlite.doctor import Examination, examine
from complaintkit.cli.failures import DATA, FINDING
from tests.cli.conftest import NOW, CommandLine


def test_a_well_book(ck: CommandLine, ref: str) -> None:
    ck("tick", "--now", NOW)
    ran = ck("doctor")
    assert ran.code == 0
    assert "all is well" in ran.out
    assert "last sweep   2026-03-02T10:00:00" in ran.out
    data = ck("doctor", "--json").data
    assert data["schema"] == data["newest"] == schema.SCHEMA
    assert data["problems"] == data["check"] == []
    assert data["books"][0]["book"] == "main"
    assert data["last_sweep"].startswith("2026-03-02T10:00:00")


def test_an_older_book_is_a_finding_until_it_is_brought_up(
    ck: CommandLine, ref: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = schema.SCHEMA
    monkeypatch.setitem(schema.UPGRADES, first + 1, lambda connection: connection.execute("create table ck_new (a)"))
    monkeypatch.setattr(schema, "SCHEMA", first + 1)
    ran = ck("doctor")
    assert ran.code == FINDING
    assert "PROBLEM" in ran.out
    assert "doctor --upgrade" in ran.out
    ran = ck("doctor", "--upgrade", "--backup", "before.db", "--json")
    assert (ran.code, ran.data["schema"]) == (0, first + 1)
    assert f"from schema {first} to {first + 1}" in ran.err
    assert "no later erasure reaches that copy" in ran.err
    copied = sqlite3.connect(tmp_path / "before.db")
    assert copied.execute("select version from complaintkit_schema").fetchall() == [(first,)]
    copied.close()


def test_a_missing_book_is_none(ck: CommandLine, book: Path) -> None:
    assert ck("doctor").code == DATA
    assert not book.exists()


def test_a_damaged_book_is_not_brought_up(ck: CommandLine, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(path: str, wait: float) -> Examination:
        return evolve(examine(path, wait), check=("row 7 missing from index",))

    monkeypatch.setattr("complaintkit.cli.commands.doctor.examine", damaged)
    assert ck("doctor").code == FINDING
    assert ck("doctor", "--upgrade").code == DATA


def test_a_setting_that_does_not_take_is_told(ck: CommandLine, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SETTINGS", (*opening.SETTINGS, ("auto_vacuum", "full", 7)))
    ran = ck("doctor", "--json")
    assert ran.code == DATA
    assert "auto_vacuum" in ran.error["message"]
