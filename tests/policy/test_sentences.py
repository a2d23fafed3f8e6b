"""A priority in words: every line in every language, under the names that the policy has (P-16)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.policy import Line, load_profile
from complaintkit.policy.sentences import line_in_words
from complaintkit.policy.verdict import NUMBERS
from complaintkit.vocabulary import Language
from complaintkit.wording import FSI, PDI, direction
from complaintkit.wording.bidi import RTL_LETTER
from tests.policy.test_priority import facts_of_triage


@given(facts_of_triage, st.sampled_from([0, 0.25, 3]))
def test_p_16_every_line_has_its_sentence(facts: dict[str, Any], elapsed: float) -> None:
    """The same lines in each language, with rules and facts under their names, and words of that language."""
    verdict = load_profile().priority(facts, elapsed)
    for language in Language:
        _, *told = verdict.explain(language).split("\n")
        assert len(told) == len(verdict.explanation)
        for line, sentence in zip(verdict.explanation, told, strict=True):
            assert all(name in sentence for name in (line.rule, *(line.inputs.keys() - NUMBERS)))
            assert bool(RTL_LETTER.search(sentence)) is (direction(language) == "rtl")
    assert verdict.explain() == verdict.explain(Language.ENGLISH)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (Language.ENGLISH, "P-17.3: track frontline, because complexity is 0 and band is P4 and x is false"),
        (Language.HEBREW, "P-17.3: מסלול frontline, כי complexity הוא 0 וגם band הוא P4 וגם x הוא false"),
        (
            Language.PERSIAN,
            "P-17.3: مسیر frontline، چون complexity برابر ۰ است و band برابر P4 است و x برابر false است",
        ),
    ],
)
def test_a_line_in_words(language: Language, sentence: str) -> None:
    line = Line("P-17.3", {"complexity": 0, "band": "P4", "x": False}, "frontline", "priority.track")
    assert line_in_words(line, language).translate(dict.fromkeys(map(ord, FSI + PDI))) == sentence


def test_the_time_used_is_told_with_its_share() -> None:
    verdict = load_profile().priority({"seriousness": 2}, 0.5)
    assert "  P-15: 20 points for the time used: 1 of 2" in verdict.explain().split("\n")
    assert "۲۰" in verdict.explain(Language.PERSIAN)
