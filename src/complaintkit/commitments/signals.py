"""Signals (EV-52): warnings before a date, its breach, and the ladder above; each once, for each cycle and rung.

When a rung is climbed follows from the commitment alone, so that it does not matter when or how often somebody
looks. Whatever gives a verdict first raises what was due before it; the timers raise the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from attrs import frozen

from complaintkit.commitments.reckoning import find, is_late, when_used
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Commitment
from complaintkit.complaint.step import Context, Decides, Past, given, may, refuse
from complaintkit.errors import CalendarRefused, Reason
from complaintkit.journal import Instant, event
from complaintkit.policy import OWNER, Profile, Rung
from complaintkit.timekeeping import WorkingCalendar, local_day
from complaintkit.values import UNASSIGNED
from complaintkit.vocabulary import CommitmentKind, Role

#: A due instant is still met at that very instant; what follows from missing it comes just after.
JUST_AFTER: Final = timedelta(microseconds=1)
#: The rungs beside the ladder: the first, second ... letter that was to keep the promise and failed for good.
UNDELIVERED: Final = "undelivered"


class Climb(NamedTuple):
    """A rung and the instant at which it is climbed."""

    at: datetime
    rung: Rung


# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RaiseSignal:
    """EV-52: a rung of the ladder is reached; the timers give this, nobody else."""

    complaint: str
    commitment: str
    rung: str


@frozen(kw_only=True)
class EscalateUndelivered:
    """N-06: a letter that keeps a promise of these kinds failed for good; what is open of them is somebody's matter.

    Follows from events (a letter that failed); nobody gives it directly.
    """

    complaint: str
    kinds: tuple[CommitmentKind, ...]


# Events --------------------------------------------------------------------------------------------


@event
class SignalRaised:
    """Somebody is told about a commitment: a role, or ``owner``. ``at`` is when it was time to.

    ``not_before`` is the earliest opening hour: a notifier may wait until then, the signal itself does not (N-24).
    """

    commitment: str
    kind: CommitmentKind
    cycle: int
    rung: str
    at: Instant
    to: str
    not_before: Instant


# Decide --------------------------------------------------------------------------------------------


def signal_key(complaint: str, commitment: str, cycle: int, rung: str) -> str:
    """What only one may claim, once, whatever happens to the date.

    >>> signal_key("C-1", "c-9", 2, "breach")
    'signal|C-1|c-9|2|breach'
    """
    return f"signal|{complaint}|{commitment}|{cycle}|{rung}"


@lru_cache(maxsize=4096)
def next_climb(owed: Commitment, profile: Profile) -> Climb | None:
    """The next rung of a commitment and when; nothing where the clock stands, or nothing is owed any more.

    It is asked before and after every command, and mostly for the same commitments.
    """
    waits = owed.is_open and owed.paused_since is None
    return next(_climbs(owed, profile), None) if waits or is_late(owed) else None


def _climbs(owed: Commitment, profile: Profile) -> Iterator[Climb]:
    """The rungs that were not climbed yet, in the order of their instants.

    Those after the date come last, and their days are looked up only when they are asked for: a calendar that
    ends with the year need not know them before.
    """
    left = [rung for rung in profile.ladder if rung.id not in owed.signals]
    before = [rung for rung in left if rung.working_days_over is None]
    after = [rung for rung in left if rung.working_days_over is not None]
    yield from sorted((Climb(climbed_at(owed, rung, profile.calendar), rung) for rung in before), key=_instant)
    for rung in sorted(after, key=lambda rung: rung.working_days_over or 0):
        yield Climb(climbed_at(owed, rung, profile.calendar), rung)


def _instant(climb: Climb) -> datetime:
    return climb.at


def climbed_at(owed: Commitment, rung: Rung, calendar: WorkingCalendar) -> datetime:
    """When a commitment comes to a rung, as things stand; never before it began."""
    if rung.working_days_over is not None:
        day = local_day(owed.due - JUST_AFTER, calendar.zone)
        return max(calendar.close_of_business(calendar.working_day(day, rung.working_days_over)), owed.due + JUST_AFTER)
    if rung.percent == 100:
        return owed.due + JUST_AFTER
    left = 3600 * (rung.hours_left or 0)
    used = owed.budget - left if rung.percent is None else owed.budget * rung.percent // 100
    return min(when_used(owed, used, calendar), owed.due)


def raise_until(owed: Commitment, at: datetime, ctx: Context) -> Iterator[SignalRaised]:
    """Every rung that a commitment has climbed by an instant; a clock that stands has climbed none since."""
    if not (owed.is_open or is_late(owed)):
        return
    until = min(at, owed.paused_since or at)
    for climb in _climbs(owed, ctx.profile):
        if climb.at > until:
            return
        yield _raised(owed, climb, ctx)


def escalate(complaint: Complaint, cmd: EscalateUndelivered, ctx: Context) -> Iterator[SignalRaised]:
    """Tell whoever a breach would be told to, before it is one: each failure is a rung of its own."""
    to = next((rung.to for rung in ctx.profile.ladder if rung.percent == 100), "owner")
    for owed in complaint.open_commitments:
        if owed.kind in cmd.kinds:
            count = 1 + sum(rung.startswith(UNDELIVERED) for rung in owed.signals)
            yield _raised(owed, Climb(ctx.occurred, Rung(id=f"{UNDELIVERED}-{count}", to=to)), ctx)


def _raised(owed: Commitment, climb: Climb, ctx: Context) -> SignalRaised:
    return SignalRaised(
        commitment=owed.id,
        kind=owed.kind,
        cycle=owed.cycle,
        rung=climb.rung.id,
        at=climb.at,
        to=climb.rung.to,
        not_before=_opening(max(climb.at, ctx.now), ctx.profile.calendar),
    )


def _opening(at: datetime, calendar: WorkingCalendar) -> datetime:
    """The next opening hours; at once, where the calendar does not know that year yet."""
    try:
        return calendar.next_open(at)
    except CalendarRefused:
        return at


def addressee(complaint: Complaint, to: str, profile: Profile) -> str:
    """The person behind what a signal says: ``owner``, or a role whom the unit in charge names (E-52, EV-52).

    A role that no unit names stays the role; whoever is complained about or recused is passed over (INV-35).
    """
    if to == OWNER:
        return complaint.owner or UNASSIGNED
    return profile.routing.escalation(complaint.unit, to, excluded=complaint.excluded)


def is_reached(complaint: Complaint, cmd: RaiseSignal, ctx: Context) -> Reason | None:
    """EV-52: never early, never twice, never for what is no longer owed or for a closed complaint."""
    owed = find(complaint, cmd.commitment)
    climb = next_climb(owed, ctx.profile) if owed and complaint.is_open else None
    if climb is None or climb.rung.id != cmd.rung:
        return refuse("EV-52", "this is not the next rung of the commitment")
    return None if climb.at <= ctx.occurred else refuse("EV-52", "the rung is not reached yet")


def tell(complaint: Complaint, cmd: RaiseSignal, ctx: Context) -> Iterator[SignalRaised]:
    """Raise the one signal."""
    owed = given(find(complaint, cmd.commitment))
    yield _raised(owed, given(next_climb(owed, ctx.profile)), ctx)


# Evolve --------------------------------------------------------------------------------------------


def raised(complaint: Complaint, happened: SignalRaised, _past: Past) -> Complaint:
    """The rung is climbed for good."""
    commitments = tuple(
        changed(owed, signals=(*owed.signals, happened.rung)) if owed.id == happened.commitment else owed
        for owed in complaint.commitments
    )
    return changed(complaint, commitments=commitments)


DECIDES = (
    Decides(command=RaiseSignal, ev="EV-52", by=may(Role.SYSTEM), guards=(is_reached,), decide=tell),
    Decides(command=EscalateUndelivered, ev="EV-52", by=may(), decide=escalate),
)
EVOLVES = {SignalRaised: raised}
