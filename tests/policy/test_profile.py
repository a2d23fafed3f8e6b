"""The profile: what it owes by band, its identity, and a profile of one's own over the built-in one."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError

from complaintkit.errors import PolicyRefused, UnknownName
from complaintkit.policy import CountsAsSent, PauseReason, load_profile
from complaintkit.timekeeping import Hours, WorkingDays, WorkingHours
from complaintkit.vocabulary import Band, CommitmentKind, Language

STANDARD = load_profile()
DAY = WorkingDays

# Table 5.5 (REF-1); EV-30 and N-18 for comment and review.
REF_1 = {
    CommitmentKind.ACKNOWLEDGE: (Hours(2), DAY(1), DAY(1), DAY(1)),
    CommitmentKind.IMMEDIATE_ACTION: (Hours(4), DAY(1), None, None),
    CommitmentKind.PROGRESS: (DAY(1), DAY(5), DAY(10), DAY(10)),
    CommitmentKind.FINAL: (DAY(5), DAY(10), DAY(20), DAY(20)),
    CommitmentKind.EARLY_RESOLUTION: (None, DAY(3), DAY(3), DAY(3)),
    CommitmentKind.LIAISON: (Hours(4), DAY(2), DAY(3), DAY(5)),
    CommitmentKind.COMMENT: (DAY(5), DAY(5), DAY(5), DAY(5)),
    CommitmentKind.REVIEW: (DAY(20), DAY(20), DAY(20), DAY(20)),
    CommitmentKind.REMEDY: (None,) * 4,
    CommitmentKind.PROMISE: (None,) * 4,
}

OWN = """
base = "standard"
id = "northern-branch"
version = "2026.1"

[calendar]
tz = "Asia/Jerusalem"
weekend = ["fri", "sat"]
holidays = [2026-04-02]
years = [2026, 2027]

[commitments.final]
P3 = { working_days = 15 }

[[priority.band.rule]]
id = "P-10.10"
then = "P1"
when = { fact = "hardship", at_least = 3 }

[[priority.band.rule]]
id = "OWN-1"
then = "P2"
when = { fact = "prior_failure", at_least = 1 }
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    return file


@pytest.mark.parametrize("kind", CommitmentKind)
def test_what_is_owed_in_each_band(kind: CommitmentKind) -> None:
    assert tuple(STANDARD.term(kind, band) for band in Band) == REF_1[kind]


def test_the_other_settings_of_the_built_in_profile() -> None:
    assert STANDARD.languages == (Language.ENGLISH, Language.HEBREW, Language.PERSIAN)
    assert (STANDARD.review_window, STANDARD.review_tiers) == (Hours(30 * 24), 1)
    assert STANDARD.draft_registers_after == WorkingHours(1)  # ST-00
    assert STANDARD.pause_reasons == (PauseReason.AWAITING_COMPLAINANT, PauseReason.COURT_STAY)
    assert STANDARD.counts_as_sent is CountsAsSent.DISPATCH
    assert STANDARD.calendar.zone.key == "UTC"
    for texts in (STANDARD.organisation.name, STANDARD.external_bodies[0].how):
        assert set(texts) == set(Language)


def test_the_placeholder_calendar_is_open_on_weekdays_from_nine_to_five() -> None:
    friday_noon = datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert DAY(1).due(friday_noon, STANDARD.calendar) == datetime(2026, 3, 9, 17, tzinfo=UTC)


def test_built_in_profiles_are_read_once_and_never_change() -> None:
    assert load_profile("standard") is STANDARD
    with pytest.raises(FrozenInstanceError):
        STANDARD.version = "2"  # type: ignore[misc]


def test_the_label_stands_for_the_content() -> None:
    assert STANDARD.label == f"standard@1#{STANDARD.digest[:12]}"
    assert STANDARD.digest == hashlib.sha256(f"complaintkit/profile@1\n{STANDARD.content}".encode()).hexdigest()
    assert STANDARD.priority({}).policy == STANDARD.verdict({}).policy == STANDARD.label


def test_the_content_loads_to_the_same_profile(own: Path) -> None:
    for profile in (STANDARD, load_profile(own)):
        again = load_profile(json.loads(profile.content))
        assert (again.digest, again.label) == (profile.digest, profile.label)


def test_the_content_stands_by_itself(own: Path) -> None:
    """What it took over from its base is in it: a base of a later release changes nothing about it."""
    content = json.loads(load_profile(own).content)
    assert "base" not in content
    assert content["review"] == json.loads(STANDARD.content)["review"]


def test_the_digest_sees_every_change_of_content_and_no_change_of_writing(own: Path) -> None:
    before = load_profile(own).digest
    own.write_text("# a note\n" + OWN.replace("P3 = { working_days = 15 }", "P3.working_days=15"), encoding="utf-8")
    assert load_profile(own).digest == before
    own.write_text(OWN.replace("working_days = 15", "working_days = 16"), encoding="utf-8")
    assert load_profile(own).digest != before


def test_an_own_profile_says_only_what_differs(own: Path) -> None:
    profile = load_profile(str(own))
    assert (profile.id, profile.version) == ("northern-branch", "2026.1")
    assert profile.term(CommitmentKind.FINAL, Band.P3) == DAY(15)
    assert profile.term(CommitmentKind.FINAL, Band.P4) == DAY(20)
    assert profile.organisation == STANDARD.organisation
    assert profile.calendar.is_working_day(date(2026, 4, 5))  # a Sunday
    assert not profile.calendar.is_working_day(date(2026, 4, 2))


