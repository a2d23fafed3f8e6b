"""The embedded default store: SQLite through the standard library, durable by its settings.

The journal mode follows the linked SQLite's version (see :func:`~complaintkit.adapters.sqlite.opening.wal_is_safe`),
every setting is read back, and a host may lend its own connection so that its rows and ours are one transaction.
"""

from complaintkit.adapters.sqlite.opening import wal_is_safe
from complaintkit.adapters.sqlite.store import SqliteStore

__all__ = ["SqliteStore", "wal_is_safe"]
