"""From a term, a start and the stretches in which the clock stood to a due instant: the arithmetic of commitments.

Everything is reckoned from the origin again, pauses replayed; nothing is shifted from where it stood last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Commitment
from complaintkit.errors import MalformedInput
from complaintkit.policy import PauseReason, Profile, as_term
from complaintkit.timekeeping import Pause, Term, WorkingCalendar, clock_of, parse_term, write_term
from complaintkit.vocabulary import Band, CommitmentKind, CommitmentStatus, HoldReason

#: What a pause stops under the profile's own rules: only what needs that for which we wait. We confirm receipt,
#: keep people informed, act on danger and keep our word whatever we wait for.
PAUSABLE: Final = frozenset(
    {CommitmentKind.EARLY_RESOLUTION, CommitmentKind.FINAL, CommitmentKind.REVIEW, CommitmentKind.REMEDY}
)


class Reckoned(NamedTuple):
    """When something is due, how long its clock may run in all (seconds), and the calendar that says so."""

    due: datetime
    budget: int
    calendar: str


def term_text(term: Term) -> str:
    """A term as it stands in the journal.

    >>> from complaintkit.timekeeping import WorkingDays
    >>> term_text(as_term(WorkingDays(10)))
    '{"working_days":10}'
    """
    return json.dumps(write_term(term), sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=1024)
def term_of(text: str) -> Term:
    """The term that :func:`term_text` wrote."""
    return as_term(parse_term(json.loads(text)))


def version_of(calendar: WorkingCalendar) -> str:
    """The calendar's name and the digest of its content: what a verdict is pinned to."""
    return f"{calendar.id}#{calendar.digest}"


def reckon(term: Term, start: datetime, calendar: WorkingCalendar, stood: tuple[Pause, ...] = ()) -> Reckoned:
    """The due instant of a term, and the budget of its clock."""
    due = term.due(start, calendar, stood)
    return Reckoned(due, int(clock_of(term, calendar).elapsed(start, due, stood)), version_of(calendar))


def consumed(owed: Commitment, at: datetime, calendar: WorkingCalendar) -> int:
    """How many seconds of its budget a commitment has used at an instant; an own word counts elapsed time."""
    return int(_clock(owed, calendar).elapsed(owed.started_at, at, owed.stood))


def when_used(owed: Commitment, seconds: int, calendar: WorkingCalendar) -> datetime:
    """When so many seconds of the budget are used, as things stand."""
    return _clock(owed, calendar).add(owed.started_at, seconds, owed.stood) if seconds > 0 else owed.started_at


def _clock(owed: Commitment, calendar: WorkingCalendar) -> WorkingCalendar:
    return clock_of(term_of(owed.term or _ELAPSED), calendar)


_ELAPSED: Final = '{"hours":0}'


def present_term(owed: Commitment, profile: Profile, band: Band | None) -> Term | None:
    """What the policy of today grants for a commitment, with the extensions it was given; None: nothing any more.

    An extension that cannot be added to the new term (hours to days) leaves the old term as it is.
    """
    granted = profile.terms(owed.kind, band or Band.P4).get(owed.regime)
    before = term_of(owed.term)
    if granted is None or not before.extensions:
        return granted
    try:
        return granted.extended(*before.extensions)
    except MalformedInput:
        return before


def stops(profile: Profile, kind: CommitmentKind, regime: str, reason: HoldReason) -> bool:
    """Whether a reason stops the clock of such a commitment: a legal pin only for what its own rules list."""
    if regime:
        rules = profile.regime(regime)
        return rules is not None and reason.value in rules.pauses
    return kind in PAUSABLE and lists(profile, reason)


def lists(profile: Profile, reason: HoldReason) -> bool:
    """Whether the profile lists a reason to stop clocks; our own waiting can never be listed (IT-08)."""
    return reason.value in tuple(PauseReason) and reason.value in profile.pause_reasons


def find(complaint: Complaint, commitment: str) -> Commitment | None:
    """The commitment with an id."""
    return next((owed for owed in complaint.commitments if owed.id == commitment), None)


def unfinished(complaint: Complaint) -> Iterator[Commitment]:
    """What is still owed: the open ones, and the breached ones that were not done after all."""
    for owed in complaint.commitments:
        if owed.is_open or is_late(owed):
            yield owed


def is_late(owed: Commitment) -> bool:
    """Whether a commitment is breached and still not done."""
    return owed.status is CommitmentStatus.BREACHED and owed.ended_at is None
