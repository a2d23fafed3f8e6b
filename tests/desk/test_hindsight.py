"""A book under another profile: what would have been found, from the journal alone."""

from __future__ import annotations

from typing import Any

from complaintkit.desk.hindsight import replay_book
from complaintkit.policy import load_profile
from tests.lives import Life

OWN: dict[str, Any] = {"base": "standard", "id": "ours", "version": "2"}
RULE = {"id": "ours-1", "then": "P2", "when": {"fact": "hardship", "at_least": 2}}


def lives() -> Life:
    """One complaint with hardship, and another that was never assessed, in the same book."""
    life = Life().triaged(changed={"hardship": 2})
    first = life.ref
    life.ref = ""
    life.received(person="p-2", name="Avi Example", reach="avi@example.org")
    life.ref = first
    return life


def test_the_same_profile_changes_nothing() -> None:
    old = load_profile()
    assert [each.same for each in replay_book(lives().store, old, load_profile(OWN | {"id": "same"}))] == [True, True]


def test_a_new_rule_changes_the_band_and_the_dates() -> None:
    life = lives()
    before = life.log()
    new = load_profile(OWN | {"priority": {"band": {"rule": [RULE]}}})
    assessed, waiting = replay_book(life.store, load_profile(), new)
    assert (assessed.ref, waiting.same) == (life.ref, True)
    found = {each.name: each for each in assessed.differences}
    assert (found["value"].old.value, found["value"].new.value) == ("P3", "P2")
    assert found["value"].new_only == ("ours-1",)
    final = next(owed for owed in life.state().commitments if owed.kind == "final")  # type: ignore[union-attr]
    told = found[f"due.final.{final.cycle}"]
    assert told.old.value == final.due.isoformat(timespec="microseconds").replace("+00:00", "Z")
    assert told.new.value < told.old.value
    assert life.log() == before


def test_the_old_profile_finds_what_was_recorded() -> None:
    """Replayed under the rules of its time, a complaint has the band, rank and track of its triage."""
    life = Life().triaged(changed={"seriousness": 3, "vulnerability": 1}, is_minor=True)
    triage = life.state().triage  # type: ignore[union-attr]
    other = load_profile(OWN | {"priority": {"weights": {"seriousness": 11, "vulnerability": 7}}})
    (replayed,) = replay_book(life.store, load_profile(), other)
    (rank,) = replayed.differences
    assert triage is not None
    assert (rank.name, rank.old.value, rank.new.value) == ("rank", triage.rank, triage.rank + 4)


def test_what_a_profile_must_be_told_and_no_triage_says() -> None:
    fact = {"stranded": {"type": "flag", "kind": "need", "required": True}}
    (replayed,) = replay_book(Life().triaged().store, load_profile(), load_profile(OWN | {"facts": fact}))
    assert "stranded" in replayed.error


def test_no_personal_text_is_told() -> None:
    replayed = [
        *replay_book(lives().store, load_profile(), load_profile(OWN | {"priority": {"weights": {"hardship": 6}}}))
    ]
    assert not {"Dana", "Avi", "charged", "p-2"} & {*str(replayed).split()}
    assert "example.org" not in str(replayed)
