"""Extension (EV-47): decided, and told to the person, before the date that it moves (INV-53, IT-09, IT-10)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.commitments.clocks import change
from complaintkit.commitments.promises import is_ongoing
from complaintkit.commitments.reckoning import Reckoned, find, reckon, term_of, term_text
from complaintkit.commitments.signals import raise_until
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Commitment
from complaintkit.complaint.step import Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import Instant, event
from complaintkit.policy import Profile
from complaintkit.timekeeping import Term, parse_unit
from complaintkit.values import Personal, maybe_personal
from complaintkit.vocabulary import CommitmentKind, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class ExtendCommitment:
    """EV-47: give a commitment ``count`` more of ``unit`` (``working_days``), and say why.

    ``notified_at`` is when the person was told the reason and the new date, and that they can go outside
    right now. The time of the command is when it was decided.
    """

    complaint: str
    commitment: str
    count: int
    unit: str = "working_days"
    reason: Personal | None = field(default=None, converter=maybe_personal)
    notified_at: Instant | None = None


# Events --------------------------------------------------------------------------------------------


@event
class CommitmentExtended:
    """A commitment has more time; its first date stays in the journal and is reported beside the new one (M-09)."""

    id: str
    kind: CommitmentKind
    due: Instant
    term: str
    budget: int
    reason: Personal
    notified_at: Instant


# Decide --------------------------------------------------------------------------------------------


def is_in_time(complaint: Complaint, cmd: ExtendCommitment, ctx: Context) -> Reason | None:
    """IT-09: what is breached, or falls due now, is not extended any more."""
    owed = find(complaint, cmd.commitment)
    if owed is None or not owed.is_open:
        return refuse("IT-09", "the commitment has its verdict, or does not exist")
    return None if ctx.occurred < owed.due else refuse("IT-09", "the date is there already, or past")


def is_told(complaint: Complaint, cmd: ExtendCommitment, ctx: Context) -> Reason | None:
    """INV-53, IT-10: the person was told why and until when, before the date."""
    owed = find(complaint, cmd.commitment)
    if cmd.notified_at is None or not cmd.reason:
        return refuse("IT-10", "the person was not told why and until when")
    if cmd.notified_at > ctx.now:
        return refuse("IT-10", "the person has not been told yet")
    late = owed is not None and cmd.notified_at >= owed.due
    return refuse("INV-53", "the person was told after the date") if late else None


def is_granted(complaint: Complaint, cmd: ExtendCommitment, ctx: Context) -> Reason | None:
    """EV-47: at most what the rules that set the term allow, all extensions together."""
    owed = find(complaint, cmd.commitment)
    if owed is None or not owed.term:
        return refuse("EV-47", "only what the rules granted can be extended, and an own word is none")
    longest = _longest(ctx.profile, owed)
    if longest is None:
        return refuse("EV-47", f"the rules know no extension of {owed.kind}")
    limit = _reckon(Term(term_of(owed.term).unit, term_of(owed.term).conventions, (longest.unit,)), owed, ctx)
    fits = _reckon(_extended(owed, cmd), owed, ctx).due <= limit.due
    return None if fits else refuse("EV-47", "that is longer than the rules allow")


def _longest(profile: Profile, owed: Commitment) -> Term | None:
    regime = profile.regime(owed.regime)
    if regime is not None:
        return regime.extensions.get(owed.kind)
    return None if owed.regime else profile.extensions.get(owed.kind)


def _extended(owed: Commitment, cmd: ExtendCommitment) -> Term:
    """The term with one more extension, which runs from the end before any roll (pain point 11)."""
    return term_of(owed.term).extended(parse_unit({cmd.unit: cmd.count}))


def _reckon(term: Term, owed: Commitment, ctx: Context) -> Reckoned:
    return reckon(term, owed.started_at, ctx.profile.calendar, owed.stood)


def extend(complaint: Complaint, cmd: ExtendCommitment, ctx: Context) -> Iterator[object]:
    """Move the date."""
    owed = given(find(complaint, cmd.commitment))
    yield from raise_until(owed, ctx.occurred, ctx)
    term = _extended(owed, cmd)
    due, budget, _ = _reckon(term, owed, ctx)
    yield CommitmentExtended(
        id=owed.id,
        kind=owed.kind,
        due=due,
        term=term_text(term),
        budget=budget,
        reason=given(cmd.reason),
        notified_at=given(cmd.notified_at),
    )


# Evolve --------------------------------------------------------------------------------------------


def extended(complaint: Complaint, happened: CommitmentExtended, _past: Past) -> Complaint:
    """The new date and the term that leads to it."""
    return change(complaint, happened.id, due=happened.due, term=happened.term, budget=happened.budget)


DECIDES = (
    Decides(
        command=ExtendCommitment, ev="EV-47", by=may(Role.TEAM_LEADER), requires=(is_ongoing,),
        guards=(is_in_time, is_told, is_granted), decide=extend,
    ),
)  # fmt: skip
EVOLVES = {CommitmentExtended: extended}
