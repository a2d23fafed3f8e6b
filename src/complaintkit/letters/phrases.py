"""What a handler's own words may not do: apologise with an if, blame the complainant, expose a third person (INV-50).

A list of phrases finds the usual slips, not every one: who writes a letter is responsible for it. Words are
compared without vowel signs, joiners, hyphens and the spelling variants of Persian keyboards.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final

from complaintkit.errors import Reason
from complaintkit.vocabulary import Language
from complaintkit.wording import names

_WORD: Final = re.compile(r"\w+(?:'\w+)*")
_SENTENCE_END: Final = re.compile(r"[.!?;\u061b\u061f]+|\n\s*\n")
_KEYBOARDS: Final = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "\u2019": "'", "\u0640": None})
#: A Persian verb's first syllable, which many write as a word of its own.
_APART: Final = re.compile(r"\b(ن?می|بی)\s+")
#: In Hebrew "and", "that" and "the" are written on to the next word.
_PREFIXES: Final = {Language.HEBREW: "[ושה]{0,2}"}

_DATE: Final = re.compile(r"\b\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b")
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_TELEPHONE: Final = re.compile(r"(?:\+|(?<![\w.,/-])[0۰٠])(?:[ ()-]?\d){8,15}(?!\w)")


def lint(text: str, language: Language, allowed: Collection[str] = ()) -> tuple[Reason, ...]:
    """The reasons why a handler's own words may not stand in a letter; none where they may.

    ``allowed`` are addresses and telephone numbers that the letter gives on purpose. The reasons name the
    phrase that was found, and never an address.

    >>> [str(reason) for reason in lint("We are sorry if you feel let down.", Language.ENGLISH)]
    ["R-21: 'sorry' with 'if you feel' is a conditional apology: name what went wrong, and say sorry for it"]
    >>> lint("We charged you twice. We are sorry.", Language.ENGLISH)
    ()
    """
    found = [*_apologies(text, language), *_said(text, language), *_exposed(text, allowed)]
    return tuple(dict.fromkeys(found))


def _apologies(text: str, language: Language) -> Iterator[Reason]:
    """An apology with a condition in its sentence, or taken back after it (R-21)."""
    for sentence in map(_words, _SENTENCE_END.split(text)):
        sorry = _finder(language, "apology").search(sentence)
        if sorry:
            limit = _finder(language, "condition").search(sentence)
            limit = limit or _finder(language, "retraction").search(sentence, sorry.end())
            if limit:
                what = f"'{sorry[1]}' with '{limit[1]}' is a conditional apology"
                yield Reason("R-21", f"{what}: name what went wrong, and say sorry for it")


def _said(text: str, language: Language) -> Iterator[Reason]:
    """Mistakes that nobody made (R-21), and blame of the complainant (N-00.7, DC-02)."""
    words = _words(text)
    for found in _finder(language, "passive").finditer(words):
        yield Reason("R-21", f"'{found[1]}' does not say who is responsible")
    for found in _finder(language, "blame").finditer(words):
        yield Reason("N-00.7", f"'{found[1]}' blames the complainant: say what was found, not who is at fault")


def _exposed(text: str, allowed: Collection[str]) -> Iterator[Reason]:
    """Addresses and telephone numbers that are not the contact's own (INV-50)."""
    for own in filter(None, allowed):
        text = text.replace(own, " ")
    if _EMAIL.search(text):
        yield Reason("INV-50", "an e-mail address stands in the text: a letter gives no address but its contact's")
    if _TELEPHONE.search(_DATE.sub(" ", text)):
        yield Reason("INV-50", "a telephone number stands in the text: a letter gives no number but its contact's")


@lru_cache(maxsize=32)
def _finder(language: Language, kind: str) -> re.Pattern[str]:
    """A pattern for any phrase of a list, as whole words."""
    phrases = "|".join(re.escape(_words(phrase)) for phrase in names(language, f"phrases.{kind}"))
    return re.compile(rf"(?<!\S){_PREFIXES.get(language, '')}({phrases})(?!\S)")


def _words(text: str) -> str:
    """The words of a text in lower case and one spelling, with one space between."""
    parts = unicodedata.normalize("NFKD", text.casefold()).translate(_KEYBOARDS)
    plain = "".join(c for c in parts if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join(_WORD.findall(_APART.sub(r"\1", plain)))
