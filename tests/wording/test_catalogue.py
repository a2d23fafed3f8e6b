"""Every text exists in all three languages, with the same values in it; every code has its word."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from importlib.resources import files
from typing import Any

import pytest

from complaintkit import vocabulary
from complaintkit.errors import MalformedInput, UnknownName
from complaintkit.vocabulary import FindingValue, Language
from complaintkit.wording import label, placeholders, say

CATALOGUES = files("complaintkit.wording") / "catalogues"
FORMS = {"one", "two", "other"}
CODES = [
    kind
    for kind in vars(vocabulary).values()
    if isinstance(kind, type) and issubclass(kind, Enum) and kind.__module__ == vocabulary.__name__
]
UNSPOKEN = {"ActorKind", "Dimension"}


def leaves(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Each text, plural table and list of a catalogue with its key."""
    for key, value in table.items():
        if isinstance(value, dict) and not set(value) <= FORMS:
            yield from leaves(value, f"{path}{key}.")
        else:
            yield path + key, value


def catalogue(language: Language) -> dict[str, Any]:
    """All texts of a language, read by the test itself."""
    found = {}
    for path in (CATALOGUES / language.value).iterdir():
        name = path.name.removesuffix(".toml")
        found.update(leaves(tomllib.loads(path.read_text(encoding="utf-8")), f"{name}."))
    return found


ALL = {language: catalogue(language) for language in Language}
ENGLISH = ALL[Language.ENGLISH]


def wanted(value: Any) -> set[str]:
    """The placeholders of a text, by the standard library's own reading; a plural's are those of its last form."""
    text = value["other"] if isinstance(value, dict) else value
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", Language)
def test_every_language_has_every_key(language: Language) -> None:
    assert set(ALL[language]) == set(ENGLISH)


@pytest.mark.parametrize("language", Language)
def test_every_language_puts_in_the_same_values(language: Language) -> None:
    texts = {key: value for key, value in ALL[language].items() if not isinstance(value, list)}
    assert {key: wanted(value) for key, value in texts.items()} == {key: wanted(ENGLISH[key]) for key in texts}


@pytest.mark.parametrize("language", Language)
def test_plurals_have_the_forms_of_their_language(language: Language) -> None:
    needed = {"one", "two", "other"} if language is Language.HEBREW else {"one", "other"}
    for key, value in ALL[language].items():
        if isinstance(value, dict):
            assert set(value) == needed, key
            assert all(wanted({"other": text}) <= wanted(value) for text in value.values()), key


@pytest.mark.parametrize("language", Language)
def test_no_text_is_empty_or_carries_directions_of_its_own(language: Language) -> None:
    for key, value in ALL[language].items():
        texts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        for text in texts:
            assert text.strip() == text != "", key
            assert not set(text) & set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), key


def test_placeholders_are_those_of_the_standard_library() -> None:
    assert all(set(placeholders(v)) == wanted(v) for v in ENGLISH.values() if isinstance(v, str))


@pytest.mark.parametrize("kind", [kind for kind in CODES if kind.__name__ not in UNSPOKEN], ids=lambda k: k.__name__)
@pytest.mark.parametrize("language", Language)
def test_every_code_has_its_word(language: Language, kind: type[Enum]) -> None:
    words = [label(language, value) for value in kind]
    assert all(words)
    assert len(set(words)) == len(words), "two values of one kind may not share a word"


@pytest.mark.parametrize(
    ("value", "hebrew", "persian"),
    [  # domain glossary 27 to 30
        (FindingValue.SUBSTANTIATED, "מוצדקת", "وارد"),
        (FindingValue.PARTLY_SUBSTANTIATED, "מוצדקת בחלקה", "تا حدی وارد"),
        (FindingValue.NOT_SUBSTANTIATED, "לא מוצדקת", "غیروارد"),
        (FindingValue.UNABLE_TO_DETERMINE, "לא ניתן להכריע", "غیرقابل احراز"),
    ],
)
def test_words_are_those_of_the_glossary(value: FindingValue, hebrew: str, persian: str) -> None:
    assert (label("he", value), label("fa", value)) == (hebrew, persian)


def test_counting_chooses_the_form() -> None:
    assert [say("he", "letters.window.working_days", n=n) for n in (1, 2)] == ["יום עסקים אחד", "שני ימי עסקים"]
    assert say("en", "letters.window.calendar_days", n=1) == "one day"
    assert "۵" in say("fa", "letters.window.calendar_days", n=5)


def test_a_coded_value_is_said_by_its_word() -> None:
    assert say("en", "letters.greeting", name=FindingValue.SUBSTANTIATED) == "Dear substantiated"


@pytest.mark.parametrize(
    ("language", "key"),
    [
        ("xx", "letters.greeting"),
        ("en", "letters.nothing"),
        ("en", "nothing.at.all"),
        ("en", "letters.heading"),
        ("en", "letters.greeting.x"),
    ],
)
def test_unknown_names_are_typed_errors(language: str, key: str) -> None:
    with pytest.raises(UnknownName):
        say(language, key, name="Dana")


@pytest.mark.parametrize("values", [{}, {"name": datetime(2026, 1, 1, tzinfo=UTC)}, {"name": 1.5}, {"name": None}])
def test_missing_and_unfit_values_are_typed_errors(values: dict[str, Any]) -> None:
    with pytest.raises(MalformedInput):
        say("en", "letters.greeting", **values)
