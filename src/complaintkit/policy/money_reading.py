"""Reading the amounts that a profile states: interest, bands of distress, limits of authority (CF-07)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Final

from complaintkit.policy.authority import Authority, Level
from complaintkit.policy.checks import refuse_falling
from complaintkit.policy.distress import DISTRESS_FACTS, DistressBand, DistressRules
from complaintkit.policy.facts import FactSheet
from complaintkit.policy.interest import BaseRate, DayCount, InterestRules, RateRule
from complaintkit.policy.remedy_reading import read_currency, read_limits, read_minor
from complaintkit.policy.section import Section
from complaintkit.policy.table_reading import listed_outcome, read_rules, refuse_other_hit
from complaintkit.policy.tables import HitPolicy
from complaintkit.policy.triage import NEVER_READ
from complaintkit.vocabulary import Role

#: Below the first band.
_NO_PAYMENT: Final = "none"


def read_interest(section: Section) -> InterestRules:
    """How interest is paid: the rules by governing date, the base rates they name, the late rate."""
    written = section.table("base", required=False)
    bases = {name: _base(name, written.table(name)) for name in written}
    rules = tuple(_rate_rule(rule, bases) for rule in section.tables("rule"))
    if not rules or [rule.since for rule in rules] != sorted({rule.since for rule in rules}):
        section.problem("rules stand in the order of their first days, each with a day of its own", "rule")
    return InterestRules(
        rules=rules,
        late_percent=_percent(section, "late_percent"),
        day_count=section.choice("day_count", DayCount, DayCount.ACT_365F),
        rate_digits=section.integer("rate_digits", least=0, most=9) if "rate_digits" in section else None,
    )


def _base(name: str, section: Section) -> BaseRate:
    """A table of days and percents; its keys are days."""
    steps = []
    for day in section:
        try:
            steps.append((date.fromisoformat(day), _percent(section, day)))
        except ValueError:
            section.problem("must be a day, such as 2026-01-31", day)
    if not steps:
        section.problem("holds no rate")
    return BaseRate(name, tuple(sorted(steps)) or ((date.min, Fraction()),))


def _rate_rule(section: Section, bases: Mapping[str, BaseRate]) -> RateRule:
    since = section.day("since", "a date, the first governing date for which it holds")
    name = section.text("base", "")
    if name and name not in bases:
        section.problem(f"there is no base rate {name!r}{section.near(name, bases)}", "base")
    return RateRule(
        id=section.text("id"),
        since=since or date.min,
        percent=_percent(section, "percent"),
        base=bases.get(name),
    )


def _percent(section: Section, key: str) -> Fraction:
    """A percentage, written as a text so that it is exact."""
    written = section.text(key)
    try:
        percent = Fraction(Decimal(written))
    except (InvalidOperation, ValueError, OverflowError):
        percent = Fraction(-1)
    if written and not 0 <= percent <= 1000:
        section.problem('must be percent for a year as a text, such as "4.75"', key)
    return max(percent, Fraction())


def read_distress(section: Section) -> DistressRules:
    """The bands of payments for distress, and the table that chooses one."""
    currency = read_currency(section, section.text("currency"), "currency")
    bands = tuple(_band(band, currency) for band in section.tables("band"))
    if any(lower.up_to is None or higher.above < lower.up_to for lower, higher in pairwise(bands)):
        section.problem("bands rise, and only the highest may have no upper edge", "band")
    ids = [band.id for band in bands]
    if len(set(ids)) < len(ids) or _NO_PAYMENT in ids:
        section.problem(f"bands have ids of their own, none of them {_NO_PAYMENT!r}", "band")
    outcomes: tuple[str | int, ...] = (*reversed(ids), _NO_PAYMENT)
    refuse_other_hit(section, HitPolicy.MOST_URGENT)
    sheet = FactSheet(DISTRESS_FACTS, NEVER_READ)
    table = read_rules(section, sheet, HitPolicy.MOST_URGENT, listed_outcome(outcomes), outcomes, default=True)
    for rule, written in zip(table.rules, section.tables("rule"), strict=True):
        refuse_falling(rule, sheet, written)
    return DistressRules(
        currency=currency,
        bands=bands,
        table=table,
        rounded_to=read_minor(section, "rounded_to", currency) or 1,
    )


def _band(section: Section, currency: str) -> DistressBand:
    up_to = read_minor(section, "up_to", currency) if "up_to" in section else None
    band = DistressBand(id=section.text("id"), above=read_minor(section, "above", currency), up_to=up_to)
    if band.up_to is not None and band.up_to <= band.above:
        section.problem("must be more than what it is above", "up_to")
    return band


def read_authority(section: Section) -> Authority:
    """The levels of an organisation, lowest first."""
    levels = tuple(_level(level) for level in section.tables("level"))
    names = [level.id for level in levels]
    named = {key: section.text(key) for key in ("alone", "two_above", "two_of")}
    for key, name in named.items():
        if name not in names:
            section.problem(f"there is no level {name!r}{section.near(name, names)}", key)
    if not levels or levels[-1].limits or len(set(names)) < len(names):
        section.problem("levels have different ids, and the highest has no limits", "level")
    for lower, higher in pairwise(levels):
        if higher.limits and (higher.limits.keys() != lower.limits.keys() or not _above(lower, higher)):
            section.problem(
                f"the limits of {higher.id} must rise above those of {lower.id}, in the same currencies", "level"
            )
    return Authority(levels=levels, **named)


def _above(lower: Level, higher: Level) -> bool:
    return all(lower.limits[currency] < limit for currency, limit in higher.limits.items())


def _level(section: Section) -> Level:
    return Level(
        id=section.text("id"),
        roles=section.choices("roles", Role, ()),
        limits=read_limits(section.table("limits", required=False)),
        powers=section.texts("powers", ()),
    )
