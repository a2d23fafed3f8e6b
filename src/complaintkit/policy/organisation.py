"""What a profile says about the organisation itself: who writes, which bodies stand outside, how large its process is.

What every process keeps, whatever its size, is the floor (CF-04).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from attrs import frozen

from complaintkit.policy.identity import read_name
from complaintkit.policy.section import Section
from complaintkit.vocabulary import Language

#: A text for each language of the profile.
ByLanguage = Mapping[Language, str]


class CountsAsSent(StrEnum):
    """When a letter counts as given to the person."""

    DISPATCH = "dispatch"
    DELIVERY = "delivery"


#: The rules that hold in every profile (CF-04).
FLOORS: Final = tuple(
    f"INV-{number:02}"
    for number in (*range(1, 9), *range(12, 15), 18, 19, 22, 24, 25, 31, 41, 46, 50, 60, 61, *range(63, 67), 71)
)


class Sizing(StrEnum):
    """The six considerations by which a process is fitted to its organisation (CF-06)."""

    CUSTOMERS = "customers"
    INTERACTIONS = "interactions"
    VOLUME = "volume"
    RISK = "risk"
    VALUE = "value"
    COST = "cost"


@frozen(kw_only=True)
class Organisation:
    """Who writes the letters: a name for each language, and how to reach it."""

    name: ByLanguage
    contact: str
    address: str


@frozen(kw_only=True)
class ExternalBody:
    """A body outside that may look at the matter: its name, how to go to it, within what time (INV-61)."""

    id: str
    name: ByLanguage
    how: ByLanguage
    within: ByLanguage


def read_organisation(section: Section, languages: tuple[Language, ...]) -> Organisation:
    """Who writes, in every language of the profile."""
    return Organisation(
        name=_by_language(section, "name", languages),
        contact=section.text("contact"),
        address=section.text("address"),
    )


def read_body(section: Section, languages: tuple[Language, ...]) -> ExternalBody:
    """A body outside, in every language of the profile."""
    name, how, within = (_by_language(section, key, languages) for key in ("name", "how", "within"))
    return ExternalBody(id=read_name(section, "id"), name=name, how=how, within=within)


def _by_language(section: Section, key: str, languages: tuple[Language, ...]) -> ByLanguage:
    """A text for each language of the profile; more may be given."""
    texts = section.table(key)
    return {
        language: texts.text(language.value)
        for language in Language
        if language in languages or language.value in texts
    }


def read_floors(root: Section) -> tuple[str, ...]:
    """The floor, which a profile may list for its readers and can neither shorten nor name otherwise (CF-04)."""
    listed = root.texts("floors", FLOORS)
    missing = [rule for rule in FLOORS if rule not in listed]
    if missing:
        root.problem(f"no profile can switch off {', '.join(missing)} (CF-04)", "floors")
    for rule in listed:
        if rule not in FLOORS:
            root.problem(f"{rule!r} is not of the floor{root.near(rule, FLOORS)}", "floors")
    return FLOORS


def read_sizing(section: Section) -> dict[Sizing, str]:
    """What the organisation considered when it chose the size of its process (CF-06)."""
    return {each: section.text(each.value) for each in Sizing if each.value in section}
