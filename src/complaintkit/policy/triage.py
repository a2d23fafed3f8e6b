"""The facts of triage that every profile knows, and the names of what must never decide anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from complaintkit.policy.facts import FactKind, code, flag, level
from complaintkit.vocabulary import Band, Dimension

_DIMENSION_KINDS = {
    Dimension.COMPLEXITY: FactKind.EFFORT,
    Dimension.PUBLICITY: FactKind.PUBLICITY,
}

#: The facts of triage that every profile knows.
TRIAGE_FACTS: Final = (
    *(level(d.fact, d.top, _DIMENSION_KINDS.get(d, FactKind.ASSESSED), d.id) for d in Dimension),
    flag("is_minor"),
    flag("adult_at_risk"),
    flag("protected_disclosure", FactKind.MATTER),
    flag("sensitive_category", FactKind.MATTER),
    flag("serious_allegation", FactKind.MATTER),
    flag("remedy_above_frontline", FactKind.MATTER),
    code("reopened_band", Band, FactKind.PROCESS),
)

#: Names that hosts have for what must never decide; they may be handed in and are never read.
NEVER_READ: Final[Mapping[str, FactKind]] = {
    "channel": FactKind.CHANNEL,
    "customer_value": FactKind.CUSTOMER_VALUE,
    "loyalty_tier": FactKind.CUSTOMER_VALUE,
    "tone": FactKind.TONE,
    "politeness": FactKind.TONE,
    "contact_count": FactKind.CONTACT_COUNT,
    "sender_reach": FactKind.SENDER_REACH,
    "legally_represented": FactKind.REPRESENTATION,
    "handler": FactKind.HANDLER,
    "age": FactKind.DEMOGRAPHIC,
    "gender": FactKind.DEMOGRAPHIC,
    "ethnicity": FactKind.DEMOGRAPHIC,
    "religion": FactKind.DEMOGRAPHIC,
    "nationality": FactKind.DEMOGRAPHIC,
    "disability": FactKind.DEMOGRAPHIC,
    "sexual_orientation": FactKind.DEMOGRAPHIC,
}
