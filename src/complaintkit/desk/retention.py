"""The retention schedule of a book: why each complaint is still kept, and which are due to go (E-53)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from complaintkit.complaint.step import given
from complaintkit.desk.reading import known, read_entries, read_stream
from complaintkit.desk.vaulted import log_of
from complaintkit.journal.codec import personals
from complaintkit.policy import Profile
from complaintkit.ports import Query, Store
from complaintkit.privacy import key_ref
from complaintkit.privacy.certificate import Certificate, certify
from complaintkit.privacy.disposal import Kept, stream_of, why_kept
from complaintkit.privacy.erasure import fold_erasure


def retained(store: Store, profile: Profile, now: datetime, ref: str | None = None) -> Iterator[Kept]:
    """Why complaints that still have texts are kept at ``now``, in the order of the queue; or one of them alone.

    What ``is_due`` goes with the next ``tick()``. Raises ``UnknownComplaint`` where there is no such complaint.

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> from complaintkit.policy import load_profile
    >>> from datetime import UTC
    >>> list(retained(MemoryStore(), load_profile(), datetime(2026, 3, 2, tzinfo=UTC)))
    []
    """
    if ref is not None:
        yield why_kept(known(ref, store.entries(ref)), profile, now)
        return
    for row in store.find(Query()):
        if _has_texts(store, row.stream):
            yield why_kept(given(read_stream(store.entries(row.stream))), profile, now)


def disposal_certificate(store: Store, ref: str) -> Certificate | None:
    """The certificate that the retention schedule disposed of a complaint; None where it has not yet."""
    entries = read_entries(store.entries(stream_of(ref)))
    state = fold_erasure(entries)
    return certify(log_of(store), entries) if state is not None and state.is_over else None


def _has_texts(store: Store, ref: str) -> bool:
    """Whether the vault has anything of a complaint."""
    events = (entry.event for entry in read_entries(store.entries(ref)))
    refs = [key_ref(ref), *(item.ref for event in events for item in personals(event) if item.ref)]
    with store.transaction() as unit:
        return bool(unit.sealed(refs))
