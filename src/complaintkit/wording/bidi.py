"""Text of one direction inside text of the other (N-41): isolates, never raw concatenation.

What is embedded stands between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE, so that it takes its direction
from itself and cannot disturb what stands around it. A stray isolate inside it is closed or dropped first: else
hostile text could climb out.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from complaintkit.vocabulary import Language

#: U+2068 and U+2069: what stands between them is laid out alone.
FSI: Final = "\u2068"
PDI: Final = "\u2069"
#: U+200F: makes a line of plain text right-to-left where the reader's program guesses from the first letter.
RLM: Final = "\u200f"
#: The letters that flow from right to left: Hebrew, Arabic and their presentation forms.
RTL_LETTER: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

_OPENERS: Final = "\u2066\u2067\u2068"
_ISOLATES: Final = re.compile("[\u2066-\u2069]")
_LINE_ENDS: Final = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def direction(language: Language) -> Literal["ltr", "rtl"]:
    """The direction in which a language is written.

    >>> direction(Language.ENGLISH), direction(Language.PERSIAN)
    ('ltr', 'rtl')
    """
    return "ltr" if language is Language.ENGLISH else "rtl"


def lines(text: str) -> list[str]:
    """The lines of a text without control characters, whatever ends them; direction never crosses a line.

    >>> lines("one\\u2028two\\x07")
    ['one', 'two']
    """
    return [_CONTROLS.sub("", line) for line in _LINE_ENDS.split(text)]


def one_line(text: str) -> str:
    """A text as one line, for subjects and for values inside a sentence; an e-mail header ends at a line break.

    >>> one_line("Dana\\r\\nBcc: all@example.org")
    'Dana Bcc: all@example.org'
    """
    return " ".join(" ".join(lines(text)).split())


def balanced(line: str) -> str:
    """A line in which every isolate that opens also closes, and none closes that did not open.

    >>> balanced("a\\u2069b") == "ab", balanced("\\u2067c") == "\\u2067c\\u2069"
    (True, True)
    """
    if not _ISOLATES.search(line):
        return line
    kept, depth = [], 0
    for character in line:
        depth += (character in _OPENERS) - (character == PDI)
        if depth >= 0:
            kept.append(character)
        depth = max(depth, 0)
    return "".join(kept) + PDI * depth


def isolate(text: str) -> str:
    """A text that may be put anywhere: each line between FSI and PDI.

    >>> isolate("C-W4P1") == "\\u2068C-W4P1\\u2069"
    True
    """
    return "\n".join(f"{FSI}{balanced(line)}{PDI}" if line else "" for line in lines(text))


def set_apart(text: str, language: Language) -> str:
    """A text of any number of lines among those of a language, isolated where a direction may clash.

    Always isolated in right-to-left languages; in English only where it has letters of the other direction
    or directions of its own, so that plain English stays plain.

    >>> set_apart("one\\ntwo", Language.ENGLISH)
    'one\\ntwo'
    """
    told = lines(text)
    clash = direction(language) == "rtl" or RTL_LETTER.search(text) or not all(line.isprintable() for line in told)
    return isolate(text) if clash else "\n".join(told)


def embed(text: str, language: Language) -> str:
    """A value for a sentence of a language: on one line, and set apart.

    >>> embed("Dana", Language.ENGLISH)
    'Dana'
    >>> embed("Dana", Language.HEBREW) == "\\u2068Dana\\u2069"
    True
    """
    return set_apart(one_line(text), language)
