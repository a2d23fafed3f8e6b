"""The receipt for a complainant: that the complaint was registered, provable later without us and against us."""

from __future__ import annotations

from typing import Any, Final

from complaintkit.complaint import Intake
from complaintkit.desk.audit import prove_entry
from complaintkit.desk.desk import ComplaintDesk
from complaintkit.errors import ProofRefused
from complaintkit.journal import Checkpoint, EntryProof, Note, NoteSignature, Record, decode_entry
from complaintkit.journal.receipts import LONGEST, packed, written
from complaintkit.lifecycle import BOOK
from complaintkit.values import Actor
from complaintkit.vocabulary import Purpose

_REGISTERED: Final = "complaint-registered"
_CAPTURED: Final = "complaint-captured"
_ED25519: Final = 64
_TOO_MUCH: Final = "the registration holds too much for one line; give the proof instead: audit prove --entry {seq}"
_HINT: Final = "sign with an Ed25519 key: pip install 'complaintkit[crypto]', then complaintkit audit checkpoint"


def receipt(desk: ComplaintDesk, ref: str, by: Actor, note: Note) -> str:
    """The receipt that a complaint was registered: one line of at most 2 KB, for a letter or a QR code.

    ``note`` is a checkpoint with the signature of the log. The receipt opens the commitment to the complainant's own
    words, so that they can show that their text is what was registered; give it to nobody else. It is of the entry
    that has the words: of the draft, where the complaint was captured as one before. That it was made is recorded,
    like every reading of a text (INV-18).

    Raises ``ProofRefused`` where the checkpoint is older than the registration, or not signed with Ed25519.
    """
    desk.reveal(ref, by, Purpose.LETTER)
    registered = _record(desk, ref, _REGISTERED)
    if registered is None or registered.seq >= Checkpoint.of(note).size:
        raise ProofRefused("the complaint was not registered yet", hint="sign a checkpoint after registration")
    said = registered if _intake(registered) else _record(desk, ref, _CAPTURED) or registered
    proof = prove_entry(desk.store, said.seq, note)
    made = packed(receipt_of(proof, _salts(desk, said)))
    if len(made) > LONGEST:
        raise ProofRefused(f"the receipt would have over {LONGEST} bytes", hint=_TOO_MUCH.format(seq=said.seq))
    return made


def receipt_of(proof: EntryProof, salts: dict[str, bytes] | None = None) -> str:
    """The proof of any entry as a receipt in JSON, for the single-file verifier; ``salts`` by reference."""
    text = Note(proof.note.text, (_own(proof.note),)).to_text()
    return written(proof.body.decode(), proof.proof, text, salts or {})


def _own(note: Note) -> NoteSignature:
    """The signature of the log's own key; those of witnesses are left out, since a receipt is short."""
    origin = Checkpoint.of(note).origin
    for signature in note.signatures:
        if origin.startswith(f"{signature.name}/") and len(signature.value) == _ED25519:
            return signature
    raise ProofRefused("no key that anybody can verify has signed the checkpoint", hint=_HINT)


def _record(desk: ComplaintDesk, ref: str, kind: str) -> Record | None:
    """The first entry of a complaint of that type."""
    return next((each for each in desk.store.entries(ref) if each.type == kind), None)


def _intake(record: Record) -> Intake | None:
    """What the person said, where this is the entry that has it."""
    event: Any = decode_entry(record, BOOK).event
    intake: Intake | None = event.intake
    return intake


def _salts(desk: ComplaintDesk, said: Record) -> dict[str, bytes]:
    """The salt of the words in an entry, unless they were erased."""
    intake = _intake(said)
    told = intake.narrative if intake else None
    with desk.store.transaction() as unit:
        found = unit.sealed([told.ref] if told and told.ref else [])
    return {item.ref: item.salt for item in found.values()}
