"""The complaint-handling process as a library: receive, respond, learn.

The public names are loaded when they are first asked for (PEP 562), so that importing the package
costs next to nothing and a program pays only for the rooms it enters.

>>> import complaintkit
>>> complaintkit.CommandRefused.__module__
'complaintkit.errors'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from complaintkit._version import __version__

if TYPE_CHECKING:
    # What type checkers and editors see; a test compares it with _NAMES.
    from complaintkit.errors import CommandRefused, ComplaintKitError, Reason

#: Each public name and the module it lives in.
_NAMES = {
    "CommandRefused": "errors",
    "ComplaintKitError": "errors",
    "Reason": "errors",
}

__all__ = ["CommandRefused", "ComplaintKitError", "Reason", "__version__"]


def __getattr__(name: str) -> object:
    """Load a public name from its room and keep it."""
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_NAMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name the public names too, loaded or not."""
    return sorted({*globals(), *_NAMES})
