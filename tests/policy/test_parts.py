"""A profile is read part by part: one of the library when a part is asked for, one of one's own all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest

from complaintkit.errors import PolicyRefused
from complaintkit.policy import Profile, load_profile, loading
from complaintkit.policy.document import ShippedDocument, read_document
from complaintkit.policy.loading import BUILT_IN, PROFILES
from complaintkit.policy.parts import PARTS
from complaintkit.policy.trial import load_subject
from complaintkit.vocabulary import Band
from tests.policy.test_remedies import DISTRESS, EXAMPLE

#: What a calendar is handed beside its schedule, from which it follows.
WORKED_OUT = {"_tables"}
OWN = {"base": "standard", "id": "own", "version": "1"}


def fresh(name: str) -> Profile:
    """A profile of the library of which nothing has been read yet, beside the one that everybody shares."""
    return loading._built_in.__wrapped__(name)


def told(value: Any) -> Any:
    """All that a part says, as plain data: what is compared by identity is looked into, what is worked out left out."""
    if attrs.has(type(value)):
        stated = [field.name for field in attrs.fields(type(value)) if field.init and field.name not in WORKED_OUT]
        return type(value).__name__, [told(getattr(value, name)) for name in stated]
    if isinstance(value, Mapping):
        return {key: told(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [told(each) for each in value]
    return value() if isinstance(value, partial) else value


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("order", [1, -1])
def test_what_is_read_part_by_part_is_what_is_read_whole(name: str, order: int) -> None:
    """In the order of reading and in the opposite one; whole means as strictly as a profile of one's own."""
    whole, apart = load_profile(f"{PROFILES}/{name}.toml"), fresh(name)
    for part in PARTS[::order]:
        assert told(getattr(apart, part)) == told(getattr(whole, part)), part


@pytest.mark.parametrize("part", PARTS)
def test_a_part_needs_no_other_to_have_been_asked_for(part: str) -> None:
    assert told(getattr(fresh("standard"), part)) == told(getattr(load_profile(), part))


def test_a_profile_of_ones_own_is_read_whole_and_one_of_the_library_by_need() -> None:
    assert set(PARTS) <= vars(load_profile(OWN)).keys()
    standard = fresh("standard")
    standard.priority({"seriousness": 2})
    assert vars(standard).keys() & set(PARTS) == {"_priority", "identity", "packs"}


def test_the_tables_of_a_profile_are_known_by_their_names() -> None:
    """By these names tests, coverage and the command line speak of them; distress only where amounts are stated."""
    assert [*load_profile().tables] == ["band", "raise", "track"]
    assert [*EXAMPLE.tables] == ["band", "raise", "track", "distress"]
    assert EXAMPLE.tables["distress"] is DISTRESS.table


def test_a_part_is_read_once() -> None:
    standard = fresh("standard")
    assert all(getattr(standard, part) is getattr(standard, part) for part in PARTS)


def test_parts_may_be_asked_for_at_once() -> None:
    standard, expected = fresh("standard"), load_profile()
    asked = [*PARTS, *reversed(PARTS)] * 4
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda part: told(getattr(standard, part)), asked)]
    assert found == [told(getattr(expected, part)) for part in asked]


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_tools_read_a_profile_of_the_library_as_strictly_as_any_other(name: str) -> None:
    profile = load_subject(name)
    assert isinstance(profile, Profile)
    assert set(PARTS) <= vars(profile).keys()
    assert not profile._root.document.proved
    assert profile.label == load_profile(name).label


def test_a_changed_file_of_the_library_is_refused_when_the_wrong_part_is_met() -> None:
    text = Path(PROFILES, "standard.toml").read_text(encoding="utf-8").replace("tiers = 1", "tiers = 9")
    changed = Profile(ShippedDocument("standard.toml", text.encode(), PolicyRefused).root)
    assert changed.priority({"seriousness": 2}).value is Band.P3
    with pytest.raises(PolicyRefused) as refused:
        _ = changed.review_tiers
    line = text[: text.index("tiers = 9")].count("\n") + 1
    assert str(refused.value) == (
        "a file of complaintkit was changed (install it again)\n"
        f"  standard.toml:{line}: review.tiers: must be between 1 and 3, but is 9"
    )


def test_a_file_of_the_library_that_is_no_toml_is_refused() -> None:
    with pytest.raises(PolicyRefused, match=r"standard\.toml:1: .*no TOML"):
        ShippedDocument("standard.toml", b"id =", PolicyRefused)


def test_only_files_of_the_library_are_taken_to_be_proved() -> None:
    assert fresh("standard")._root.document.proved
    assert not read_document(OWN).proved
    assert not read_document(f"{PROFILES}/standard.toml").proved
