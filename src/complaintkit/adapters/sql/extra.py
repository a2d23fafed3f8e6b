"""Asks for the extra before the rest of this room is loaded."""

from complaintkit.errors import MissingExtra

try:
    import sqlalchemy  # noqa: F401
except ImportError as error:
    raise MissingExtra("complaintkit[sql]", "complaintkit.adapters.sql") from error
