"""Editions: rules that change on a day, and the date that says which of them hold.

A table or a pack says by which date it is chosen (``edition_by``) and from which day each edition holds. To the rules
an edition is a fact like any other, so that a table with editions is checked, explained and indexed as one table::

    [table.fee]
    edition_by = "received"

    [[table.fee.edition]]
    id = "old"
    [[table.fee.edition]]
    id = "new"
    since = 2026-04-08

Days are half-open: ``since`` is the first day of an edition, ``until`` the first day on which it holds no more. Who
leaves ``until`` out means the day on which the next edition begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from importlib import import_module
from itertools import pairwise
from typing import Any

from attrs import evolve, frozen

from complaintkit.errors import MalformedInput, NotInForce
from complaintkit.policy.facts import EDITION, Fact, FactKind, choice
from complaintkit.policy.section import Section, described


class Governing(StrEnum):
    """The date of a matter that chooses the edition of a table."""

    RECEIVED = "received"
    """The day on which the complaint came in."""
    EVENT = "event"
    """The day of what is complained about."""
    REFERRED = "referred"
    """The day on which the matter was taken to somebody else."""


@frozen(kw_only=True)
class Edition:
    """A version of rules, in force from the start of ``since`` until the start of ``until``; either may be open."""

    id: str
    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


def in_force(editions: Sequence[Edition], day: date) -> str | None:
    """The id of the edition that holds on a day.

    >>> both = (Edition(id="old", until=date(2026, 4, 8)), Edition(id="new", since=date(2026, 4, 8)))
    >>> in_force(both, date(2026, 4, 7)), in_force(both, date(2026, 4, 8)), in_force(both[1:], date(2026, 4, 7))
    ('old', 'new', None)
    """
    return next((edition.id for edition in editions if edition.holds(day)), None)


@frozen
class Dated:
    """The editions of a table, and the date that chooses one of them."""

    by: Governing
    editions: tuple[Edition, ...]

    def chosen(self, table: str, facts: Mapping[str, object]) -> str:
        """The edition that holds for the governing date among the facts: a ``date``, or a text such as 2026-03-01.

        Raises ``MalformedInput`` where there is no such date, and ``NotInForce`` where no edition holds on it.
        """
        if self.by not in facts:
            raise MalformedInput(f"facts are missing that decide here: {self.by}", hint="hand in that day")
        day = _day(self.by.value, facts[self.by])
        found = in_force(self.editions, day)
        if found is None:
            raise NotInForce(
                f"no edition of the table {table!r} is in force on {day}",
                hint=f"it is chosen by the date {self.by}; add the edition of that time",
            )
        return found

    def column(self, table: str, columns: Mapping[str, Any]) -> Any:
        """The edition for each row of a numpy array of governing dates; each date is looked up once."""
        if self.by not in columns:
            return self.chosen(table, {})
        days = columns[self.by].tolist()
        found = {day: self.chosen(table, {self.by: day}) for day in dict.fromkeys(days)}
        return import_module("numpy").array([found[day] for day in days])


def _day(name: str, value: object) -> date:
    """A local day; an instant would leave open which day it is where the matter is decided."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and len(value) == len("2026-03-01"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise MalformedInput(f"the date {name!r} must be a day such as 2026-03-01, but is {described(value)}")


def edition_fact(editions: Sequence[Edition]) -> Fact:
    """The fact by which rules read the edition."""
    return choice(EDITION, [edition.id for edition in editions], FactKind.PROCESS)


def read_editions(section: Section) -> tuple[Edition, ...]:
    """The editions that a section lists, each ending where the next begins; what contradicts that is noted."""
    written = section.tables(EDITION, required=False)
    editions = [_edition(each) for each in written]
    for (early, late), at in zip(pairwise(editions), written[1:], strict=False):
        _check_order(early, late, at)
    if len({edition.id for edition in editions}) < len(editions):
        section.problem("editions have different ids", EDITION)
    ends = [*(edition.since for edition in editions[1:]), None]
    return tuple(evolve(each, until=each.until or end) for each, end in zip(editions, ends, strict=False))


def _edition(section: Section) -> Edition:
    section.text("note", "")
    since, until = (section.day(key, "a day such as 2026-04-08", None) for key in ("since", "until"))
    if since and until and until <= since:
        section.problem(f"it would end before it begins on {since}", "until")
    return Edition(id=section.text("id"), since=since, until=until)


def _check_order(early: Edition, late: Edition, at: Section) -> None:
    """Refuse an edition that begins before the one above it, or while that one holds, or after it has ended."""
    if late.since is None or (early.since and late.since <= early.since):
        at.problem("editions stand in the order of their first days, each with a day of its own", "since")
    elif early.until and early.until > late.since:
        both = f"{early.id!r} and {late.id!r}"
        at.problem(f"both {both} would be in force from {late.since} until {early.until}", "since")
    elif early.until and early.until < late.since:
        at.problem(f"no edition would be in force from {early.until} until {late.since}", "since")
