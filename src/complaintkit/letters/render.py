"""Giving a letter its form: plain text, and one HTML page that needs nothing from outside (N-44).

Everything is escaped; what people wrote is isolated in plain text and has a direction of its own in HTML,
so that neither markup nor direction can get out of its place (N-41).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from attrs import field, frozen

from complaintkit.errors import LetterRefused
from complaintkit.letters.checks import check
from complaintkit.letters.models import Letter, Paragraph, Row, Section, Voice
from complaintkit.vocabulary import Language
from complaintkit.wording import RLM, balanced, direction, lines, one_line, set_apart

#: Large, dark on white, in whatever font the reader has; logical sides, so that it turns with the direction.
_STYLE: Final = """
body { margin: 0; background: #fff; color: #1a1a1a; font: 1.25rem/1.6 system-ui, "Noto Sans", "Noto Sans Hebrew",
  "Noto Sans Arabic", Arial, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.3; margin-block: 0 1.5rem; }
h2 { font-size: 1.3rem; line-height: 1.35; margin-block: 2rem .5rem; border-block-end: 1px solid #999; }
p { margin-block: 0 .75rem; }
table { border-collapse: collapse; inline-size: 100%; margin-block-end: .75rem; }
th, td { text-align: start; vertical-align: top; padding-block: .4rem; border-block-end: 1px solid #ccc; }
th { inline-size: 32%; padding-inline-end: 1rem; font-weight: 600; }
td p:last-child { margin-block-end: 0; }
.words { border-inline-start: 3px solid #767676; padding-inline-start: .75rem; }
.ref { white-space: nowrap; }
footer { margin-block-start: 2.5rem; }
@media print { body { font-size: 12pt; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
""".strip()
_REFERENCE: Final = re.compile(r"\bC(?:-[0-9A-Z]{4}){3}-[0-9A-Z]\b")
#: The page may load and run nothing, whatever got into it.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


@frozen(kw_only=True)
class Rendered:
    """A letter as a notifier sends it: the subject on one line, the text, and the same as HTML."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)


def render(letter: Letter) -> Rendered:
    """The letter as text and as HTML.

    Raises ``LetterRefused`` with every reason where a part is missing or a text is unfit (INV-50).
    """
    reasons = check(letter)
    if reasons:
        hint = "supply what is missing or reword it, and ask for the letter again"
        raise LetterRefused(f"the letter {letter.rule}", reasons, hint=hint)
    return Rendered(subject=one_line(letter.subject), text=as_text(letter), html=as_html(letter))


# Plain text ------------------------------------------------------------------------------------------


def as_text(letter: Letter) -> str:
    """The letter as plain text; in right-to-left languages every line says so by its first character."""
    blocks = [
        letter.greeting,
        *(_section_text(section, letter.language) for section in letter.sections),
        "\n".join(letter.signature),
    ]
    text = "\n\n".join(blocks) + "\n"
    if direction(letter.language) == "ltr":
        return text
    return "".join(f"{RLM}{line}" if line.strip() else line for line in text.splitlines(keepends=True))


def _section_text(section: Section, language: Language) -> str:
    said = [_plain(paragraph, language) for paragraph in section.paragraphs]
    return "\n".join([section.heading, "-" * 12, *said, *(_row_text(row, language) for row in section.rows)])


def _row_text(row: Row, language: Language) -> str:
    said = [_plain(paragraph, language) for paragraph in row.paragraphs]
    if len(said) == 1 and "\n" not in said[0]:
        return f"{row.label}: {said[0]}"
    return "\n".join([f"{row.label}:", *(f"  {line}" for text in said for line in text.split("\n"))])


def _plain(paragraph: Paragraph, language: Language) -> str:
    return paragraph.text if paragraph.voice is Voice.ORGANISATION else set_apart(paragraph.text, language)


# HTML ------------------------------------------------------------------------------------------------


def as_html(letter: Letter) -> str:
    """The letter as one HTML page with language, direction and headings."""
    return page(letter.language, letter.subject, letter.greeting, letter.sections, letter.signature)


def page(language: Language, title: str, opening: str, sections: Iterable[Section], ending: Iterable[str]) -> str:
    """Sections as one HTML page that needs nothing from outside; every text in it is escaped."""
    subject = _escaped(title)
    return (
        f'<!DOCTYPE html>\n<html lang="{language.value}" dir="{direction(language)}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{subject}</title>\n'
        f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>\n<h1>{_kept(subject)}</h1>\n"
        f"<p>{_escaped(opening)}</p>\n{_joined(map(_section_html, sections))}"
        f"<footer>\n<p>{'<br>'.join(map(_escaped, ending))}</p>\n</footer>\n</main>\n</body>\n</html>\n"
    )


def _section_html(section: Section) -> str:
    rows = f"<table>\n{_joined(map(_row_html, section.rows))}</table>\n" if section.rows else ""
    said = _joined(map(_paragraph_html, section.paragraphs))
    return f"<section>\n<h2>{_escaped(section.heading)}</h2>\n{said}{rows}</section>\n"


def _row_html(row: Row) -> str:
    said = _joined(map(_paragraph_html, row.paragraphs))
    return f'<tr>\n<th scope="row">{_escaped(row.label)}</th>\n<td>\n{said}</td>\n</tr>\n'


def _paragraph_html(paragraph: Paragraph) -> str:
    """A paragraph; what a person wrote is set off and finds its own direction."""
    said = "<br>".join(_lines(paragraph.text))
    return f"<p>{said}</p>\n" if paragraph.voice is Voice.ORGANISATION else f'<p class="words" dir="auto">{said}</p>\n'


def _lines(text: str) -> Iterator[str]:
    return (_kept(escape(balanced(line))) for line in lines(text))


def _escaped(text: str) -> str:
    return escape(balanced(one_line(text)))


def _kept(escaped: str) -> str:
    """Escaped text in which a reference is never broken over two lines."""
    return _REFERENCE.sub(r'<span class="ref">\g<0></span>', escaped)


def _joined(parts: Iterable[str]) -> str:
    return "".join(parts)
