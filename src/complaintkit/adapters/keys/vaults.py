"""The two vaults: one that encrypts under the keys of a key store, and one that keeps texts as they are."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from complaintkit.ports import KeyStore
from complaintkit.privacy import VaultItem
from complaintkit.privacy.encryption import decrypt, encrypt, is_encrypted, key_of, primitives, readable
from complaintkit.privacy.sealing import Entropy


class PlainVault:
    """Keeps texts as they are; erasing them is deleting them, and older copies of the book still have them."""

    def lock(self, _log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        """The items themselves."""
        return items

    def unlock(self, _log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        """The items themselves; raises ``StoreError`` for one that is encrypted."""
        readable(items)
        return items

    def keys(self, _items: Sequence[VaultItem]) -> Sequence[str]:
        """None."""
        return ()

    def retire(self, _log: str, _streams: Sequence[str]) -> None:
        """Nothing to retire."""

    def destroy(self, _keys: Sequence[str]) -> int:
        """Nothing to destroy."""
        return 0


class EncryptedVault:
    """Encrypts texts and their salts under a key for each stream: a complaint's, or a person's own.

    ``keys`` is the key store, which must not lie in the same database or backup; ``entropy`` gives the nonces.
    Texts that were kept before a book was encrypted are read as they are. Needs ``complaintkit[crypto]``.

    >>> from complaintkit.adapters.keys import MemoryKeyStore
    >>> vault = EncryptedVault(MemoryKeyStore())
    >>> item = VaultItem("command-1/narrative", "C-1", 1, b"s" * 32, b"They charged me twice.")
    >>> kept = vault.lock("complaintkit/main", [item])
    >>> vault.unlock("complaintkit/main", kept) == [item]
    True
    >>> vault.destroy(vault.keys(kept)), vault.unlock("complaintkit/main", kept)
    (1, [])
    """

    def __init__(self, keys: KeyStore, *, entropy: Entropy = secrets.token_bytes) -> None:
        primitives()  # what is missing is said now, and not with the first complaint
        self.key_store = keys
        self._entropy = entropy

    def lock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        """The items encrypted under the keys of their streams, which are made where they are missing."""
        keys = {stream: self.key_store.take(_scope(log, stream)) for stream in {item.stream for item in items}}
        return [encrypt(log, item, *keys[item.stream], self._entropy) for item in items]

    def unlock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        """The items decrypted; one whose key was destroyed is left out."""
        keys = self.key_store.find(self.keys(items))
        return [
            decrypt(log, item, keys[key_of(item)]) if is_encrypted(item) else item
            for item in items
            if not is_encrypted(item) or key_of(item) in keys
        ]

    def keys(self, items: Sequence[VaultItem]) -> Sequence[str]:
        """The ids of the keys of these items, each once."""
        return list(dict.fromkeys(key_of(item) for item in items if is_encrypted(item)))

    def retire(self, log: str, streams: Sequence[str]) -> None:
        """Give these streams new keys from now on."""
        self.key_store.retire([_scope(log, stream) for stream in streams])

    def destroy(self, keys: Sequence[str]) -> int:
        """Destroy keys in the key store."""
        return self.key_store.destroy(keys)


def _scope(log: str, stream: str) -> str:
    return f"{log}|{stream}"
