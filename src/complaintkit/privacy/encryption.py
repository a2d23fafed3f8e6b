"""Encryption of what the vault keeps: AES-256-GCM for the texts, AES key wrap for their keys.

The salt of a commitment is encrypted with its text: whoever finds an old copy of a row whose key is destroyed
can test no guess against the journal. The only door to ``cryptography``; needs the extra ``crypto``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from complaintkit.errors import CorruptStore, MissingExtra, StoreError
from complaintkit.privacy.sealing import Entropy, VaultItem

#: How an encrypted content begins: a byte that begins no UTF-8 text, and the number of the format.
_MARK: Final = b"\xff\x01"
ID_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_HEADER: Final = len(_MARK) + ID_BYTES + _NONCE_BYTES


def primitives() -> Any:
    """The parts of ``cryptography`` that are used here; raises ``MissingExtra`` where it is not installed."""
    try:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives import keywrap
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise MissingExtra("complaintkit[crypto]", "an encrypted vault") from error
    return AESGCM, keywrap, InvalidTag


def is_encrypted(item: VaultItem) -> bool:
    """Whether a vault item is kept encrypted; a plain text and a plain key never look like it.

    >>> is_encrypted(VaultItem("command-1/narrative", "C-1", 1, b"salt", b"They charged me twice."))
    False
    """
    return item.content[: len(_MARK)] == _MARK and len(item.content) > _HEADER + _TAG_BYTES


def readable(items: Iterable[VaultItem]) -> None:
    """Raise ``StoreError`` where an item is still encrypted: whoever reads it has not opened the vault."""
    if any(map(is_encrypted, items)):
        raise StoreError(
            "the personal texts of this book are encrypted", hint="open it with its key store: vault=, or --keys"
        )


def key_of(item: VaultItem) -> str:
    """The id of the key under which an encrypted item is kept."""
    return item.content[len(_MARK) : len(_MARK) + ID_BYTES].hex()


def encrypt(log: str, item: VaultItem, id: str, key: bytes, entropy: Entropy) -> VaultItem:  # noqa: A002
    """The item as a store keeps it: content and salt encrypted, bound to the place where it belongs.

    ``id`` names ``key`` (32 bytes) in its key store; ``log`` is the name of the book's log.

    >>> import secrets
    >>> item = VaultItem("command-1/narrative", "C-1", 1, b"s" * 32, b"They charged me twice.")
    >>> kept = encrypt("complaintkit/main", item, "ab" * 16, b"k" * 32, secrets.token_bytes)
    >>> kept.salt, b"charged" in kept.content, key_of(kept) == "ab" * 16
    (b'', False, True)
    >>> decrypt("complaintkit/main", kept, b"k" * 32) == item
    True
    """
    aesgcm, _, _ = primitives()
    head, nonce = _MARK + bytes.fromhex(id), entropy(_NONCE_BYTES)
    told = bytes([len(item.salt)]) + item.salt + item.content
    box = aesgcm(key).encrypt(nonce, told, _place(log, item, head))
    return item._replace(salt=b"", content=head + nonce + box)


def decrypt(log: str, item: VaultItem, key: bytes) -> VaultItem:
    """The item as it was before :func:`encrypt`.

    Raises ``CorruptStore`` where it was changed, moved to another place, or is of another key.
    """
    aesgcm, _, invalid = primitives()
    head, nonce = item.content[: _HEADER - _NONCE_BYTES], item.content[_HEADER - _NONCE_BYTES : _HEADER]
    try:
        told = aesgcm(key).decrypt(nonce, item.content[_HEADER:], _place(log, item, head))
    except invalid:
        raise CorruptStore(
            f"the personal text {item.ref} is not the one that was encrypted", hint="run: complaintkit audit verify"
        ) from None
    end = 1 + told[0]
    return item._replace(salt=told[1:end], content=told[end:])


def _place(log: str, item: VaultItem, head: bytes) -> bytes:
    """What a box is bound to: in no other row, book, key or format does it open."""
    return b"\0".join((log.encode(), item.stream.encode(), item.ref.encode(), b"%d" % item.version, head))


def wrap(root: bytes, key: bytes) -> bytes:
    """A key under a root key (RFC 3394), as a key store keeps it."""
    _, keywrap, _ = primitives()
    wrapped: bytes = keywrap.aes_key_wrap(root, key)
    return wrapped


def unwrap(root: bytes, wrapped: bytes) -> bytes:
    """The key that was wrapped.

    Raises ``CorruptStore`` where the root key is another one, or the wrapped key was changed.

    >>> unwrap(b"r" * 32, wrap(b"r" * 32, b"k" * 32)) == b"k" * 32
    True
    """
    _, keywrap, _ = primitives()
    try:
        key: bytes = keywrap.aes_key_unwrap(root, wrapped)
    except (keywrap.InvalidUnwrap, ValueError):
        raise CorruptStore(
            "a wrapped key does not open with its root key", hint="put back the root key file of this key store"
        ) from None
    return key
