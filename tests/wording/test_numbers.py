"""Plural forms and digits against CLDR, as Babel has it."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.vocabulary import Language
from complaintkit.wording import digits, number, plural


@pytest.mark.parametrize("language", Language)
def test_plural_forms_are_those_of_cldr(language: Language) -> None:
    rule = Locale(language.value).plural_form
    assert [plural(language, n) for n in range(201)] == [rule(n) for n in range(201)]


@pytest.mark.parametrize("language", Language)
@given(n=st.integers(min_value=0, max_value=10**15))
def test_numbers_are_written_as_cldr_writes_them(language: Language, n: int) -> None:
    written = format_decimal(n, locale=language.value, numbering_system="default")  # Babel leaves the digits Latin
    assert number(language, n) == digits(language, written)


def test_only_persian_has_digits_of_its_own() -> None:
    assert [digits(language, "0123456789 a") for language in Language] == [
        "0123456789 a",
        "0123456789 a",
        "۰۱۲۳۴۵۶۷۸۹ a",
    ]
