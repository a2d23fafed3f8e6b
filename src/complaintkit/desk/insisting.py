"""A transaction of our own that may yet succeed is tried again; it reads back first what it may have kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from complaintkit.errors import StoreError

T = TypeVar("T")
_TIMES: Final = 5


def insisting(work: Callable[[], T]) -> T:
    """What ``work`` returns once the store lets it; raises the fifth error worth another try, or the first that is not.

    >>> from complaintkit.errors import StoreBusy
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
        except StoreError as error:
            if not error.retryable or not left:
                raise
    raise AssertionError("unreachable")
