"""What the store suites share: how a store is made, and that each is closed when its test has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from complaintkit.ports import Store

T = TypeVar("T")


class StoreSuite:
    """The base of all store contracts."""

    #: An empty folder, new for each test.
    folder: Path
    _opened: list[Store]

    def make_store(self, book: str) -> Store:
        """Make a store for a book; called again in one test, a durable store must open the same place."""
        raise TypeError(f"override make_store in {type(self).__name__}: it returns the store under test")

    def close_store(self, store: Store) -> None:
        """Close a store at the end of a test; by default its ``close()`` where there is one."""
        getattr(store, "close", lambda: None)()

    @pytest.fixture(autouse=True)
    def _surroundings(self, tmp_path: Path) -> Iterator[None]:
        self.folder, self._opened = tmp_path, []
        yield
        for store in self._opened:
            self.close_store(store)

    @pytest.fixture
    def store(self) -> Store:
        """The store under test, for the book ``main``."""
        return self.open()

    def open(self, book: str = "main") -> Store:
        """Make a store that is closed when the test ends."""
        store = self.make_store(book)
        self._opened.append(store)
        return store


def elsewhere(work: Callable[[], T]) -> T:
    """Run something in another thread and return what it returns."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(timeout=60)
