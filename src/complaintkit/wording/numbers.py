"""Numbers in words' company: which plural form they take and in which digits they are written (N-42, N-43)."""

from __future__ import annotations

from typing import Final, Literal

from complaintkit.vocabulary import Language

_PERSIAN_DIGITS: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def plural(language: Language, n: int) -> Literal["one", "two", "other"]:
    """The plural form that a whole number takes: CLDR's rules for the three languages.

    >>> [plural(Language.HEBREW, n) for n in (1, 2, 3)]
    ['one', 'two', 'other']
    >>> plural(Language.PERSIAN, 0)
    'one'
    """
    if n == 1 or (n == 0 and language is Language.PERSIAN):
        return "one"
    return "two" if n == 2 and language is Language.HEBREW else "other"


def digits(language: Language, text: str) -> str:
    """A text with its Latin digits in the digits of the language: Persian ones in Persian.

    >>> digits(Language.PERSIAN, "1405")
    '۱۴۰۵'
    """
    return text.translate(_PERSIAN_DIGITS) if language is Language.PERSIAN else text


def number(language: Language, n: int) -> str:
    """A whole number with thousands set apart, in the digits of the language.

    >>> number(Language.ENGLISH, 1234567), number(Language.PERSIAN, 1234567)
    ('1,234,567', '۱٬۲۳۴٬۵۶۷')
    """
    written = digits(language, f"{n:,}")
    return written.replace(",", "٬") if language is Language.PERSIAN else written
