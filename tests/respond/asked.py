"""Complaints in which somebody is asked something, on a desk whose directory knows whom to write to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from complaintkit.adapters.directory import StaticDirectory
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.commands import (
    AddEvidence,
    CompleteEvidence,
    NewIssue,
    ProceedToReport,
    SelectApproach,
    SetIssues,
    SkipEarlyResolution,
)
from complaintkit.desk import ComplaintDesk
from complaintkit.policy import Profile
from complaintkit.ports import Contact
from complaintkit.values import Actor
from complaintkit.vocabulary import Role
from tests.commitments.clocked import Clocked, at
from tests.lives import HANDLER, INVESTIGATOR

#: Whom one of the issues is about.
CLERK = Actor("clerk-11", Role.FRONT_LINE_AGENT)
DIRECTORY = StaticDirectory(
    {
        HANDLER.id: Contact(name="Alex Sample", reach="alex.sample@example.org"),
        CLERK.id: Contact(name="Kim Clerk", reach="kim.clerk@example.org"),
    }
)


class Asked(Clocked):
    """One complaint about a clerk, in P3: Monday, 2 March 2026, 10:00 is its receipt."""

    def under(self, profile: Profile) -> Asked:
        self.notifier = MemoryNotifier()
        self.desk = ComplaintDesk(
            self.store, profile, clock=self.clock, notifier=self.notifier, directory=DIRECTORY, plaintext_vault=True
        )
        return self

    def triaged_at(self, when: datetime, **rest: Any) -> Asked:
        """Received and assessed; the person can be written to."""
        self.registered(at(2, 10), reach="dana@example.org", name="Dana Levi", **rest)
        self.triaged(when, seriousness=2)
        return self

    def gathering(self, when: datetime, **rest: Any) -> Asked:
        """Evidence is being gathered."""
        self.triaged_at(when, **rest)
        about = NewIssue(statement="Rude", respondent=CLERK.id, identifies_person=True)
        self.act(when, SetIssues, issues=(about, NewIssue(statement="Charged twice")))
        self.act(when, SkipEarlyResolution, reason="not wanted")
        self.act(when, SelectApproach, approach="desk_review", reason="On file")
        return self

    def reporting(self, when: datetime, **rest: Any) -> Asked:
        """The report is being written."""
        self.gathering(when, **rest)
        item = {"kind": "document", "description": "The log", "source": "it", "digest": "sha256:0a", "issues": (1, 2)}
        self.act(when, AddEvidence, INVESTIGATOR, **item, lawful_basis="contract")
        self.act(when, CompleteEvidence, INVESTIGATOR)
        self.act(when, ProceedToReport, INVESTIGATOR, note="Possible")
        return self

    def send(self, when: datetime) -> list[Any]:
        """The letters that are due leave; gives those that left now."""
        before = len(self.notifier.messages)
        self.clock.set(max(when, self.clock.now()))
        self.desk.dispatch()
        return list(self.notifier.messages[before:])
