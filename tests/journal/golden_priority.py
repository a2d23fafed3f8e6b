"""The golden book of overrides, second looks, routing, conflicts and changes of owner: each of their events, once.

``python -m tests.journal.golden_priority`` wrote ``golden_book_priority.jsonl``; it is never written again.
"""

from __future__ import annotations

from datetime import timedelta

from complaintkit import commands as c
from complaintkit.adapters.memory import MemoryStore
from complaintkit.policy import load_profile
from complaintkit.vocabulary import Band
from tests.journal.golden import FILE, write
from tests.lives import AGENT, HANDLER, LEADER, MANAGER, PERSON, TRIAGE, Life, levels

PROFILE = {
    "base": "standard",
    "id": "golden",
    "version": "1",
    "units": {"billing": {"owner": "handler-2", "deputy": "handler-3"}},
    "routing": [{"topic": "fee", "unit": "billing", "playbook": "PB-1"}],
}


def script() -> Life:
    """Two complaints whose priority and owner are disputed."""
    life = Life(MemoryStore(), seed=2, profile=load_profile(PROFILE))
    life.received(owner=None)
    life.do(c.BeginAssessment, HANDLER)
    life.do(c.DeclareUrgency, PERSON, urgency=Band.P1)
    life.do(c.SetIssues, HANDLER, issues=(c.NewIssue(statement="Charged twice", category="fee"),))
    life.do(c.RecordTriage, TRIAGE, levels=levels(seriousness=2), note="An act is needed")
    life.do(c.OverridePriority, TRIAGE, band="P2", reason="The repair is tomorrow")
    life.clock.advance(timedelta(days=2))
    life.desk.tick()
    life.do(c.ConfirmOverride, LEADER)
    life.do(c.RecordTriage, TRIAGE, levels=levels(seriousness=2, time_criticality=3), note="The date is tomorrow")
    life.do(c.OverridePriority, TRIAGE, band="P3", reason="The repair was done")
    life.do(c.RejectOverride, LEADER, reason="It leaks again")
    life.do(c.DeclareConflict, AGENT, decision="none")
    life.do(c.ReassignComplaint, MANAGER, owner="handler-3", reason="absence", handover="All facts are on file")
    life.do(c.DeclareConflict, MANAGER, nature="family", person="handler-3")
    life.send()
    return life


if __name__ == "__main__":
    write(script(), FILE.with_name("golden_book_priority.jsonl"))
