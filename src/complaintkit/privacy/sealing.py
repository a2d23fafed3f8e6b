"""Personal text is sealed at the door: the text goes to the vault, the journal keeps a commitment.

The commitment is ``HMAC-SHA256(salt, log || stream || item || version || text)``. The salt lives in the
vault row alone and is deleted with it, so that after erasure nobody can test a guess against the journal.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final, NamedTuple, cast

import attrs

from complaintkit.journal.codec import canonical, personal_fields, to_dict
from complaintkit.values import Personal

#: Length of salts and keys.
KEY_BYTES: Final = 32
#: Where randomness comes from: a number of bytes in, that many out.
Entropy = Callable[[int], bytes]


class VaultItem(NamedTuple):
    """One row of the vault: a personal text under its reference, with the salt of its commitment."""

    ref: str
    stream: str
    version: int
    salt: bytes
    content: bytes

    def __repr__(self) -> str:
        return f"<VaultItem {self.ref}>"


def commitment(log: str, item: VaultItem) -> str:
    """The commitment to a vault item, as it stands in the journal."""
    message = b"\0".join((log.encode(), item.stream.encode(), item.ref.encode(), b"%d" % item.version, item.content))
    return b64encode(hmac.digest(item.salt, message, "sha256")).decode()


def key_ref(stream: str) -> str:
    """The reference of a complaint's vault key.

    >>> key_ref("C-1")
    'C-1#key'
    """
    return f"{stream}#key"


def key_item(stream: str, entropy: Entropy) -> VaultItem:
    """A fresh vault key of a complaint; the fingerprints of its commands are made under it and die with it."""
    return VaultItem(key_ref(stream), stream, 1, b"", entropy(KEY_BYTES))


def fingerprint(key: bytes, command: object, actor: object) -> bytes:
    """What tells a repeated command from a conflicting one: an HMAC over its content, texts included."""
    message = canonical({"command": to_dict(command), "actor": actor})
    return hmac.digest(key, message, "sha256")


class Sealed(NamedTuple):
    """A command whose personal texts are references, what the vault keeps of them, and the texts still open.

    A decision may read the texts; :meth:`close` takes them away, so that nothing that is kept or answered has any.
    """

    command: Any
    items: list[VaultItem]
    texts: list[Personal]

    def close(self) -> None:
        """The decision is taken: nobody reads the texts here any more."""
        for personal in self.texts:
            object.__setattr__(personal, "text", None)


def seal(command: object, log: str, stream: str, command_id: str, entropy: Entropy) -> Sealed:
    """Replace each personal text of a command by a sealed reference.

    The reference is the command id with the path of the field, so that a replay gives the same reference.
    """
    items: list[VaultItem] = []
    texts: list[Personal] = []

    def keep(value: Personal, path: str) -> Personal:
        if value.ref is not None or value.text is None:
            return value
        item = VaultItem(f"{command_id}/{path}", stream, 1, entropy(KEY_BYTES), value.text.encode())
        items.append(item)
        sealed = Personal(ref=item.ref, commitment=commitment(log, item))
        object.__setattr__(sealed, "text", value.text)
        texts.append(sealed)
        return sealed

    return Sealed(_walk(command, "", keep), items, texts)


def _walk(value: Any, path: str, keep: Callable[[Personal, str], Personal]) -> Any:
    if isinstance(value, Personal):
        return keep(value, path)
    if isinstance(value, tuple):
        return tuple(_walk(part, f"{path}/{number}", keep) for number, part in enumerate(value))
    if not attrs.has(type(value)):
        return value
    changes = {}
    for name in personal_fields(cast(Any, type(value))):
        before = getattr(value, name)
        after = _walk(before, f"{path}/{name}" if path else name, keep)
        if after is not before:
            changes[name] = after
    return attrs.evolve(value, **changes) if changes else value
