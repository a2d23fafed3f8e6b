"""The contract of a store: subclass :class:`StoreContract`, say how one is made, run pytest."""

from __future__ import annotations

from complaintkit.testing.model import ModelCases
from complaintkit.testing.store_log import LogCases
from complaintkit.testing.store_rows import RowCases
from complaintkit.testing.store_transactions import TransactionCases

__all__ = ["StoreContract"]


class StoreContract(LogCases, TransactionCases, RowCases, ModelCases):
    """What every store must do. Override :meth:`make_store`; ``self.folder`` is an empty folder for each test.

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> class TestMemoryStore(StoreContract):
    ...     def make_store(self, book):
    ...         return MemoryStore(book)
    """
