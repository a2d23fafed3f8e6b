"""The store in a host's own database, through SQLAlchemy Core on the host's engine and connection.

Needs the extra ``sql``; the extra ``postgres`` adds psycopg 3. PostgreSQL is the engine for many machines; SQLite works
as well, for hosts that use it through SQLAlchemy. Other databases are refused, since nothing here was tried on them.
"""

import complaintkit.adapters.sql.extra  # noqa: F401 (first: it says what is missing)
from complaintkit.adapters.sql.fence import fence
from complaintkit.adapters.sql.schema import Tables, define
from complaintkit.adapters.sql.store import SqlStore
from complaintkit.adapters.sql.urls import open_url

__all__ = ["SqlStore", "Tables", "define", "fence", "open_url"]
