"""The keys that sign checkpoints: Ed25519, which anybody can verify, and HMAC, which only the holder of the key can.

Public keys are written as ``name+id+base64`` and private ones as ``PRIVATE+KEY+name+id+base64``, as other tools
for signed notes write them. Signing with Ed25519 needs the extra ``crypto``, verifying needs nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Final

from attrs import field, frozen

from complaintkit.errors import MissingExtra, ProofRefused
from complaintkit.journal import ed25519
from complaintkit.journal.encoding import from_base64, to_base64
from complaintkit.journal.notes import (
    NoteSignature,
    NoteVerifier,
    checked_name,
    key_id,
)

#: The first byte of an encoded key says how it signs; the third has no number of its own at C2SP.
_ED25519: Final = b"\x01"
_COSIGNATURE: Final = b"\x04"
_HMAC: Final = b"\xffcomplaintkit/hmac-sha256"
_PRIVATE: Final = "PRIVATE+KEY+"
_HINT: Final = "copy the key whole, as it was written when it was made"


@frozen
class Ed25519PublicKey:
    """The public half of a key that signs notes; verifies with the standard library."""

    name: str = field(converter=checked_name)
    public: bytes

    #: Who can tell whether a signature is right.
    verifiable_by = "anybody who has the public key"

    @property
    def key(self) -> bytes:
        """The key id of four bytes."""
        return key_id(self.name, _ED25519, self.public)

    def verifies(self, text: str, value: bytes) -> bool:
        """Whether ``value`` is this key's signature over a text."""
        return ed25519.verifies(self.public, value, text.encode())

    def to_text(self) -> str:
        """The key as it is given to those who verify."""
        return _written(self.name, self.key, _ED25519 + self.public)


@frozen
class WitnessPublicKey:
    """The public half of a witness's key: its signatures carry the time at which they were made."""

    name: str = field(converter=checked_name)
    public: bytes

    @property
    def key(self) -> bytes:
        """The key id of four bytes."""
        return key_id(self.name, _COSIGNATURE, self.public)

    def verifies(self, text: str, value: bytes) -> bool:
        """Whether ``value`` is this witness's timestamped signature over a checkpoint."""
        at, signature = int.from_bytes(value[:8], "big"), value[8:]
        return at < 2**63 and ed25519.verifies(self.public, signature, _cosigned(text, at))

    def to_text(self) -> str:
        """The key as it is given to those who verify."""
        return _written(self.name, self.key, _COSIGNATURE + self.public)


@frozen
class Ed25519Key:
    """A private key that signs notes; made of 32 random bytes. Keep it where the database's administrator is not.

    >>> key = Ed25519Key("example.org/complaints", bytes(32))
    >>> key.public_key().to_text()
    'example.org/complaints+6ba25973+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'
    """

    name: str = field(converter=checked_name)
    seed: bytes = field(repr=False)

    def public_key(self) -> Ed25519PublicKey:
        """What those who verify are given."""
        return Ed25519PublicKey(self.name, _public(self.seed))

    @property
    def key(self) -> bytes:
        """The key id of four bytes."""
        return self.public_key().key

    def verifies(self, text: str, value: bytes) -> bool:
        """Whether ``value`` is this key's signature over a text."""
        return self.public_key().verifies(text, value)

    def sign(self, text: str) -> NoteSignature:
        """The signature line for a text."""
        return NoteSignature(self.name, self.key, _sign(self.seed, text.encode()))

    def to_text(self) -> str:
        """The key as it is kept: a secret."""
        return _PRIVATE + _written(self.name, self.key, _ED25519 + self.seed)


@frozen
class WitnessKey:
    """The private key of a witness: its signature says when it has seen a checkpoint."""

    name: str = field(converter=checked_name)
    seed: bytes = field(repr=False)

    def public_key(self) -> WitnessPublicKey:
        """What those who verify are given."""
        return WitnessPublicKey(self.name, _public(self.seed))

    @property
    def key(self) -> bytes:
        """The key id of four bytes."""
        return self.public_key().key

    def sign_at(self, text: str, at: int) -> NoteSignature:
        """The signature line for the text of a checkpoint that was seen at ``at`` (seconds since 1970)."""
        return NoteSignature(self.name, self.key, at.to_bytes(8, "big") + _sign(self.seed, _cosigned(text, at)))

    def to_text(self) -> str:
        """The key as it is kept: a secret."""
        return _PRIVATE + _written(self.name, self.key, _COSIGNATURE + self.seed)


