"""A store whose vault is locked: what goes in is locked on its way, what comes out is unlocked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from attrs import frozen

from complaintkit.journal import Record
from complaintkit.ports import Answer, Batch, Due, Head, OutboxRow, Query, Store, Summary, Transaction, Vault
from complaintkit.privacy import VaultItem


@frozen
class VaultedStore:
    """A :class:`~complaintkit.ports.Store` over another one and a vault; the desk reads and writes through it."""

    kept: Store
    vault: Vault

    @property
    def book(self) -> str:
        """The name of the book."""
        return self.kept.book

    @property
    def durable(self) -> bool:
        """Whether what is kept outlives the process."""
        return self.kept.durable

    @contextmanager
    def transaction(self, join: Any = None) -> Iterator[VaultedTransaction]:
        """A transaction of the store, with its vault unlocked."""
        inner = self.kept.transaction(join.kept if isinstance(join, VaultedTransaction) else join)
        with inner as unit:
            yield VaultedTransaction(unit, self.vault, log_of(self.kept))

    def entries(self, stream: str) -> Sequence[Record]:
        """All entries of a stream."""
        return self.kept.entries(stream)

    def journal(self, after: int = -1, limit: int = 1000) -> Sequence[Record]:
        """A part of the log."""
        return self.kept.journal(after, limit)

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of a tile."""
        return self.kept.tile(level, number)

    def find(self, query: Query) -> Sequence[Summary]:
        """The summaries that agree."""
        return self.kept.find(query)

    def due(self, now: datetime, limit: int = 100) -> Due:
        """What is due."""
        return self.kept.due(now, limit)


@frozen
class VaultedTransaction:
    """A :class:`~complaintkit.ports.Transaction` over another one and a vault."""

    kept: Transaction
    vault: Vault
    log: str

    def head(self) -> Head:
        """Lock the log's end and return it."""
        return self.kept.head()

    def answer(self, command: str) -> Answer | None:
        """The answer of a command id."""
        return self.kept.answer(command)

    def entries(self, stream: str) -> Sequence[Record]:
        """All entries of a stream."""
        return self.kept.entries(stream)

    def sealed(self, refs: Sequence[str]) -> Mapping[str, VaultItem]:
        """The items of these references, unlocked; without those that were erased or whose key is destroyed."""
        items = self.vault.unlock(self.log, list(self.kept.sealed(refs).values()))
        return {item.ref: item for item in items}

    def claim(self, key: str) -> bool:
        """Take a key that only one may have."""
        return self.kept.claim(key)

    def take(self, rows: Sequence[OutboxRow]) -> OutboxRow | None:
        """The first of these letters that is still as it was read."""
        return self.kept.take(rows)

    def commit(self, batch: Batch) -> None:
        """Write the batch with its vault items locked."""
        self.kept.commit(batch._replace(vault=self.vault.lock(self.log, batch.vault)) if batch.vault else batch)


def log_of(store: Store) -> str:
    """The name of the log of a store's book, as it stands in every entry."""
    return f"complaintkit/{store.book}"


def opened(
    tx: Transaction | AbstractContextManager[Transaction], store: Store
) -> Transaction | AbstractContextManager[Transaction]:
    """A transaction that a host has lent, with the vault of the desk's store unlocked."""
    if not isinstance(store, VaultedStore) or isinstance(tx, VaultedTransaction):
        return tx
    if isinstance(tx, AbstractContextManager):
        return _opened(tx, store)
    return VaultedTransaction(tx, store.vault, log_of(store))


@contextmanager
def _opened(tx: AbstractContextManager[Transaction], store: VaultedStore) -> Iterator[Transaction]:
    with tx as unit:
        yield unit if isinstance(unit, VaultedTransaction) else VaultedTransaction(unit, store.vault, log_of(store))
