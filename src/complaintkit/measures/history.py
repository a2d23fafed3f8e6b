"""From the entries of one complaint to the rows that are measured: whole seconds, local dates, 0/1 flags.

Whatever a measure needs is worked out here, once, in Python; the engine then only filters, counts, sums and
takes quantiles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from attrs import field, frozen

from complaintkit.commitments import CommitmentMade
from complaintkit.complaint import Commitment, Complaint
from complaintkit.errors import CalendarRefused
from complaintkit.journal import Entry
from complaintkit.letters.contents import SATISFIES
from complaintkit.letters.delivery import LetterSent, can_write_to
from complaintkit.lifecycle import fold
from complaintkit.measures.engine import Cell
from complaintkit.receive.duplicates import ComplaintUnmerged, DuplicateJoined
from complaintkit.receive.history import RecordAnswered
from complaintkit.respond.early_resolution import ResolutionAgreed
from complaintkit.respond.outcome import OutcomeIssued
from complaintkit.respond.review import InternalReviewDecided
from complaintkit.timekeeping import WorkingCalendar, format_instant, local_day
from complaintkit.vocabulary import AckState, CommitmentKind, CommitmentStatus, NoticeRule

#: The columns of a complaint with their DuckDB types; attributes and milestones follow after them.
COMPLAINT: Final = {
    "ref": "VARCHAR", "received_at": "VARCHAR", "received_on": "DATE", "received_month": "VARCHAR",
    "registered_at": "VARCHAR", "closed_at": "VARCHAR", "closed_on": "DATE",
    "kind": "VARCHAR", "channel": "VARCHAR", "unit": "VARCHAR", "language": "VARCHAR", "band": "VARCHAR",
    "category": "VARCHAR", "outcome": "VARCHAR", "handling": "VARCHAR", "source": "VARCHAR",
    "is_open": "TINYINT", "is_imported": "TINYINT", "is_waived": "TINYINT", "episodes": "INTEGER",
    "source_timely": "TINYINT", "is_answered": "TINYINT",
    "calendar_seconds": "BIGINT", "working_seconds": "BIGINT", "narrative": "VARCHAR",
}  # fmt: skip
#: The columns of a commitment; ``verdict`` follows the due date as it stands, ``first_verdict`` the original one.
COMMITMENT: Final = {
    "ref": "VARCHAR", "commitment_kind": "VARCHAR", "cycle": "INTEGER", "status": "VARCHAR",
    "started_at": "VARCHAR", "due_at": "VARCHAR", "due_on": "DATE", "first_due_at": "VARCHAR", "first_due_on": "DATE",
    "settled_at": "VARCHAR", "is_moved": "TINYINT",
    "is_met": "TINYINT", "is_breached": "TINYINT", "is_pending": "TINYINT", "is_released": "TINYINT",
    "is_first_met": "TINYINT", "is_first_breached": "TINYINT",
}  # fmt: skip

_WITHOUT_LETTER: Final[dict[type, NoticeRule]] = {
    ResolutionAgreed: NoticeRule.RESOLUTION,
    OutcomeIssued: NoticeRule.OUTCOME,
    InternalReviewDecided: NoticeRule.REVIEW_DECIDED,
}


@frozen(kw_only=True)
class History:
    """What the entries of a complaint tell: its state, and the times that a state does not keep.

    ``first_due`` is when each commitment was first due, by its id; ``told`` is when the person was
    told what, as (kinds of commitment that this keeps, instant); ``source`` is the profile by which a record
    was taken in, ``source_closed_at`` when its source closed it.
    """

    complaint: Complaint
    first_due: dict[str, datetime] = field(factory=dict)
    told: tuple[tuple[tuple[CommitmentKind, ...], datetime], ...] = ()
    source: str | None = None
    source_closed_at: datetime | None = None

    def done_at(self, kind: CommitmentKind, since: datetime) -> datetime | None:
        """When telling the person first kept a commitment of a kind, from an instant on."""
        return min((at for kinds, at in self.told if kind in kinds and at >= since), default=None)

    @property
    def answered_at(self) -> datetime | None:
        """When the first final response counted as given; for a taken-in record, when its source closed it."""
        if self.complaint.intake.record is not None:
            return self.source_closed_at
        return self.done_at(CommitmentKind.FINAL, self.complaint.received_at)

    @property
    def closed_at(self) -> datetime | None:
        """When handling ended; None for a taken-in record whose source does not say when."""
        if self.complaint.intake.record is not None:
            return self.source_closed_at
        return self.complaint.closure.at if self.complaint.closure else None


def read_history(entries: Iterable[Entry], until: datetime) -> History | None:
    """The history of one stream as it stood in the book at an instant; None where there was nothing yet."""
    known = [entry for entry in entries if entry.at <= until]
    complaint = fold(known)
    if complaint is None:
        return None
    made = {owed.id: owed.due for entry in known for owed in _begun(entry)}
    told = tuple(
        (SATISFIES[rule], entry.occurred or entry.at) for entry in known if (rule := _told_by(entry, complaint))
    )
    closed = [entry.event.closed_at for entry in known if isinstance(entry.event, RecordAnswered)]
    return History(
        complaint=complaint, first_due=made, told=told, source=_source(known[0]),
        source_closed_at=closed[-1] if closed else None,
    )  # fmt: skip


def _begun(entry: Entry) -> tuple[CommitmentMade | Commitment, ...]:
    """The commitments that begin here with an entry: made, or brought along by a merging (an own word never moves)."""
    if isinstance(entry.event, CommitmentMade):
        return (entry.event,)
    return entry.event.promises if isinstance(entry.event, DuplicateJoined | ComplaintUnmerged) else ()


def _source(first: Entry) -> str | None:
    return first.actor.authority.removeprefix("import:") if first.imported else None


def _told_by(entry: Entry, complaint: Complaint) -> NoticeRule | None:
    """Which letter an entry gives to the person; where nobody can be written to, the decision stands for its letter."""
    if isinstance(entry.event, LetterSent):
        return entry.event.rule if entry.event.counts else None
    return None if can_write_to(complaint.intake) else _WITHOUT_LETTER.get(type(entry.event))


def complaint_row(history: History, at: datetime, calendar: WorkingCalendar) -> list[Cell]:
    """The row of a complaint in the order of :data:`COMPLAINT`, as things stood at ``at``."""
    complaint, intake = history.complaint, history.complaint.intake
    received, zone = complaint.received_at, calendar.zone
    day, closed = local_day(received, zone), history.closed_at
    return [
        complaint.ref, format_instant(received), day.isoformat(), day.isoformat()[:7],
        _instant(complaint.registered_at), _instant(closed), local_day(closed, zone).isoformat() if closed else None,
        complaint.kind.value, intake.channel.value, complaint.unit, intake.language.value, complaint.band,
        complaint.issues[0].category if complaint.issues else None,
        complaint.outcome.value.value if complaint.outcome else None, complaint.handling.value,
        history.source, int(complaint.is_open), int(intake.record is not None),
        int(complaint.acknowledgement.state is AckState.WAIVED), complaint.episode,
        None if complaint.source_timely is None else int(complaint.source_timely),
        *_response(history, at, calendar), intake.narrative.ref if intake.narrative else None,
    ]  # fmt: skip


def _response(history: History, at: datetime, calendar: WorkingCalendar) -> tuple[Cell, ...]:
    """Whether it was answered, and the seconds until then, or until it was last seen waiting (M-11).

    A taken-in record that its source closed without saying when has no time at all.
    """
    complaint = history.complaint
    answered, closed = history.answered_at, complaint.closure
    unknown = answered is None and closed is not None and complaint.intake.record is not None
    if unknown or not complaint.registered:
        return None, None, None
    start, end = complaint.received_at, answered or (closed.at if closed else at)
    return int(answered is not None), _seconds(start, end), _working(start, end, calendar)


def _seconds(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds())


def _working(start: datetime, end: datetime, calendar: WorkingCalendar) -> int | None:
    """Working seconds; None where the calendar does not know the time, or it runs backwards."""
    try:
        return round(calendar.elapsed(start, end)) if end >= start else None
    except CalendarRefused:
        return None


def days_to_milestones(complaint: Complaint, calendar: WorkingCalendar) -> Iterator[tuple[str, int]]:
    """Whole calendar days from receipt to each milestone, by local dates, negative ones included (D1)."""
    received = local_day(complaint.received_at, calendar.zone)
    for name, reached in complaint.milestones:
        yield name, (local_day(reached, calendar.zone) - received).days


def commitment_rows(history: History, at: datetime, calendar: WorkingCalendar) -> Iterator[list[Cell]]:
    """The rows of a complaint's commitments in the order of :data:`COMMITMENT`."""
    for owed in history.complaint.commitments:
        first_due, done = history.first_due[owed.id], _done_at(history, owed)
        met, breached = _judged(done, first_due, at, owed)
        yield [
            history.complaint.ref, owed.kind.value, owed.cycle, owed.status.value, format_instant(owed.started_at),
            format_instant(owed.due), local_day(owed.due, calendar.zone).isoformat(),
            format_instant(first_due), local_day(first_due, calendar.zone).isoformat(),
            _instant(owed.settled_at), int(owed.due != first_due), *_standing(owed, at), met, breached,
        ]  # fmt: skip


