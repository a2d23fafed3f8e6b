"""Workers that are killed: a process that gives birth to one worker for each line it reads, and tells how it ended.

Forking from a process that has loaded everything costs little, so that hundreds may die. A line is the JSON of a
:class:`Job`; the answer is one line, the signal that ended the worker or 0. A worker opens the book by itself, brings
the work that it is told to, and kills itself (``kill -9``) at the given call of the store or of its notifier.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import ComplaintDesk
from complaintkit.desk.relay import LEASE
from complaintkit.ports import Delivery, Message, Notifier
from complaintkit.testing import FaultyStore, FlakyNotifier, Mishap
from complaintkit.timekeeping import FrozenClock
from complaintkit.vocabulary import DeliveryStatus
from tests.lives import Life

DISPATCHED = Delivery(status=DeliveryStatus.DISPATCHED)


class Job(NamedTuple):
    """What a worker is to do: when it lives, what it does, at which call it dies (0: never), whether after that call,
    and what becomes of its first sending.
    """

    book: str
    received: str
    now: str
    work: str
    seed: int
    dies_at: int = 0
    after: bool = False
    mishap: str = "none"


class Receiver:
    """Keeps each message that it is handed as a line of a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: Message) -> Delivery:
        line = json.dumps([message.key, message.complaint, message.rule]) + "\n"
        with self.path.open("ab", buffering=0) as file:
            file.write(line.encode())
        return DISPATCHED


class Mortal(FaultyStore):
    """A store at the n-th call of which the process ends, before or after it has done its work."""

    def __init__(self, store: SqliteStore, left: int, after: bool) -> None:
        super().__init__(store)
        self.left = left
        self.after = after

    def call(self, name: str, work: Callable[[], Any]) -> Any:
        self.left -= 1
        if not self.left and not self.after:
            die()
        result = super().call(name, work)
        if not self.left:
            die()
        return result


class MortalNotifier:
    """A notifier whose sendings are calls of the store's count too."""

    def __init__(self, notifier: Notifier, store: Mortal) -> None:
        self.notifier = notifier
        self.store = store

    def send(self, message: Message) -> Delivery:
        sent: Delivery = self.store.call("send", lambda: self.notifier.send(message))
        return sent


def die() -> NoReturn:
    """As if the machine had been switched off, for everything that is in the process."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit("unreachable")


def live(job: Job) -> None:
    """One worker, from opening the book to its end."""
    clock = FrozenClock(datetime.fromisoformat(job.now))
    with SqliteStore(job.book) as store:
        if job.work == "bring and send":
            bring(store, clock, job.seed)
        mortal = Mortal(store, job.dies_at, job.after)
        receiver = Receiver(Path(job.received))
        another = desk_on(store, clock, receiver, job.seed + 1)
        flaky = FlakyNotifier(receiver, [Mishap(job.mishap)], hang=lambda: sleep(clock, another))
        desk = desk_on(mortal, clock, MortalNotifier(flaky, mortal), job.seed + 2)
        if job.work == "tick":
            desk.tick(confirmed=True)
        else:
            while desk.dispatch():
                pass


def bring(store: SqliteStore, clock: FrozenClock, seed: int) -> None:
    """One more complaint with two letters."""
    life = Life(store, seed=seed, at=clock.now() - timedelta(hours=1))
    life.early_resolution()


def desk_on(store: Any, clock: FrozenClock, notifier: Notifier, seed: int) -> ComplaintDesk:
    """A desk that draws its randomness from a seed."""
    random_bytes = random.Random(seed).randbytes
    return ComplaintDesk(store, clock=clock, notifier=notifier, entropy=random_bytes, plaintext_vault=True)


def sleep(clock: FrozenClock, another: ComplaintDesk) -> None:
    """Sleep through the lease, while another worker does all there is to do."""
    clock.advance(LEASE)
    while another.dispatch():
        pass


def main() -> None:
    """Read jobs, one line each; say how each ended."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            code = 1
            with suppress(BaseException):
                live(Job(*json.loads(line)))
                code = 0
            os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
