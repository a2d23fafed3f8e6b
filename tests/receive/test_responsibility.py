"""Who has it: routing by the profile, a change of owner, conflicts of interest (E-52, EV-10, EV-11, INV-07, INV-35)."""

from __future__ import annotations

from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.commitments import addressee
from complaintkit.complaint import Complaint
from complaintkit.policy import load_profile
from complaintkit.ports import Query
from complaintkit.values import UNASSIGNED, Actor
from complaintkit.vocabulary import Language, NoticeRule, Role
from tests.lives import AGENT, ANALYST, HANDLER, LEADER, MANAGER, PERSON, REVIEWER, SYSTEM, WAYS, Life

OURS = load_profile(
    {
        "base": "standard",
        "id": "ours",
        "version": "1",
        "units": {
            "billing": {"owner": "biller-1", "deputy": "biller-2", "liaison": "liaison-1", "above": "money"},
            "money": {"owner": "treasurer", "escalation": {"RO-08": "leader-6"}},
        },
        "routing": [
            {"topic": "money", "unit": "money"},
            {"topic": "late_fee", "under": "money", "unit": "billing", "playbook": "PB-7"},
        ],
    }
)
FEE = c.NewIssue(statement="Charged twice", category="late_fee")


def state(life: Life) -> Complaint:
    complaint = life.state()
    assert complaint is not None
    return complaint


def types(life: Life) -> list[str]:
    return [record.type for record in life.log()]


def fee(**rest: Any) -> Life:
    """A complaint about a late fee, in assessment, of whoever the profile names."""
    life = Life(profile=OURS).assessing(owner=None, **rest)
    life.do(c.SetIssues, HANDLER, issues=(FEE,))
    return life


# Routing -----------------------------------------------------------------------------------------------


def test_without_an_owner_the_profile_names_one() -> None:
    assert state(Life(profile=OURS).received(owner=None, attributes={"topic": "late_fee"})).owner == "biller-1"
    assert state(Life().received(owner=None)).owner == UNASSIGNED
    assert state(Life(profile="micro").received(owner=None)).owner == "owner"


def test_a_topic_of_the_intake_routes_at_registration() -> None:
    life = Life(profile=OURS).received(owner=None, attributes={"topic": "late_fee"}, unit="counter")
    complaint = state(life)
    assert complaint.unit == "billing"
    assert complaint.intake.unit == "counter"
    assert complaint.responsibility is not None
    assert (complaint.responsibility.topic, complaint.responsibility.playbook) == ("late_fee", "PB-7")
    assert [row.unit for row in life.desk.find(Query(unit="billing"), MANAGER)] == ["billing"]


def test_the_category_of_an_issue_routes_and_the_person_is_told_who_has_it_now() -> None:
    life = fee()
    assert state(life).owner == "biller-1"
    assert state(life).notices[-1].rule is NoticeRule.HANDLER_CHANGED
    assert state(life).notices[-1].signed_by == "biller-1"


def test_inv_34_an_owner_whom_a_person_chose_stays() -> None:
    life = Life(profile=OURS).assessing()
    life.do(c.SetIssues, HANDLER, issues=(FEE,))
    assert state(life).owner == HANDLER.id
    assert state(life).unit == "billing"
    assert NoticeRule.HANDLER_CHANGED not in {notice.rule for notice in state(life).notices}


def test_what_nobody_mapped_changes_nothing_and_is_the_complaints_managers() -> None:
    life = Life(profile=OURS).assessing(owner=None)
    life.do(c.SetIssues, HANDLER, issues=(c.NewIssue(statement="Noise", category="noise"),))
    assert "complaint-routed" not in types(life)
    assert state(life).owner == UNASSIGNED


def test_inv_35_an_owner_who_is_complained_about_owns_it_no_longer() -> None:
    life = Life(profile=OURS).assessing()
    accused = c.NewIssue(statement="Rude", category="late_fee", respondent=HANDLER.id)
    life.do(c.SetIssues, HANDLER, issues=(accused,))
    assert state(life).owner == "biller-1"


def test_sod_7_a_complaint_about_the_complaints_manager_goes_to_the_executive() -> None:
    life = Life().assessing(owner=None)
    accused = c.NewIssue(statement="Rude", respondent=UNASSIGNED)
    life.do(c.SetIssues, HANDLER, issues=(accused,))
    assert state(life).owner == "executive-sponsor"


def test_a_draft_that_registers_itself_is_routed_too() -> None:
    life = Life(profile=OURS).draft(attributes={"topic": "late_fee"})
    life.clock.advance(OURS.draft_registers_after.due(life.clock.now(), OURS.calendar) - life.clock.now())
    life.desk.tick()
    assert state(life).owner == "biller-1"


def test_ev_52_a_rung_leads_to_the_person_whom_the_unit_names() -> None:
    complaint = state(fee())
    assert addressee(complaint, "owner", OURS) == "biller-1"
    assert addressee(complaint, "RO-08", OURS) == "leader-6"
    assert addressee(complaint, "RO-13", OURS) == "RO-13"


def test_ev_52_the_person_complained_about_is_not_told() -> None:
    life = Life(profile=OURS).assessing(owner=None)
    accused = c.NewIssue(statement="Rude", category="late_fee", respondent="leader-6")
    life.do(c.SetIssues, HANDLER, issues=(accused,))
    assert addressee(state(life), "RO-08", OURS) == "RO-08"


