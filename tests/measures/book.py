"""A small office whose days are told in a test: what happened when, so that every figure can be reckoned by hand.

The calendar of the standard profile: Monday to Friday, 09:00 to 17:00 UTC. 2 March 2026 is a Monday. An
acknowledgement is owed after one working day, a final response after twenty.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from complaintkit.adapters.memory import MemoryStore
from complaintkit.commands import (
    AgreeResolution,
    BeginAssessment,
    ImportRecord,
    NewIssue,
    RecordDelivery,
    RecordTriage,
    RegisterComplaint,
    SetIssues,
    TryEarlyResolution,
    WithdrawComplaint,
)
from complaintkit.desk import ComplaintDesk
from complaintkit.measures import Facts, read_facts
from complaintkit.timekeeping import FrozenClock
from complaintkit.values import SYSTEM, Actor
from complaintkit.vocabulary import Channel, DeliveryStatus, Dimension, Handling, NoticeRule, Role

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT = Actor("agent-7", Role.FRONT_LINE_AGENT)
HANDLER = Actor("handler-3", Role.CASE_HANDLER)
OFFICER = Actor("officer-5", Role.TRIAGE_OFFICER)
PERSON = HANDLER.on_behalf_of(Role.COMPLAINANT)
IMPORTER = Actor("importer", Role.SYSTEM, "import:test")
CALM = {dimension.fact: 0 for dimension in Dimension}


def day(n: float, hour: float = 9) -> datetime:
    """So many days after the first Monday, at an hour."""
    return MONDAY + timedelta(days=n, hours=hour - 9)


class Office:
    """A desk over a store in memory; every act is told with its time, which never goes back."""

    def __init__(self) -> None:
        self.clock = FrozenClock(MONDAY)
        self.store = MemoryStore()
        self.desk = ComplaintDesk(self.store, clock=self.clock)

    def facts(self, at: datetime) -> Facts:
        """What can be measured at an instant."""
        return read_facts(self.store, at, self.desk.profile.calendar)

    def _do(self, at: datetime, command: Any, by: Actor) -> Any:
        self.clock.set(at)
        return self.desk.handle(command, by=by).complaint

    def register(self, at: datetime, channel: Channel, *, reach: str | None = "p@example.org", **rest: Any) -> str:
        """A complaint comes in."""
        command = RegisterComplaint(
            owner="agent-7", channel=channel, narrative=rest.pop("narrative", "It was late."), reach=reach, **rest
        )
        return str(self._do(at, command, AGENT).ref)

    def deliver(self, at: datetime, ref: str, rule: NoticeRule) -> None:
        """The newest waiting letter of a rule leaves the house, which counts under the standard profile."""
        notices = self.desk.get(ref, by=HANDLER).notices
        notice = next(n for n in reversed(notices) if n.rule is rule and n.status is None)
        self._do(at, RecordDelivery(complaint=ref, notice=notice.id, status=DeliveryStatus.DISPATCHED), SYSTEM)

    def settle(self, at: datetime, ref: str, category: str = "delay", **levels: int) -> None:
        """The complaint is agreed on, and the agreement is confirmed in writing at once where it can be."""
        self._do(at, BeginAssessment(complaint=ref), HANDLER)
        self._do(at, SetIssues(complaint=ref, issues=[NewIssue(statement="Late.", category=category)]), HANDLER)
        self._do(at, RecordTriage(complaint=ref, levels=CALM | levels, note="Seen."), OFFICER)
        self._do(at, TryEarlyResolution(complaint=ref, paraphrase="You waited.", proposal="A refund."), HANDLER)
        self._do(at, AgreeResolution(complaint=ref, terms="A refund.", words="Agreed.", channel=Channel.PHONE), PERSON)
        if self.desk.get(ref, by=HANDLER).intake.reach:
            self.deliver(at, ref, NoticeRule.RESOLUTION)

    def withdraw(self, at: datetime, ref: str) -> None:
        """The person takes it back."""
        command = WithdrawComplaint(complaint=ref, words="Never mind.", channel=Channel.PHONE, voluntary=True)
        self._do(at, command, PERSON)

    def tick(self, at: datetime) -> None:
        """What has fallen due by itself happens."""
        self.clock.set(at)
        self.desk.tick()

    def take_in(self, at: datetime, record: str, received: datetime, **rest: Any) -> str:
        """A record of another system is replayed."""
        rest.setdefault("channel", Channel.WEB_FORM)
        rest.setdefault("state", Handling.CLOSED)
        return str(self._do(at, ImportRecord(record=record, received_at=received, **rest), IMPORTER).ref)
