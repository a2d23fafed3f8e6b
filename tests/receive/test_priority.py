"""Overrides and second looks: what counts when, who must agree, and what time alone never does (EV-09, P-08, P-20)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaintkit import commands as c
from complaintkit.complaint import Complaint
from complaintkit.ports import Query
from complaintkit.values import Actor
from complaintkit.vocabulary import Band, CommitmentKind, Dimension, Role
from tests.lives import HANDLER, LEADER, MANAGER, PERSON, REVIEWER, SYSTEM, TRIAGE, Life, levels

#: A triage officer who leads a team too: the same person in another role is not a second person.
SELF = Actor(TRIAGE.id, Role.TEAM_LEADER)


def state(life: Life) -> Complaint:
    complaint = life.state()
    assert complaint is not None
    return complaint


def overridden(to: str, **changed: int) -> Life:
    life = Life().triaged(changed=changed or {"seriousness": 2})
    life.do(c.OverridePriority, TRIAGE, band=to, reason="Seen on the spot")
    return life


def test_a_raise_counts_at_once_and_keeps_both_values() -> None:
    life = overridden("P2")
    complaint = state(life)
    assert complaint.band is Band.P2
    assert complaint.triage is not None
    assert complaint.triage.band is Band.P3
    assert complaint.override is not None
    assert (complaint.override.by, complaint.override.waits) == (TRIAGE.id, True)
    assert [row.band for row in life.desk.find(Query(), MANAGER)] == ["P2"]


def test_a_raise_brings_dates_forward_and_nothing_ever_moves_them_back() -> None:
    life = Life().triaged()
    before = {owed.id: owed.due for owed in state(life).open_commitments}
    life.do(c.OverridePriority, TRIAGE, band="P1", reason="Seen on the spot")
    raised = {owed.id: owed.due for owed in state(life).open_commitments}
    final = state(life).commitment(CommitmentKind.FINAL)
    assert final is not None
    assert raised[final.id] < before[final.id]
    assert all(raised[name] <= before[name] for name in before)
    life.do(c.RejectOverride, LEADER, reason="It is not")
    assert state(life).band is Band.P3
    assert {owed.id: owed.due for owed in state(life).open_commitments} == raised


def test_a_lowering_counts_once_a_second_person_has_confirmed_it() -> None:
    life = overridden("P4", seriousness=2)
    before = {owed.id: owed.due for owed in state(life).open_commitments}
    assert state(life).band is Band.P3
    assert life.rules(c.ConfirmOverride, SELF) == {"SoD-1"}
    assert life.rules(c.RejectOverride, SELF, reason="No") == {"SoD-1"}
    life.do(c.ConfirmOverride, LEADER)
    assert state(life).band is Band.P4
    assert {owed.id: owed.due for owed in state(life).open_commitments} == before


def test_only_the_team_leader_is_the_second_person() -> None:
    life = overridden("P2")
    for who in (HANDLER, MANAGER, SYSTEM, PERSON):
        assert life.rules(c.ConfirmOverride, who) == {"4.7"}


@pytest.mark.parametrize(
    ("changed", "fields", "rule"),
    [
        ({}, {"band": "P1", "reason": "x"}, "G-05"),  # P4 to P1: three bands
        ({"seriousness": 2}, {"band": "P3", "reason": "x"}, "G-05"),  # the same
        ({"seriousness": 2}, {"band": "P2"}, "G-05"),  # no reason
        ({"seriousness": 2}, {"band": "P2", "reason": " "}, "G-05"),
        ({"seriousness": 4}, {"band": "P2", "reason": "x"}, "IT-15"),
        ({"health_safety": 2}, {"band": "P3", "reason": "x"}, "IT-15"),
    ],
)
def test_g_05_what_an_override_may_not_do(changed: dict[str, int], fields: dict[str, str], rule: str) -> None:
    life = Life().triaged(changed=changed or {"seriousness": 0})
    assert life.rules(c.OverridePriority, TRIAGE, **fields) == {rule}


def test_p_14_a_minor_is_not_lowered_below_p3_whatever_has_ended() -> None:
    life = Life().triaged(is_minor=True)
    assert life.rules(c.OverridePriority, TRIAGE, band="P4", reason="x", hazard_ended=True) == {"P-14"}


def test_nothing_is_overridden_before_it_was_assessed_or_twice() -> None:
    assert Life().assessing().rules(c.OverridePriority, TRIAGE, band="P2", reason="x") == {"G-05"}
    life = overridden("P2")
    assert life.rules(c.OverridePriority, TRIAGE, band="P4", reason="x") == {"G-05"}
    life.do(c.ConfirmOverride, LEADER)
    assert life.rules(c.ConfirmOverride, LEADER) == {"P-20"}
    assert life.rules(c.RejectOverride, LEADER, reason="x") == {"P-20"}


def test_a_rejection_says_why() -> None:
    assert overridden("P2").rules(c.RejectOverride, LEADER) == {"P-20"}


def test_a_new_triage_ends_an_override() -> None:
    life = overridden("P2")
    life.do(c.RecordTriage, TRIAGE, levels=levels(seriousness=2), note="Again")
    assert state(life).override is None
    assert state(life).band is Band.P3


def test_a_raise_that_nobody_confirms_is_reported_once_and_stands() -> None:
    """P-20, SoD-9: to fall back would be to lower, and the system decides nothing."""
    life = overridden("P2")
    confirm_by = state(life).override.confirm_by  # type: ignore[union-attr]
    assert confirm_by == life.clock.now() + timedelta(hours=24)
    life.clock.advance(timedelta(hours=23))
    life.desk.tick()
    assert "override-left-unconfirmed" not in {record.type for record in life.log()}
    assert life.rules(c.ReportOverdueOverride, SYSTEM) == {"P-20"}
    life.clock.advance(timedelta(hours=1))
    for _ in range(3):
        life.desk.tick()
    assert [record.type for record in life.log()].count("override-left-unconfirmed") == 1
    assert state(life).band is Band.P2
    life.do(c.ConfirmOverride, LEADER)
    assert state(life).override.confirmed_by == LEADER.id  # type: ignore[union-attr]


@pytest.mark.parametrize("end", [c.ConfirmOverride, c.RejectOverride])
def test_what_was_confirmed_or_rejected_is_never_reported(end: type) -> None:
    life = overridden("P2")
    life.do(end, LEADER, **({"reason": "No"} if end is c.RejectOverride else {}))
    life.clock.advance(timedelta(days=3))
    life.desk.tick()
    assert "override-left-unconfirmed" not in {record.type for record in life.log()}


def test_a_profile_may_ask_for_less_and_sooner() -> None:
    strict = {"base": "standard", "id": "s", "version": "1"}
    strict |= {"priority": {"override": {"most_bands": 1, "confirm_within": {"hours": 2}}}}
    life = Life(profile=strict).triaged()
    assert life.rules(c.OverridePriority, TRIAGE, band="P1", reason="x") == {"G-05"}
    life.do(c.OverridePriority, TRIAGE, band="P2", reason="x")
    assert state(life).override.confirm_by == life.clock.now() + timedelta(hours=2)  # type: ignore[union-attr]


# P-12 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "least"), [({"health_safety": 3}, Band.P1), ({}, Band.P3)])
def test_p_12_a_remitted_complaint_is_not_less_urgent_than_before(before: dict[str, int], least: Band) -> None:
    life = Life().under_internal_review(changed=before or {"publicity": 0})
    life.do(c.DecideReview, REVIEWER, outcome="remitted", reasons="Look at the photo")
    life.do(c.RecordTriage, TRIAGE, levels=levels(), note="Calm")
    assert state(life).band is least


def test_p_12_counts_from_the_band_before_and_not_from_every_triage_since() -> None:
    life = Life().closed()
    assert state(life).band is Band.P3
    life.do(c.ReopenComplaint, LEADER, reason="new_evidence", words="There is another charge")
    life.do(c.RecordTriage, TRIAGE, levels=levels(health_safety=3), note="A live wire")
    assert state(life).band is Band.P1
    life.do(c.RecordTriage, TRIAGE, levels=levels(health_safety=1), note="It was repaired")
    assert state(life).band is Band.P2  # P3 as before, and one up because it was reopened (D9, P-11)


# P-08 ------------------------------------------------------------------------------------------------


def test_p_08_the_persons_own_urgency_is_kept_and_decides_nothing() -> None:
    one, other = Life().triaged(), Life().triaged()
    one.do(c.DeclareUrgency, PERSON, urgency=Band.P1)
    for life in (one, other):
        life.do(c.RecordTriage, TRIAGE, levels=levels(seriousness=2), note="Again")
    assert state(one).declared_urgency is Band.P1
    assert state(one).band is state(other).band
    assert state(one).triage.rank == state(other).triage.rank  # type: ignore[union-attr]


@pytest.mark.parametrize("first", ["declare", "triage"])
def test_p_08_two_levels_above_ask_somebody_else_to_look(first: str) -> None:
    life = Life().assessing()
    acts = [
        lambda: life.do(c.DeclareUrgency, PERSON, urgency=Band.P1),
        lambda: life.do(c.RecordTriage, TRIAGE, levels=levels(seriousness=2), note="x"),
    ]
    for act in acts if first == "declare" else reversed(acts):
        act()
    look = state(life).second_look
    assert look is not None
    assert (look.declared, look.assessed, look.rater, look.taken_by) == (Band.P1, Band.P3, TRIAGE.id, None)
    life.do(c.RecordTriage, TRIAGE, levels=levels(seriousness=2), note="The same person again")
    assert state(life).second_look.taken_by is None  # type: ignore[union-attr]
    life.do(c.RecordTriage, Actor("triage-2", Role.TRIAGE_OFFICER), levels=levels(seriousness=2), note="Somebody else")
    assert state(life).second_look.taken_by == "triage-2"  # type: ignore[union-attr]
    assert [record.type for record in life.log()].count("second-look-asked") == 1


def test_p_08_one_level_above_asks_nobody() -> None:
    life = Life().triaged()
    life.do(c.DeclareUrgency, PERSON, urgency=Band.P2)
    assert state(life).second_look is None


def test_p_08_the_urgency_is_the_persons_own_word() -> None:
    life = Life().triaged()
    assert life.rules(c.DeclareUrgency, HANDLER, urgency=Band.P1) == {"4.7"}
    life.do(c.DeclareUrgency, HANDLER.on_behalf_of(Role.COMPLAINANT), urgency=Band.P1)


def test_the_levels_that_an_override_reads_are_those_of_the_triage() -> None:
    life = Life().triaged(changed={d.fact: d.top for d in Dimension})
    assert "IT-15" in life.rules(c.OverridePriority, TRIAGE, band="P3", reason="x")
