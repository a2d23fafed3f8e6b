"""The journal: entries, their canonical bytes, the Merkle log over them, and upcasting.

The only door to msgspec. An entry's body is stored as bytes and hashed as stored
(RFC 6962 leaf), so what was written can be proved later without trusting the database.
"""

from complaintkit.journal.checkpoints import Checkpoint, Consistency, EntryProof, open_checkpoint, prove
from complaintkit.journal.codec import Event, Instant, event, from_dict, to_dict, type_name
from complaintkit.journal.entry import BOOK_STREAM, EPOCH_STREAM, Book, Entry, Record, decode_entry, encode_entry
from complaintkit.journal.merkle import EMPTY, Frontier, leaf_hash, merkle_root
from complaintkit.journal.notes import Note, NoteSignature, NoteSigner, NoteVerifier, read_note
from complaintkit.journal.proofs import verify_consistency, verify_inclusion
from complaintkit.journal.tiles import TILE, TileHash, Tree, completed
from complaintkit.journal.verify import LogCheck, Verification, verify_log

__all__ = [
    "BOOK_STREAM",
    "EMPTY",
    "EPOCH_STREAM",
    "TILE",
    "Book",
    "Checkpoint",
    "Consistency",
    "Entry",
    "EntryProof",
    "Event",
    "Frontier",
    "Instant",
    "LogCheck",
    "Note",
    "NoteSignature",
    "NoteSigner",
    "NoteVerifier",
    "Record",
    "TileHash",
    "Tree",
    "Verification",
    "completed",
    "decode_entry",
    "encode_entry",
    "event",
    "from_dict",
    "leaf_hash",
    "merkle_root",
    "open_checkpoint",
    "prove",
    "read_note",
    "to_dict",
    "type_name",
    "verify_consistency",
    "verify_inclusion",
    "verify_log",
]
