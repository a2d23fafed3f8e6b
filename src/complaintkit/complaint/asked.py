"""What was asked of somebody: of the complainant, of a department, and of whom a draft goes against."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from attrs import frozen

from complaintkit.values import Personal
from complaintkit.vocabulary import AnswerQuality


class Reminder(NamedTuple):
    """When somebody was reminded, and by which letter (None: in another way)."""

    at: datetime
    notice: str | None


@frozen(kw_only=True, slots=False)
class InformationRequest:
    """What we must know and only the complainant can say (EV-05), with the date by which we asked for it."""

    asked_at: datetime
    until: datetime
    questions: Personal
    why: Personal
    reminders: tuple[Reminder, ...] = ()
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing was answered and the request has not lapsed."""
        return self.ended_at is None


@frozen(kw_only=True, slots=False)
class LiaisonQuestion:
    """A question to a department (E-19), to one named person or the deputy (INV-37), and its newest answer."""

    id: str
    unit: str
    liaison: str
    deputy: str | None
    question: Personal
    issues: tuple[int, ...]
    lawful_basis: str
    asked_at: datetime
    answer: Personal | None = None
    quality: AnswerQuality | None = None
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether no complete answer has come."""
        return self.quality is not AnswerQuality.COMPLETE

    @property
    def asked(self) -> tuple[str, ...]:
        """Who may answer for the department."""
        return (self.liaison,) if self.deputy is None else (self.liaison, self.deputy)


@frozen(kw_only=True, slots=False)
class CommentInvitation:
    """Somebody was told what the draft says against them, and may comment on it (EV-30, INV-46).

    ``party`` None is the complainant; ``notice`` is the letter that told them (None: they were told otherwise).
    """

    id: str
    party: str | None
    issues: tuple[int, ...]
    points: Personal
    basis: Personal
    invited_at: datetime
    notice: str | None
    comment: Personal | None = None
    received_at: datetime | None = None