def test_own_rules_replace_by_id_or_come_after(own: Path) -> None:
    profile = load_profile(own)
    assert profile.priority({"hardship": 3}).value is Band.P1
    assert profile.priority({"prior_failure": 1}).value is Band.P2
    assert profile.priority({"health_safety": 3}).value is Band.P1
    assert STANDARD.priority({"hardship": 3}).value is Band.P2  # the built-in profile is as it was


def test_a_term_is_replaced_whole() -> None:
    """Half a term of one profile and half of another would be a term of nobody."""
    profile = load_profile(_own({"commitments": {"acknowledge": {"P1": {"working_days": 1}}}}))
    assert profile.term(CommitmentKind.ACKNOWLEDGE, Band.P1) == DAY(1)


def test_a_profile_declares_facts_of_its_own() -> None:
    profile = load_profile(
        _own(
            {
                "facts": {
                    "chases_we_forced": {"kind": "our_failure", "type": "level", "top": 3},
                    "branch": {"kind": "handler", "type": "code", "codes": ["north", "south"]},
                    "stage": {"kind": "process", "type": "code", "codes": ["first", "second"]},
                    "on_dialysis": {"kind": "need", "type": "flag"},
                },
                "priority": {
                    "weights": {"chases_we_forced": 3},
                    "band": {
                        "rule": [
                            {"id": "O-1", "then": "P3", "when": {"fact": "stage", "is": "second"}},
                            {"id": "O-2", "then": "P2", "when": {"fact": "on_dialysis", "is": True}},
                        ]
                    },
                },
            }
        )
    )
    assert profile.priority({"chases_we_forced": 2, "branch": "north"}).rank == 6
    assert profile.priority({"stage": "second"}).value is Band.P3
    assert profile.priority({"on_dialysis": True}).value is Band.P2


@pytest.mark.parametrize(
    ("name", "message"),
    [("standart", "there is no profile 'standart' (did you mean 'standard'?)"), ("", "there is no profile ''")],
)
def test_an_unknown_name_is_refused(name: str, message: str) -> None:
    with pytest.raises(UnknownName) as refused:
        load_profile(name)
    assert message in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyRefused, match="cannot be read"):
        load_profile(tmp_path / "none.toml")


def _own(changes: dict[str, Any]) -> dict[str, Any]:
    return {"base": "standard", "id": "own", "version": "1", **changes}


# The three sizes (CF-01 to CF-06)

SIZES = ("micro", "standard", "regulated")
#: CF-04, as the model lists it.
FLOOR = "01..08, 12..14, 18, 19, 22, 24, 25, 31, 41, 46, 50, 60, 61, 63..66, 71"


def floor_numbers() -> list[int]:
    found: list[int] = []
    for part in FLOOR.split(", "):
        first, _, last = part.partition("..")
        found += range(int(first), int(last or first) + 1)
    return found


@pytest.mark.parametrize("name", SIZES)
def test_every_size_keeps_the_floor_and_owes_every_band_an_answer(name: str) -> None:
    profile = load_profile(name)
    assert profile.label.startswith(f"{name}@1#")
    assert list(profile.floors) == [f"INV-{number:02}" for number in floor_numbers()]
    for kind in (CommitmentKind.ACKNOWLEDGE, CommitmentKind.PROGRESS, CommitmentKind.FINAL):
        assert all(profile.term(kind, band) for band in Band)
    assert profile.review_tiers >= 1
    assert profile.external_bodies


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("facts", [{"health_safety": 3}, {"vulnerability": 3, "seriousness": 2}, {"is_minor": True}])
def test_the_safety_floors_are_the_same_in_every_size(name: str, facts: dict[str, Any]) -> None:
    assert load_profile(name).priority(facts).value == STANDARD.priority(facts).value


def test_sizes_differ_in_what_they_may() -> None:
    micro, regulated = load_profile("micro"), load_profile("regulated")
    assert len({profile.digest for profile in (micro, regulated, STANDARD)}) == 3
    assert micro.term(CommitmentKind.ACKNOWLEDGE, Band.P4) == DAY(2)
    assert micro.term(CommitmentKind.ACKNOWLEDGE, Band.P1) == Hours(2)
    assert (regulated.review_tiers, regulated.counts_as_sent) == (2, CountsAsSent.DELIVERY)
    assert all(len(profile.sizing) == 6 for profile in (micro, regulated))


@pytest.mark.parametrize("name", SIZES)
def test_one_can_build_on_every_size_and_load_it_again(name: str) -> None:
    own = load_profile({"base": name, "id": "own", "version": "1"})
    assert load_profile(json.loads(own.content)).digest == own.digest != load_profile(name).digest
    assert own.term(CommitmentKind.ACKNOWLEDGE, Band.P3) == load_profile(name).term(CommitmentKind.ACKNOWLEDGE, Band.P3)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"floors": ["INV-01"]}, "no profile can switch off INV-02"),
        ({"floors": [*STANDARD.floors, "INV-99"]}, "'INV-99' is not of the floor"),
        ({"switches": {"INV-60": False}}, "there is no 'switches' here"),
        ({"review": {"tiers": 0}}, "between 1 and 3"),
        ({"sizing": {"budget": "none"}}, "there is no 'budget' here"),
        ({"base": "mikro"}, "did you mean 'micro'"),
    ],
)
def test_nothing_switches_the_floor_off(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(PolicyRefused, match=problem):
        load_profile({"base": "standard", "id": "own", "version": "1", **changes})
