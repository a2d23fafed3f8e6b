"""RPT-10, the case file for a court or an outside body: all that is known of one complaint, with its proof.

A folder of files with fixed bytes: what a lawyer reads (``case.html``), what a machine reads (``case.json``), the
entries as they are stored, a receipt for each, the checkpoint, the verifier, and ``SHA256SUMS`` over all of it. The
file ends where the checkpoint does: what came later is not proved by it, and not in it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import field, frozen

from complaintkit.commitments import explain_commitment
from complaintkit.complaint import Complaint
from complaintkit.desk import ComplaintDesk, prove_entry, read_stream, receipt_of
from complaintkit.errors import ProofRefused
from complaintkit.exchange.casepage import page
from complaintkit.journal import BOOK_STREAM, Checkpoint, Entry, Note, Record, decode_entry, to_dict
from complaintkit.journal.codec import personals, plain
from complaintkit.journal.standalone import verifier
from complaintkit.lifecycle import BOOK
from complaintkit.policy import Profile
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import Language, Purpose

#: The time of every file in the archive: the first that the format knows.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@frozen(kw_only=True)
class CaseFile:
    """What stood in the book about a complaint when a checkpoint was signed, and its texts as they may be shown.

    ``texts`` is by reference; a reference in ``erased`` had a text once, and one in neither was left out.
    """

    complaint: Complaint
    entries: tuple[Entry, ...]
    beside: tuple[Entry, ...]
    records: tuple[Record, ...] = field(repr=False)
    note: Note
    profile: Profile = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    erased: frozenset[str] = frozenset()

    @property
    def checkpoint(self) -> Checkpoint:
        """What the proofs lead to."""
        return Checkpoint.of(self.note)

    def text(self, personal: Personal | None, redacted: str, erased: str) -> str:
        """The text of a personal field, or what stands in its place."""
        if personal is None or personal.ref is None:
            return ""
        return erased if personal.ref in self.erased else self.texts.get(personal.ref, redacted)


def case_file(desk: ComplaintDesk, ref: str, by: Actor, note: Note, *, to: str | None) -> CaseFile:
    """Gather what a checkpoint proves of a complaint, for the body with the opaque id ``to``; None: without its texts.

    That texts were handed over, by whom and to whom, is recorded (INV-18, E-07); what is marked as privileged or as
    being about third parties is left out. Raises what ``desk.reveal`` raises, and
    ``ProofRefused`` where the checkpoint is older than the complaint.
    """
    desk.get(ref, by)
    size = Checkpoint.of(note).size
    records = [each for each in desk.store.entries(ref) if each.seq < size]
    complaint = read_stream(records)
    if complaint is None:
        raise ProofRefused("the checkpoint is older than the complaint", hint="sign a new one: audit checkpoint")
    beside = [each for each in desk.store.entries(BOOK_STREAM) if each.seq < size and _is_about(each, ref)]
    entries = tuple(decode_entry(each, BOOK) for each in records)
    texts, erased = _texts(desk, ref, by, entries, to)
    return CaseFile(
        complaint=complaint,
        entries=entries,
        beside=tuple(decode_entry(each, BOOK) for each in beside),
        records=tuple(sorted([*records, *beside])),
        note=note,
        profile=desk.profile,
        texts=texts,
        erased=erased,
    )


def export_case(
    desk: ComplaintDesk,
    ref: str,
    by: Actor,
    note: Note,
    *,
    to: str | None,
    language: Language = Language.ENGLISH,
) -> dict[str, bytes]:
    """The files of a case file by name; the same book, checkpoint and settings give the same bytes.

    ``note`` is a checkpoint with the Ed25519 signature of the log. Raises as :func:`case_file` does.
    """
    case = case_file(desk, ref, by, note, to=to)
    proofs = {record.seq: receipt_of(prove_entry(desk.store, record.seq, note)) for record in case.records}
    files = {
        "case.html": page(case, language).encode(),
        "case.json": _machine(case),
        "checkpoint.txt": note.to_text().encode(),
        "entries.jsonl": b"".join(record.body + b"\n" for record in case.records),
        "verify_receipt.py": verifier().encode(),
        **{f"receipts/{seq:08}.json": proof.encode() for seq, proof in proofs.items()},
    }
    return dict(sorted({**files, "SHA256SUMS": _sums(files)}.items()))


def archive(files: Mapping[str, bytes]) -> bytes:
    """The files as one ZIP archive, whose bytes depend on nothing else.

    >>> archive({"a.txt": b"a"}) == archive({"a.txt": b"a"})
    True
    """
    block = io.BytesIO()
    with zipfile.ZipFile(block, "w") as made:
        for name, content in sorted(files.items()):
            made.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return block.getvalue()


def _is_about(record: Record, ref: str) -> bool:
    return bool(plain(record.body)["data"].get("complaint") == ref)


def _texts(
    desk: ComplaintDesk, ref: str, by: Actor, entries: Sequence[Entry], to: str | None
) -> tuple[Mapping[str, str], frozenset[str]]:
    """The texts that may be shown, and the references of those that were erased."""
    refs = [item.ref for entry in entries for item in personals(entry.event) if item.ref]
    if to is not None:
        shown = desk.reveal(ref, by, Purpose.SHARE_WITH_EXTERNAL_BODY, to=to)
        return dict(shown), shown.erased
    with desk.store.transaction() as unit:
        return {}, frozenset(set(refs) - unit.sealed(refs).keys())


def _machine(case: CaseFile) -> bytes:
    """Everything as data: state, entries with their texts, due dates with their reckoning, the checkpoint."""
    owed = [
        {
            "id": each.id,
            "kind": each.kind,
            "status": each.status,
            "why": explain_commitment(each, case.profile).to_dict(),
        }
        for each in case.complaint.commitments
    ]
    data = {
        "report": "RPT-10",
        "complaint": to_dict(case.complaint),
        "entries": [plain(record.body) for record in case.records],
        "texts": dict(sorted(case.texts.items())),
        "erased": sorted(case.erased),
        "commitments": owed,
        "checkpoint": case.note.to_text(),
        "receipts": {str(record.seq): f"receipts/{record.seq:08}.json" for record in case.records},
    }
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _sums(files: Mapping[str, bytes]) -> bytes:
    """The manifest, as ``sha256sum --check`` reads it."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    return "".join(lines).encode()
