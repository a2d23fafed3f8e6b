"""What no profile may do about urgency, whatever its rules say: these would be wrong although they can be read.

More harm never means less urgency (P-05), effort never changes it, publicity does no more than it may (P-07, P-11), and
no safety floor is lowered (P-04).
"""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from complaintkit.policy.checks import refuse_falling
from complaintkit.policy.facts import FactKind
from complaintkit.policy.overrides import SAFETY_FLOORS
from complaintkit.policy.priority import PriorityPolicy
from complaintkit.policy.section import Section
from complaintkit.policy.tables import DecisionTable
from complaintkit.policy.verdict import value_in_words
from complaintkit.vocabulary import Band

V = TypeVar("V", bound=Enum)


def check_urgency(policy: PriorityPolicy, section: Section) -> None:
    """Note whatever is wrong with the urgency of a policy that was read from a section."""
    band = section.table("band")
    _check_rules(policy.floors, band)
    _check_rules(policy.raises, section.table("raise"))
    _check_safety_floors(policy, band)


def _check_rules(table: DecisionTable[V], section: Section) -> None:
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
