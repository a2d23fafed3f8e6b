"""The root keys of a key store, in a file that only its owner can read: one line for each epoch."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from complaintkit.errors import CorruptStore, StoreError
from complaintkit.privacy import KEY_BYTES


class RootFile:
    """A file with the root key of the present epoch; during a rotation also with the one before.

    ``path`` is the file. It is read each time it is needed, so that a rotation by another process counts at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[int, bytes]:
        """The root keys by epoch; empty where the file is missing."""
        if not self.path.exists():
            return {}
        check_private(self.path)
        try:
            lines = [line.split(":") for line in self.path.read_text(encoding="ascii").splitlines()]
            roots = {int(epoch): bytes.fromhex(key) for epoch, key in lines}
        except ValueError:
            roots = {}
        if not roots or any(len(root) != KEY_BYTES for root in roots.values()):
            raise CorruptStore("the root key file cannot be read", hint="put back the file of this key store")
        return roots

    def write(self, roots: Mapping[int, bytes]) -> None:
        """Replace the file in one step; what it held before is overwritten first, as far as the disk lets us."""
        new = self.path.with_name(f"{self.path.name}.new")
        new.unlink(missing_ok=True)
        _write(new, "".join(f"{epoch}:{root.hex()}\n" for epoch, root in sorted(roots.items())).encode())
        old = self.path.open("r+b") if self.path.exists() else None
        new.replace(self.path)
        _sync_folder(self.path.parent)
        if old is not None:
            with old:
                old.write(bytes(os.fstat(old.fileno()).st_size))
                old.flush()
                os.fsync(old.fileno())


def make_private(path: Path) -> None:
    """Make an empty file that only its owner can read and write, where there is none."""
    if not path.exists():
        _write(path, b"")


def check_private(path: Path) -> None:
    """Raise ``StoreError`` for a file that others than its owner may read or write (not on Windows)."""
    if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise StoreError(f"others can read the keys in {path}", hint=f"run: chmod 600 {path}")


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, where folders can be synced."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
