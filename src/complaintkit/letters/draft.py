"""The desk on which a letter is written: who writes to whom, about what, in which language and calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from attrs import field, frozen

from complaintkit.complaint import Complaint, Notice
from complaintkit.letters.models import Paragraph, Part, Row, Section, Voice
from complaintkit.policy import Profile
from complaintkit.ports import Contact
from complaintkit.timekeeping import local_day
from complaintkit.values import Personal
from complaintkit.vocabulary import Language
from complaintkit.wording import DateStyle, Value, date_in_words, embed, say

_TICK = timedelta(microseconds=1)


@frozen(kw_only=True)
class Draft:
    """Everything that a letter is written from; ``texts`` are the revealed texts by vault reference."""

    complaint: Complaint
    notice: Notice
    profile: Profile
    contact: Contact = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    calendar: DateStyle = DateStyle.GREGORIAN

    @property
    def language(self) -> Language:
        """The language of the letter (N-40)."""
        return self.notice.language

    @property
    def reach(self) -> str:
        """How the named contact is reached: directly, or else through the organisation (N-00.6)."""
        return self.contact.reach or self.profile.organisation.contact

    def phrase(self, key: str, **values: Value) -> str:
        """A text of the catalogue of letters."""
        return say(self.language, f"letters.{key}", calendar=self.calendar, **values)

    def say(self, key: str, **values: Value) -> Paragraph:
        """A paragraph in the organisation's own words."""
        return Paragraph(self.phrase(key, **values))

    def to_contact(self, key: str) -> Paragraph:
        """A paragraph that names the contact person; empty where there is none (N-00.6)."""
        name = self.contact.name.strip()
        return self.say(key, name=name, reach=self.reach) if name and self.reach.strip() else Paragraph("")

    def words(self, text: Personal | None, voice: Voice) -> Paragraph:
        """A text from the vault in its author's voice; empty where it cannot be read (any more)."""
        return Paragraph(self.reveal(text), voice)

    def reveal(self, text: Personal | None) -> str:
        """What a personal text says, or nothing."""
        return self.texts.get(text.ref, "").strip() if text and text.ref else ""

    def section(
        self, part: Part, *paragraphs: Paragraph, rows: Iterable[Row] = (), heading: str = "", issue: int | None = None
    ) -> Section:
        """A section under the heading of its part, or under another one."""
        head = heading or self.phrase(f"heading.{part}")
        return Section(part=part, heading=head, paragraphs=paragraphs, rows=tuple(rows), issue=issue)

    def row(self, part: Part, *paragraphs: Paragraph, label: str = "") -> Row:
        """A row under the label of its part, or under another one."""
        return Row(part=part, label=label or self.phrase(f"heading.{part}"), paragraphs=paragraphs)

    def ours(self, texts: Mapping[Language, str]) -> str:
        """A text that the profile gives in its languages: in the letter's, else in the profile's first."""
        text = texts.get(self.language) or texts.get(self.profile.languages[0], "")
        return embed(text, self.language)

    def dated(self, at: datetime) -> Paragraph:
        """A paragraph that is the local date of an instant and nothing else."""
        return Paragraph(embed(date_in_words(self.language, self.day(at), self.calendar), self.language))

    def day(self, at: datetime) -> date:
        """The organisation's local date of an instant."""
        return local_day(at, self.profile.calendar.zone)

    def last_day(self, due: datetime) -> date:
        """The local date by whose end something is due: midnight still belongs to the day before."""
        return self.day(due - _TICK)
