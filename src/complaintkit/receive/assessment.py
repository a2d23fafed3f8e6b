"""Assessment: whose it is, which issues it has, how urgent it is (EV-04, EV-56, EV-08)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
from attrs import field, frozen

from complaintkit.commitments import bring_forward, promise, unfinished
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Issue, Triage
from complaintkit.complaint.step import Context, Decides, Past, may, no_conflict, refuse, stay
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.values import Personal, maybe_personal, personal
from complaintkit.vocabulary import Band, CommitmentKind, Dimension, Handling, Jurisdiction, Role, Track

Levels = tuple[tuple[str, int], ...]


def levels(value: Mapping[str, int] | Levels) -> Levels:
    """Levels of triage by fact name, sorted, from a mapping or from pairs."""
    return tuple(sorted(value.items() if isinstance(value, Mapping) else value))


# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class BeginAssessment:
    """EV-04: take the complaint on, declaring whether there is a conflict of interest (E-18)."""

    complaint: str
    conflict: bool = False


@frozen(kw_only=True)
class NewIssue:
    """One allegation as agreed with the complainant; it is numbered when it is set (E-10)."""

    statement: Personal = field(converter=personal)
    category: str = "other"
    desired_outcome: Personal | None = field(default=None, converter=maybe_personal)
    respondent: str | None = None
    identifies_person: bool = False
    jurisdiction: Jurisdiction = field(default=Jurisdiction.YES, converter=Jurisdiction)


def new_issues(value: Iterable[NewIssue]) -> tuple[NewIssue, ...]:
    """New issues as a tuple, from any iterable of them."""
    return tuple(value)


@frozen(kw_only=True)
class SetIssues:
    """EV-56: set the issues, worded neutrally and put to the complainant; later only related ones are added."""

    complaint: str
    issues: tuple[NewIssue, ...] = field(converter=new_issues)
    related: bool = True


@frozen(kw_only=True)
class RecordTriage:
    """EV-08: rate the ten dimensions by their anchors (P-03) and let the policy say band, rank and track.

    ``levels`` names all ten facts (``seriousness`` ... ``hardship``); a level of 2 or more needs the
    ``note`` that says what was observed. ``act_now`` says that something must be done at once, whatever the band
    (EV-20); in P1 it always must. ``specialist_matter`` is a code such as ``discrimination``.
    """

    complaint: str
    levels: Levels = field(converter=levels)
    note: Personal | None = field(default=None, converter=maybe_personal)
    act_now: bool = False
    is_minor: bool = False
    adult_at_risk: bool = False
    specialist_matter: str | None = None
    kind_confirmed: bool = True
    adjustments_asked: bool = True
    conflict: bool = False


# Events --------------------------------------------------------------------------------------------


@event
class AssessmentBegun:
    """Somebody without a conflict of interest has taken the complaint on (INV-36)."""

    target: Handling


@event
class IssuesSet:
    """The issues as numbered; ``added`` says that earlier ones stay."""

    target: Handling
    issues: tuple[Issue, ...]
    added: bool


@event
class TriageRecorded:
    """Priority was assessed; an earlier triage stays in the journal (INV-30)."""

    target: Handling
    levels: Levels
    band: Band
    rank: int
    track: Track
    rules: tuple[str, ...]
    note: Personal | None
    act_now: bool
    is_minor: bool
    adult_at_risk: bool
    specialist_matter: str | None


# Decide --------------------------------------------------------------------------------------------


def has_issues(_complaint: Complaint, cmd: SetIssues, _ctx: Context) -> Reason | None:
    """INV-02: at least one issue."""
    return None if cmd.issues else refuse("INV-02", "no issue is given")


def is_related(complaint: Complaint, cmd: SetIssues, _ctx: Context) -> Reason | None:
    """INV-26: after assessment only related issues are added; others begin a complaint of their own."""
    fine = cmd.related or complaint.handling is Handling.ASSESSING
    return None if fine else refuse("INV-26", "an unrelated issue begins a complaint of its own")


def is_complete(_complaint: Complaint, cmd: RecordTriage, _ctx: Context) -> Reason | None:
    """G-04: D1 to D10 rated, kind confirmed, adjustments asked."""
    missing = sorted({d.fact for d in Dimension} - {name for name, _ in cmd.levels})
    if missing:
        return refuse("G-04", f"not rated: {', '.join(missing)}")
    if not (cmd.kind_confirmed and cmd.adjustments_asked):
        return refuse("G-04", "the kind must be confirmed and adjustments must have been asked for")
    return None


def is_evidenced(_complaint: Complaint, cmd: RecordTriage, _ctx: Context) -> Reason | None:
    """P-03: every level of 2 or more stands on something observed."""
    high = [name for name, level in cmd.levels if level >= 2]
    return refuse("P-03", f"a note must say what was observed for {', '.join(high)}") if high and not cmd.note else None


def begin(_complaint: Complaint, _cmd: BeginAssessment, ctx: Context) -> Iterator[object]:
    """Begin to assess."""
    yield AssessmentBegun(target=ctx.target)


def set_issues(complaint: Complaint, cmd: SetIssues, ctx: Context) -> Iterator[object]:
    """Number the issues; in assessment they replace what was set before, later they are added."""
    added = complaint.handling is not Handling.ASSESSING
    first = len(complaint.issues) + 1 if added else 1
    issues = tuple(
        Issue(no=no, **{a.name: getattr(new, a.name) for a in attrs.fields(NewIssue)})
        for no, new in enumerate(cmd.issues, first)
    )
    yield IssuesSet(target=ctx.target, issues=issues, added=added)


def triage(complaint: Complaint, cmd: RecordTriage, ctx: Context) -> Iterator[object]:
    """Ask the policy, and bring commitments forward where it finds more urgency."""
    rated = _with_history(complaint, cmd.levels)
    verdict = ctx.profile.priority(facts_of_triage(complaint, cmd, rated))
    yield TriageRecorded(
        target=ctx.target,
        levels=rated,
        band=verdict.value,
        rank=verdict.rank,
        track=verdict.track,
        rules=tuple(verdict.rules),
        note=cmd.note,
        act_now=cmd.act_now,
        is_minor=cmd.is_minor,
        adult_at_risk=cmd.adult_at_risk,
        specialist_matter=cmd.specialist_matter,
    )
    yield from bring_forward(complaint, verdict.value, ctx)
    if must_act(complaint, cmd, verdict.value):
        since = complaint.received_at if complaint.triage is None else ctx.occurred
        yield from promise(complaint, CommitmentKind.IMMEDIATE_ACTION, since, ctx, band=verdict.value)


def must_act(complaint: Complaint, cmd: RecordTriage, band: Band) -> bool:
    """EV-08: whether immediate action is owed from now on: in P1, unless it was taken, or where the triage says so."""
    waits = any(owed.kind is CommitmentKind.IMMEDIATE_ACTION for owed in unfinished(complaint))
    taken = any(action.episode == complaint.episode for action in complaint.actions)
    return not waits and (cmd.act_now or (band is Band.P1 and not taken))


def _with_history(complaint: Complaint, rated: Levels) -> Levels:
    """D9 is at its highest where the complaint was reopened, whatever was rated: that is its anchor (P-03, P-11)."""
    reopened = complaint.episode > 1
    highest = (Dimension.PRIOR_FAILURE.fact, Dimension.PRIOR_FAILURE.top)
    return tuple(highest if reopened and name == highest[0] else (name, level) for name, level in rated)


def facts_of_triage(complaint: Complaint, said: RecordTriage | TriageRecorded, rated: Levels) -> dict[str, Any]:
    """What the policy reads of a triage, asked for or recorded: levels, needs, the band before (P-12)."""
    facts: dict[str, Any] = dict(rated)
    facts |= {"is_minor": said.is_minor, "adult_at_risk": said.adult_at_risk}
    facts["sensitive_category"] = said.specialist_matter is not None
    if complaint.previous_band:
        facts["reopened_band"] = complaint.previous_band
    return facts


# Evolve --------------------------------------------------------------------------------------------


def issues_set(complaint: Complaint, happened: IssuesSet, _past: Past) -> Complaint:
    """The issues stand as numbered."""
    before = complaint.issues if happened.added else ()
    return changed(complaint, handling=happened.target, issues=before + happened.issues)


def triaged(complaint: Complaint, happened: TriageRecorded, past: Past) -> Complaint:
    """The newest triage counts; an override of the one before ends with it."""
    assessed = Triage(
        levels=happened.levels,
        band=happened.band,
        rank=happened.rank,
        track=happened.track,
        rules=happened.rules,
        policy=past.policy,
        at=past.when,
        by=past.actor.id,
        is_minor=happened.is_minor,
        adult_at_risk=happened.adult_at_risk,
    )
    return changed(complaint, handling=happened.target, triage=assessed, override=None)


DECIDES = (
    Decides(
        command=BeginAssessment,
        ev="EV-04",
        by=may(Role.CASE_HANDLER, Role.TRIAGE_OFFICER),
        move="begin_assessment",
        guards=(no_conflict,),
        decide=begin,
    ),
    Decides(
        command=SetIssues,
        ev="EV-56",
        by=may(Role.CASE_HANDLER, Role.TRIAGE_OFFICER, Role.INVESTIGATOR),
        move="set_issues",
        guards=(has_issues, is_related),
        decide=set_issues,
    ),
    Decides(
        command=RecordTriage,
        ev="EV-08",
        by=may(Role.TRIAGE_OFFICER),
        move="record_triage",
        guards=(no_conflict, is_complete, is_evidenced),
        decide=triage,
    ),
)
EVOLVES = {AssessmentBegun: stay, IssuesSet: issues_set, TriageRecorded: triaged}
