"""``complaintkit attach``: bytes of evidence are kept by their digest, and compared with what is on file."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaintkit.adapters.attachments import FolderAttachments
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.cli.failures import DATA, FINDING, USAGE
from tests.cli.conftest import CommandLine
from tests.lives import Life


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "evidence").mkdir()
    (tmp_path / "ledger.csv").write_bytes(b"two charges\n")
    return tmp_path / "evidence"


def test_a_file_is_kept_by_its_digest(ck: CommandLine, folder: Path) -> None:
    data = ck("attach", "ledger.csv", "--into", "evidence", "--json").data
    assert (data["media_type"], data["size"], data["privileged"]) == ("text/csv", 12, False)
    assert FolderAttachments(folder).read(data["digest"]) == b"two charges\n"
    again = ck("attach", "ledger.csv", "--into", "evidence", "--privileged")
    assert data["digest"] in again.out
    assert FolderAttachments(folder).find(data["digest"]).privileged  # type: ignore[union-attr]


def test_the_evidence_of_a_complaint_is_compared(ck: CommandLine, folder: Path, book: Path) -> None:
    digest = ck("attach", "ledger.csv", "--into", "evidence", "--json").data["digest"]
    with SqliteStore(book) as store:
        life = Life(store).gathering_evidence()
        item = life.add_evidence(digest=digest)
    check = ("attach", "--check", life.ref, "--into", "evidence")
    ran = ck(*check)
    assert ran.code == 0
    assert "1 items of evidence are as put on file" in ran.out
    (folder / digest.removeprefix("sha256:")).write_bytes(b"one charge\n")
    ran = ck(*check, "--json")
    assert (ran.code, ran.data["faults"]) == (FINDING, {item: "corrupt-store"})


def test_what_is_wrong_is_told(ck: CommandLine, folder: Path) -> None:
    assert ck("attach", "--into", "evidence").code == USAGE
    assert ck("attach", "ledger.csv", "--check", "C-1", "--into", "evidence").code == USAGE
    assert ck("attach", "ledger.csv", "--into", "nowhere").code == DATA
    assert ck("attach", "nothing.csv", "--into", "evidence").code == DATA
    assert ck("attach", "ledger.csv", "--into", "evidence", "--type", "text").code == DATA
