"""History taken in: another system's record, replayed with its own times and marked as imported.

Nothing is invented: what the source does not tell (when it answered, who decided) stays unknown. A
changed row of the source is a correction event (INV-72); both values stay in the journal.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.correcting import correction_of
from complaintkit.complaint.parts import Closure, Intake, Pairs
from complaintkit.complaint.step import Context, Decides, Happened, Past, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import Instant, event
from complaintkit.receive.corrected import RecordCorrected, moves
from complaintkit.timekeeping.instants import format_instant
from complaintkit.values import UNASSIGNED, Personal, maybe_personal, pairs
from complaintkit.vocabulary import Channel, ClosureReason, FeedbackKind, Handling, Language, Role

Milestones = tuple[tuple[str, Instant], ...]

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class ImportRecord:
    """Replay one record of another system.

    ``record`` names it there; ``milestones`` are its own dated steps, ``attributes`` its coded fields;
    ``state`` is where the record stands (received, or closed), ``timely`` the source's own verdict on its
    final response, None where it has none.
    """

    record: str
    received_at: Instant
    channel: Channel
    language: Language = Language.ENGLISH
    kind: FeedbackKind = FeedbackKind.COMPLAINT
    narrative: Personal | None = field(default=None, converter=maybe_personal)
    attributes: Pairs = field(default=(), converter=pairs)
    milestones: Milestones = ()
    state: Handling = Handling.RECEIVED
    closed_at: Instant | None = None
    timely: bool | None = None


@frozen(kw_only=True)
class CorrectRecord:
    """The source changed a record that was taken in before: say all that it says now.

    ``narrative`` is the new text, the complaint's own sealed one where the source still says the same, or
    None where the source has none any more. ``state`` None says that its answer is still the same: then
    the complaint stays where it stands here.
    """

    complaint: str
    received_at: Instant
    channel: Channel
    attributes: Pairs = field(default=(), converter=pairs)
    milestones: Milestones = ()
    narrative: Personal | None = field(default=None, converter=maybe_personal)
    state: Handling | None = None
    closed_at: Instant | None = None
    timely: bool | None = None


# Events --------------------------------------------------------------------------------------------


@event
class RecordImported:
    """A record of another system is in the register."""

    kind: FeedbackKind
    intake: Intake
    received_at: Instant


@event
class MilestoneReached:
    """A dated step of the source's own process; the entry's ``occurred`` is its date."""

    name: str
    at: Instant


@event
class RecordAnswered:
    """Where the source's own handling stands, and what it says of being on time."""

    target: Handling
    timely: bool | None
    closed_at: Instant | None


# Decide --------------------------------------------------------------------------------------------


def is_import(_complaint: Complaint | None, _cmd: object, ctx: Context) -> Reason | None:
    """Only an importer replays history: its entries are marked as such."""
    return None if ctx.actor.imports else refuse("INV-06", "history is taken in by an importer (authority import:...)")


def is_imported(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """A correction by the source is for a record of the source."""
    return None if complaint.intake.record else refuse("INV-72", "this complaint was not imported")


def replay(_: None, cmd: ImportRecord, _ctx: Context) -> Iterator[Happened]:
    """The record's steps, each with its own time."""
    intake = Intake(
        channel=cmd.channel,
        language=cmd.language,
        narrative=cmd.narrative,
        attributes=cmd.attributes,
        record=cmd.record,
    )
    yield Happened(RecordImported(kind=cmd.kind, intake=intake, received_at=cmd.received_at), cmd.received_at)
    yield from _milestones(cmd.milestones)
    yield _answer(cmd.state, cmd)


def correct(complaint: Complaint, cmd: CorrectRecord, ctx: Context) -> Iterator[object]:
    """What the source says now; when it came to say so, it does not tell."""
    said = (correction_of(complaint, name, value) for name, value in _facts(complaint, cmd))
    right = tuple(each for each in said if each.changes)
    if right:
        yield Happened(RecordCorrected(corrections=right, reason=None, notified_at=None), None)
    yield from moves(complaint, right, ctx)
    yield from _milestones(tuple(m for m in cmd.milestones if m not in complaint.milestones))
    if cmd.state is not None:
        yield _answer(cmd.state, cmd)


def _facts(complaint: Complaint, cmd: CorrectRecord) -> Iterator[tuple[str, str | Personal | None]]:
    """Every fact of the source with what it says now, None for what it does not say any more."""
    yield "received_at", format_instant(cmd.received_at)
    yield "channel", cmd.channel.value
    yield "narrative", cmd.narrative
    names = dict.fromkeys(name for name, _ in (*complaint.intake.attributes, *cmd.attributes))
    yield from ((f"attribute.{name}", dict(cmd.attributes).get(name)) for name in names)
    dropped = (name for name, _ in complaint.milestones if name not in dict(cmd.milestones))
    yield from ((f"milestone.{name}", None) for name in dropped)


def _milestones(milestones: Milestones) -> Iterator[Happened]:
    for name, at in milestones:
        yield Happened(MilestoneReached(name=name, at=at), at)


def _answer(state: Handling, cmd: ImportRecord | CorrectRecord) -> Happened:
    return Happened(RecordAnswered(target=state, timely=cmd.timely, closed_at=cmd.closed_at), cmd.closed_at)


# Evolve --------------------------------------------------------------------------------------------


def imported(_: None, happened: RecordImported, past: Past) -> Complaint:
    """A complaint with the source's history; nothing is promised on it, and it is never nobody's (INV-07)."""
    return Complaint(
        ref="",
        version=0,
        handling=Handling.RECEIVED,
        kind=happened.kind,
        intake=happened.intake,
        received_at=happened.received_at,
        registered_at=past.at,
        owner=UNASSIGNED,
        profile=past.policy,
    )


def reached(complaint: Complaint, happened: MilestoneReached, _past: Past) -> Complaint:
    """The newest date of a milestone counts."""
    others = tuple(m for m in complaint.milestones if m[0] != happened.name)
    return changed(complaint, milestones=(*others, (happened.name, happened.at)))


def answered(complaint: Complaint, happened: RecordAnswered, past: Past) -> Complaint:
    """It stands where the source says; without a closing time, the time of recording stands in."""
    closed = happened.target is Handling.CLOSED
    closure = Closure(reason=ClosureReason.DECIDED_FINAL, at=happened.closed_at or past.at) if closed else None
    return changed(complaint, handling=happened.target, closure=closure, source_timely=happened.timely)


_IMPORTER = may(Role.SYSTEM)
DECIDES = (
    Decides(command=ImportRecord, ev="import", by=_IMPORTER, guards=(is_import,), decide=replay),
    Decides(command=CorrectRecord, ev="import", by=_IMPORTER, guards=(is_import, is_imported), decide=correct),
)
EVOLVES = {
    RecordImported: imported,
    MilestoneReached: reached,
    RecordAnswered: answered,
}
