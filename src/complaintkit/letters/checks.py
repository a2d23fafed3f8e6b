"""Whether a letter may go out: nothing that it owes is missing, and its words are fit to be read (INV-50)."""

from __future__ import annotations

from collections.abc import Iterator

from complaintkit.errors import Reason
from complaintkit.letters.contents import ANSWER
from complaintkit.letters.models import Letter, Part, Section, Voice
from complaintkit.letters.phrases import lint
from complaintkit.vocabulary import NoticeRule

__all__ = ["check", "lint"]


def check(letter: Letter) -> tuple[Reason, ...]:
    """Every reason why the letter may not go out; none where it may.

    They name parts and numbers of issues, never what stands in them.
    """
    return (*_missing(letter), *_unanswered(letter), *_empty(letter), *_unfit(letter))


def _missing(letter: Letter) -> Iterator[Reason]:
    """Parts that the rule of the letter owes."""
    for part in sorted(letter.owes - letter.parts):
        yield Reason(_rule(letter), f"the part '{part}' is missing")


def _unanswered(letter: Letter) -> Iterator[Reason]:
    """Issues that are not mentioned, or not answered in full (INV-50)."""
    answers = {section.issue: section for section in letter.sections if section.part is Part.ISSUE}
    for no in letter.issues:
        held = answers[no].parts if no in answers else frozenset()
        for part in sorted(ANSWER - held):
            yield Reason("INV-50", f"issue {no}: the part '{part}' is missing")


def _empty(letter: Letter) -> Iterator[Reason]:
    """Texts that were never written, or can no longer be read."""
    for section in letter.sections:
        for part, paragraph in section.all_paragraphs:
            if not paragraph.text.strip():
                yield Reason(_rule(letter), f"{_place(section)}the text of '{part}' is missing")


def _unfit(letter: Letter) -> Iterator[Reason]:
    """Handlers' words that a complainant must not read."""
    for section in letter.sections:
        for _part, paragraph in section.all_paragraphs:
            if paragraph.voice is Voice.HANDLER:
                for reason in lint(paragraph.text, letter.language, letter.reach):
                    yield Reason(reason.rule, f"{_place(section)}{reason.text}")


def _place(section: Section) -> str:
    return f"issue {section.issue}: " if section.issue else ""


def _rule(letter: Letter) -> str:
    return "INV-50" if letter.rule is NoticeRule.OUTCOME else letter.rule.value
