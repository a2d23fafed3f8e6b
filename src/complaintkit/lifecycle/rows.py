"""What a store keeps beside the journal, as pure functions of the entries: summaries, letters to be sent, timers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from complaintkit.commitments import JUST_AFTER, JudgeCommitment, RaiseSignal, ResumeClocks, next_climb, signal_key
from complaintkit.complaint.complaint import Complaint
from complaintkit.journal.codec import canonical, to_dict
from complaintkit.letters.delivery import LetterRequested, can_write_to
from complaintkit.policy import Profile
from complaintkit.ports import OutboxRow, Summary, Timer
from complaintkit.privacy.disposal import disposal_due
from complaintkit.privacy.erasure import stream_of
from complaintkit.receive.intake import RegisterComplaint
from complaintkit.receive.priority import ReportOverdueOverride, confirmation_due
from complaintkit.respond.closing import CloseComplaint
from complaintkit.respond.early_resolution import FailEarlyResolution
from complaintkit.respond.information import (
    REMINDERS,
    LapseInformationRequest,
    RemindOfInformation,
    reminders_given,
    takes_answers,
)
from complaintkit.respond.legal_hold import LegalHoldReleased
from complaintkit.timekeeping.instants import format_instant
from complaintkit.vocabulary import CommitmentKind, Handling

#: How the key of a timer begins that goes on with an erasure.
ERASURE: Final = "erasure"
#: What the key of a timer says, behind the complaint, that disposes of it by the retention schedule.
DISPOSAL: Final = "disposal"


def summary_of(complaint: Complaint) -> Summary:
    """What can be searched of a complaint; no personal text, and nothing that the fold does not say."""
    due = complaint.due
    return Summary(
        stream=complaint.ref,
        version=complaint.version,
        state=complaint.handling.value,
        band=complaint.band.value if complaint.band else None,
        rank=complaint.triage.rank if complaint.triage else 0,
        owner=complaint.owner,
        unit=complaint.unit,
        due_at=format_instant(due) if due else None,
        person=complaint.intake.person,
        received_at=format_instant(complaint.received_at),
        open=complaint.is_open,
    )


def letter_row(log: str, stream: str, seq: int, at: str, asked: LetterRequested) -> OutboxRow:
    """The row of a letter, due at once; its key is what a receiver knows a repetition by (N-00.2)."""
    key = hashlib.sha256(f"{log}|{seq}|{asked.rule}|{stream}".encode()).hexdigest()
    return OutboxRow(key, stream, seq, asked.notice, at)


def timers_of(complaint: Complaint | None, profile: Profile) -> dict[str, Timer]:
    """Everything that will fall due by itself as things stand, by key; a replay gives the same keys."""
    if complaint is None:
        return {}
    timers = (
        _draft(complaint, profile)
        + _window(complaint)
        + _hold(complaint)
        + _raise(complaint)
        + _closing(complaint, profile)
        + _answer(complaint, profile)
        + _disposal(complaint, profile)
    )
    return clocks_of(complaint, profile) | {timer.key: timer for timer in timers}


def clocks_of(complaint: Complaint, profile: Profile) -> dict[str, Timer]:
    """The timers of the commitments; what has fired is never among them again, so they may be written any time."""
    return {timer.key: timer for timer in (*_verdicts(complaint), *_signals(complaint, profile))}


def erasure_timer(stream: str, due: datetime) -> Timer:
    """What goes on with an erasure that waits; of the stream of the person or disposal, looked up when it fires."""
    return Timer(f"{ERASURE}|{stream}", stream, format_instant(due), b"{}")


def wakes(complaint: Complaint, events: Iterable[object], now: datetime) -> list[Timer]:
    """What is looked at again because of these events: an erasure, where a legal hold was released."""
    person = complaint.intake.person
    released = any(isinstance(event, LegalHoldReleased) for event in events)
    return [erasure_timer(stream_of(person), now)] if released and person else []


@lru_cache(maxsize=1024)
def _timer(ref: str, kind: str, due: datetime, command: Any) -> Timer:
    at = format_instant(due)
    return Timer(f"{ref}|{kind}|{at}", ref, at, canonical(to_dict(command)))


def _verdicts(complaint: Complaint) -> Iterator[Timer]:
    """EV-53: what is not done by its date is breached; a clock that stands has no date."""
    for owed in complaint.open_commitments:
        if owed.paused_since is None:
            yield _verdict(complaint.ref, owed.id, owed.due)


@lru_cache(maxsize=1024)
def _verdict(ref: str, commitment: str, due: datetime) -> Timer:
    """Before and after a command mostly the same ones are waiting."""
    return _timer(ref, f"breach-{commitment}", due + JUST_AFTER, JudgeCommitment(complaint=ref, commitment=commitment))


def _signals(complaint: Complaint, profile: Profile) -> Iterator[Timer]:
    """EV-52: the next rung of each commitment; its key holds no date, so that a moved one is the same signal."""
    for owed in complaint.commitments if complaint.is_open else ():
        climb = next_climb(owed, profile)
        if climb is not None:
            yield _signal(complaint.ref, owed.id, owed.cycle, climb.rung.id, climb.at)


@lru_cache(maxsize=1024)
def _signal(ref: str, commitment: str, cycle: int, rung: str, at: datetime) -> Timer:
    command = RaiseSignal(complaint=ref, commitment=commitment, rung=rung)
    return Timer(signal_key(ref, commitment, cycle, rung), ref, format_instant(at), canonical(to_dict(command)))


def _hold(complaint: Complaint) -> list[Timer]:
    """EV-49: the time for which it was to wait is over."""
    hold = complaint.hold
    if hold is None or hold.until is None:
        return []
    return [_timer(complaint.ref, "hold", hold.until, ResumeClocks(complaint=complaint.ref))]


def _answer(complaint: Complaint, profile: Profile) -> list[Timer]:
    """EV-05, EV-07: the person is reminded after a third and two thirds of their time; then it is decided without."""
    asked = complaint.inquiry.information
    if asked is None or not asked.is_open or not takes_answers(complaint):
        return []
    reminded, count = reminders_given(complaint, asked, profile), len(asked.reminders)
    if len(reminded) >= REMINDERS:
        due = max(asked.until, *reminded) + JUST_AFTER
        return [_timer(complaint.ref, "lapse", due, LapseInformationRequest(complaint=complaint.ref))]
    if count >= REMINDERS or not can_write_to(complaint.intake):
        return []
    due = asked.asked_at + (asked.until - asked.asked_at) * (count + 1) / (REMINDERS + 1)
    return [_timer(complaint.ref, f"remind-{count + 1}", due, RemindOfInformation(complaint=complaint.ref))]


def _draft(complaint: Complaint, profile: Profile) -> list[Timer]:
    """ST-00: a draft registers itself."""
    if complaint.handling is not Handling.DRAFT:
        return []
    due = profile.draft_registers_after.due(complaint.received_at, profile.calendar)
    command = RegisterComplaint(complaint=complaint.ref)
    return [_timer(complaint.ref, "register", due, command)]


def _raise(complaint: Complaint) -> list[Timer]:
    """P-20: a raise that nobody has confirmed in time is reported."""
    due = confirmation_due(complaint)
    if due is None:
        return []
    return [_timer(complaint.ref, "override", due + JUST_AFTER, ReportOverdueOverride(complaint=complaint.ref))]


def _window(complaint: Complaint) -> list[Timer]:
    """EV-21: the time to settle early runs out."""
    attempt, owed = complaint.resolution, complaint.commitment(CommitmentKind.EARLY_RESOLUTION)
    if complaint.handling is not Handling.EARLY_RESOLUTION or attempt is None or owed is None:
        return []
    # A band without such a term promises nothing for this attempt; a clock that stands does not run out.
    if owed.paused_since is not None or owed.started_at < attempt.tried_at:
        return []
    command = FailEarlyResolution(complaint=complaint.ref)
    return [_timer(complaint.ref, f"early-resolution-{owed.cycle}", owed.due + JUST_AFTER, command)]


def _closing(complaint: Complaint, profile: Profile) -> list[Timer]:
    """EV-43: nobody asked for a review in the profile's window."""
    if complaint.handling is not Handling.OUTCOME_ISSUED or complaint.told_at is None:
        return []
    due = profile.review_window.due(complaint.told_at, profile.calendar) + JUST_AFTER
    # A review that was withdrawn gives the same window again: its end is another timer.
    round_ = f"close-{complaint.episode}-{len(complaint.reviews)}"
    return [_timer(complaint.ref, round_, due, CloseComplaint(complaint=complaint.ref))]


def _disposal(complaint: Complaint, profile: Profile) -> list[Timer]:
    """E-53: the retention schedule keeps it no longer."""
    due = disposal_due(complaint, profile)
    at = format_instant(due) if due else ""
    return [Timer(f"{complaint.ref}|{DISPOSAL}|{at}", complaint.ref, at, b"{}")] if due else []
