"""Encrypting a book that was begun in the clear: its rows change, its entries and references do not (decision 8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from complaintkit.desk.vaulted import log_of
from complaintkit.journal import Record
from complaintkit.journal.codec import plain
from complaintkit.ports import Batch, Scrubs, Store, Vault
from complaintkit.privacy import key_ref
from complaintkit.privacy.encryption import is_encrypted

_CHUNK: Final = 500


def encrypt_book(store: Store, vault: Vault) -> int:
    """Lock every personal text that a book keeps in the clear; returns how many there were.

    Others may go on writing meanwhile, and it may be interrupted and begun again. ``store`` is the one that keeps
    the book, not a desk's. At the end no file of the store has a plain copy; older backups have.

    Raises ``StoreBusy`` where others keep a plain copy in the write-ahead log; then call it again.

    >>> from complaintkit.adapters.keys import EncryptedVault, MemoryKeyStore
    >>> from complaintkit.adapters.memory import MemoryStore
    >>> encrypt_book(MemoryStore(), EncryptedVault(MemoryKeyStore()))
    0
    """
    log, after, count = log_of(store), -1, 0
    while records := store.journal(after, _CHUNK):
        after = records[-1].seq
        with store.transaction() as unit:
            unit.head()
            found = unit.sealed(list(_refs(records))).values()
            items = [item for item in found if not is_encrypted(item)]
            if items:
                unit.commit(Batch(erased=[item.ref for item in items], vault=vault.lock(log, items)))
            count += len(items)
    if count and isinstance(store, Scrubs):
        store.scrub(plain=True)
    return count


def _refs(records: Iterable[Record]) -> set[str]:
    """What some entries refer to, and the keys of their streams."""
    refs = {str(item["ref"]) for record in records for item in plain(record.body)["pii"]}
    return refs | {key_ref(record.stream) for record in records}
