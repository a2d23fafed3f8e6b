"""A year of work, day by day: what the scripted agents do, then what falls due, then the letters."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from attrs import define, field

from complaintkit.cli.demo.acts import Act, Script
from complaintkit.cli.demo.cases import DAYS, FIRST_DAY, SEED, Case
from complaintkit.cli.demo.people import DIRECTORY
from complaintkit.cli.demo.script import life, special
from complaintkit.complaint import Complaint
from complaintkit.desk import ComplaintDesk
from complaintkit.desk.reading import read_stream
from complaintkit.errors import CommandRefused
from complaintkit.policy import Profile
from complaintkit.ports import Delivery, Message, Notifier, Store, Transaction
from complaintkit.timekeeping.clock import FrozenClock
from complaintkit.values import complaint_ref, derived_id
from complaintkit.vocabulary import DeliveryStatus, Handling, NoticeRule

#: After office hours, when timers are looked at and letters leave.
_EVENING: Final = timedelta(hours=19)


@define
class Worker:
    """One case on its way: its script, the next act, and where its special event has happened."""

    case: Case
    script: Script
    act: Act
    ref: str = ""
    detour: Iterator[Act] | None = None
    visited: frozenset[Handling] = frozenset()
    acts: int = 0


@define
class Unreliable:
    """A notifier whose line is down for the first acknowledgements of some cases, as lines are."""

    notifier: Notifier
    failing: set[str]
    failed: set[str] = field(factory=set)

    def send(self, message: Message) -> Delivery:
        """Hand the message on, unless this is the one that fails."""
        if message.rule == NoticeRule.ACKNOWLEDGEMENT and message.to in self.failing - self.failed:
            self.failed.add(message.to)
            return Delivery(status=DeliveryStatus.FAILED, detail="mailbox-unavailable")
        return self.notifier.send(message)


def run_year(
    store: Store, profile: Profile, notifier: Notifier, cases: list[Case], *, progress: Callable[[int], None]
) -> ComplaintDesk:
    """Let the agents work through the cases; the desk, the clock and all randomness are the same every time."""
    failing = {f"{case.person}@mail.example" for case in cases if case.number % 17 == 0}
    clock = FrozenClock(FIRST_DAY)
    desk = ComplaintDesk(
        store,
        profile,
        notifier=Unreliable(notifier, failing),
        clock=clock,
        directory=DIRECTORY,
        plaintext_vault=True,
        entropy=random.Random(SEED).randbytes,
    )
    agenda = [(case.begins, case.number, _worker(case)) for case in cases]
    heapq.heapify(agenda)
    for day in range(DAYS):
        _one_day(desk, clock, agenda, FIRST_DAY + timedelta(days=day))
        progress(day + 1)
    return desk


def _worker(case: Case) -> Worker:
    script = life(case)
    return Worker(case, script, next(script))


def _one_day(
    desk: ComplaintDesk, clock: FrozenClock, agenda: list[tuple[datetime, int, Worker]], day: datetime
) -> None:
    """The day's acts in one transaction, in the order of the clock; in the evening timers and letters."""
    evening = day + _EVENING
    with desk.store.transaction() as unit:
        while agenda and agenda[0][0] < evening:
            at, number, worker = heapq.heappop(agenda)
            clock.set(at)
            following = _act(desk, unit, worker, at)
            if following is not None:
                heapq.heappush(agenda, (following, number, worker))
    clock.set(evening)
    desk.tick()
    desk.dispatch()


def _act(desk: ComplaintDesk, unit: Transaction, worker: Worker, at: datetime) -> datetime | None:
    """Carry out the worker's act and say when the next one is; None when the case has come to its end."""
    now = _carry_out(desk, unit, worker, at)
    try:
        worker.act = _following(worker, now, at)
    except StopIteration:
        return None
    return desk.profile.calendar.add(at, worker.act.after) + timedelta(seconds=1)


def _carry_out(desk: ComplaintDesk, unit: Transaction, worker: Worker, at: datetime) -> Complaint:
    act, key = worker.act, derived_id("demonstration", worker.case.number, worker.acts)
    worker.acts += 1
    worker.ref = worker.ref or complaint_ref(key)
    if act.command is not None:
        try:
            return desk.handle(act.command, act.by, key=key, occurred=at, tx=unit).complaint
        except CommandRefused:
            if not act.refused:
                raise
    now = read_stream(unit.entries(worker.ref))
    if now is None:
        raise LookupError(worker.ref)
    return now


def _following(worker: Worker, now: Complaint, at: datetime) -> Act:
    """What comes next: the special event where its state is reached, else the script."""
    case = worker.case
    ready = now.handling in case.states - worker.visited and (now.issues or case.special != "again")
    if ready:
        worker.visited |= {now.handling}
        worker.detour = iter(list(special(case, now, at)))
    if worker.detour is not None:
        detour = next(worker.detour, None)
        if detour is not None:
            return detour
        worker.detour = None
        if case.special in ("withdraw", "duplicate"):
            raise StopIteration
    return worker.script.send(now)
