"""Checkpoints: what a log stood for at some size, signed, in the three lines of C2SP tlog-checkpoint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from attrs import frozen

from complaintkit.errors import ProofRefused
from complaintkit.journal.encoding import from_base64, to_base64
from complaintkit.journal.merkle import leaf_hash
from complaintkit.journal.notes import Note, NoteVerifier, read_note
from complaintkit.journal.proofs import verify_inclusion
from complaintkit.journal.tiles import Tree

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_HINT: Final = "a checkpoint has three lines: the origin, the size, the root in base64"
_MOST_HASHES: Final = 63


@frozen
class Checkpoint:
    """A log at some size: ``origin`` names it, ``root`` is its Merkle root.

    >>> print(Checkpoint("example.org/log", 0, bytes(32)).to_text(), end="")
    example.org/log
    0
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    """

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def of(cls, note: Note | str) -> Checkpoint:
        """The checkpoint in a note or its text; raises ``ProofRefused`` where there is none.

        Lines behind the third are passed over. Whether anybody signed it is not asked here.
        """
        lines = (note.text if isinstance(note, Note) else note).split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
            raise ProofRefused("this is no checkpoint", hint=_HINT)
        root = from_base64(lines[2])
        if len(root) != 32:
            raise ProofRefused("the root of a checkpoint has 32 bytes", hint=_HINT)
        return cls(lines[0], int(lines[1]), root)


def open_checkpoint(text: str, origin: str | None, keys: Iterable[NoteVerifier]) -> Checkpoint:
    """Read a signed checkpoint that one of ``keys`` has signed, of the log ``origin`` (None: of any).

    Raises ``ProofRefused`` where it is another's, nobody's, or no checkpoint.
    """
    note = read_note(text)
    note.must_be_signed_by(keys)
    checkpoint = Checkpoint.of(note)
    if origin is not None and checkpoint.origin != origin:
        raise ProofRefused("the checkpoint is of another log", hint=f"its origin is not {origin}")
    return checkpoint


@frozen
class Consistency:
    """That a log continues what it was: the size it had, the proof, and the newer checkpoint, signed.

    Its text is what C2SP tlog-witness asks of a log.
    """

    older: int
    proof: tuple[bytes, ...]
    note: Note

    def to_text(self) -> str:
        """The request to a witness: ``old`` and the size, the hashes, an empty line, the signed checkpoint."""
        lines = [f"old {self.older}", *map(to_base64, self.proof), "", self.note.to_text()]
        return "\n".join(lines)

    @classmethod
    def of(cls, text: str) -> Consistency:
        """Read what :meth:`to_text` wrote; raises ``ProofRefused`` where it is something else."""
        head, parted, note = text.partition("\n\n")
        first, *hashes = head.split("\n")
        older = first.removeprefix("old ")
        if not parted or not first.startswith("old ") or not _SIZE.fullmatch(older) or len(hashes) > _MOST_HASHES:
            raise ProofRefused("this is no request to a witness", hint="it begins with: old, and a size")
        return cls(int(older), tuple(map(from_base64, hashes)), read_note(note))


@frozen
class EntryProof:
    """That one entry stands in a log: its bytes, its place, the way to the root, and the checkpoint with that root.

    Whoever holds it can show later that the entry was there, whatever has become of the log.
    """

    seq: int
    body: bytes
    proof: tuple[bytes, ...]
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        """What the proof leads to."""
        return Checkpoint.of(self.note)

    def verify(self, keys: Sequence[NoteVerifier]) -> None:
        """Check everything; raises ``ProofRefused`` where it does not hold, or where none of ``keys`` has signed."""
        self.note.must_be_signed_by(keys)
        to = self.checkpoint
        verify_inclusion(self.seq, to.size, leaf_hash(self.body), self.proof, to.root)

    def to_dict(self) -> dict[str, Any]:
        """The proof as plain data."""
        return {
            "seq": self.seq,
            "entry": self.body.decode(),
            "proof": [to_base64(each) for each in self.proof],
            "checkpoint": self.note.to_text(),
        }

    @classmethod
    def from_dict(cls, data: Any) -> EntryProof:
        """Read what :meth:`to_dict` gave; raises ``ProofRefused`` where it is something else."""
        kinds = {"seq": int, "entry": str, "proof": list, "checkpoint": str}
        if not isinstance(data, dict) or {name: type(value) for name, value in data.items()} != kinds:
            raise ProofRefused("this is no proof of an entry", hint=f"it has {', '.join(kinds)}")
        proof = tuple(from_base64(str(each)) for each in data["proof"])
        return cls(data["seq"], data["entry"].encode(), proof, read_note(data["checkpoint"]))


def prove(tree: Tree, seq: int, body: bytes, note: Note) -> EntryProof:
    """Prove that the entry ``seq`` with the stored bytes ``body`` is in the log that a checkpoint stands for.

    ``tree`` is the log at the size of the checkpoint. Raises ``ProofRefused`` where the log is not what the
    checkpoint says, or the entry not what the log says.
    """
    to = Checkpoint.of(note)
    proof = tree.inclusion(seq)
    verify_inclusion(seq, to.size, leaf_hash(body), proof, to.root)
    return EntryProof(seq, body, proof, note)
