"""The laws marked [H] in the domain, over many draws: 2,000 each time, 200,000 in the long run."""

from __future__ import annotations

import random
import tomllib
import warnings
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from complaintkit.errors import PolicyRefused, PolicyWarning
from complaintkit.policy import BUILT_IN, PACKS, Pack, load_pack, load_profile, recompute
from complaintkit.policy.facts import FactKind
from complaintkit.policy.pack import FOLDER
from complaintkit.policy.triage import NEVER_READ, TRIAGE_FACTS
from complaintkit.timekeeping import WorkingCalendar
from tests.conftest import ROOT

RUNS = [2_000, pytest.param(200_000, marks=pytest.mark.long)]
WEEKDAYS = WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": ["sat", "sun"]})
WORDS = (None, 0, 1, 99, True, "", "gold", "post", "rude")


def draws(count: int) -> Iterator[tuple[random.Random, dict[str, Any]]]:
    """Facts of triage, each drawn from its whole domain; the same ones in each run."""
    chance = random.Random(count)
    for _ in range(count):
        yield chance, {fact.name: chance.choice(fact.values) for fact in TRIAGE_FACTS}


def forbidden(chance: random.Random) -> dict[str, Any]:
    """Values for some of the facts that must never decide."""
    return {
        name: chance.choice(WORDS) for name in chance.sample(sorted(NEVER_READ), chance.randint(1, len(NEVER_READ)))
    }


@pytest.mark.parametrize("count", RUNS)
def test_priority_rises_with_harm_reads_nothing_forbidden_and_explains_itself(count: int) -> None:
    """P-01, P-02, P-05 in each of the three sizes.

    [H: P-02 constant in what must never decide] [H: P-05 monotone] [H: V-08 recomputed from its explanation]
    """
    profiles = [load_profile(name) for name in BUILT_IN]
    for number, (chance, facts) in enumerate(draws(count)):
        profile = profiles[number % len(profiles)]
        verdict = profile.priority(facts)
        assert profile.priority({**facts, **forbidden(chance)}) == verdict
        assert recompute(verdict.explanation) == (verdict.value, verdict.rank, verdict.track)
        raised = chance.choice([fact for fact in TRIAGE_FACTS if fact.ordered and fact.kind is not FactKind.EFFORT])
        higher = profile.priority({**facts, raised.name: max(facts[raised.name], chance.choice(raised.values))})  # type: ignore[type-var]
        assert higher.value <= verdict.value
        assert higher.rank >= verdict.rank


def packs() -> list[Pack]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PolicyWarning)
        return [load_pack(name) for name in PACKS]


@pytest.mark.parametrize("count", RUNS)
def test_no_clock_reads_what_must_never_decide(count: int) -> None:
    """INV-13, INV-19: a deadline is the same for every channel, customer and tone.

    [H: INV-19 constant in the channel]
    """
    known = packs()
    chance = random.Random(count)
    for number in range(count):
        pack = known[number % len(known)]
        name = chance.choice(list(pack.milestones))
        facts = {fact: chance.choice(pack._sheet[fact].values) for fact in pack.facts}
        starts = {part.after for rule in pack._limits[name].rules for part in rule.then.parts}
        anchors = {start: date(2026, 7, 1) + timedelta(chance.randrange(900)) for start in starts}
        clock = pack.clock(name, anchors, facts, calendar=WEEKDAYS)
        assert pack.clock(name, anchors, {**facts, **forbidden(chance)}, calendar=WEEKDAYS) == clock


OWN = """
id = "own"
version = "1"
packs = [{ id = "uk.fca.disp1", options = { weekend_end = "backward" } }]
base = "regulated"

[second_person]
way = "delayed_self_approval"
delay = { working_days = 5 }
below = { GBP = "20" }
"""
SOURCES = [*(file.read_text(encoding="utf-8") for file in sorted(FOLDER.iterdir())), OWN]
SCRAPS = ("{}", "[]", '""', "0", "-1", "true", "1.5", '[""]', "2026-01-01", "99999999999999999999", '["none"]', "nan")


def mutated(chance: random.Random) -> str:
    """A pack or a profile with some lines lost, doubled, or saying something else."""
    lines = chance.choice([*SOURCES, EXAMPLE, EXAMPLE]).split("\n")
    for _ in range(chance.randint(1, 4)):
        place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        key, equals, _ = lines[place].partition(" = ")
        match chance.randrange(4):
            case 0:
                lines[place] = lines[other]
            case 1:
                lines.insert(place, lines[other])
            case 2 if equals:
                lines[place] = key + equals + chance.choice(SCRAPS)
            case _ if equals and " = " in lines[other]:
                lines[place] = key + equals + lines[other].partition(" = ")[2]
    return "\n".join(lines)


EXAMPLE = (ROOT / "examples" / "remedies.toml").read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore::complaintkit.errors.PolicyWarning")
@pytest.mark.parametrize("count", [300, pytest.param(5_000, marks=pytest.mark.long)])
def test_a_mutated_file_is_refused_or_means_something(count: int, tmp_path: Path) -> None:
    """A typed refusal with the places, or a policy: never anything else."""
    chance = random.Random(count)
    file = tmp_path / "mutated.toml"
    outcomes = {"refused": 0, "read": 0}
    for _ in range(count):
        text = mutated(chance)
        file.write_text(text, encoding="utf-8")
        try:
            (load_pack if "[[milestone]]" in text else load_profile)(file)
            tomllib.loads(text)
            outcomes["read"] += 1
        except PolicyRefused as refusal:
            outcomes["refused" if refusal.problems else "silent"] += 1
    assert outcomes.keys() == {"refused", "read"}
