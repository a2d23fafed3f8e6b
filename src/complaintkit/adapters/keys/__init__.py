"""Key stores and vaults: where the keys of personal texts are kept, and how the texts are kept under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaintkit.adapters.keys.memory import MemoryKeyStore
from complaintkit.adapters.keys.vaults import EncryptedVault, PlainVault

if TYPE_CHECKING:  # loaded when first asked for: who keeps keys elsewhere needs no SQLite
    from complaintkit.adapters.keys.files import SqliteKeyStore

__all__ = ["EncryptedVault", "MemoryKeyStore", "PlainVault", "SqliteKeyStore"]


def __getattr__(name: str) -> object:
    """Load the key store in files."""
    if name != "SqliteKeyStore":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from complaintkit.adapters.keys.files import SqliteKeyStore

    return SqliteKeyStore
