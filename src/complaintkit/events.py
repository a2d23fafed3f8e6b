"""Everything that can have happened, gathered from the steps: the classes that a journal entry carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from complaintkit.journal import Event, codec
from complaintkit.lifecycle.steps import EVENTS

#: The event classes by stored name, such as ``complaint-registered``.
BY_NAME: Final[Mapping[str, type[Event]]] = EVENTS

__all__ = ["BY_NAME", "from_dict", "to_dict", *sorted(cls.__name__ for cls in EVENTS.values())]


def __getattr__(name: str) -> Any:
    for cls in EVENTS.values():
        if getattr(cls, "__name__", "") == name:
            return cls
    raise AttributeError(name)


def to_dict(event: Any) -> dict[str, Any]:
    """An event as plain data under its ``type``; a personal text is its reference."""
    return codec.to_dict(event)


def from_dict(data: Mapping[str, Any]) -> Any:
    """Build the event that ``data["type"]`` names; refuses unknown types and fields."""
    return codec.from_dict(data, EVENTS)
