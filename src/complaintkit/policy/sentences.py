"""A priority in words: each line of its explanation as a sentence, in English, Hebrew or Persian (P-16).

The explanation is data; these words are made from it when somebody reads it, and never stored. Rules, facts, bands
and tracks keep their names in every language, so that they are found again in the policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from complaintkit.policy.facts import Value
from complaintkit.policy.verdict import NUMBERS, Line, Verdict, value_in_words
from complaintkit.vocabulary import Language
from complaintkit.wording import digits, say


def verdict_in_words(verdict: Verdict, language: Language) -> str:
    """A verdict and its explanation, one sentence for each line.

    >>> from complaintkit.policy import load_profile
    >>> print(verdict_in_words(load_profile().priority({"seriousness": 2}), Language.ENGLISH).splitlines()[1])
      P-10.11: at least P3, because seriousness is 2
    """
    head = say(
        language,
        "priority.head",
        band=verdict.value.value,
        rank=_written(verdict.rank, language),
        track=verdict.track.value,
        policy=verdict.policy,
    )
    return "\n".join([head, *(f"  {line_in_words(line, language)}" for line in verdict.explanation)])


def line_in_words(line: Line, language: Language) -> str:
    """One line of the explanation of a priority; its text key names the sentence."""
    facts = {name: value for name, value in line.inputs.items() if name != "weight"}
    told: dict[str, Any] = {name: _written(value, language) for name, value in line.inputs.items() if name in NUMBERS}
    told |= {"rule": line.rule, "contribution": _written(line.contribution, language)}
    return say(language, line.text_key, **told, reasons=_reasons(facts, language))


def _reasons(facts: Mapping[str, Value], language: Language) -> str:
    """The facts of a line, all of which hold."""
    told = [say(language, "priority.reason", name=name, value=_written(facts[name], language)) for name in facts]
    return f" {say(language, 'priority.joint')} ".join(told) or say(language, "priority.no_reason")


def _written(value: Value, language: Language) -> str:
    """A value as it was declared; a number in the digits of the language."""
    return digits(language, str(value)) if type(value) is int else value_in_words(value)
