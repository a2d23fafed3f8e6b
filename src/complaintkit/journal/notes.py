"""Signed notes as C2SP has them: a text, an empty line, and a line for each signature.

A signature line is ``— name base64(key id || signature)``. The key id is short; name and id choose the key that a
verifier has been given beforehand, and signatures of unknown keys are passed over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from attrs import frozen

from complaintkit.errors import ProofRefused
from complaintkit.journal.encoding import from_base64, to_base64

_MOST_SIGNATURES: Final = 64
_LONGEST: Final = 500_000
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]{1,255}")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteSignature(NamedTuple):
    """One signature line: the name of the key, its id of four bytes, and the signature itself."""

    name: str
    key: bytes
    value: bytes

    def line(self) -> str:
        """The line as it stands in a note."""
        return f"\u2014 {self.name} {to_base64(self.key + self.value)}\n"


class NoteVerifier(Protocol):
    """A key that somebody trusts: what it is called, and whether a signature is its own."""

    @property
    def name(self) -> str:
        """The name in the signature line."""

    @property
    def key(self) -> bytes:
        """The key id of four bytes."""

    def verifies(self, text: str, value: bytes) -> bool:
        """Whether ``value`` is this key's signature over the text of a note."""


class NoteSigner(NoteVerifier, Protocol):
    """A key that can also sign."""

    def sign(self, text: str) -> NoteSignature:
        """The signature line for the text of a note."""


@frozen
class Note:
    """A text with its signatures; the text ends in a line end.

    >>> Note("a text\\n").to_text()
    'a text\\n\\n'
    """

    text: str
    signatures: tuple[NoteSignature, ...] = ()

    def to_text(self) -> str:
        """The note as it is kept and sent."""
        return f"{self.text}\n{''.join(signature.line() for signature in self.signatures)}"

    def with_signature(self, signature: NoteSignature) -> Note:
        """The note with one more signature; one of the same key is replaced."""
        others = [each for each in self.signatures if each[:2] != signature[:2]]
        return Note(self.text, (*others, signature))

    def signed_by(self, *keys: NoteVerifier) -> tuple[str, ...]:
        """The names of those of ``keys`` that have signed.

        Raises ``ProofRefused`` where a signature of a known key is wrong: such a note is not to be used at all.
        """
        known = {(key.name, key.key): key for key in keys}
        found = []
        for signature in self.signatures:
            key = known.get(signature[:2])
            if key is None:
                continue
            if not key.verifies(self.text, signature.value):
                raise ProofRefused(f"the signature of {signature.name} is wrong", hint="do not use this note")
            found.append(signature.name)
        return tuple(found)

    def must_be_signed_by(self, keys: Iterable[NoteVerifier]) -> None:
        """Refuse a note that none of these keys has signed."""
        if not self.signed_by(*keys):
            raise ProofRefused("no known key has signed this note", hint="name the key that you expect, and its source")


def read_note(text: str) -> Note:
    """Read a note; the text of it is not to be trusted before its signatures are verified.

    Raises ``ProofRefused`` where it is none.

    >>> read_note("a text\\n\\n\\u2014 example.org/log AAAAAAAA\\n").signatures[0].name
    'example.org/log'
    """
    body, parted, lines = text.rpartition("\n\n")
    if not (parted and lines.endswith("\n")) or len(text) > _LONGEST or _CONTROL.search(text):
        raise ProofRefused("this is no signed note", hint="a note is a text, an empty line and signature lines")
    signatures = lines[:-1].split("\n")
    if len(signatures) > _MOST_SIGNATURES:
        raise ProofRefused(f"a note with over {_MOST_SIGNATURES} signatures", hint="take out those you do not need")
    return Note(f"{body}\n", tuple(map(read_signature, signatures)))


def read_signature(line: str) -> NoteSignature:
    """Read one signature line, without its line end."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    value = from_base64(encoded)
    if dash != "\u2014" or not _NAME.fullmatch(name) or len(value) < 5:
        raise ProofRefused("this is no line of a signature", hint="it has a dash, a name, and the signature in base64")
    return NoteSignature(name, value[:4], value[4:])


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """The four bytes by which a signature names its key."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def checked_name(name: str) -> str:
    """A name that may stand in a signature line; raises ``ProofRefused`` for another."""
    if not _NAME.fullmatch(name):
        raise ProofRefused("this is no name of a key", hint="as in example.org/complaints: no spaces, no plus sign")
    return name
