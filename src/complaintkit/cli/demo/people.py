"""Who works at Lindenbrook Water, and who complains to it; all of them are invented."""

from __future__ import annotations

from typing import Final

from complaintkit.adapters.directory import StaticDirectory
from complaintkit.ports import Contact
from complaintkit.values import Actor
from complaintkit.vocabulary import Role

AGENT: Final = Actor("agent-1", Role.FRONT_LINE_AGENT)
HANDLERS: Final = (Actor("handler-1", Role.CASE_HANDLER), Actor("handler-2", Role.CASE_HANDLER))
TRIAGE: Final = Actor("triage-1", Role.TRIAGE_OFFICER)
INVESTIGATOR: Final = Actor("investigator-1", Role.INVESTIGATOR)
DECIDER: Final = Actor("decision-maker-1", Role.DECISION_MAKER)
REVIEWER: Final = Actor("reviewer-1", Role.REVIEWER)
LEADER: Final = Actor("team-leader-1", Role.TEAM_LEADER)
LIAISON: Final = Actor("liaison-1", Role.LIAISON)
MANAGER: Final = Actor("complaints-manager", Role.COMPLAINTS_MANAGER)
ANALYST: Final = Actor("analyst-1", Role.QUALITY_ANALYST)
BODY: Final = Actor("independent-body", Role.EXTERNAL_BODY)

#: The names that stand under the letters, and at the head of those to our own people.
DIRECTORY: Final = StaticDirectory(
    {
        "handler-1": Contact(name="Avery Sample", reach="020 7946 0001"),
        "handler-2": Contact(name="Jordan Specimen", reach="020 7946 0002"),
        "reviewer-1": Contact(name="Quinn Placeholder", reach="020 7946 0003"),
        "call_centre": Contact(name="Casey Dummy", reach="call-centre@lindenbrook.example"),
        "complaints-manager": Contact(name="Morgan Example", reach="020 7946 0004"),
    }
)


def complainant(person: str) -> Actor:
    """A complainant who acts through the portal."""
    return Actor(person, Role.COMPLAINANT)
