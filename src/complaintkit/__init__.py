"""The complaint-handling process as a library: receive, respond, learn.

The public names are loaded when they are first asked for (PEP 562), so that importing the package
costs next to nothing and a program pays only for the rooms it enters.

>>> import complaintkit
>>> complaintkit.CommandRefused.__module__
'complaintkit.errors'
"""

from __future__ import annotations

from complaintkit._later import later
from complaintkit._version import __version__

# Type checkers know the name; importing ``typing`` for it would cost more than all the rest of this module.
TYPE_CHECKING = False
if TYPE_CHECKING:
    # What type checkers and editors see; a test compares it with _NAMES.
    from complaintkit.adapters.memory import MemoryStore
    from complaintkit.adapters.sql import SqlStore
    from complaintkit.adapters.sqlite import SqliteStore
    from complaintkit.desk import ComplaintDesk
    from complaintkit.errors import CommandRefused, ComplaintKitError, Reason
    from complaintkit.policy import load_profile
    from complaintkit.ports import Query
    from complaintkit.values import Actor, Personal
    from complaintkit.vocabulary import Role

#: Each public name and the module it lives in.
_NAMES = {
    "Actor": "values",
    "CommandRefused": "errors",
    "ComplaintDesk": "desk",
    "ComplaintKitError": "errors",
    "MemoryStore": "adapters.memory",
    "Personal": "values",
    "Query": "ports",
    "Reason": "errors",
    "Role": "vocabulary",
    "SqlStore": "adapters.sql",
    "SqliteStore": "adapters.sqlite",
    "load_profile": "policy",
}

__all__ = [
    "Actor",
    "CommandRefused",
    "ComplaintDesk",
    "ComplaintKitError",
    "MemoryStore",
    "Personal",
    "Query",
    "Reason",
    "Role",
    "SqlStore",
    "SqliteStore",
    "__version__",
    "load_profile",
]


__getattr__, __dir__ = later(__name__, _NAMES)
