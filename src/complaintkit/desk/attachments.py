"""Whether the evidence of a complaint is still what was put on file; its bytes lie with the host."""

from __future__ import annotations

from complaintkit.complaint import Complaint
from complaintkit.errors import CorruptStore, MissingAttachment
from complaintkit.ports import Attachments


def altered_evidence(complaint: Complaint, attachments: Attachments) -> dict[str, str]:
    """The items of evidence whose bytes are not those of the digest on file, each with the code of what is wrong.

    ``missing-attachment`` where there are none, ``corrupt-store`` where they differ; empty where all is as it was.

    >>> from complaintkit.adapters.attachments import MemoryAttachments
    >>> from complaintkit import Actor, ComplaintDesk, Role
    >>> from complaintkit.commands import RegisterComplaint
    >>> desk = ComplaintDesk(plaintext_vault=True)
    >>> command = RegisterComplaint(owner="handler-2", narrative="I was charged twice.")
    >>> complaint = desk.handle(command, Actor("agent-7", Role.FRONT_LINE_AGENT)).complaint
    >>> altered_evidence(complaint, MemoryAttachments())
    {}
    """
    faults: dict[str, str] = {}
    for item in complaint.inquiry.evidence:
        try:
            attachments.read(item.digest)
        except (MissingAttachment, CorruptStore) as error:
            faults[item.id] = error.code
    return faults
