"""The contract of a store: subclass :class:`StoreContract`, say how one is made, run pytest."""

from __future__ import annotations

from complaintkit.testing.model import ModelCases
from complaintkit.testing.store_letters import LetterCases
from complaintkit.testing.store_log import LogCases
from complaintkit.testing.store_rows import RowCases
from complaintkit.testing.store_transactions import TransactionCases

__all__ = ["StoreContract"]


class StoreContract(LogCases, TransactionCases, RowCases, LetterCases, ModelCases):
    """What every store must do. Override :meth:`make_store`; ``self.folder`` is an empty folder for each test.

    A store that can lock letters one by one says ``locks_letters = True``: then who takes one must wait for nobody.

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> class TestMemoryStore(StoreContract):
    ...     def make_store(self, book):
    ...         return MemoryStore(book)
    """
