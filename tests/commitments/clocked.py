"""A complaint whose every act has its own time, so that each date can be reckoned by hand.

The calendar of the standard profile: Monday to Friday, 09:00 to 17:00 UTC, no holidays. 2 March 2026 is a Monday.
Owed from receipt: an acknowledgement after 1, progress after 10, a final response after 20 working days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from complaintkit.adapters.memory import MemoryStore
from complaintkit.commands import (
    BeginAssessment,
    NewIssue,
    RecordDelivery,
    RecordTriage,
    RegisterComplaint,
    SetIssues,
    WithdrawComplaint,
)
from complaintkit.commitments import SignalRaised
from complaintkit.complaint import Commitment, Complaint
from complaintkit.desk import ComplaintDesk
from complaintkit.desk.reading import read_entries
from complaintkit.errors import CommandRefused
from complaintkit.policy import Profile, load_profile
from complaintkit.ports import Store
from complaintkit.timekeeping import FrozenClock
from complaintkit.values import SYSTEM, Actor
from complaintkit.vocabulary import Channel, CommitmentKind, DeliveryStatus, NoticeRule
from tests.lives import AGENT, HANDLER, PERSON, TRIAGE, levels

FINAL, PROGRESS = CommitmentKind.FINAL, CommitmentKind.PROGRESS


def at(day: int, hour: int = 9, minute: int = 0, month: int = 3) -> datetime:
    """A time in 2026, in UTC; in March unless told otherwise."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def policy(**changed: Any) -> Profile:
    """The standard profile with some parts changed."""
    return load_profile({"base": "standard", "id": "ours", "version": "1", **changed})


def regime(name: str, term: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
    """Other rules with a time limit for the final response."""
    return {"id": name, "source": f"rules of {name}", "commitments": {"final": dict(term)}, **rest}


class Clocked:
    """One complaint on a desk."""

    def __init__(self, profile: Profile | None = None, store: Store | None = None) -> None:
        self.clock = FrozenClock(at(1, month=1))
        self.store: Store = MemoryStore() if store is None else store
        self.ref = ""
        self.under(profile or load_profile())

    def under(self, profile: Profile) -> Clocked:
        """The same book, handled under another profile from now on."""
        self.desk = ComplaintDesk(self.store, profile, clock=self.clock, plaintext_vault=True)
        return self

    def beside(self) -> Clocked:
        """Room for another complaint on the same desk."""
        other = Clocked(self.desk.profile, self.store)
        other.clock, other.desk = self.clock, self.desk
        return other

    def act(self, when: datetime, command: type, by: Actor = HANDLER, **fields: Any) -> Complaint:
        """Give a command at its time."""
        self.clock.set(max(when, self.clock.now()))
        if self.ref and "complaint" in {field.name for field in command.__attrs_attrs__}:  # type: ignore[attr-defined]
            fields.setdefault("complaint", self.ref)
        complaint = self.desk.handle(command(**fields), by, occurred=when).complaint
        self.ref = complaint.ref
        return complaint

    def rules(self, when: datetime, command: type, by: Actor = HANDLER, **fields: Any) -> set[str]:
        """The rules that refuse a command; nothing of the complaint changes."""
        before = self.complaint
        try:
            self.act(when, command, by, **fields)
        except CommandRefused as refusal:
            assert self.complaint == before
            return {reason.rule for reason in refusal.reasons}
        raise AssertionError(f"{command.__name__} was not refused")

    def registered(self, when: datetime, **rest: Any) -> Clocked:
        """It comes in; nobody can be written to unless ``reach`` says so."""
        fields = {"owner": HANDLER.id, "narrative": "It was late.", "person": PERSON.id, "received_at": when}
        self.act(when, RegisterComplaint, AGENT, **{**fields, **rest})
        return self

    def triaged(self, when: datetime, **raised: int) -> Clocked:
        """Its issues and its band are recorded."""
        self.act(when, BeginAssessment)
        self.act(when, SetIssues, issues=(NewIssue(statement="Late"),))
        self.act(when, RecordTriage, TRIAGE, levels=levels(**raised), note="Seen")
        return self

    def delivered(self, when: datetime, rule: NoticeRule) -> Complaint:
        """The newest waiting letter of a rule leaves the house."""
        notice = next(n for n in reversed(self.complaint.notices) if n.rule is rule and n.status is None)
        return self.act(when, RecordDelivery, SYSTEM, notice=notice.id, status=DeliveryStatus.DISPATCHED)

    def withdrawn(self, when: datetime) -> Complaint:
        """The person takes it back."""
        return self.act(when, WithdrawComplaint, PERSON, words="Never mind", channel=Channel.PHONE)

    def tick(self, when: datetime, *, confirmed: bool = False) -> int:
        """Somebody sweeps."""
        self.clock.set(when)
        return self.desk.tick(confirmed=confirmed)

    @property
    def complaint(self) -> Complaint:
        """It as it stands."""
        return self.desk.get(self.ref, SYSTEM)

    def owed(self, kind: CommitmentKind = FINAL) -> Commitment:
        """The newest commitment of a kind."""
        found = self.complaint.commitment(kind)
        assert found is not None
        return found

    def dues(self, kind: CommitmentKind = FINAL) -> dict[str, datetime]:
        """The dates of a kind by the rules that set them."""
        return {owed.regime: owed.due for owed in self.complaint.commitments if owed.kind is kind}

    def events(self, *kinds: type) -> list[Any]:
        """What has happened to it so far, of these classes."""
        return [e.event for e in read_entries(self.store.entries(self.ref)) if not kinds or isinstance(e.event, kinds)]

    def signals(self, kind: CommitmentKind | None = None) -> list[tuple[str, datetime]]:
        """The rungs that were climbed, with their times, in the order of the journal."""
        raised = self.events(SignalRaised)
        return [(event.rung, event.at) for event in raised if kind is None or event.kind is kind]
