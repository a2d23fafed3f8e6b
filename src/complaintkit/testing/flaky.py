"""A notifier that fails where a test wants it to: before or after it has handed the letter over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final

from complaintkit.ports import Delivery, Message, Notifier
from complaintkit.vocabulary import DeliveryStatus


class Mishap(StrEnum):
    """What becomes of one sending."""

    NONE = "none"
    """It goes well."""
    FAIL = "fail"
    """Nothing is handed over, and another try is worth it."""
    REFUSE = "refuse"
    """Nothing is handed over, and no other try is worth it."""
    RAISE = "raise"
    """Nothing is handed over, and an exception is raised, which no notifier may do."""
    LOSE = "lose"
    """It is handed over, and the answer is that it failed: it will come again."""
    TWICE = "twice"
    """It is handed over two times."""
    HANG = "hang"
    """It is handed over, and then ``hang`` is called before the answer: a worker that stalls or dies there."""


_FAILED: Final = Delivery(status=DeliveryStatus.FAILED, detail="told to fail", retryable=True)
_REFUSED: Final = Delivery(status=DeliveryStatus.FAILED, detail="told to refuse")


class FlakyNotifier:
    """A notifier around another one: each sending goes as the next word of ``script`` says, and then all goes well.

    ``hang`` is what ``HANG`` calls, for ever unless another is given: let a clock go on, or end the process.
    ``sent`` are the keys in the order in which :meth:`send` was called with them.

    >>> from complaintkit.adapters.notifiers import MemoryNotifier
    >>> from complaintkit.testing.notifier import LETTER
    >>> inner = MemoryNotifier()
    >>> flaky = FlakyNotifier(inner, [Mishap.FAIL, Mishap.LOSE])
    >>> [flaky.send(LETTER).status.value for _ in range(3)]
    ['failed', 'failed', 'dispatched']
    >>> inner.calls, len(inner.messages)
    (2, 1)
    """

    def __init__(
        self, notifier: Notifier, script: Iterable[Mishap] = (), *, hang: Callable[[], object] | None = None
    ) -> None:
        self.notifier = notifier
        self.sent: list[str] = []
        self._script = iter(script)
        self._hang = hang or threading.Event().wait

    def send(self, message: Message) -> Delivery:
        """Send one message as the script says."""
        self.sent.append(message.key)
        mishap = next(self._script, Mishap.NONE)
        if mishap is Mishap.RAISE:
            raise RuntimeError("told to raise")
        if mishap in (Mishap.FAIL, Mishap.REFUSE):
            return _FAILED if mishap is Mishap.FAIL else _REFUSED
        delivery = self.notifier.send(message)
        if mishap is Mishap.TWICE:
            delivery = self.notifier.send(message)
        if mishap is Mishap.HANG:
            self._hang()
        return _FAILED if mishap is Mishap.LOSE else delivery
