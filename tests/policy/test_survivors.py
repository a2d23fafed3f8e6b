"""What is said of faults that no test notices is said of what is there."""

from __future__ import annotations

from functools import cache

import pytest

from tests.policy import mutator
from tests.policy.mutation import POLICY, drawn, reasons


@cache
def heads(file: str) -> frozenset[str]:
    return frozenset(mutator.heads(POLICY / file))


@pytest.mark.parametrize("name", reasons())
def test_a_reason_is_given_for_a_statement_that_is_there(name: str) -> None:
    file, _, change = name.partition(": ")
    assert any(change.startswith(f"{head} -> ") for head in heads(file))


def test_what_is_drawn_follows_from_the_seed() -> None:
    names = [fault.name for fault in drawn(5, 1, "triage.py")]
    assert names == [fault.name for fault in drawn(9, 1, "triage.py")][:5]
    assert {*names} != {fault.name for fault in drawn(5, 2, "triage.py")}