# Reassigning -------------------------------------------------------------------------------------------


def hand_on(life: Life, owner: str | None = "handler-9", by: Actor = LEADER, **rest: Any) -> Complaint:
    fields = {"owner": owner, "reason": "absence", "handover": "The ledger is on file"} | rest
    return life.do(c.ReassignComplaint, by, **fields)


@pytest.mark.parametrize("way", [name for name in WAYS if name not in ("draft", "closed")])
def test_ev_11_hands_it_on_in_every_state_with_its_promises(way: str) -> None:
    life = WAYS[way](Life())
    before = state(life)
    after = hand_on(life)
    assert after.owner == "handler-9"
    assert (after.handling, after.commitments, after.hold) == (before.handling, before.commitments, before.hold)
    assert after.notices[-1].rule is NoticeRule.HANDLER_CHANGED


@pytest.mark.parametrize("missing", ["reason", "handover"])
def test_ev_11_needs_a_reason_and_a_note(missing: str) -> None:
    fields = {"owner": "handler-9", "reason": "absence", "handover": "On file", missing: ""}
    assert Life().assessing().rules(c.ReassignComplaint, LEADER, **fields) == {"EV-11"}


def test_g_06_nobody_with_a_part_in_it_becomes_its_owner() -> None:
    life = Life().under_internal_review(issues=(c.NewIssue(statement="Rude", respondent="respondent-1"),))
    life.do(c.DeclareConflict, ANALYST, nature="hostility")
    for who in (PERSON.id, "respondent-1", REVIEWER.id, ANALYST.id):
        assert life.rules(c.ReassignComplaint, LEADER, owner=who, reason="x", handover="x") == {"G-06"}
    assert life.rules(c.ReassignComplaint, LEADER, owner=HANDLER.id, reason="x", handover="x") == {"EV-11"}


def test_ev_11_without_an_owner_asks_the_profile() -> None:
    life = Life(profile=OURS).assessing()
    life.do(c.SetIssues, HANDLER, issues=(FEE,))
    assert hand_on(life, None, MANAGER).owner == "biller-1"


# Conflicts ---------------------------------------------------------------------------------------------


def test_ev_10_an_owner_who_is_recused_hands_it_on_in_the_same_breath() -> None:
    """INV-07 and INV-35 hold after every entry that is folded together; the person gets one letter, not two."""
    life = fee()
    life.do(c.DeclareConflict, Actor("biller-1", Role.CASE_HANDLER), nature="family")
    assert state(life).owner == "biller-2"
    rules = [notice.rule for notice in state(life).notices]
    assert rules[-2:].count(NoticeRule.HANDLER_CHANGED) == 2  # one from routing, one from this
    assert len(rules) == 3


def test_inv_36_who_is_recused_takes_no_part() -> None:
    life = Life().assessing()
    other = Actor("handler-4", Role.CASE_HANDLER)
    life.do(c.DeclareConflict, other, nature="financial")
    assert life.rules(c.SetIssues, other, issues=(FEE,)) == {"INV-36"}
    assert state(life).owner == HANDLER.id
    assert state(life).notices[-1].rule is NoticeRule.HANDLER_CHANGED  # S4-65: it is told


def test_a_declaration_of_no_interest_is_kept_and_told_to_nobody() -> None:
    life = Life().assessing()
    life.do(c.DeclareConflict, AGENT, decision="none")
    assert [conflict.decision.value for conflict in state(life).conflicts] == ["none"]
    assert not state(life).recused
    assert len(state(life).notices) == 1


def test_e_18_measures_are_decided_by_a_leader_about_somebody_else() -> None:
    life = Life().assessing()
    manage = {"decision": "manage", "person": HANDLER.id, "measures": "Somebody else signs"}
    assert life.rules(c.DeclareConflict, AGENT, **manage) == {"E-18"}
    assert life.rules(c.DeclareConflict, LEADER, **manage | {"person": LEADER.id}) == {"E-18"}
    assert life.rules(c.DeclareConflict, LEADER, **manage | {"measures": None}) == {"E-18"}
    life.do(c.DeclareConflict, LEADER, **manage)
    assert state(life).owner == HANDLER.id
    assert not state(life).recused


def test_inv_36_a_conflict_is_not_declared_away() -> None:
    life = Life().assessing()
    life.do(c.DeclareConflict, LEADER, person="handler-4")
    assert life.rules(c.DeclareConflict, AGENT, person="handler-4", decision="none") == {"INV-36"}
    returned = {"person": "handler-4", "decision": "manage", "measures": "Somebody else signs"}
    life.do(c.DeclareConflict, MANAGER, **returned)
    assert not state(life).recused


@pytest.mark.parametrize("language", Language)
def test_n_07_tells_the_new_name_and_that_nothing_is_lost(language: Language) -> None:
    life = Life().assessing(language=language)
    life.send()
    life.do(c.DeclareConflict, HANDLER, nature="family")
    life.send()
    letter = life.notifier.messages[-1]
    assert letter.rule == "N-07"
    assert UNASSIGNED in letter.text  # the plain directory signs with the bare id


def test_the_system_declares_and_reassigns_nothing() -> None:
    life = Life().assessing()
    assert "4.7" in life.rules(c.DeclareConflict, SYSTEM)
    assert "4.7" in life.rules(c.ReassignComplaint, SYSTEM, owner="x", reason="x", handover="x")
