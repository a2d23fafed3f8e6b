"""A fact was written down wrongly: the right one is an event of its own, and both values stay (INV-72).

That stands beside handling, in any state. What was decided is put right by the step that decides it, and what a letter
said by another letter (INV-33).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum

from attrs import field, frozen

from complaintkit.commitments import CommitmentMoved
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.correcting import DECIDED, Correction, correction_of, fact_named
from complaintkit.complaint.parts import Pairs
from complaintkit.complaint.step import Context, Decides, may, refuse
from complaintkit.errors import MalformedInput, Reason
from complaintkit.journal import Instant
from complaintkit.journal.codec import personals
from complaintkit.receive.corrected import RecordCorrected, corrected, moves, receipt
from complaintkit.timekeeping.instants import format_instant, maybe_instant
from complaintkit.values import Personal, personal
from complaintkit.vocabulary import DeliveryStatus, Role

#: Names of facts with the personal texts that they are to be.
Texts = tuple[tuple[str, Personal], ...]


def coded(value: Mapping[str, object] | Iterable[tuple[str, object]]) -> Pairs:
    """Right values by the names of their facts, each in its one written form; an instant may be a ``datetime``.

    Raises :class:`~complaintkit.errors.UnknownName` and :class:`~complaintkit.errors.MalformedInput`.

    >>> coded({"channel": "phone", "received_at": "2026-03-02T11:30:00+02:00"})
    (('channel', 'phone'), ('received_at', '2026-03-02T09:30:00.000000Z'))
    """
    items = value.items() if isinstance(value, Mapping) else value
    return tuple(sorted((name, _written(name, given)) for name, given in items))


def _written(name: str, value: object) -> str:
    fact = fact_named(name)
    if fact.is_text:
        raise MalformedInput(f"{name} is a personal text", hint="name it among the texts")
    if isinstance(value, datetime):
        value = format_instant(value)
    if not isinstance(value, str) or not value:
        raise MalformedInput(f"{name} is of the wrong type: {type(value).__name__}", hint="hand in its text or code")
    return fact.written(value.value if isinstance(value, Enum) else value)


def personal_texts(value: Mapping[str, Personal | str] | Iterable[tuple[str, Personal | str]]) -> Texts:
    """Right texts by the names of their facts.

    Raises :class:`~complaintkit.errors.UnknownName` and :class:`~complaintkit.errors.MalformedInput`.
    """
    items = value.items() if isinstance(value, Mapping) else value
    texts = tuple(sorted(((name, personal(text)) for name, text in items), key=lambda pair: pair[0]))
    for name, _ in texts:
        if not fact_named(name).is_text:
            raise MalformedInput(f"{name} is no personal text", hint="name it among the facts")
    return texts


def removable(value: Iterable[str]) -> tuple[str, ...]:
    """Names of facts that a complaint can be without."""
    names = tuple(value)
    for name in names:
        if fact_named(name).is_always_there:
            raise MalformedInput(f"a complaint is never without {name}", hint="say what it is")
    return names


# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class CorrectFacts:
    """Facts were written down wrongly: ``facts`` and ``texts`` say what they are, ``absent`` what there never was.

    Facts are ``received_at``, ``channel``, ``language``, ``person``, ``unit``, ``attribute.<name>`` and
    ``issue.<number>.category``; texts are ``name``, ``reach``, ``narrative``, ``desired_outcome``,
    ``issue.<number>.statement`` and ``issue.<number>.desired_outcome``. ``notified_at`` is when the person was told
    that a date of which they know becomes later.

    >>> CorrectFacts(complaint="C-1", reason="Typed wrongly", facts={"channel": "phone"}).facts
    (('channel', 'phone'),)
    """

    complaint: str
    reason: Personal = field(converter=personal)
    facts: Pairs = field(default=(), converter=coded)
    texts: Texts = field(default=(), converter=personal_texts)
    absent: tuple[str, ...] = field(default=(), converter=removable)
    notified_at: Instant | None = field(default=None, converter=maybe_instant)

    @property
    def named(self) -> tuple[tuple[str, str | Personal | None], ...]:
        """Every fact with what it is to say, None for nothing."""
        return (*self.facts, *self.texts, *((name, None) for name in self.absent))


# Decide --------------------------------------------------------------------------------------------


def exists(complaint: Complaint | None, _cmd: object, _ctx: Context) -> Reason | None:
    """INV-72: there is a complaint with facts."""
    return None if complaint else refuse("INV-72", "there is no complaint with facts")


def is_no_decision(_complaint: Complaint, cmd: CorrectFacts, _ctx: Context) -> Reason | None:
    """INV-72: what was decided is put right by the step that decides it."""
    steps = [f"{name} by {DECIDED[name]}" for name, _ in cmd.named if name in DECIDED]
    return refuse("INV-72", f"this is put right elsewhere: {', '.join(steps)}") if steps else None


def is_of_ours(complaint: Complaint, cmd: CorrectFacts, _ctx: Context) -> Reason | None:
    """INV-72: what another system's record says is corrected there, and comes with the next import."""
    parts = {name: fact_named(name).part for name, _ in cmd.named}
    sourced = complaint.intake.record is not None
    theirs = [name for name, part in parts.items() if part == "milestone" or (sourced and _is_sourced(name, part))]
    return refuse("INV-72", f"a source says this, and corrects it: {', '.join(theirs)}") if theirs else None


def _is_sourced(name: str, part: str) -> bool:
    return part == "attribute" or name in ("received_at", "channel", "language", "narrative")


def is_there(complaint: Complaint, cmd: CorrectFacts, _ctx: Context) -> Reason | None:
    """E-10: an issue that is corrected was set before."""
    numbers = {fact_named(name).no for name, _ in cmd.named} - {0}
    missing = sorted(no for no in numbers if complaint.issue(no) is None)
    return refuse("E-10", f"there is no issue {', '.join(map(str, missing))}") if missing else None


