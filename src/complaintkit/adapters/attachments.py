"""Where a host keeps the bytes of evidence: in memory, or in a folder; what is read is what was given, or an error."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from abc import ABC, abstractmethod
from os import PathLike
from pathlib import Path
from typing import Final

from attrs import asdict, evolve

from complaintkit.errors import AttachmentRefused, CorruptStore, MissingAttachment, StoreError
from complaintkit.ports import Attachment

#: The largest attachment that is taken, unless another limit is set: 25 million bytes.
LIMIT: Final = 25_000_000
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


def digest_of(content: bytes) -> str:
    """The digest by which bytes are found and compared.

    >>> digest_of(b"")[:20]
    'sha256:e3b0c44298fc1'
    """
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class _Checked(ABC):
    """Looks at what comes and at what goes; where the bytes lie, its children say."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    def keep(
        self,
        content: bytes,
        media_type: str,
        *,
        privileged: bool = False,
        digest: str | None = None,
        size: int | None = None,
    ) -> Attachment:
        """Keep bytes; see :class:`~complaintkit.ports.Attachments`."""
        given = Attachment(digest=digest_of(content), size=len(content), media_type=media_type, privileged=privileged)
        self._check(given, digest, size)
        before = self.find(given.digest)
        if before is not None:
            given = evolve(before, privileged=before.privileged or privileged)
        if given != before:
            self._write(given, content)
        return given

    def read(self, digest: str) -> bytes:
        """The bytes; see :class:`~complaintkit.ports.Attachments`."""
        kept = self.find(digest)
        if kept is None:
            raise MissingAttachment(f"there is no attachment {_shown(digest)}", hint="it was never kept, or removed")
        content = self._load(digest)
        if content is None or (len(content), digest_of(content)) != (kept.size, digest):
            raise CorruptStore(f"the attachment {digest} is not what was kept", hint="restore it from a backup")
        return content

    @abstractmethod
    def find(self, digest: str) -> Attachment | None:
        """What is known of it."""

    @abstractmethod
    def _write(self, given: Attachment, content: bytes) -> None:
        """Keep bytes with what is known of them."""

    @abstractmethod
    def _load(self, digest: str) -> bytes | None:
        """The bytes, unchecked."""

    def _check(self, given: Attachment, digest: str | None, size: int | None) -> None:
        if given.size > self._limit:
            raise AttachmentRefused(f"it has {given.size} bytes", hint=f"at most {self._limit} are taken")
        if _MEDIA_TYPE.fullmatch(given.media_type) is None:
            raise AttachmentRefused("its media type is none", hint="as in: application/pdf, without parameters")
        if digest not in (None, given.digest) or size not in (None, given.size):
            raise AttachmentRefused(
                "the bytes are not those that were announced", hint="hand it over again: digest or size differs"
            )


class MemoryAttachments(_Checked):
    """Keeps attachments as long as the process lives.

    >>> attachments = MemoryAttachments()
    >>> kept = attachments.keep(b"one visit, two charges", "text/plain")
    >>> attachments.read(kept.digest)
    b'one visit, two charges'
    """

    def __init__(self, *, limit: int = LIMIT) -> None:
        super().__init__(limit)
        self._kept: dict[str, tuple[Attachment, bytes]] = {}

    def find(self, digest: str) -> Attachment | None:
        """What is known of it."""
        return self._kept[digest][0] if digest in self._kept else None

    def remove(self, digest: str) -> bool:
        """Remove it for good."""
        return self._kept.pop(digest, None) is not None

    def _write(self, given: Attachment, content: bytes) -> None:
        self._kept[given.digest] = given, content

    def _load(self, digest: str) -> bytes | None:
        return self._kept[digest][1]


class FolderAttachments(_Checked):
    """Keeps each attachment as a file of a folder, named by its digest, with what is known of it beside it.

    The folder must exist, and only its owner should read it: the files are private to the user who writes them, and
    not encrypted. Safe for many processes.
    """

    def __init__(self, folder: str | PathLike[str], *, limit: int = LIMIT) -> None:
        super().__init__(limit)
        self._folder = Path(folder)
        if not self._folder.is_dir():
            raise StoreError(f"the folder {self._folder} does not exist", hint="create it, or correct the path")

    def find(self, digest: str) -> Attachment | None:
        """What is known of it."""
        known = self._known(digest)
        if known is None or not known.exists():
            return None
        try:
            return Attachment(**json.loads(known.read_text(encoding="ascii")))
        except (ValueError, TypeError) as error:
            raise CorruptStore(f"what is known of {digest} cannot be read", hint="restore it from a backup") from error

    def remove(self, digest: str) -> bool:
        """Remove it for good; older copies of the folder are the host's to remove."""
        known = self._known(digest)
        if known is None or not known.exists():
            return False
        known.with_suffix("").unlink(missing_ok=True)  # first: what is found again can be removed again
        known.unlink(missing_ok=True)
        return True

    def _write(self, given: Attachment, content: bytes) -> None:
        known = self._path(given.digest).with_suffix(".json")
        self._replace(known.with_suffix(""), content)
        self._replace(known, json.dumps(asdict(given)).encode("ascii"))

    def _load(self, digest: str) -> bytes | None:
        path = self._path(digest)
        return path.read_bytes() if path.exists() else None

    def _known(self, digest: str) -> Path | None:
        """The file of what is known; None for what is no digest, which is never a path."""
        return self._path(digest).with_suffix(".json") if _DIGEST.fullmatch(digest) else None

    def _path(self, digest: str) -> Path:
        return self._folder / digest.removeprefix("sha256:")

    def _replace(self, path: Path, content: bytes) -> None:
        """Write a file whole or not at all, private, and on the disk when this returns."""
        new = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def _shown(digest: str) -> str:
    """A digest as an error may say it; anything else may be a name."""
    return digest if _DIGEST.fullmatch(digest) else "of this digest"
