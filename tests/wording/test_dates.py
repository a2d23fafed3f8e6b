"""Dates in words against Babel, persiantools and pyluach, and without them."""

from __future__ import annotations

import sys
from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate
from pyluach.dates import HebrewDate

from complaintkit.errors import MissingExtra
from complaintkit.vocabulary import Language
from complaintkit.wording import FSI, PDI, DateStyle, date_in_words, digits, names

DAYS = st.dates(date(1930, 1, 1), date(2090, 12, 31))
PATTERNS = {Language.ENGLISH: "d MMMM y", Language.HEBREW: "d בMMMM y", Language.PERSIAN: "d MMMM y"}


@pytest.mark.parametrize("language", Language)
@given(day=DAYS)
def test_gregorian_dates_are_written_as_cldr_writes_them(language: Language, day: date) -> None:
    words = format_date(day, PATTERNS[language], locale=language.value)
    assert date_in_words(language, day).startswith(digits(language, words) + " (")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("style", DateStyle)
def test_the_iso_date_stands_beside_and_alone(language: Language, style: DateStyle) -> None:
    iso = "2026-04-28" if language is Language.ENGLISH else f"{FSI}2026-04-28{PDI}"
    assert date_in_words(language, date(2026, 4, 28), style).endswith(f" ({iso})")


@given(day=DAYS)
def test_jalali_dates_are_those_of_persiantools(day: date) -> None:
    jalali = JalaliDate.to_jalali(day.year, day.month, day.day)
    persian = digits(Language.PERSIAN, f"{jalali.day} {jalali.strftime('%B', locale='fa')} {jalali.year}")
    english = f"{jalali.day} {jalali.strftime('%B', locale='en')} {jalali.year}"
    assert date_in_words(Language.PERSIAN, day, DateStyle.JALALI).startswith(f"{persian} (")
    assert date_in_words(Language.ENGLISH, day, DateStyle.JALALI).startswith(f"{english} (")


@pytest.mark.parametrize(
    ("day", "english", "hebrew"),
    [
        (date(2026, 4, 28), "11 Iyar 5786", "י״א אייר תשפ״ו"),
        (date(2024, 2, 10), "1 Adar I 5784", "א׳ אדר א׳ תשפ״ד"),  # a leap year has two Adars
        (date(2024, 3, 11), "1 Adar II 5784", "א׳ אדר ב׳ תשפ״ד"),
        (date(2025, 3, 1), "1 Adar 5785", "א׳ אדר תשפ״ה"),  # a common year has one
        (date(2024, 10, 3), "1 Tishrei 5785", "א׳ תשרי תשפ״ה"),  # Rosh Hashana
    ],
)
def test_hebrew_dates(day: date, english: str, hebrew: str) -> None:
    assert date_in_words(Language.ENGLISH, day, DateStyle.HEBREW).startswith(f"{english} (")
    assert date_in_words(Language.HEBREW, day, DateStyle.HEBREW).startswith(f"{hebrew} (")


def test_hebrew_month_names_are_those_of_pyluach() -> None:
    common = [HebrewDate(5785, month, 1).month_name(hebrew=True) for month in range(1, 13)]
    leap = [HebrewDate(5784, month, 1).month_name(hebrew=True) for month in (12, 13)]
    assert list(names(Language.HEBREW, "dates.months.hebrew")) == common + leap


@pytest.mark.parametrize(("style", "module"), [(DateStyle.JALALI, "persiantools"), (DateStyle.HEBREW, "pyluach")])
def test_without_the_extra_only_gregorian_dates_can_be_written(
    style: DateStyle, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"complaintkit\[languages\]"):
        date_in_words(Language.PERSIAN, date(2026, 4, 28), style)
    assert date_in_words(Language.PERSIAN, date(2026, 4, 28)).startswith("۲۸ آوریل ۲۰۲۶")


def test_the_months_of_each_calendar_are_complete() -> None:
    for language in Language:
        assert [len(names(language, f"dates.months.{style}")) for style in DateStyle] == [12, 12, 14]
