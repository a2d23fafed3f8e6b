"""Bidi isolation (N-41): the Unicode rules, not our own output, are the oracle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.vocabulary import Language
from complaintkit.wording import FSI, PDI, balanced, direction, embed, isolate, lines, one_line, say

OPENERS = "\u2066\u2067\u2068"
HOSTILE = st.text(alphabet=st.sampled_from("ab1 \n\r\u2028\x07\u2066\u2067\u2068\u2069\u202a\u202cאבسل-"), max_size=40)
RTL = (Language.HEBREW, Language.PERSIAN)


def depths(line: str) -> list[int]:
    """The isolate depth after each character, as UAX 9 counts it; -1 where an isolate closes that is not open."""
    depth, found = 0, []
    for character in line:
        depth += (character in OPENERS) - (character == PDI)
        found.append(depth)
    return found


def test_directions() -> None:
    assert [direction(language) for language in Language] == ["ltr", "rtl", "rtl"]


@given(HOSTILE)
def test_an_isolate_never_leaks(text: str) -> None:
    for line in isolate(text).split("\n"):
        if line:
            found = depths(line)
            assert line[0] == FSI
            assert line[-1] == PDI
            assert found[-1] == 0
            assert min(found[:-1]) >= 1


@given(HOSTILE)
def test_balancing_keeps_the_words(text: str) -> None:
    for line in lines(text):
        kept = balanced(line)
        assert [c for c in kept if c not in OPENERS + PDI] == [c for c in line if c not in OPENERS + PDI]
        assert balanced(kept) == kept


@given(HOSTILE)
def test_one_line_is_one_line(text: str) -> None:
    assert len(lines(one_line(text))) == 1
    assert not any(c in one_line(text) for c in "\r\n\x0b\x0c\x07\u2028\u2029")


@pytest.mark.parametrize("language", RTL)
@pytest.mark.parametrize(
    "value", ["C-W4P1-AZ00-A7SS-W", "dana@example.org", "Dana Levi", "+972 3 555 0100", "אבג", "7"]
)
def test_every_value_in_a_right_to_left_sentence_is_isolated(language: Language, value: str) -> None:
    assert f"{FSI}{value}{PDI}" in say(language, "letters.greeting", name=value)


def test_plain_english_stays_plain_and_mixed_english_is_isolated() -> None:
    assert embed("Dana", Language.ENGLISH) == "Dana"
    assert embed("דנה", Language.ENGLISH) == f"{FSI}דנה{PDI}"
    assert embed("سارا (7)", Language.ENGLISH) == f"{FSI}سارا (7){PDI}"


def test_a_stray_isolate_cannot_climb_out_of_an_english_sentence() -> None:
    said = say("en", "letters.greeting", name=f"Dana{PDI}\u2067")
    assert depths(said)[-1] == 0
    assert min(depths(said)) == 0
