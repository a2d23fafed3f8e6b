"""Workers on one PostgreSQL: they have different letters, wait for no writer to take one, and keep the order."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from complaintkit import commands as c
from complaintkit.adapters.sql import SqlStore
from complaintkit.desk import ComplaintDesk
from complaintkit.errors import StoreBusy
from complaintkit.ports import Delivery, Message
from complaintkit.testing import StoreContract
from complaintkit.testing.samples import append
from complaintkit.testing.store_letters import LetterCases
from complaintkit.vocabulary import DeliveryStatus
from tests.adapters.sqls import opened, schema_of
from tests.desk.test_kills import FAR, order_of, results_of
from tests.lives import AGENT, Life
from tests.postgres import Server


@pytest.fixture
def engine(postgres: Server) -> Iterator[Engine]:
    with schema_of(postgres) as (engine, _):
        yield engine


class Receiver:
    """Notes each letter that is handed over, and does something meanwhile."""

    def __init__(self, meanwhile: Callable[[], object] = int) -> None:
        self.meanwhile = meanwhile
        self.messages: list[Message] = []

    def send(self, message: Message) -> Delivery:
        self.messages.append(message)
        self.meanwhile()
        return Delivery(status=DeliveryStatus.DISPATCHED)


def worker(life: Life, engine: Engine, receiver: Receiver) -> ComplaintDesk:
    """A worker with a store of its own on the same book."""
    return ComplaintDesk(SqlStore(engine), clock=life.clock, notifier=receiver, plaintext_vault=True)


@pytest.mark.parametrize("joined", [False, True], ids=["own-transaction", "host-transaction"])
def test_a_letter_is_taken_and_handed_over_while_somebody_writes(engine: Engine, joined: bool) -> None:
    """It does not wait for a commit, be it the host's; its result is recorded when the head is free."""
    store = opened(engine)
    life = Life(store).received()
    handed_over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as crm, store.transaction(crm if joined else None) as writer:
            append(writer, "C-1")
            sent = pool.submit(worker(life, engine, Receiver(handed_over.set)).dispatch)
            assert handed_over.wait(60)
            assert not sent.done()
        assert [each.status for each in sent.result(timeout=60)] == ["dispatched"]


@pytest.mark.parametrize("complaints", [4, pytest.param(40, marks=pytest.mark.long)])
@pytest.mark.parametrize("workers", [2, 4, 8])
def test_workers_send_each_letter_once_and_in_order(engine: Engine, workers: int, complaints: int) -> None:
    """Beside somebody who writes; a complaint has two letters, and the second waits for the first."""
    store = opened(engine)
    life = Life(store)
    for _ in range(complaints):
        life.ref = ""
        life.early_resolution()
    receiver, done = Receiver(), threading.Event()

    def write() -> None:
        while not done.is_set():
            desk.handle(c.RegisterComplaint(owner="handler-2", narrative="Charged twice."), AGENT)

    def send(desk: ComplaintDesk) -> None:
        while desk.dispatch(1):
            pass

    desk = worker(life, engine, receiver)
    with ThreadPoolExecutor(workers + 1) as pool:
        writer = pool.submit(write)
        try:
            while store.due(FAR).notices:
                list(pool.map(send, [worker(life, engine, receiver) for _ in range(workers)]))
                life.clock.advance(timedelta(minutes=2))
        finally:
            done.set()
        writer.result(timeout=60)
    recorded, requested = results_of(store)
    assert Counter(message.key for message in receiver.messages).total() == len(requested) == 2 * complaints
    assert recorded == Counter(requested), "each letter has one result"
    for stream, rules in order_of(store).items():
        assert [message.rule for message in receiver.messages if message.complaint == stream] == rules


class Double(SqlStore):
    """A store on PostgreSQL that says of itself that it locks letters one by one."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, type(self).__name__, busy_timeout=0.2)
        self.create()


class WaitsForTheHead(Double):
    """Who takes a letter stands in the queue of the writers."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        dialect: Any = self._place.dialect
        dialect.share = dialect.lock_joined


class WaitsForTheLetter(Double):
    """``FOR UPDATE`` without ``SKIP LOCKED``."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        statements = self._place.dialect.statements
        statements.first = statements.first_waiting


class LooksOnly(Double):
    """``FOR SHARE``: two may have the same row."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        statements = self._place.dialect.statements
        statements.first = statements.first.with_for_update(read=True)


AT_ONCE = LetterCases.test_two_who_take_at_once_get_different_letters
BESIDE_A_WRITER = LetterCases.test_who_takes_a_letter_does_not_wait_for_a_writer


@pytest.mark.parametrize(
    ("store", "case"), [(WaitsForTheHead, BESIDE_A_WRITER), (WaitsForTheLetter, AT_ONCE), (LooksOnly, AT_ONCE)]
)
def test_the_contract_notices_who_locks_too_much_or_too_little(
    engine: Engine, store: type[Double], case: Callable[..., None]
) -> None:
    suite = StoreContract()
    suite.locks_letters = True
    case(suite, Double(engine))
    with pytest.raises((StoreBusy, AssertionError)):
        case(suite, store(engine))
