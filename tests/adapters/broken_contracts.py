"""The contract on each broken store; run by ``test_broken_stores.py``, where every class but one must fail."""

from __future__ import annotations

from hypothesis import Phase, settings

from complaintkit.adapters.memory import MemoryStore
from complaintkit.testing import StoreContract
from tests.adapters.broken_stores import BROKEN

# Whether the plain model notices as well is asked with few examples and without making them smaller.
settings.register_profile(
    "broken",
    max_examples=12,
    stateful_step_count=15,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
)
settings.load_profile("broken")


def _suite(store: type[MemoryStore]) -> type[StoreContract]:
    def make_store(self: StoreContract, book: str) -> MemoryStore:
        return store(book)

    told = {"make_store": make_store, "locks_letters": getattr(store, "locks_letters", False)}
    return type(f"Test{store.__name__}", (StoreContract,), told)


_STORES: list[type[MemoryStore]] = [MemoryStore, *BROKEN.values()]
for _store in _STORES:
    globals()[f"Test{_store.__name__}"] = _suite(_store)
