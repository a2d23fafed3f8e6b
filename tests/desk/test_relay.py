"""Sending letters: one worker has a letter, one result is kept, in order, not for ever, and a failure is told."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from complaintkit import commands as c
from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.commitments import SignalRaised
from complaintkit.desk import ComplaintDesk, relay
from complaintkit.desk.relay import LEASE, TRIES
from complaintkit.errors import StoreBusy
from complaintkit.journal import decode_entry
from complaintkit.lifecycle import BOOK
from complaintkit.ports import Delivery, Message, Notifier, OutboxRow, Query, Store
from complaintkit.testing import FaultyStore
from complaintkit.timekeeping.instants import parse_instant
from complaintkit.vocabulary import CommitmentKind, DeliveryStatus
from tests.lives import HANDLER, SYSTEM, Life

FAILED = Delivery(status=DeliveryStatus.FAILED, detail="451", retryable=True)
SENT = Delivery(status=DeliveryStatus.DISPATCHED)


@pytest.fixture
def store(any_store: Store) -> Store:
    """Each store of ours: a claim is a claim on all of them."""
    return any_store


class Doing(MemoryNotifier):
    """A notifier that does something while it has the letter in its hands."""

    def __init__(self, meanwhile: Callable[[], object], answer: Delivery = SENT) -> None:
        super().__init__()
        self.meanwhile = meanwhile
        self.answer = answer

    def send(self, message: Message) -> Delivery:
        super().send(message)
        self.meanwhile()
        return self.answer


def other(life: Life, notifier: Notifier | None = None, store: Store | None = None, seed: int = 8) -> ComplaintDesk:
    """Another worker of the same book and clock, with its own way to the same receiver unless it is told."""
    return ComplaintDesk(
        store or life.store,
        clock=life.clock,
        notifier=notifier or life.notifier,
        entropy=random.Random(seed).randbytes,
        plaintext_vault=True,
    )


def types(life: Life, *wanted: str) -> list[str]:
    return [record.type for record in life.log() if record.type in wanted]


def letters(life: Life) -> list[str]:
    return types(life, "letter-sent", "letter-failed")


def waiting(life: Life, days: int = 999) -> list[OutboxRow]:
    return list(life.store.due(life.clock.now() + timedelta(days=days)).notices)


# Claims --------------------------------------------------------------------------------------------------------------


def test_while_one_worker_sends_a_letter_no_other_has_it(store: Store) -> None:
    life = Life(store).received()
    idle = other(life)
    notifier = Doing(lambda: seen.append(list(idle.dispatch())))
    seen: list[object] = []
    assert [each.status for each in other(life, notifier).dispatch()] == ["dispatched"]
    assert seen == [[]]
    assert life.notifier.calls == 0


@pytest.mark.parametrize("answer", [SENT, FAILED, Delivery(status=DeliveryStatus.FAILED, detail="550")])
def test_a_worker_that_wakes_after_its_lease_records_nothing(
    store: Store, answer: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    """Its letter was taken over and sent meanwhile: whatever it has to say comes too late (study F6)."""
    life = Life(store).received()

    def stalls() -> None:
        life.clock.advance(LEASE)
        assert [each.status for each in life.desk.dispatch()] == ["dispatched"]

    zombie = Doing(stalls, answer)
    with caplog.at_level(logging.WARNING):
        assert list(other(life, zombie).dispatch()) == []
    assert "taken over" in caplog.text
    assert letters(life) == ["letter-sent"]
    assert not waiting(life)
    assert [m.key for m in zombie.messages] == [m.key for m in life.notifier.messages], "the receiver knows the key"


def test_a_worker_that_wakes_while_the_other_still_sends_is_refused_too(store: Store) -> None:
    life = Life(store).received()
    asleep: list[int] = []

    def stalls() -> None:
        life.clock.advance(LEASE)
        awake = Doing(lambda: asleep.append(len(letters(life))))
        other(life, awake).dispatch()

    other(life, Doing(stalls)).dispatch()
    assert asleep == [0]
    assert letters(life) == ["letter-sent"]


def test_a_letter_whose_worker_died_is_due_again_after_its_lease(store: Store) -> None:
    life = Life(store).received()

    def dies() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        other(life, Doing(dies)).dispatch()
    life.clock.advance(LEASE - timedelta(microseconds=1))
    assert list(life.desk.dispatch()) == []
    life.clock.advance(timedelta(microseconds=1))
    assert [each.status for each in life.desk.dispatch()] == ["dispatched"]


def test_a_letter_that_kills_its_worker_each_time_is_given_up(store: Store) -> None:
    life = Life(store).received()

    def dies() -> None:
        raise KeyboardInterrupt

    deadly = Doing(dies)
    for _ in range(TRIES):
        with pytest.raises(KeyboardInterrupt):
            other(life, deadly).dispatch()
        life.clock.advance(LEASE)
    assert [(each.status, each.detail) for each in other(life, deadly).dispatch()] == [
        ("failed", f"begun {TRIES} times and never ended")
    ]
    assert (deadly.calls, letters(life)) == (TRIES, ["letter-failed"])


@pytest.mark.parametrize("after", [False, True])
def test_a_busy_store_does_not_make_the_worker_forget_what_it_has_sent(after: bool) -> None:
    """Also where the end of the transaction was ambiguous: the result is recorded once and reported."""
    inner = MemoryStore()
    life = Life(inner).received()
    faulty = FaultyStore(inner)
    notifier = Doing(lambda: faulty.fail("end", error=StoreBusy("busy", hint="again"), after=after))
    assert [each.status for each in other(life, notifier, faulty).dispatch()] == ["dispatched"]
    assert letters(life) == ["letter-sent"]
    assert notifier.calls == 1


def test_workers_that_send_one_letter_each_send_different_ones(store: Store) -> None:
    """Also while the first one still has its letter in hand."""
    life = Life(store).received()
    life.ref = ""
    life.received()
    second = other(life)
    seen: list[object] = []
    notifier = Doing(lambda: seen.append([each.complaint for each in second.dispatch(1)]))
    (first,) = other(life, notifier).dispatch(1)
    assert sorted([first.complaint, *seen[0]]) == sorted({row.stream for row in store.find(Query())})  # type: ignore[misc]
    assert not waiting(life)


@pytest.mark.parametrize("limit", [0, -1])
def test_no_letter_is_sent_where_none_is_asked_for(limit: int) -> None:
    life = Life().received()
    assert list(life.desk.dispatch(limit)) == []
    assert life.notifier.calls == 0


# Order ---------------------------------------------------------------------------------------------------------------


def test_a_later_letter_waits_for_the_earlier_one(store: Store) -> None:
    life = Life(store).early_resolution()
    life.notifier.fail_next(3)
    rules = []
    for _ in range(60):
        rules += [(each.rule, each.status) for each in life.desk.dispatch()]
        life.clock.advance(timedelta(minutes=2))
    first, second = (notice.rule for notice in life.state().notices)  # type: ignore[union-attr]
    assert rules == [(first, None)] * 3 + [(first, "dispatched"), (second, "dispatched")]
    assert [message.rule for message in life.notifier.messages] == [first, second]


def test_a_later_letter_is_not_sent_while_another_worker_has_the_earlier_one(store: Store) -> None:
    life = Life(store).early_resolution()
    seen: list[object] = []
    notifier = Doing(lambda: seen.append(list(life.desk.dispatch())) if not seen else None)
    sent = other(life, notifier).dispatch()
    assert seen == [[]]
    life.clock.advance(timedelta(minutes=1))
    assert len([*sent, *life.desk.dispatch()]) == 2
    assert letters(life) == ["letter-sent"] * 2


def test_a_letter_that_failed_for_good_lets_the_next_one_go(store: Store) -> None:
    life = Life(store).early_resolution()
    life.notifier.fail_next(1, retryable=False)
    assert [each.status for each in life.desk.dispatch()] == ["failed", "dispatched"]


def test_letters_that_wait_keep_no_other_complaint_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when more of them are due than one look into the outbox shows."""
    monkeypatch.setattr(relay, "_LOOK", 3)
    life = Life()
    for _ in range(5):
        life.ref = ""
        life.early_resolution()
    life.notifier.fail_next(99)
    while life.desk.dispatch(3):
        pass
    life.notifier.fail_next(0)
    assert len(waiting(life)) == 10
    life.ref = ""
    life.received()
    sent = [each for _ in range(9) for each in life.desk.dispatch(3)]
    assert (life.ref, "dispatched") in {(each.complaint, each.status) for each in sent}


