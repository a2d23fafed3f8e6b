"""Priority besides triage: overrides with a second person, and the second look that a person's own urgency asks for.

EV-09, G-05, P-08, P-20. Raising counts at once and waits for its confirmation; lowering counts once somebody else has
confirmed it. Nobody confirming a raise in time is reported and changes nothing: to fall back would be to lower, which
takes a second person, and the system decides nothing (SoD-9).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from attrs import field, frozen

from complaintkit.commitments import bring_forward
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import PriorityOverride, SecondLook
from complaintkit.complaint.step import COMPLAINANT, Context, Decides, Past, given, may, refuse, stay
from complaintkit.errors import Reason
from complaintkit.journal import Instant, event
from complaintkit.policy.overrides import Override, OverrideVerdict, judge, second_look
from complaintkit.values import Personal, maybe_personal
from complaintkit.vocabulary import Band, Handling, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class OverridePriority:
    """EV-09: set another band than the assessed one, by at most two, with the reason (G-05).

    ``hazard_ended`` says that what made it a safety case is over, which a lowering below its floor needs.
    """

    complaint: str
    band: Band = field(converter=Band)
    reason: Personal | None = field(default=None, converter=maybe_personal)
    hazard_ended: bool = False


@frozen(kw_only=True)
class ConfirmOverride:
    """EV-09: the second person agrees: a lowering counts from now on, a raise stays (P-20)."""

    complaint: str


@frozen(kw_only=True)
class RejectOverride:
    """EV-09: the second person does not agree, and says why: the assessed band counts."""

    complaint: str
    reason: Personal | None = field(default=None, converter=maybe_personal)


@frozen(kw_only=True)
class ReportOverdueOverride:
    """P-20: nobody has confirmed a raise in time; the timers give this, nobody else."""

    complaint: str


@frozen(kw_only=True)
class DeclareUrgency:
    """F10, P-08: how urgent the person themself says it is; it is kept and shown, and decides nothing."""

    complaint: str
    urgency: Band = field(converter=Band)


@frozen(kw_only=True)
class AskSecondLook:
    """P-08: compare the person's own urgency with the assessed one; follows from either of them."""

    complaint: str


# Events --------------------------------------------------------------------------------------------


@event
class PriorityOverridden:
    """A person set another band: a raise counts from now, a lowering waits (both values are kept)."""

    target: Handling
    assessed: Band
    to: Band
    reason: Personal
    hazard_ended: bool
    confirm_by: Instant | None


@event
class OverrideConfirmed:
    """A second person stands behind the override."""

    target: Handling
    assessed: Band
    to: Band


@event
class OverrideRejected:
    """A second person does not stand behind it; the assessed band counts again."""

    target: Handling
    assessed: Band
    to: Band
    reason: Personal


@event
class OverrideLeftUnconfirmed:
    """A raise that nobody confirmed in time; it stands, and ``told`` is whose business it is now."""

    assessed: Band
    to: Band
    told: Role


@event
class UrgencyDeclared:
    """How urgent the person says it is."""

    urgency: Band


@event
class SecondLookAsked:
    """The person sees it two levels more urgent than it was assessed: somebody else looks again."""

    declared: Band
    assessed: Band
    rater: str


@event
class SecondLookEnded:
    """Somebody else has assessed it, or it was found to be about as urgent as the person says."""

    declared: Band
    assessed: Band


# Decide --------------------------------------------------------------------------------------------


