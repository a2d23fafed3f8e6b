"""The desk: the one door through which a host handles complaints."""

from complaintkit.desk.access import PersonExport, export_person
from complaintkit.desk.attachments import altered_evidence
from complaintkit.desk.audit import Audit, prove_consistency, prove_entry, verify_book
from complaintkit.desk.checkpoints import Checkpoints
from complaintkit.desk.desk import ComplaintDesk
from complaintkit.desk.disclosures import Disclosure, disclosures
from complaintkit.desk.encrypting import encrypt_book
from complaintkit.desk.outcome import Dispatched, ErasureOutcome, Outcome, Preview, RevealedTexts
from complaintkit.desk.reading import read_stream
from complaintkit.desk.receipts import receipt, receipt_of
from complaintkit.desk.retention import disposal_certificate, retained
from complaintkit.desk.rows import RowCheck, restore_rows, verify_rows
from complaintkit.desk.sweeping import Health, Overdue, health
from complaintkit.desk.witness import Witness

__all__ = [
    "Audit",
    "Checkpoints",
    "ComplaintDesk",
    "Disclosure",
    "Dispatched",
    "ErasureOutcome",
    "Health",
    "Outcome",
    "Overdue",
    "PersonExport",
    "Preview",
    "RevealedTexts",
    "RowCheck",
    "Witness",
    "altered_evidence",
    "disclosures",
    "disposal_certificate",
    "encrypt_book",
    "export_person",
    "health",
    "prove_consistency",
    "prove_entry",
    "read_stream",
    "receipt",
    "receipt_of",
    "restore_rows",
    "retained",
    "verify_book",
    "verify_rows",
]
