"""What a store keeps beside the journal, as pure functions of the state: the summary row and the timers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from complaintkit.commitments import JudgeCommitment
from complaintkit.complaint.complaint import Complaint
from complaintkit.journal.codec import canonical, to_dict
from complaintkit.policy import Profile
from complaintkit.ports import Summary, Timer
from complaintkit.receive.intake import RegisterComplaint
from complaintkit.respond.closing import CloseComplaint
from complaintkit.respond.early_resolution import FailEarlyResolution
from complaintkit.timekeeping.instants import format_instant
from complaintkit.values import UNASSIGNED
from complaintkit.vocabulary import CommitmentKind, Handling

#: A due instant is still met at that very instant; what follows from missing it comes just after.
_JUST_AFTER = timedelta(microseconds=1)


def summary_of(complaint: Complaint) -> Summary:
    """What can be searched of a complaint; no personal text, and nothing that the fold does not say."""
    due = min((c.due for c in complaint.open_commitments), default=None)
    return Summary(
        stream=complaint.ref,
        version=complaint.version,
        state=complaint.handling.value,
        band=complaint.band.value if complaint.band else None,
        rank=complaint.triage.rank if complaint.triage else 0,
        owner=complaint.owner,
        unit=complaint.intake.unit,
        due_at=format_instant(due) if due else None,
        person=complaint.intake.person,
        received_at=format_instant(complaint.received_at),
        open=complaint.is_open,
    )


def timers_of(complaint: Complaint | None, profile: Profile) -> dict[str, Timer]:
    """Everything that will fall due by itself as things stand, by key; a replay gives the same keys."""
    if complaint is None:
        return {}
    timers = [_breach(complaint, owed.id, owed.due) for owed in complaint.open_commitments]
    timers += _draft(complaint, profile) + _window(complaint) + _closing(complaint, profile)
    return {timer.key: timer for timer in timers}


@lru_cache(maxsize=1024)
def _timer(ref: str, kind: str, due: datetime, command: Any) -> Timer:
    """Before and after a command mostly the same ones are waiting."""
    at = format_instant(due)
    return Timer(f"{ref}|{kind}|{at}", ref, at, canonical(to_dict(command)))


def _breach(complaint: Complaint, commitment: str, due: datetime) -> Timer:
    """EV-53."""
    command = JudgeCommitment(complaint=complaint.ref, commitment=commitment)
    return _timer(complaint.ref, f"breach-{commitment}", due + _JUST_AFTER, command)


def _draft(complaint: Complaint, profile: Profile) -> list[Timer]:
    """ST-00: a draft registers itself."""
    if complaint.handling is not Handling.DRAFT:
        return []
    due = profile.draft_registers_after.due(complaint.received_at, profile.calendar)
    command = RegisterComplaint(complaint=complaint.ref, owner=UNASSIGNED)
    return [_timer(complaint.ref, "register", due, command)]


def _window(complaint: Complaint) -> list[Timer]:
    """EV-21: the time to settle early runs out."""
    attempt, owed = complaint.resolution, complaint.commitment(CommitmentKind.EARLY_RESOLUTION)
    if complaint.handling is not Handling.EARLY_RESOLUTION or attempt is None or owed is None:
        return []
    if owed.started_at < attempt.tried_at:  # a band without such a term promises nothing for this attempt
        return []
    command = FailEarlyResolution(complaint=complaint.ref)
    return [_timer(complaint.ref, f"early-resolution-{owed.cycle}", owed.due + _JUST_AFTER, command)]


def _closing(complaint: Complaint, profile: Profile) -> list[Timer]:
    """EV-43: nobody asked for a review in the profile's window."""
    if complaint.handling is not Handling.OUTCOME_ISSUED or complaint.told_at is None:
        return []
    due = profile.review_window.due(complaint.told_at, profile.calendar) + _JUST_AFTER
    # A review that was withdrawn gives the same window again: its end is another timer.
    round_ = f"close-{complaint.episode}-{len(complaint.reviews)}"
    return [_timer(complaint.ref, round_, due, CloseComplaint(complaint=complaint.ref))]
