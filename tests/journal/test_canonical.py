"""The bytes that are hashed have one form only: RFC 8785 for texts, integers, truth values, lists and objects."""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path
from typing import Any

import attrs
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput
from complaintkit.journal.codec import canonical, is_canonical, strict

LARGEST = 2**53 - 1
texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127))
scalars = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)


@given(values)
def test_what_is_written_is_rfc_8785_and_read_back(value: Any) -> None:
    body = canonical(value)
    assert body == rfc8785.dumps(value)
    assert strict(body) == value
    assert is_canonical(strict(body), body)


@attrs.frozen
class Holder:
    """A class that has room for anything."""

    inside: Any
    maybe: float | None = None


REFUSED = {
    "a float": 0.5,
    "a whole float": 1.0,
    "no number": math.nan,
    "without end": -math.inf,
    "a float deep inside": {"a": [{"b": [1, 2.5]}]},
    "no number deep inside": {"a": [{"b": (1, math.nan)}]},
    "a float in a class": Holder(inside=[0.5]),
    "no number in a class": Holder(inside={"a": math.nan}),
    "no number in a field for it": Holder(inside=1, maybe=math.inf),
    "a large integer": LARGEST + 1,
    "a small integer": -LARGEST - 1,
    "a huge integer": 10**40,
    "a key outside ASCII": {"\u00e9": 1},
    "a key outside the first plane": {"a": [{"\U0001f600": 1}]},
    "a key that is no text": {5: 1},
    "half a character": "\ud800",
    "half a character in a key": {"\udfff": 1},
    "an object of no known kind": object(),
    "a set of a class": Holder(inside=object()),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_be_read_in_two_ways_is_refused(name: str) -> None:
    with pytest.raises(MalformedInput):
        canonical(REFUSED[name])


def test_null_is_no_float() -> None:
    assert canonical({"a": None, "b": Holder(inside=None)}) == b'{"a":null,"b":{"inside":null,"maybe":null}}'


@given(st.floats())
def test_no_float_at_all(number: float) -> None:
    for value in (number, [number], {"a": number}, Holder(inside=number), Holder(inside=None, maybe=number)):
        with pytest.raises(MalformedInput):
            canonical(value)


def test_too_deep_is_refused() -> None:
    value: Any = 1
    for _ in range(40):
        value = [value]
    with pytest.raises(MalformedInput):
        canonical(value)


# S-H1: published vectors, where the real data is -----------------------------------------------------------


@pytest.mark.parametrize("name", ["arrays", "french", "structures"])
def test_s_h1_published_documents(real_data: Path, name: str) -> None:
    """The documents of our profile byte for byte; with a float or a key outside ASCII they are refused."""
    folder = real_data / "h_audit" / "jcs"
    value = json.loads((folder / "input" / f"{name}.json").read_text(encoding="utf-8"))
    expected = bytes.fromhex("".join((folder / "outhex" / f"{name}.txt").read_text(encoding="ascii").split()))
    assert rfc8785.dumps(value) == expected
    if _of_our_profile(value):
        assert canonical(value) == expected
    else:
        with pytest.raises(MalformedInput):
            canonical(value)


def _of_our_profile(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(str.isascii, value)) and all(map(_of_our_profile, value.values()))
    return all(map(_of_our_profile, value)) if isinstance(value, list) else not isinstance(value, float)


def test_s_h1_published_numbers(real_data: Path) -> None:
    """A thousand doubles have one form; the integers among them are written in it, and a float is refused."""
    lines = (real_data / "h_audit" / "jcs" / "es6_numbers_1000.csv").read_text(encoding="ascii").splitlines()
    assert len(lines) == 1000
    written = 0
    for line in lines:
        pattern, text = line.split(",")
        number = struct.unpack(">d", bytes.fromhex(pattern.rjust(16, "0")))[0]
        assert rfc8785.dumps(number) == text.encode()
        if number.is_integer() and abs(number) <= LARGEST:
            assert canonical(int(number)) == text.encode()
            written += 1
        with pytest.raises(MalformedInput):
            canonical(number)
    assert written
