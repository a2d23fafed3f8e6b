"""Every kind of commitment there is can be promised by a profile, signalled, kept, breached and given up (E-35)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from complaintkit.commitments import (
    CommitmentBreached,
    CommitmentReleased,
    JudgeCommitment,
    KeepCommitment,
    RaiseSignal,
    next_climb,
    promise,
    release,
    settle,
)
from complaintkit.commitments.promises import BY_RECORD
from complaintkit.complaint import Complaint
from complaintkit.complaint.step import Context, Happened
from complaintkit.lifecycle import replay
from complaintkit.lifecycle.steps import DECIDES
from complaintkit.policy import load_profile
from complaintkit.timekeeping import WorkingDays
from complaintkit.values import SYSTEM
from complaintkit.vocabulary import Band, CommitmentKind, CommitmentStatus
from tests.commitments.clocked import Clocked, at, policy

BANDS = {band.value: {"working_days": 2} for band in Band}
EVERY = {"commitments": {kind.value: BANDS for kind in CommitmentKind}}
#: Wednesday, 17:00: two working days after Monday. Eighty percent of 23 working hours are 18 h 24 min.
DUE, WARNING = at(4, 17), at(4, 12, 24)


class Bare:
    """A complaint on which one kind is promised beside what registration owes, by the commitments' own functions."""

    def __init__(self, kind: CommitmentKind) -> None:
        self.profile = policy(**EVERY)
        life = Clocked(self.profile).registered(at(2, 10))
        self.kind, self.state = kind, life.complaint
        self.keep(promise(self.state, kind, at(2, 10), self.context(at(2, 10)), about="x"), at(2, 10))

    def context(self, when: datetime) -> Context:
        return Context(
            now=when, occurred=when, actor=SYSTEM, command_id=f"c-{when}", ref=self.state.ref, profile=self.profile
        )

    def keep(self, events: Any, when: datetime) -> Complaint:
        ctx = self.context(when)
        self.state = replay(self.state, [(ctx.ref, Happened(event, when)) for event in events], ctx).complaint
        return self.state

    def do(self, command: Any, when: datetime) -> list[Any]:
        """What a command decides where its guards have no objection."""
        how, ctx = DECIDES[type(command)], self.context(when)
        assert [guard(self.state, command, ctx) for guard in (*how.requires, *how.guards)] == [None] * len(
            (*how.requires, *how.guards)
        )
        events = list(how.decide(self.state, command, ctx))
        self.keep(events, when)
        return events

    @property
    def owed(self) -> Any:
        return self.state.commitment(self.kind)


@pytest.mark.parametrize("kind", CommitmentKind)
def test_a_profile_promises_it(kind: CommitmentKind) -> None:
    profile = load_profile({"base": "standard", "id": "ours", "version": "1", **EVERY})
    assert {profile.term(kind, band) for band in Band} == {WorkingDays(2)}
    owed = Bare(kind).owed
    assert (owed.kind, owed.due, owed.about, owed.status) == (kind, DUE, "x", CommitmentStatus.OPEN)


@pytest.mark.parametrize("kind", CommitmentKind)
def test_it_is_signalled_and_breached(kind: CommitmentKind) -> None:
    bare = Bare(kind)
    climb = next_climb(bare.owed, bare.profile)
    assert climb is not None
    assert (climb.at, climb.rung.id) == (WARNING, "warning")
    bare.do(RaiseSignal(complaint=bare.state.ref, commitment=bare.owed.id, rung="warning"), WARNING)
    assert bare.owed.signals == ("warning",)
    late = DUE + timedelta(seconds=1)
    before = bare.owed.id
    events = bare.do(JudgeCommitment(complaint=bare.state.ref, commitment=before), late)
    assert [event.kind for event in events if isinstance(event, CommitmentBreached)] == [kind]
    judged = next(owed for owed in bare.state.commitments if owed.id == before)
    assert judged.status is CommitmentStatus.BREACHED
    # Whose silence is not ours is not escalated; everything else goes up the ladder until it is done.
    assert (next_climb(judged, bare.profile) is None) is (kind is CommitmentKind.COMMENT)


@pytest.mark.parametrize("kind", CommitmentKind)
def test_it_is_kept_at_its_date_and_only_then_by_a_record_where_nothing_else_keeps_it(kind: CommitmentKind) -> None:
    bare = Bare(kind)
    owed = bare.owed
    command = KeepCommitment(complaint=bare.state.ref, commitment=owed.id)
    if kind in BY_RECORD:
        bare.do(command, DUE)
    else:
        refused = DECIDES[KeepCommitment].guards[0](bare.state, command, bare.context(DUE))
        assert refused is not None
        assert refused.rule == "INV-33"
        bare.keep(settle(bare.state, (kind,), DUE, bare.context(DUE), about="x"), DUE)
    kept = next(each for each in bare.state.commitments if each.id == owed.id)
    assert (kept.status, kept.settled_at) == (CommitmentStatus.MET, DUE)


@pytest.mark.parametrize("kind", CommitmentKind)
def test_of_several_only_the_one_that_was_done_is_kept(kind: CommitmentKind) -> None:
    bare = Bare(kind)
    bare.keep(promise(bare.state, kind, at(3, 10), bare.context(at(3, 10)), about="y"), at(3, 10))
    bare.keep(settle(bare.state, (kind,), at(3, 11), bare.context(at(3, 11)), about="y"), at(3, 11))
    status = {owed.about: owed.status for owed in bare.state.commitments if owed.kind is kind and owed.about}
    assert status == {"x": CommitmentStatus.OPEN, "y": CommitmentStatus.MET}


@pytest.mark.parametrize("kind", CommitmentKind)
def test_it_is_owed_no_more_when_handling_ends(kind: CommitmentKind) -> None:
    bare = Bare(kind)
    events = list(release(bare.state, at(3), bare.context(at(3))))
    bare.keep(events, at(3))
    assert kind in {event.kind for event in events if isinstance(event, CommitmentReleased)}
    assert bare.owed.status is CommitmentStatus.CANCELLED
