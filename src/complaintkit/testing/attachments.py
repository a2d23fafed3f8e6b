"""The contract of whatever keeps the bytes of evidence: what is read is what was given, and nothing else is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaintkit.errors import AttachmentRefused, CorruptStore, MissingAttachment
from complaintkit.ports import Attachment, Attachments

_SCAN = b"%PDF-1.7 one visit, two charges \x00\xff\r\n"
_SHA = "sha256:f8d5a9ed2f2b30b4c5cb7bb2c8ab2ecb6f7ce1ea22fc1cf9a7a9a8c0e6d4d1a0"


class AttachmentsContract:
    """What everything that keeps attachments must do: override :meth:`make_attachments`; :meth:`spoil` where one can.

    >>> from complaintkit.adapters.attachments import FolderAttachments
    >>> class TestFolderAttachments(AttachmentsContract):
    ...     def make_attachments(self):
    ...         return FolderAttachments(self.folder)
    """

    #: An empty folder, new for each test.
    folder: Path

    def make_attachments(self) -> Attachments:
        """Make what is under test; called again in one test, it must open the same place if :attr:`durable`."""
        raise TypeError(f"override make_attachments in {type(self).__name__}: it returns what is under test")

    #: Whether what is kept outlives the object.
    durable = True

    def spoil(self, attachments: Attachments, digest: str) -> bool:
        """Change a byte behind its back; False where nobody can."""
        return False

    @pytest.fixture(autouse=True)
    def _surroundings(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    @pytest.fixture
    def attachments(self) -> Attachments:
        """What is under test."""
        return self.make_attachments()

    def test_what_was_given_is_read(self, attachments: Attachments) -> None:
        """Byte for byte, with what is known of it."""
        kept = attachments.keep(_SCAN, "application/pdf", privileged=True)
        assert (kept.size, kept.media_type, kept.privileged) == (len(_SCAN), "application/pdf", True)
        assert attachments.read(kept.digest) == _SCAN
        assert attachments.find(kept.digest) == kept

    @pytest.mark.parametrize("content", [b"", b"\n", b"\x00" * 70_000], ids=["empty", "line", "zeros"])
    def test_any_bytes_may_be_kept(self, attachments: Attachments, content: bytes) -> None:
        """Also none at all."""
        assert attachments.read(attachments.keep(content, "text/plain").digest) == content

    def test_the_digest_is_that_of_the_bytes(self, attachments: Attachments) -> None:
        """SHA-256 of three letters, as FIPS 180-2 gives it."""
        kept = attachments.keep(b"abc", "text/plain")
        assert kept.digest == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    def test_what_was_announced_is_compared(self, attachments: Attachments) -> None:
        """Another digest or another size is refused, and nothing is kept."""
        right = attachments.keep(_SCAN, "application/pdf")
        assert attachments.keep(_SCAN, "application/pdf", digest=right.digest, size=right.size) == right
        for wrong in ({"digest": _SHA}, {"size": 2}):
            with pytest.raises(AttachmentRefused):
                attachments.keep(b"abc", "text/plain", **wrong)
        with pytest.raises(MissingAttachment):
            attachments.read("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")

    @pytest.mark.parametrize("media_type", ["", "pdf", "text/plain; charset=x", "a/b\r\nX: y", "TEXT/PLAIN", "a/../b"])
    def test_a_media_type_is_one(self, attachments: Attachments, media_type: str) -> None:
        """It may come to stand in a header."""
        with pytest.raises(AttachmentRefused):
            attachments.keep(_SCAN, media_type)

    def test_the_same_bytes_are_kept_once_and_stay_privileged(self, attachments: Attachments) -> None:
        """Whoever gives them again without the mark does not take it away, and what was said first stands."""
        first = attachments.keep(_SCAN, "application/pdf")
        marked = attachments.keep(_SCAN, "text/plain", privileged=True)
        assert marked == attachments.keep(_SCAN, "application/pdf") == attachments.find(first.digest)
        assert (marked.digest, marked.media_type, marked.privileged) == (first.digest, "application/pdf", True)

    def test_what_is_removed_is_gone(self, attachments: Attachments) -> None:
        """For good, and once."""
        kept, other = attachments.keep(_SCAN, "application/pdf"), attachments.keep(b"abc", "text/plain")
        assert attachments.remove(kept.digest)
        assert not attachments.remove(kept.digest)
        assert attachments.find(kept.digest) is None
        with pytest.raises(MissingAttachment):
            attachments.read(kept.digest)
        assert attachments.read(other.digest) == b"abc"

    @pytest.mark.parametrize("digest", ["", "sha256:", "sha256:../../etc/passwd", _SHA, _SHA.upper(), "md5:00"])
    def test_what_was_never_kept_is_not_found(self, attachments: Attachments, digest: str) -> None:
        """And a digest is never a path."""
        assert attachments.find(digest) is None
        assert not attachments.remove(digest)
        with pytest.raises(MissingAttachment):
            attachments.read(digest)

    def test_what_was_changed_is_refused(self, attachments: Attachments) -> None:
        """Evidence that is not what was given is none."""
        kept: Attachment = attachments.keep(_SCAN, "application/pdf")
        if self.spoil(attachments, kept.digest):
            with pytest.raises(CorruptStore):
                attachments.read(kept.digest)
        else:
            assert attachments.read(kept.digest) == _SCAN

    def test_it_is_there_when_it_is_opened_again(self, attachments: Attachments) -> None:
        """Where what is kept outlives the object."""
        kept = attachments.keep(_SCAN, "application/pdf", privileged=True)
        again = self.make_attachments() if self.durable else attachments
        assert again.find(kept.digest) == kept
        assert again.read(kept.digest) == _SCAN