def says_something_else(complaint: Complaint, cmd: CorrectFacts, ctx: Context) -> Reason | None:
    """INV-72: every fact that is named becomes another one, and is named once."""
    names = [name for name, _ in cmd.named]
    if not names or len({*names}) < len(names):
        return refuse("INV-72", "no fact is named, or one twice")
    same = [each.fact for each in corrections(complaint, cmd) if not _differs(each, ctx)]
    return refuse("INV-72", f"this is what it says already: {', '.join(same)}") if same else None


def _differs(correction: Correction, ctx: Context) -> bool:
    """Whether it says something else; of texts, whether their words do."""
    before, after = correction.text_before, correction.text_after
    if before is None or after is None:
        return correction.changes
    return after.text is not None and after.text != ctx.texts.get(before.ref or "")


def is_not_erased(complaint: Complaint, cmd: CorrectFacts, ctx: Context) -> Reason | None:
    """INV-08: what was erased is not written down again, neither the complaint nor one text of it."""
    had = [item.ref for item in personals(complaint) if item.ref]
    wrong = [each.text_before.ref for each in corrections(complaint, cmd) if each.text_before]
    erased = (had and not ctx.texts) or any(ref not in ctx.texts for ref in wrong)
    return refuse("INV-08", "this was erased") if erased else None


def is_not_being_erased(_complaint: Complaint, cmd: CorrectFacts, ctx: Context) -> Reason | None:
    """INV-08: an erasure that waits finds its complaints by who complains, and is not led astray."""
    person = any(name == "person" for name, _ in cmd.named)
    return refuse("INV-08", "an erasure is under way: it is for this person") if person and ctx.erasing else None


def not_dealt_with_elsewhere(complaint: Complaint, cmd: CorrectFacts, _ctx: Context) -> Reason | None:
    """INV-51: the survivor counts from the receipt of what was merged into it, for everybody who complained."""
    shared = [name for name, _ in cmd.named if name in ("received_at", "person")]
    if complaint.merged_into is None or not shared:
        return None
    return refuse("INV-51", f"it is dealt with in {complaint.merged_into}: take it out first, then correct {shared[0]}")


def received_before_logged(complaint: Complaint, cmd: CorrectFacts, ctx: Context) -> Reason | None:
    """INV-01: nothing is received after it is logged."""
    logged = complaint.registered_at or ctx.now
    late = any(name == "received_at" and receipt(each) > logged for name, each in _by_name(complaint, cmd))
    return refuse("INV-01", "received_at lies after the time of logging") if late else None


def _by_name(complaint: Complaint, cmd: CorrectFacts) -> Iterator[tuple[str, Correction]]:
    return ((each.fact, each) for each in corrections(complaint, cmd))


def is_for_leaders(complaint: Complaint, cmd: CorrectFacts, ctx: Context) -> Reason | None:
    """EV-47: who may give more time is who makes a date later that the person knows."""
    leads = ctx.actor.role in (Role.TEAM_LEADER, Role.COMPLAINTS_MANAGER)
    later = not leads and _told_dates(complaint, cmd, ctx)
    return refuse("EV-47", "a date that was told becomes later: it takes RO-08 or RO-12") if later else None


def person_knows(complaint: Complaint, cmd: CorrectFacts, ctx: Context) -> Reason | None:
    """INV-53: a date that was told becomes later only where the person was told so before it."""
    dates = _told_dates(complaint, cmd, ctx)
    if not dates:
        return None
    if cmd.notified_at is None or cmd.notified_at > ctx.now:
        return refuse("INV-53", "a date that was told becomes later, and the person was not told so (notified_at)")
    return refuse("INV-53", "the person was told after the date") if cmd.notified_at >= min(dates) else None


def _told_dates(complaint: Complaint, cmd: CorrectFacts, ctx: Context) -> list[datetime]:
    """The dates of open commitments that become later, where a letter has gone to the person: N-01 names them."""
    gone = (DeliveryStatus.DISPATCHED, DeliveryStatus.DELIVERED)
    if not any(notice.status in gone and notice.to is None for notice in complaint.notices):
        return []
    due = {owed.id: owed.due for owed in complaint.open_commitments}
    found = moves(complaint, corrections(complaint, cmd), ctx)
    return [due[each.id] for each in found if isinstance(each, CommitmentMoved) and each.due > due[each.id]]


def corrections(complaint: Complaint, cmd: CorrectFacts) -> tuple[Correction, ...]:
    """What each named fact says, and what it is to say."""
    return tuple(correction_of(complaint, name, value) for name, value in cmd.named)


def correct(complaint: Complaint, cmd: CorrectFacts, ctx: Context) -> Iterator[object]:
    """Put the facts right, and let the open dates follow."""
    right = corrections(complaint, cmd)
    yield RecordCorrected(corrections=right, reason=cmd.reason, notified_at=cmd.notified_at)
    yield from moves(complaint, right, ctx)


DECIDES = (
    Decides(
        command=CorrectFacts,
        ev="INV-72",
        by=may(Role.CASE_HANDLER, Role.TEAM_LEADER, Role.COMPLAINTS_MANAGER, Role.PRIVACY_OFFICER),
        requires=(exists,),
        guards=(
            is_no_decision,
            is_of_ours,
            is_there,
            says_something_else,
            is_not_erased,
            is_not_being_erased,
            not_dealt_with_elsewhere,
            received_before_logged,
            is_for_leaders,
            person_knows,
        ),
        reads=personals,
        decide=correct,
    ),
)
EVOLVES = {RecordCorrected: corrected}