def test_what_was_recorded_by_hand_is_not_sent_besides(store: Store) -> None:
    life = Life(store).received()
    letter = life.state().notices[0].id  # type: ignore[union-attr]
    life.do(c.RecordDelivery, HANDLER, notice=letter, status=DeliveryStatus.DISPATCHED)
    assert list(life.desk.dispatch()) == []
    assert life.notifier.calls == 0
    assert not waiting(life)


# Trying again --------------------------------------------------------------------------------------------------------


def tries(life: Life, answer: Delivery) -> list[timedelta]:
    """How long it is waited after each try, until there is none any more."""
    life.notifier.send = lambda message: answer  # type: ignore[method-assign]
    waits, now = [], life.clock.now()
    life.send()
    while rows := waiting(life):
        life.clock.set(max(now := life.clock.now(), parse_instant(rows[0].due_at)))
        waits.append(life.clock.now() - now)
        life.send()
    return waits


@pytest.mark.parametrize("seed", range(5))
def test_it_waits_up_to_a_limit_that_doubles_and_then_gives_up(seed: int) -> None:
    life = Life(seed=seed).received()
    waits = tries(life, FAILED)
    limits = [min(timedelta(minutes=2**n), timedelta(hours=6)) for n in range(1, TRIES)]
    assert len(waits) == TRIES - 1
    assert all(timedelta() <= wait <= limit for wait, limit in zip(waits, limits, strict=True))
    assert letters(life) == ["letter-failed"]


