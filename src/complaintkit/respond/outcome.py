"""The outcome: told to the complainant by a person, accepted or not (EV-34, EV-35)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Outcome
from complaintkit.complaint.step import COMPLAINANT, Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.letters.delivery import request
from complaintkit.respond.findings import derive_outcome
from complaintkit.respond.guards import has_words, quotable
from complaintkit.values import Personal, maybe_personal
from complaintkit.vocabulary import Channel, Handling, NoticeRule, OutcomeValue, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class IssueOutcome:
    """EV-34: tell the parties; ``explanation`` opens the letter in the handler's own words (N-14)."""

    complaint: str
    explanation: Personal | None = field(default=None, converter=maybe_personal)


@frozen(kw_only=True)
class AcceptOutcome:
    """EV-35: the complainant accepts, in any form; their words are kept."""

    complaint: str
    words: Personal | None = field(default=None, converter=maybe_personal)
    channel: Channel = field(default=Channel.EMAIL, converter=Channel)


# Events --------------------------------------------------------------------------------------------


@event
class OutcomeIssued:
    """The outcome was decided and goes out; it is derived from the findings (INV-24)."""

    target: Handling
    value: OutcomeValue
    explanation: Personal


@event
class OutcomeAccepted:
    """The complainant accepts the outcome."""

    target: Handling
    words: Personal
    channel: Channel


# Decide --------------------------------------------------------------------------------------------


def is_decided(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """G-22, IT-03: an approved report stands behind the letter."""
    report = complaint.inquiry.report
    approved = report is not None and report.approved_at is not None
    return None if approved else refuse("G-22", "no approved report stands behind an outcome (IT-03)")


def is_personal(_complaint: Complaint, cmd: IssueOutcome, _ctx: Context) -> Reason | None:
    """N-00.7: an outcome made of a template alone is refused."""
    return None if cmd.explanation else refuse("N-00.7", "the outcome is not explained in the handler's own words")


def issue_outcome(complaint: Complaint, cmd: IssueOutcome, ctx: Context) -> Iterator[object]:
    """Derive the outcome and send it."""
    value = derive_outcome(finding.value for finding in given(complaint.inquiry.report).findings)
    yield OutcomeIssued(target=ctx.target, value=value, explanation=given(cmd.explanation))
    yield from request(NoticeRule.OUTCOME, complaint, ctx)


def has_not_accepted(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """Acceptance is given once."""
    accepted = complaint.outcome is not None and complaint.outcome.accepted_at is not None
    return refuse("EV-35", "the outcome is accepted already") if accepted else None


def accept(_complaint: Complaint, cmd: AcceptOutcome, ctx: Context) -> Iterator[object]:
    """Record the acceptance."""
    yield OutcomeAccepted(target=ctx.target, words=given(cmd.words), channel=cmd.channel)


# Evolve --------------------------------------------------------------------------------------------


def issued(complaint: Complaint, happened: OutcomeIssued, past: Past) -> Complaint:
    """The outcome stands; its letter is on the way."""
    outcome = Outcome(value=happened.value, issued_at=past.when, explanation=happened.explanation)
    return changed(complaint, handling=happened.target, outcome=outcome)


def accepted(complaint: Complaint, happened: OutcomeAccepted, past: Past) -> Complaint:
    """The outcome is accepted."""
    outcome = changed(given(complaint.outcome), accepted_at=past.when)
    return changed(complaint, handling=happened.target, outcome=outcome)


DECIDES = (
    Decides(
        command=IssueOutcome,
        ev="EV-34",
        by=may(Role.CASE_HANDLER, Role.DECISION_MAKER),
        move="issue_outcome",
        requires=(is_decided,),
        guards=(is_personal, quotable("explanation")),
        decide=issue_outcome,
    ),
    Decides(
        command=AcceptOutcome,
        ev="EV-35",
        by=COMPLAINANT,
        move="accept_outcome",
        requires=(has_not_accepted,),
        guards=(has_words,),
        decide=accept,
    ),
)
EVOLVES = {OutcomeIssued: issued, OutcomeAccepted: accepted}
