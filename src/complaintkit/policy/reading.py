"""Reading the priority part of a profile, and refusing what no profile may do.

Beside what is misspelt or contradictory, the loader refuses policies that would be wrong: a fact that must
never decide (P-02), a rule by which more harm means less urgency (P-05), effort that changes urgency, publicity
that does more than it may (P-07, P-11, INV-55), a safety floor that was lowered (P-04).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final, TypeVar

from complaintkit.policy.facts import FactKind, FactSheet, code
from complaintkit.policy.overrides import SAFETY_FLOORS, read_overrides
from complaintkit.policy.priority import PriorityPolicy, Raise
from complaintkit.policy.section import Section
from complaintkit.policy.table_reading import read_sheet, read_table, refuse_falling
from complaintkit.policy.tables import DecisionTable, HitPolicy
from complaintkit.policy.triage import TRIAGE_FACTS
from complaintkit.policy.verdict import value_in_words
from complaintkit.vocabulary import Band, Dimension, Track

V = TypeVar("V", bound=Enum)

_PUBLICITY: Final = Dimension.PUBLICITY.fact
#: What publicity adds is withheld from safety cases, so these two must outweigh all of it (INV-55, P-05).
_SAFETY: Final = (Dimension.SERIOUSNESS.fact, Dimension.HEALTH_SAFETY.fact)


def read_priority(root: Section) -> PriorityPolicy:
    """The priority policy that a profile describes; every problem is noted in its document.

    Consumed time always counts for something, so that nothing starves (P-06).
    """
    sheet = read_sheet(root, TRIAGE_FACTS)
    section = root.table("priority")
    band, up, track = section.table("band"), section.table("raise"), section.table("track")
    band_fact = code("band", Band, FactKind.PROCESS)
    policy = PriorityPolicy(
        floors=read_table(band, sheet, Band, HitPolicy.MOST_URGENT, default=True),
        raises=read_table(up, sheet, Raise, HitPolicy.COLLECT),
        tracks=read_table(
            track, FactSheet((*sheet.facts, band_fact), sheet.never_read), Track, HitPolicy.FIRST, default=True
        ),
        weights=_read_weights(section.table("weights"), sheet),
        aging_weight=section.table("aging").integer("weight", least=1, most=10_000),
        aging_cap_percent=section.table("aging").integer("cap_percent", least=1, most=10_000),
        overrides=read_overrides(section.table("override", required=False)),
    )
    _check_urgency(policy.floors, band)
    _check_urgency(policy.raises, up)
    _check_safety_floors(policy, band)
    return policy


def _check_urgency(table: DecisionTable[V], section: Section) -> None:
    """Refuse rules of a table about urgency that read effort, go down, or go up on publicity (P-05, P-07)."""
    for rule, written in zip(table.rules, section.tables("rule"), strict=True):
        read = {name for box in rule.boxes for name in box}
        for name in sorted(read):
            if table.sheet[name].kind is FactKind.EFFORT:
                written.problem(f"{name!r} is effort: it may choose the track, never the urgency (P-07)", "when")
        refuse_falling(rule, table.sheet, written)
        loud = any(table.sheet[name].kind is FactKind.PUBLICITY for name in read)
        if loud and rule.then in {Band.P1, Band.P2}:
            written.problem("publicity may give P3 at most, and raise by one band (P-07, P-11)", "then")


def _check_safety_floors(policy: PriorityPolicy, section: Section) -> None:
    """Refuse a band table that is milder than the safety floors, which no profile can switch off (P-04, CF-04).

    Rules never fall, so the least facts of a floor stand for all the others.
    """
    if any(not rule.boxes for rule in policy.floors.rules):
        return
    needed = {fact.name: fact.default for fact in policy.sheet.facts if fact.required}
    for rule, facts, least in SAFETY_FLOORS:
        band = policy.floors.answer(policy.floors.matching(policy.sheet.complete({**needed, **facts})))
        if band is None or band > least:
            where = " and ".join(f"{name} is {value_in_words(value)}" for name, value in facts.items())
            section.problem(f"where {where} the band must be {least} or more urgent, not {band} ({rule}, P-04)")


def _read_weights(section: Section, sheet: FactSheet) -> dict[str, int]:
    """The points for each level (P-15): never negative, publicity the least of all, effort none."""
    weights = {name: section.integer(name, least=0, most=10_000) for name in section}
    for name in weights:
        if name not in sheet.names() or not sheet[name].ordered:
            known = [fact.name for fact in sheet.facts if fact.ordered]
            section.problem(f"there is no fact {name!r} with levels{section.near(name, known)}", name)
        elif sheet[name].kind is FactKind.EFFORT:
            section.problem("effort may choose the track, never the rank (P-07)", name)
    weights = {name: weight for name, weight in weights.items() if name in sheet.names() and sheet[name].ordered}
    _check_publicity(section, weights)
    return weights


def _check_publicity(section: Section, weights: Mapping[str, int]) -> None:
    publicity = weights.get(_PUBLICITY, 0)
    others = (weight for name, weight in weights.items() if name != _PUBLICITY)
    if publicity > min(others, default=0):
        section.problem("publicity must weigh no more than anything else (P-15)", _PUBLICITY)
    elif publicity and publicity * Dimension.PUBLICITY.top > min(weights.get(name, 0) for name in _SAFETY):
        least = " or ".join(_SAFETY)
        section.problem(f"all of publicity must weigh no more than one level of {least} (INV-55)", _PUBLICITY)
