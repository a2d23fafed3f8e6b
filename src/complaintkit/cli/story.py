"""The story of a complaint: one row for each entry of its journal, in words, without any personal text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from complaintkit.cli.output import local, words
from complaintkit.complaint.correcting import Correction
from complaintkit.journal import Entry
from complaintkit.values import Actor

#: What tells a reader nothing: ids, how a date was counted, and what stands in a column of its own.
_UNTOLD = frozenset((
    "at", "budget", "calendar", "commitment", "consumed", "counts", "cycle", "detail", "id", "levels",
    "merged_at", "moved", "not_before", "notice", "owed", "received_at", "started_at", "stood", "target", "term",
))  # fmt: skip


def story(entries: Sequence[Entry], zone: ZoneInfo) -> list[tuple[Any, ...]]:
    """When, who, what and details of each entry, times on the wall clock of ``zone``.

    An imported entry shows when it happened in its source.
    """
    rows, place = [], None
    for entry in entries:
        target = getattr(entry.event, "target", None)
        moved = f"now {words(target)}" if target not in (None, place) else ""
        details = "; ".join(filter(None, (moved, *_details(entry.event, zone))))
        rows.append((local(entry.occurred or entry.at, zone), _who(entry.actor), words(entry.type), details))
        place = target or place
    return rows


def _who(actor: Actor) -> str:
    """The id of an actor with the role, and on whose behalf it was."""
    behalf = " ".join(str(words(role)) for role in sorted(actor.roles - {actor.role}))
    role = f"{words(actor.role)} for {behalf}" if behalf else words(actor.role)
    return actor.id if actor.id == role else f"{actor.id} ({role})"


def _details(event: Any, zone: ZoneInfo) -> Iterator[str]:
    for field in attrs.fields(type(event)):
        value = None if field.name in _UNTOLD else getattr(event, field.name)
        told = _told(value, zone)
        if told:
            yield f"{words(field.name)}: {told}"


def _told(value: object, zone: ZoneInfo) -> str | None:
    """A coded value in words; a personal text, a missing value and a plain no are not told."""
    if isinstance(value, datetime):
        return local(value, zone)
    if isinstance(value, Enum):
        return words(value)
    if isinstance(value, bool):
        return "yes" if value else None
    if isinstance(value, tuple):
        return _list(value)
    return str(value) if isinstance(value, str | int) else None


def _list(values: tuple[Any, ...]) -> str | None:
    """Short codes and corrections as they are; of anything larger, how many there are."""
    if all(isinstance(value, Correction) for value in values):
        return ", ".join(value.told for value in values)
    if all(isinstance(value, str | int) for value in values):
        return ", ".join(map(str, values))
    return str(len(values))
