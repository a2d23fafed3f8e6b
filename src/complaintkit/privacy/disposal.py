"""The retention schedule carried out: when a complaint has been kept long enough, and why it is still kept; pure.

What a rule keeps at most counts from its event, or from the last contact where somebody wrote again after it.
Nothing goes before handling has ended, every legal hold is released and every floor is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from complaintkit.complaint.complaint import Complaint
from complaintkit.policy import KeptFrom, KeptUntil, Profile
from complaintkit.privacy.erasure import Block, blocks_of


def stream_of(ref: str) -> str:
    """The stream of what the retention schedule did to a complaint.

    >>> stream_of("C-W4P1-AZ00-A7SS-W")
    'disposal/C-W4P1-AZ00-A7SS-W'
    """
    return f"disposal/{ref}"


class Kept(NamedTuple):
    """Why the texts of a complaint are kept, and when they go: ``due`` None where nothing says so yet.

    ``rules`` are the rules that say at most how long; without one, nothing goes by itself. ``blocks`` are what keeps
    it at the time that was asked about, the last of them those rules.
    """

    complaint: str
    due: datetime | None
    rules: tuple[KeptUntil, ...]
    blocks: tuple[Block, ...]

    @property
    def is_due(self) -> bool:
        """Whether nothing keeps it any more."""
        return bool(self.rules) and not self.blocks


def disposal_due(complaint: Complaint, profile: Profile) -> datetime | None:
    """When the texts of a complaint go by themselves; None where nothing says so, or something without a date keeps it.

    >>> from complaintkit.policy import load_profile
    >>> from complaintkit.complaint import Intake
    >>> from complaintkit.vocabulary import Channel, FeedbackKind, Handling, Language
    >>> from datetime import UTC
    >>> complaint = Complaint(
    ...     ref="C-1", version=1, handling=Handling.CLOSED, kind=FeedbackKind.COMPLAINT,
    ...     intake=Intake(channel=Channel.EMAIL, language=Language.ENGLISH),
    ...     received_at=datetime(2026, 3, 2, tzinfo=UTC),
    ... )
    >>> disposal_due(complaint, load_profile()) is None
    True
    """
    if complaint.is_open or complaint.legal_holds or all(rule.erase_after is None for rule in profile.retention):
        return None
    rules = at_most(complaint, profile)
    floors = profile.kept_until(_happened(complaint), dict(complaint.intake.attributes))
    dates = [rule.until for rule in (*rules, *floors)]
    known = [date for date in dates if date is not None]
    return max(known) if rules and len(known) == len(dates) else None


def at_most(complaint: Complaint, profile: Profile) -> tuple[KeptUntil, ...]:
    """The rules that say at most how long a complaint is kept; the last one decides."""
    last = [contact.at for contact in complaint.contacts[-1:]]
    happened = {event: max((at, *last)) for event, at in _happened(complaint).items()}
    return profile.kept_at_most(happened, dict(complaint.intake.attributes))


def why_kept(complaint: Complaint, profile: Profile, now: datetime) -> Kept:
    """What keeps the texts of a complaint at ``now``, and when they go."""
    rules = at_most(complaint, profile)
    blocks = (*blocks_of(complaint, profile, now), *_not_yet(complaint.ref, rules, now))
    return Kept(complaint.ref, disposal_due(complaint, profile), rules, blocks)


def _not_yet(ref: str, rules: tuple[KeptUntil, ...], now: datetime) -> Iterator[Block]:
    for rule in rules:
        if rule.until is None or rule.until > now:
            yield Block(ref, "E-53", f"may be kept by {rule.rule} ({rule.source})", rule.until)


def _happened(complaint: Complaint) -> Mapping[KeptFrom, datetime]:
    happened = {KeptFrom.RECEIVED: complaint.received_at}
    return happened | ({KeptFrom.CLOSED: complaint.closure.at} if complaint.closure else {})
