"""The journal: entries, their canonical bytes, the Merkle log over them, and upcasting.

The only door to msgspec. An entry's body is stored as bytes and hashed as stored
(RFC 6962 leaf), so what was written can be proved later without trusting the database.
"""

from complaintkit.journal.codec import Event, Instant, event, from_dict, to_dict, type_name
from complaintkit.journal.entry import BOOK_STREAM, Book, Entry, Record, decode_entry, encode_entry
from complaintkit.journal.merkle import EMPTY, Frontier, leaf_hash, merkle_root
from complaintkit.journal.verify import Verification, verify_log

__all__ = [
    "BOOK_STREAM",
    "EMPTY",
    "Book",
    "Entry",
    "Event",
    "Frontier",
    "Instant",
    "Record",
    "Verification",
    "decode_entry",
    "encode_entry",
    "event",
    "from_dict",
    "leaf_hash",
    "merkle_root",
    "to_dict",
    "type_name",
    "verify_log",
]
