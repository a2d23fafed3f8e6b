"""A transaction of our own that found the store busy is tried again; it reads back first what it may have kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from complaintkit.errors import StoreBusy

T = TypeVar("T")
_TIMES: Final = 5


def insisting(work: Callable[[], T]) -> T:
    """What ``work`` returns, once the store is not busy; raises ``StoreBusy`` where it is five times.

    >>> answers = iter([StoreBusy("another transaction holds the book"), None])
    >>> def work():
    ...     if error := next(answers):
    ...         raise error
    ...     return "done"
    >>> insisting(work)
    'done'
    """
    for left in reversed(range(_TIMES)):
        try:
            return work()
        except StoreBusy:
            if not left:
                raise
    raise AssertionError("unreachable")