def test_two_books_do_not_wait_alike() -> None:
    assert len({tuple(tries(Life(seed=seed).received(), FAILED)) for seed in range(5)}) == 5


def test_a_receiver_may_ask_for_a_longer_wait_within_reason() -> None:
    asking = Delivery(status=DeliveryStatus.FAILED, retryable=True, retry_after=3600)
    assert min(tries(Life().received(), asking)) >= timedelta(hours=1)
    for_ever = Delivery(status=DeliveryStatus.FAILED, retryable=True, retry_after=10**12)
    assert set(tries(Life().received(), for_ever)) == {timedelta(days=1)}


def test_randomness_that_never_changes_loses_no_letter() -> None:
    """A wait that ends with the lease itself would be the same version of the row twice."""
    life = Life()
    life.desk = ComplaintDesk(life.store, clock=life.clock, notifier=life.notifier, entropy=lambda size: b"\x9f" * size)
    life.desk.handle(c.RegisterComplaint(owner="h", narrative="x", reach="dana@example.org"), by=HANDLER, key="one")
    answer = Delivery(status=DeliveryStatus.FAILED, retryable=True, retry_after=int(LEASE.total_seconds()))
    assert len(tries(life, answer)) == TRIES - 1


# What failed for good ------------------------------------------------------------------------------------------------


def signals(life: Life) -> list[SignalRaised]:
    events = [decode_entry(record, BOOK).event for record in life.store.entries(life.ref)]
    return [happened for happened in events if isinstance(happened, SignalRaised)]


def test_an_unsent_acknowledgement_is_told_before_its_date(store: Store) -> None:
    life = Life(store).received()
    life.notifier.fail_next(1, retryable=False)
    life.send()
    (told,) = signals(life)
    assert (told.kind, told.rung, told.to, told.at) == (
        CommitmentKind.ACKNOWLEDGE, "undelivered-1", "RO-08", life.clock.now(),
    )  # fmt: skip


def test_each_failure_is_told_once_and_the_ladder_is_climbed_besides() -> None:
    life = Life().received()
    for _ in range(2):
        life.notifier.fail_next(1, retryable=False)
        life.send()
        life.do(c.AcknowledgeComplaint, HANDLER)
    life.clock.advance(timedelta(days=60))
    life.desk.tick()
    rungs = [told.rung for told in signals(life) if told.kind is CommitmentKind.ACKNOWLEDGE]
    assert rungs == ["undelivered-1", "undelivered-2", "warning", "breach", "escalation-1", "escalation-2"]


def test_a_letter_that_promises_nothing_open_is_told_to_nobody() -> None:
    life = Life().received()
    letter = life.state().notices[0].id  # type: ignore[union-attr]
    life.do(c.RecordDelivery, HANDLER, notice=letter, status=DeliveryStatus.DISPATCHED)
    life.do(c.RecordDelivery, SYSTEM, notice=letter, status=DeliveryStatus.FAILED)
    assert signals(life) == []
    assert letters(life) == ["letter-sent", "letter-failed"]
