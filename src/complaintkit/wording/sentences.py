"""Saying something: a text of the catalogue with its values put in, and the label of a coded value."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Final

from complaintkit.errors import MalformedInput, UnknownName
from complaintkit.vocabulary import Language
from complaintkit.wording.bidi import embed
from complaintkit.wording.catalogue import text
from complaintkit.wording.dates import DateStyle, date_in_words
from complaintkit.wording.numbers import number, plural

#: What may be put into a sentence; coded values are said by their label.
Value = str | int | date | Enum

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def say(language: Language | str, key: str, /, *, calendar: DateStyle = DateStyle.GREGORIAN, **values: Value) -> str:
    """A sentence of the catalogue with its values, each isolated from the direction around it (N-41).

    A text that counts chooses its form by the value ``n``. Numbers are written in the digits of the
    language, dates in words in ``calendar``, coded values by their label.

    Raises ``UnknownName`` for a language or key that does not exist, ``MalformedInput`` where a value that
    the sentence names is missing or cannot be written.

    >>> say("en", "letters.greeting", name="Dana")
    'Dear Dana'
    >>> say("fa", "letters.greeting", name="Dana") == "\\u2068Dana\\u2069 گرامی"
    True
    """
    spoken = known_language(language)
    n = values.get("n", 0)
    sentence = text(spoken, key, plural(spoken, n) if isinstance(n, int) else "other")
    written = {name: _write(spoken, value, calendar) for name, value in values.items()}
    missing = set(placeholders(sentence)) - set(written)
    if missing:
        raise MalformedInput(f"{key} needs {', '.join(sorted(missing))}", hint="hand in every value that it names")
    return _PLACEHOLDER.sub(lambda found: written[found[1]], sentence)


def label(language: Language | str, value: Enum) -> str:
    """The word of a language for a coded value of the vocabulary (domain glossary).

    >>> from complaintkit.vocabulary import FindingValue
    >>> label("en", FindingValue.PARTLY_SUBSTANTIATED), label("he", FindingValue.PARTLY_SUBSTANTIATED)
    ('partly substantiated', 'מוצדקת בחלקה')
    """
    return text(known_language(language), f"labels.{_table(type(value))}.{value.value}")


def placeholders(sentence: str) -> tuple[str, ...]:
    """The names of the values that a sentence wants, in their order.

    >>> placeholders("by {date}: {what}")
    ('date', 'what')
    """
    return tuple(_PLACEHOLDER.findall(sentence))


def known_language(language: Language | str) -> Language:
    """The language of a code; raises ``UnknownName`` for one that has no catalogue.

    >>> known_language("he") is Language.HEBREW
    True
    """
    try:
        return Language(language)
    except ValueError:
        codes = ", ".join(Language)
        raise UnknownName(f"there is no catalogue for language {language!r}", hint=f"use one of {codes}") from None


def _write(language: Language, value: Value, calendar: DateStyle) -> str:
    """A value as it stands in a sentence of the language."""
    if isinstance(value, Enum):
        return label(language, value)
    if isinstance(value, datetime):
        raise MalformedInput("an instant cannot be put into a sentence", hint="hand in its local date")
    if isinstance(value, date):
        return embed(date_in_words(language, value, calendar), language)
    if isinstance(value, int):
        return embed(number(language, value), language)
    if isinstance(value, str):
        return embed(value, language)
    raise MalformedInput(
        f"{type(value).__name__} cannot be put into a sentence", hint="hand in text, int, date or a code"
    )


@lru_cache(maxsize=128)
def _table(kind: type[Enum]) -> str:
    """The table of a vocabulary class in the catalogue: ``FindingValue`` is ``finding_value``."""
    return _HUMP.sub("_", kind.__name__).lower()
