"""The content of a letter before it has a form: parts, paragraphs in somebody's voice, rows, sections (N-00.1)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from attrs import field, frozen

from complaintkit.vocabulary import Language, NoticeRule


class Part(StrEnum):
    """What a letter may have to say; the rule of a letter names the parts it owes."""

    ABOUT = "about"
    RECEIVED = "received"
    COVERS = "covers"
    REFERENCE = "reference"
    CONTACT = "contact"
    NEXT_STEPS = "next_steps"
    BY_WHEN = "by_when"
    LIMITS = "limits"
    ADD_INFORMATION = "add_information"
    CONFIDENTIALITY = "confidentiality"
    HELP = "help"
    FREE = "free"
    INTERNAL_REVIEW = "internal_review"
    HOW = "how"
    UNTIL = "until"
    WHO = "who"
    EXTERNAL_REVIEW = "external_review"
    DONE = "done"
    CHANGE = "change"
    TREATED = "treated"
    AGREED = "agreed"
    ISSUE = "issue"
    TOLD = "told"
    LOOKED_AT = "looked_at"
    FOUND = "found"
    WHY = "why"
    STANDARD = "standard"
    OVERALL = "overall"
    APOLOGY = "apology"
    COULD_NOT = "could_not"
    DOCUMENTS = "documents"
    REVIEWER = "reviewer"
    SCOPE = "scope"
    DECISION = "decision"
    REASONS = "reasons"
    CHANGES = "changes"
    ASKED = "asked"
    NEEDED_FOR = "needed_for"
    HOW_TO_REPLY = "how_to_reply"
    REPLY_BY = "reply_by"
    WITHOUT_REPLY = "without_reply"
    POINTS = "points"
    BASIS = "basis"
    SUPPORT = "support"
    NO_REPRISAL = "no_reprisal"


class Voice(StrEnum):
    """Whose words a paragraph is made of: the catalogue's, a handler's own, or the complainant's."""

    ORGANISATION = "organisation"
    HANDLER = "handler"
    COMPLAINANT = "complainant"


@frozen
class Paragraph:
    """A piece of text. Empty says that what belongs here is missing, and the letter is refused."""

    text: str = field(repr=False)
    voice: Voice = Voice.ORGANISATION


@frozen(kw_only=True)
class Row:
    """A line of a section's table: what it is, and what is said about it."""

    part: Part
    label: str = field(repr=False)
    paragraphs: tuple[Paragraph, ...]


@frozen(kw_only=True)
class Section:
    """A part of the letter under its own heading; ``issue`` is the number of the issue it answers."""

    part: Part
    heading: str = field(repr=False)
    paragraphs: tuple[Paragraph, ...] = ()
    rows: tuple[Row, ...] = ()
    issue: int | None = None

    @property
    def all_paragraphs(self) -> Iterator[tuple[Part, Paragraph]]:
        """Every paragraph with the part that it belongs to, rows included."""
        yield from ((self.part, paragraph) for paragraph in self.paragraphs)
        yield from ((row.part, paragraph) for row in self.rows for paragraph in row.paragraphs)

    @property
    def parts(self) -> frozenset[Part]:
        """The parts that it holds."""
        held = {part for part, _ in self.all_paragraphs}
        return frozenset(held | {self.part} if held else held)


@frozen(kw_only=True)
class Letter:
    """A letter to the complainant, or to whom a draft goes against (E-16, E-29): what it says, not how it looks.

    ``owes`` are the parts without which it may not go out, ``issues`` the numbers that it must answer;
    ``reach`` are the addresses and telephone numbers that it gives on purpose.
    """

    rule: NoticeRule
    language: Language
    subject: str = field(repr=False)
    greeting: str = field(repr=False)
    sections: tuple[Section, ...] = field(repr=False)
    signature: tuple[str, ...] = field(repr=False)
    owes: frozenset[Part] = field(repr=False)
    issues: tuple[int, ...] = ()
    reach: tuple[str, ...] = field(default=(), repr=False)

    @property
    def parts(self) -> frozenset[Part]:
        """The parts that it holds."""
        return frozenset().union(*(section.parts for section in self.sections))
