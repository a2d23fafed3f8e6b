"""The receipt for a complainant: that the complaint was registered, provable later without us and against us."""

from __future__ import annotations

from typing import Final

from complaintkit.desk.audit import prove_entry
from complaintkit.desk.desk import ComplaintDesk
from complaintkit.errors import ProofRefused
from complaintkit.journal import Checkpoint, EntryProof, Note, NoteSignature
from complaintkit.journal.receipts import LONGEST, packed, written
from complaintkit.values import Actor
from complaintkit.vocabulary import Purpose

_REGISTERED: Final = "complaint-registered"
_ED25519: Final = 64
_HINT: Final = "sign with an Ed25519 key: pip install 'complaintkit[crypto]', then complaintkit audit checkpoint"


def receipt(desk: ComplaintDesk, ref: str, by: Actor, note: Note) -> str:
    """The receipt that a complaint was registered: one line of at most 2 KB, for a letter or a QR code.

    ``note`` is a checkpoint with the signature of the log. The receipt opens the commitment to the complainant's own
    words, so that they can show that their text is what was registered; give it to nobody else. That it was made is
    recorded, like every reading of a text (INV-18).

    Raises ``ProofRefused`` where the checkpoint is older than the registration, or not signed with Ed25519.
    """
    desk.reveal(ref, by, Purpose.LETTER)
    record = next((each for each in desk.store.entries(ref) if each.type == _REGISTERED), None)
    if record is None:
        raise ProofRefused("the complaint is not registered yet", hint="give the receipt after registration")
    narrative = desk.get(ref, by).intake.narrative
    proof = prove_entry(desk.store, record.seq, note)
    made = packed(receipt_of(proof, _salts(desk, narrative.ref if narrative else None)))
    if len(made) > LONGEST:
        raise ProofRefused(f"the receipt would have over {LONGEST} bytes", hint="use a shorter origin of the log")
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


def _salts(desk: ComplaintDesk, ref: str | None) -> dict[str, bytes]:
    """The salt of a text, unless it was erased."""
    with desk.store.transaction() as unit:
        found = unit.sealed([ref] if ref else [])
    return {item.ref: item.salt for item in found.values()}
