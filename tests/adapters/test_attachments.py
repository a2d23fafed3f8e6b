"""Attachments in memory and in a folder: the contract, and what a folder promises besides."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from complaintkit.adapters.attachments import FolderAttachments, MemoryAttachments
from complaintkit.desk import altered_evidence
from complaintkit.errors import AttachmentRefused, CorruptStore, StoreError
from complaintkit.ports import Attachments
from complaintkit.testing import AttachmentsContract
from tests.lives import Life


class TestMemoryAttachments(AttachmentsContract):
    durable = False

    def make_attachments(self) -> MemoryAttachments:
        return MemoryAttachments()


class TestFolderAttachments(AttachmentsContract):
    def make_attachments(self) -> FolderAttachments:
        return FolderAttachments(self.folder)

    def spoil(self, attachments: Attachments, digest: str) -> bool:
        file = self.folder / digest.removeprefix("sha256:")
        file.write_bytes(file.read_bytes()[:-1] + b"!")
        return True


def test_the_files_are_private_and_nothing_else_is_left(tmp_path: Path) -> None:
    kept = FolderAttachments(tmp_path).keep(b"abc", "text/plain")
    name = kept.digest.removeprefix("sha256:")
    assert {file.name for file in tmp_path.iterdir()} == {name, f"{name}.json"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    FolderAttachments(tmp_path).remove(kept.digest)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("known", ["", "{", "[]", '{"digest": 1}'])
def test_what_is_known_must_be_readable(tmp_path: Path, known: str) -> None:
    attachments = FolderAttachments(tmp_path)
    kept = attachments.keep(b"abc", "text/plain")
    (tmp_path / f"{kept.digest.removeprefix('sha256:')}.json").write_text(known, encoding="ascii")
    with pytest.raises(CorruptStore):
        attachments.read(kept.digest)


def test_bytes_that_are_gone_are_not_what_was_kept(tmp_path: Path) -> None:
    attachments = FolderAttachments(tmp_path)
    kept = attachments.keep(b"abc", "text/plain")
    (tmp_path / kept.digest.removeprefix("sha256:")).unlink()
    with pytest.raises(CorruptStore):
        attachments.read(kept.digest)


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    for attachments in (FolderAttachments(tmp_path, limit=2), MemoryAttachments(limit=2)):
        attachments.keep(b"ab", "text/plain")
        with pytest.raises(AttachmentRefused, match="3 bytes"):
            attachments.keep(b"abc", "text/plain")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="none does not exist"):
        FolderAttachments(tmp_path / "none")


def test_the_evidence_of_a_complaint_is_compared_with_its_bytes(tmp_path: Path) -> None:
    attachments = FolderAttachments(tmp_path)
    ledger, photo = attachments.keep(b"two charges", "text/csv"), attachments.keep(b"the meter", "image/jpeg")
    life = Life().gathering_evidence()
    items = [life.add_evidence(digest=kept.digest) for kept in (ledger, photo)]
    never = life.add_evidence(digest="sha256:0a")
    complaint = life.state()
    assert complaint is not None
    assert altered_evidence(complaint, attachments) == {never: "missing-attachment"}
    attachments.remove(ledger.digest)
    (tmp_path / photo.digest.removeprefix("sha256:")).write_bytes(b"the cat")
    assert altered_evidence(complaint, attachments) == {
        items[0]: "missing-attachment",
        items[1]: "corrupt-store",
        never: "missing-attachment",
    }