def _done_at(history: History, owed: Commitment) -> datetime | None:
    """When it was done, also too late: the verdict of a breach is spoken before that."""
    if owed.status is CommitmentStatus.MET:
        return owed.settled_at
    return history.done_at(owed.kind, owed.started_at)


def _standing(owed: Commitment, at: datetime) -> tuple[int, int, int, int]:
    """Met, breached (open and overdue counts as breached), pending, released, by the due date as it stands."""
    is_open, overdue = owed.is_open, owed.is_overdue(at)
    return (
        int(owed.status is CommitmentStatus.MET),
        int(owed.status is CommitmentStatus.BREACHED or (is_open and overdue)),
        int(is_open and not overdue),
        int(owed.status in (CommitmentStatus.CANCELLED, CommitmentStatus.WAIVED)),
    )


def _judged(done: datetime | None, first_due: datetime, at: datetime, owed: Commitment) -> tuple[int, int]:
    """Met and breached by the original due date (M-09)."""
    if owed.status in (CommitmentStatus.CANCELLED, CommitmentStatus.WAIVED):
        return 0, 0
    met = done is not None and done <= first_due
    return int(met), int(not met and (done is not None or at > first_due))


def _instant(value: datetime | None) -> str | None:
    return None if value is None else format_instant(value)