def is_rated(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """G-05: there is an assessed band to override."""
    return None if complaint.triage else refuse("G-05", "triage is not recorded yet")


def nothing_stands(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """G-05: bands are not moved twice from one assessment."""
    fine = complaint.override is None
    return None if fine else refuse("G-05", "an override stands already: it is confirmed, rejected, or triaged anew")


def override_waits(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """P-20: there is an override that waits for its second person."""
    waits = complaint.override is not None and complaint.override.waits
    return None if waits else refuse("P-20", "no override waits for a second person")


def not_the_same_person(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """SoD-1: the second person is another one."""
    own = complaint.override is not None and complaint.override.by == ctx.actor.id
    return refuse("SoD-1", "nobody confirms or rejects their own override") if own else None


def policy_permits(complaint: Complaint, cmd: OverridePriority, ctx: Context) -> Reason | None:
    """G-05, IT-15: what the policy says; the first of its reasons."""
    return next(iter(_judged(complaint, cmd, ctx).reasons), None) if complaint.triage else None


def _judged(complaint: Complaint, cmd: OverridePriority, ctx: Context) -> OverrideVerdict:
    triage = given(complaint.triage)
    facts: dict[str, Any] = dict(triage.levels)
    facts |= {"is_minor": triage.is_minor, "adult_at_risk": triage.adult_at_risk}
    facts["reopened_band"] = complaint.previous_band
    # The text itself may say anything; that there is one is what the rule asks.
    reason = "given" if cmd.reason else ""
    asked = Override(
        assessed=triage.band, to=cmd.band, by=ctx.actor.id, reason=reason, hazard_ended=cmd.hazard_ended
    )  # fmt: skip
    return judge(asked, facts, ctx.profile.overrides, ctx.profile.label)


def says_why(_complaint: Complaint, cmd: RejectOverride, _ctx: Context) -> Reason | None:
    """P-20: why the second person does not agree."""
    return None if cmd.reason else refuse("P-20", "no reason is given")


def is_unconfirmed(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """P-20: the time for a confirmation is over, and this was not reported before."""
    due = confirmation_due(complaint)
    return None if due and due < ctx.occurred else refuse("P-20", "no confirmation is overdue")


def confirmation_due(complaint: Complaint) -> datetime | None:
    """Until when somebody should confirm a raise; None where nothing waits, or where it was reported already."""
    override = complaint.override
    waits = override is not None and override.waits and not override.overdue and complaint.is_open
    return override.confirm_by if override is not None and waits else None


def override(complaint: Complaint, cmd: OverridePriority, ctx: Context) -> Iterator[object]:
    """Keep both values; more urgency brings the open dates forward at once (EV-08)."""
    verdict = _judged(complaint, cmd, ctx)
    asked, within = verdict.override, verdict.rules.confirm_within
    yield PriorityOverridden(
        target=ctx.target,
        assessed=asked.assessed,
        to=asked.to,
        reason=given(cmd.reason),
        hazard_ended=cmd.hazard_ended,
        confirm_by=None if asked.lowers else within.due(ctx.occurred, ctx.profile.calendar),
    )
    if not asked.lowers:
        yield from bring_forward(complaint, asked.to, ctx)


def confirm(complaint: Complaint, _cmd: ConfirmOverride, ctx: Context) -> Iterator[object]:
    """Stand behind it; dates that were promised stay as they are."""
    stands = given(complaint.override)
    yield OverrideConfirmed(target=ctx.target, assessed=stands.assessed, to=stands.to)


def reject(complaint: Complaint, cmd: RejectOverride, ctx: Context) -> Iterator[object]:
    """Take it back; dates that were brought forward stay so."""
    stands = given(complaint.override)
    yield OverrideRejected(target=ctx.target, assessed=stands.assessed, to=stands.to, reason=given(cmd.reason))


def report_overdue(complaint: Complaint, _cmd: ReportOverdueOverride, _ctx: Context) -> Iterator[object]:
    """Tell the complaints manager; whoever may confirm may still do so."""
    stands = given(complaint.override)
    yield OverrideLeftUnconfirmed(assessed=stands.assessed, to=stands.to, told=Role.COMPLAINTS_MANAGER)


def declare(_complaint: Complaint, cmd: DeclareUrgency, _ctx: Context) -> Iterator[object]:
    """Keep what the person says."""
    yield UrgencyDeclared(urgency=cmd.urgency)


def ask_second_look(complaint: Complaint, _cmd: AskSecondLook, ctx: Context) -> Iterator[object]:
    """Ask once; it is taken by another rater, or when the difference is gone."""
    declared, triage, look = complaint.declared_urgency, complaint.triage, complaint.second_look
    if declared is None or triage is None:
        return
    apart = second_look(declared, triage.band)
    if look is None and apart:
        yield SecondLookAsked(declared=declared, assessed=triage.band, rater=triage.by)
    elif look is not None and look.taken_by is None and (triage.by != look.rater or not apart):
        yield SecondLookEnded(declared=declared, assessed=triage.band)


# Evolve --------------------------------------------------------------------------------------------


def overridden(complaint: Complaint, happened: PriorityOverridden, past: Past) -> Complaint:
    """Both values stand side by side."""
    stands = PriorityOverride(
        assessed=happened.assessed,
        to=happened.to,
        by=past.actor.id,
        at=past.when,
        reason=happened.reason,
        confirm_by=happened.confirm_by,
    )
    return changed(stay(complaint, happened, past), override=stands)


def confirmed(complaint: Complaint, happened: OverrideConfirmed, past: Past) -> Complaint:
    """It has its second person."""
    stands = changed(given(complaint.override), confirmed_by=past.actor.id, confirmed_at=past.when)
    return changed(stay(complaint, happened, past), override=stands)


def rejected(complaint: Complaint, happened: OverrideRejected, past: Past) -> Complaint:
    """The assessed band counts; what was asked stays in the journal (P-21)."""
    return changed(stay(complaint, happened, past), override=None)


def overdue(complaint: Complaint, _happened: OverrideLeftUnconfirmed, _past: Past) -> Complaint:
    """It was reported, once."""
    return changed(complaint, override=changed(given(complaint.override), overdue=True))


def declared(complaint: Complaint, happened: UrgencyDeclared, _past: Past) -> Complaint:
    """The newest word of the person counts."""
    return changed(complaint, declared_urgency=happened.urgency)


def look_asked(complaint: Complaint, happened: SecondLookAsked, past: Past) -> Complaint:
    """Somebody else is asked."""
    look = SecondLook(
        declared=happened.declared, assessed=happened.assessed, rater=happened.rater, asked_at=past.when
    )  # fmt: skip
    return changed(complaint, second_look=look)


def look_taken(complaint: Complaint, _happened: SecondLookEnded, past: Past) -> Complaint:
    """Somebody else has looked."""
    look = changed(given(complaint.second_look), taken_by=past.actor.id, taken_at=past.when)
    return changed(complaint, second_look=look)


def is_ongoing(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """IT-01: a closed complaint is reopened first."""
    return None if complaint.is_open else refuse("IT-01", "the complaint is closed")


_SECOND = may(Role.TEAM_LEADER)
DECIDES = (
    Decides(
        command=OverridePriority,
        ev="EV-09",
        by=may(Role.TRIAGE_OFFICER),
        move="override_priority",
        requires=(is_rated, nothing_stands),
        guards=(policy_permits,),
        decide=override,
    ),
    Decides(
        command=ConfirmOverride,
        ev="EV-09",
        by=_SECOND,
        move="override_priority",
        requires=(override_waits, not_the_same_person),
        decide=confirm,
    ),
    Decides(
        command=RejectOverride,
        ev="EV-09",
        by=_SECOND,
        move="override_priority",
        requires=(override_waits, not_the_same_person),
        guards=(says_why,),
        decide=reject,
    ),
    Decides(
        command=ReportOverdueOverride, ev="P-20", by=may(Role.SYSTEM), guards=(is_unconfirmed,), decide=report_overdue
    ),
    Decides(command=DeclareUrgency, ev="P-08", by=COMPLAINANT, requires=(is_ongoing,), decide=declare),
    Decides(command=AskSecondLook, ev="P-08", by=may(), decide=ask_second_look),
)
EVOLVES = {
    PriorityOverridden: overridden,
    OverrideConfirmed: confirmed,
    OverrideRejected: rejected,
    OverrideLeftUnconfirmed: overdue,
    UrgencyDeclared: declared,
    SecondLookAsked: look_asked,
    SecondLookEnded: look_taken,
}
