"""Reading the priority part of a profile, and refusing what no profile may do.

Beside what is misspelt or contradictory, the loader refuses policies that would be wrong: a fact that must
never decide (P-02), effort or too much publicity in the rank (P-07, P-15, INV-55), and what
:mod:`complaintkit.policy.urgency` finds in the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from complaintkit.policy.facts import FactKind, FactSheet, code
from complaintkit.policy.priority import PriorityPolicy, Raise
from complaintkit.policy.section import Section
from complaintkit.policy.table_reading import read_sheet, read_table
from complaintkit.policy.tables import HitPolicy
from complaintkit.policy.triage import TRIAGE_FACTS
from complaintkit.vocabulary import Band, Dimension, Track

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
    )
    if not root.document.proved:
        from complaintkit.policy.urgency import check_urgency

        check_urgency(policy, section)
    return policy


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
