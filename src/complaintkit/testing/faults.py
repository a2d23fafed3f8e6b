"""A store that fails where a test wants it to: at a given call, before or after it has done its work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

from complaintkit.errors import StoreBusy
from complaintkit.journal import Record
from complaintkit.ports import Answer, Batch, Due, Head, OutboxRow, Query, Scrubs, Store, Summary, Transaction
from complaintkit.privacy import VaultItem

T = TypeVar("T")


class FaultyStore:
    """A store around another one; :meth:`fail` arms it, ``calls`` lists what was called.

    The call names are those of the ports (``journal``, ``head``, ``commit`` ...), and ``end`` for the end of a
    transaction whose block went well.

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> store = FaultyStore(MemoryStore())
    >>> store.fail("journal")
    >>> store.journal()
    Traceback (most recent call last):
    ...
    complaintkit.errors.StoreBusy: the store was told to fail (call again)
    >>> list(store.journal())
    []
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls: list[str] = []
        self._error: BaseException | None = None
        self._where = ""
        self._left = 0
        self._after = False

    @property
    def book(self) -> str:
        """The book of the store inside."""
        return self.store.book

    @property
    def durable(self) -> bool:
        """What the store inside says."""
        return self.store.durable

    def fail(self, where: str = "", *, at: int = 1, error: BaseException | None = None, after: bool = False) -> None:
        """Fail once, at the ``at``-th call from now of ``where`` (of any call when empty).

        ``after`` lets the call do its work first: at ``end`` that is an error after everything was kept,
        which a caller must take as ambiguous. ``error`` is ``StoreBusy`` unless another is given.
        """
        self._where, self._left, self._after = where, at, after
        self._error = error or StoreBusy("the store was told to fail", hint="call again")

    def call(self, name: str, work: Callable[[], T]) -> T:
        """Do one call, or fail in its place or after it."""
        self.calls.append(name)
        error = self._due(name)
        if error is not None and not self._after:
            raise error
        result = work()
        if error is not None:
            raise error
        return result

    def _due(self, name: str) -> BaseException | None:
        if self._error is None or self._where not in {"", name}:
            return None
        self._left -= 1
        if self._left:
            return None
        error, self._error = self._error, None
        return error

    def transaction(self, join: Any = None) -> FaultyTransaction:
        """A transaction of the store inside, each of whose calls may fail."""
        return FaultyTransaction(self, self.store.transaction(join))

    def entries(self, stream: str) -> Sequence[Record]:
        """The entries of the store inside."""
        return self.call("entries", lambda: self.store.entries(stream))

    def journal(self, after: int = -1, limit: int = 1000) -> Sequence[Record]:
        """The journal of the store inside."""
        return self.call("journal", lambda: self.store.journal(after, limit))

    def tile(self, level: int, number: int) -> bytes:
        """A tile of the store inside."""
        return self.call("tile", lambda: self.store.tile(level, number))

    def find(self, query: Query) -> Sequence[Summary]:
        """What the store inside finds."""
        return self.call("find", lambda: self.store.find(query))

    def due(self, now: datetime, limit: int = 100) -> Due:
        """What is due in the store inside."""
        return self.call("due", lambda: self.store.due(now, limit))

    def scrub(self, *, plain: bool) -> None:
        """Scrub the store inside, where it can be."""
        inside = self.store
        self.call("scrub", lambda: inside.scrub(plain=plain) if isinstance(inside, Scrubs) else None)


class FaultyTransaction:
    """A transaction of a :class:`FaultyStore`."""

    def __init__(self, store: FaultyStore, inner: AbstractContextManager[Transaction]) -> None:
        self._store = store
        self._inner = inner

    def __enter__(self) -> FaultyTransaction:
        self._tx = self._inner.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if error is not None:
            self._inner.__exit__(kind, error, tb)
            return
        ended = False

        def end() -> None:
            nonlocal ended
            ended = True
            self._inner.__exit__(None, None, None)

        try:
            self._store.call("end", end)
        except BaseException as fault:
            if not ended:  # the commit failed before anything was kept
                self._inner.__exit__(type(fault), fault, fault.__traceback__)
            raise

    def head(self) -> Head:
        """The head of the transaction inside."""
        return self._store.call("head", self._tx.head)

    def answer(self, command: str) -> Answer | None:
        """The answer in the transaction inside."""
        return self._store.call("answer", lambda: self._tx.answer(command))

    def entries(self, stream: str) -> Sequence[Record]:
        """The entries in the transaction inside."""
        return self._store.call("entries", lambda: self._tx.entries(stream))

    def sealed(self, refs: Sequence[str]) -> Mapping[str, VaultItem]:
        """The vault items in the transaction inside."""
        return self._store.call("sealed", lambda: self._tx.sealed(refs))

    def claim(self, key: str) -> bool:
        """The claim in the transaction inside."""
        return self._store.call("claim", lambda: self._tx.claim(key))

    def take(self, rows: Sequence[OutboxRow]) -> OutboxRow | None:
        """What the transaction inside takes."""
        return self._store.call("take", lambda: self._tx.take(rows))

    def commit(self, batch: Batch) -> None:
        """The commit of the transaction inside."""
        self._store.call("commit", lambda: self._tx.commit(batch))
