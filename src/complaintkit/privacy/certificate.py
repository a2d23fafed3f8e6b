"""The certificate of erasure: what was erased, who asked and agreed, and where the journal says so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final

from attrs import frozen

from complaintkit.journal import Entry, Note, NoteSigner
from complaintkit.journal.codec import canonical
from complaintkit.privacy.erasure import (
    DisposalBegun,
    ErasureCompleted,
    ErasureRequested,
    TextsErased,
    fold_erasure,
)
from complaintkit.timekeeping.instants import format_instant

#: The first line of a signed statement.
_HEADING: Final = "complaintkit certificate of erasure v1"
#: With what a round of erasing begins.
_BEGIN: Final = (ErasureRequested, DisposalBegun)


@frozen(kw_only=True, slots=False)
class Certificate:
    """A statement without personal data that follows from the journal alone, so that it can be made again.

    ``plain`` of the ``texts`` were not encrypted: backups that are older than the erasure still have them.
    ``entries`` are the positions of its entries in the log with their leaf hashes (hex): an inclusion proof of
    each shows that the statement stood in the book. ``completed_at`` is when keys and old copies were gone.
    """

    log: str
    person: str
    basis: str
    requested_by: str
    approved_by: str
    complaints: int
    texts: int
    plain: int
    keys: int
    waiting: int
    completed_at: str
    entries: tuple[tuple[int, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """The statement as plain data, with its digest."""
        return self._told() | {"digest": self.digest}

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the statement in canonical JSON, in hex: what a signature is put under."""
        return hashlib.sha256(canonical(self._told())).hexdigest()

    def signed(self, key: NoteSigner) -> Note:
        """The statement as a signed note, which whoever trusts the key verifies without the book.

        With an Ed25519 key (:mod:`complaintkit.journal.keys`) anybody can; ``read_note`` reads it.
        """
        text = f"{_HEADING}\n{canonical(self._told()).decode()}\n"
        return Note(text).with_signature(key.sign(text))

    def _told(self) -> dict[str, Any]:
        names = (
            "log",
            "person",
            "basis",
            "requested_by",
            "approved_by",
            "complaints",
            "texts",
            "plain",
            "keys",
            "waiting",
        )
        return {name: getattr(self, name) for name in (*names, "completed_at")} | {
            "entries": list(map(list, self.entries))
        }


def certify(log: str, entries: Iterable[Entry]) -> Certificate:
    """The certificate of the newest erasure of a person, or disposal of a complaint, out of its stream."""
    several = tuple(entries)
    began = max(number for number, entry in enumerate(several) if isinstance(entry.event, _BEGIN))
    ended = max(number for number, entry in enumerate(several) if isinstance(entry.event, ErasureCompleted))
    round_ = several[began : ended + 1]
    state = fold_erasure(round_)
    assert state is not None  # noqa: S101  (a round begins with a request)
    told = [entry for entry in round_ if isinstance(entry.event, TextsErased | ErasureCompleted)]
    return Certificate(
        log=log,
        person=state.person,
        basis=state.basis.value,
        requested_by=state.requested_by,
        approved_by=state.approved_by or "",
        complaints=len(state.complaints),
        texts=state.texts,
        plain=state.plain,
        keys=state.keys,
        waiting=state.waiting,
        completed_at=format_instant(round_[-1].at),
        entries=tuple((entry.seq, entry.leaf.hex()) for entry in told),
    )
