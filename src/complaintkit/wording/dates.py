"""Dates in words, in the person's calendar, always with the plain ISO date beside them (N-42).

The Gregorian calendar needs nothing. The Persian (Jalali) one comes from persiantools and the Hebrew one
from pyluach: the extra ``languages``. Names of months stand in our own catalogues, so that every calendar
can be written in every language.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Final

from complaintkit.errors import MissingExtra
from complaintkit.vocabulary import Language
from complaintkit.wording.bidi import direction, isolate
from complaintkit.wording.catalogue import names, text
from complaintkit.wording.numbers import digits


class DateStyle(StrEnum):
    """The calendar in which a letter writes its dates."""

    GREGORIAN = "gregorian"
    JALALI = "jalali"
    HEBREW = "hebrew"


def date_in_words(language: Language, day: date, style: DateStyle = DateStyle.GREGORIAN) -> str:
    """A date as a reader writes it, with the ISO date in brackets.

    Raises ``MissingExtra`` for another calendar than the Gregorian one where ``complaintkit[languages]`` is
    not installed.

    >>> date_in_words(Language.ENGLISH, date(2026, 4, 28))
    '28 April 2026 (2026-04-28)'
    >>> date_in_words(Language.ENGLISH, date(2026, 4, 28), DateStyle.JALALI)
    '8 Ordibehesht 1405 (2026-04-28)'
    """
    iso = isolate(day.isoformat()) if direction(language) == "rtl" else day.isoformat()
    return f"{_WRITERS[style](language, day)} ({iso})"


def _written(language: Language, style: DateStyle, year: int, month: int, day: int) -> str:
    """Day, month and year in the order and with the little words of the language."""
    name = names(language, f"dates.months.{style.value}")[month - 1]
    pattern = text(language, "dates.pattern")
    return digits(language, pattern.format(day=day, month=name, year=year))


def _gregorian(language: Language, day: date) -> str:
    return _written(language, DateStyle.GREGORIAN, day.year, day.month, day.day)


def _jalali(language: Language, day: date) -> str:
    try:
        from persiantools.jdatetime import JalaliDate
    except ImportError:
        raise MissingExtra("complaintkit[languages]", "the Persian calendar") from None
    jalali = JalaliDate.to_jalali(day.year, day.month, day.day)  # type: ignore[no-untyped-call]
    return _written(language, DateStyle.JALALI, jalali.year, jalali.month, jalali.day)


def _hebrew(language: Language, day: date) -> str:
    """In Hebrew the day and the year are letters; months count from Nisan, and a leap year has two Adars."""
    try:
        from pyluach.dates import HebrewDate
        from pyluach.hebrewcal import Year
    except ImportError:
        raise MissingExtra("complaintkit[languages]", "the Hebrew calendar") from None
    hebrew = HebrewDate.from_pydate(day)
    if language is Language.HEBREW:
        return str(hebrew.hebrew_date_string())
    two_adars = hebrew.month >= 12 and Year(hebrew.year).leap
    return _written(language, DateStyle.HEBREW, hebrew.year, hebrew.month + two_adars, hebrew.day)


_WRITERS: Final[dict[DateStyle, Callable[[Language, date], str]]] = {
    DateStyle.GREGORIAN: _gregorian,
    DateStyle.JALALI: _jalali,
    DateStyle.HEBREW: _hebrew,
}
