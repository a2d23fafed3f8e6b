"""Asks for the extra before the rest of this room is loaded, and lets failed assertions explain themselves."""

from complaintkit.errors import MissingExtra

try:
    import hypothesis  # noqa: F401
    import pytest
except ImportError as error:
    raise MissingExtra("complaintkit[testing]", "complaintkit.testing") from error

for _room in (
    "attachments",
    "clock",
    "durable",
    "host",
    "keys",
    "model",
    "notifier",
    "store_log",
    "store_rows",
    "store_transactions",
    "tampering",
):
    pytest.register_assert_rewrite(f"complaintkit.testing.{_room}")
