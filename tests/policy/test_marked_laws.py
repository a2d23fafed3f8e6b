"""Every law of the policy that the domain marks with [H] has a property test that says so in its docstring.

A test names its laws as ``[H: R-58 additive over items]``: the id of the domain, and the law in a few words.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

#: The laws by id: priority (P, INV-19, INV-30), remedies (R), money and explanations (V), authority (INV-49).
LAWS = {
    "P-02": {"constant in what must never decide"},
    "P-05": {"monotone"},
    "INV-19": {"constant in the channel"},
    "INV-30": {"a pure function of the levels"},
    "R-06": {"constant in what must never decide"},
    "R-58": {"monotone in days", "additive over items", "invariant to splitting", "never below nothing"},
    "V-01": {"what is added can be taken away", "nothing lost in an allocation"},
    "V-08": {"recomputed from its explanation"},
    "INV-49": {"void when the amount changes", "void when a component changes", "void when the beneficiary changes"},
}
MARK = re.compile(r"\[H: (?P<id>[A-Z]+-\d+) (?P<law>[^\]]+)\]")
FILES = [*sorted((ROOT / "tests" / "policy").glob("test_*.py")), ROOT / "tests" / "test_money.py"]


def marked(files: list[Path]) -> Iterator[tuple[str, str, ast.FunctionDef]]:
    """Each law that a test names, with the test."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for found in MARK.finditer(ast.get_docstring(node) or ""):
                    yield found["id"], found["law"], node


def is_property(test: ast.FunctionDef) -> bool:
    """Whether a test draws its cases: by hypothesis, or by a number of draws that the long run raises."""
    decorators = [ast.unparse(each) for each in test.decorator_list]
    return any(each.startswith("given(") or "RUNS" in each for each in decorators)


def test_every_law_is_named_by_a_test_and_no_other_is() -> None:
    found = defaultdict(set)
    for law_id, law, _ in marked(FILES):
        found[law_id].add(law)
    assert found == LAWS


def test_what_names_a_law_draws_its_cases() -> None:
    assert [test.name for _, _, test in marked(FILES) if not is_property(test)] == []
