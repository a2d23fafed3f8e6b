"""Spoilt policy files end in typed errors and take little memory; ``make mutants`` measures the time as well."""

from __future__ import annotations

import random
import warnings
from pathlib import Path
from typing import Any

import pytest

from complaintkit.errors import FileRefused, PolicyRefused
from complaintkit.policy import load_policy
from complaintkit.policy.document import read_document
from complaintkit.policy.section import suggestion
from complaintkit.policy.toml_places import MAX_TOKENS, excess, tokens
from tests.policy import spoilt
from tests.policy.samples import TARIFF


def broken(count: int, seed: int, folder: Path) -> list[str]:
    """What is promised of files and does not hold of some; how long they took is no matter of tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [each for each in spoilt.run(count, seed, folder).broken if not each.endswith(" ms")]


def test_spoilt_files_are_refused_with_typed_errors(tmp_path: Path) -> None:
    assert not broken(400, 20, tmp_path)


@pytest.mark.long
def test_many_spoilt_files_are_refused_with_typed_errors(tmp_path: Path) -> None:
    assert not broken(8_000, 30, tmp_path)


@pytest.mark.parametrize("stroke", dict.fromkeys(spoilt.SPOIL))
def test_every_stroke_changes_a_text(stroke: Any) -> None:
    assert any(stroke(TARIFF, random.Random(seed)) != TARIFF for seed in range(3))


def test_a_text_has_so_many_words_and_no_more() -> None:
    at_most = "\n" * MAX_TOKENS
    assert len(list(tokens(at_most))) == MAX_TOKENS
    assert excess(at_most) is None
    assert str(excess(at_most + "#")) == (
        f"Excess(line={MAX_TOKENS + 1}, text='more than 4500 words, marks and lines; divide it into several files')"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**200, "a number has more than 200 characters"),
        (-(10**200), "a number has more than 200 characters"),
        ("\ud800", "a text holds half of a surrogate pair"),
        (["x\udfff"], "a text holds half of a surrogate pair"),
        ({"\udc00": 1}, "a key must be a text of at most 200 characters"),
    ],
)
def test_a_mapping_is_held_to_what_a_file_can_say(value: Any, text: str) -> None:
    with pytest.raises(FileRefused, match=rf"\(mapping\):0: {text}"):  # a mapping has no lines
        read_document({"a": value})
    assert read_document({"k" * 200: 1}).data == {"k" * 200: 1}
    with pytest.raises(FileRefused, match="a key must be a text of at most 200 characters"):
        read_document({"k" * 201: 1})
    assert read_document({"a": [10**199, "é", "\U0001f4a9"]}).data["a"][0] == 10**199


def test_a_condition_that_takes_too_many_combinations_is_refused() -> None:
    pair = {"any": [{"fact": "harm", "at_least": 1}, {"fact": "urgent", "is": True}]}
    wide = {"any": [{"fact": "grams", "is": point} for point in range(40)]}
    facts = {
        "harm": {"type": "level", "kind": "assessed", "top": 3},
        "urgent": {"type": "flag", "kind": "matter"},
        "grams": {"type": "number", "kind": "matter", "points": list(range(40))},
    }
    rule = {"id": "1", "then": "x", "when": {"all": [pair, wide, wide]}}
    table = {"hit": "collect", "outcomes": ["x"], "rule": [rule]}
    with pytest.raises(PolicyRefused, match="unfolds into more than 64 alternatives"):
        load_policy({"id": "x", "version": "1", "facts": facts, "table": {"t": table}})


def test_names_are_suggested_from_few_and_short_ones() -> None:
    assert suggestion("urgnt", [f"x{number}" for number in range(500)] + ["urgent"]) == " (did you mean 'urgent'?)"
    assert suggestion("u" * 41, ["u" * 40]) == ""
    document = read_document({f"urgent{number}x": 1 for number in range(40)})
    document.root.text("urgent", "")
    with pytest.raises(FileRefused) as refused:
        document.finish("refused")
    assert sum("did you mean" in problem.text for problem in refused.value.problems) == 20