@frozen
class HmacKey:
    """A shared secret: what it signs is **verifiable by the key holder only**, and proves nothing to anybody else.

    For books without the extra ``crypto``. The name of the key says so wherever a signature stands.

    >>> key = HmacKey("example.org/complaints", b"0" * 32)
    >>> key.verifies("a text", key.sign("a text").value), key.name
    (True, 'example.org/complaints#verifiable-by-the-key-holder-only')
    """

    log: str = field(converter=checked_name)
    secret: bytes = field(repr=False)

    verifiable_by = "the holder of the key only"

    @property
    def name(self) -> str:
        """The name in the signature line."""
        return f"{self.log}#verifiable-by-the-key-holder-only"

    @property
    def key(self) -> bytes:
        """The key id of four bytes, which tells nothing of the secret."""
        return key_id(self.name, _HMAC, hashlib.sha256(b"key id" + self.secret).digest())

    def sign(self, text: str) -> NoteSignature:
        """The signature line for a text."""
        return NoteSignature(self.name, self.key, _tag(self.secret, text.encode()))

    def verifies(self, text: str, value: bytes) -> bool:
        """Whether ``value`` was made with this secret; compared in constant time."""
        return holds(self.secret, text.encode(), value)

    def to_text(self) -> str:
        """The key as it is kept: a secret."""
        return _PRIVATE + _written(self.log, self.key, _HMAC[:1] + self.secret)


def holds(secret: bytes, message: bytes, value: bytes, size: int = 32) -> bool:
    """Whether ``value`` is the HMAC-SHA256 of a message, cut to ``size`` bytes; compared in constant time."""
    return hmac.compare_digest(_tag(secret, message)[:size], value)


def _tag(secret: bytes, message: bytes) -> bytes:
    return hmac.digest(secret, message, "sha256")


def read_key(text: str) -> Ed25519Key | WitnessKey | HmacKey:
    """Read a private key as ``to_text()`` wrote it; raises ``ProofRefused`` for anything else.

    >>> read_key(HmacKey("example.org/complaints", b"0" * 32).to_text())
    HmacKey(log='example.org/complaints')
    """
    if not text.startswith(_PRIVATE):
        raise ProofRefused("this is no private key", hint=_HINT)
    name, mark, kind, secret = _parts(text.removeprefix(_PRIVATE))
    if len(secret) != 32 or kind not in (_ED25519, _COSIGNATURE, _HMAC[:1]):
        raise ProofRefused("this is no private key that signs", hint=_HINT)
    if kind == _HMAC[:1]:
        made: Ed25519Key | WitnessKey | HmacKey = HmacKey(name, secret)
    else:
        made = Ed25519Key(name, secret) if kind == _ED25519 else WitnessKey(name, secret)
    if mark != made.key.hex():
        raise ProofRefused("the key does not have the id that stands before it", hint=_HINT)
    return made


def read_public_key(text: str) -> NoteVerifier:
    """Read a public key of a log or of a witness, as ``name+id+base64``; raises ``ProofRefused`` for anything else."""
    name, mark, kind, public = _parts(text)
    if kind not in (_ED25519, _COSIGNATURE) or len(public) != 32:
        raise ProofRefused("this is no Ed25519 key", hint=_HINT)
    made = Ed25519PublicKey(name, public) if kind == _ED25519 else WitnessPublicKey(name, public)
    if mark != made.key.hex():
        raise ProofRefused("the key does not have the id that stands before it", hint=_HINT)
    return made


def new_key(name: str, entropy: bytes) -> Ed25519Key | HmacKey:
    """A key that signs, of 32 random bytes: Ed25519 with the extra ``crypto``, otherwise HMAC, whose name says so."""
    try:
        _public(entropy)
    except MissingExtra:
        return HmacKey(name, entropy)
    return Ed25519Key(name, entropy)


def _parts(text: str) -> tuple[str, str, bytes, bytes]:
    """Name, id, kind and value of an encoded key; base64 may have plus signs of its own."""
    name, _, rest = text.strip().partition("+")
    mark, _, encoded = rest.partition("+")
    value = from_base64(encoded)
    return name, mark, value[:1], value[1:]


def _written(name: str, mark: bytes, value: bytes) -> str:
    return f"{name}+{mark.hex()}+{to_base64(value)}"


def _cosigned(text: str, at: int) -> bytes:
    """What a witness signs: the checkpoint, and when it was seen."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _sign(seed: bytes, message: bytes) -> bytes:
    return bytes(_private(seed).sign(message))


def _public(seed: bytes) -> bytes:
    return bytes(_private(seed).public_key().public_bytes_raw())


def _private(seed: bytes) -> Any:
    """The key of the library that signs; its type is known only where the extra is installed."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise MissingExtra("complaintkit[crypto]", "signing with Ed25519") from error
    return Ed25519PrivateKey.from_private_bytes(seed)
