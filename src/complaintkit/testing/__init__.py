"""What an adapter author subclasses to know that an adapter is one: contract suites, samples and faults.

The only door to pytest and hypothesis; needs the extra ``testing``::

    class TestMyStore(StoreContract):
        def make_store(self, book):
            return MyStore(self.folder / "book.db", book)

Contracts: :class:`StoreContract`, and besides it :class:`DurableContract` for stores that outlive the process
and :class:`HostContract` for stores that join a host's transaction; :class:`NotifierContract`,
:class:`ClockContract`. :class:`FaultyStore` makes a store fail where a test wants it to.
"""

from complaintkit.errors import MissingExtra

try:
    import hypothesis  # noqa: F401
    import pytest
except ImportError as error:
    raise MissingExtra("complaintkit[testing]", "complaintkit.testing") from error

# The suites are test code: their assertions are to explain themselves as those of any test do.
for _room in ("clock", "durable", "host", "model", "notifier", "store_log", "store_rows"):
    pytest.register_assert_rewrite(f"complaintkit.testing.{_room}")

from complaintkit.testing.clock import ClockContract  # noqa: E402 (after the rewriting is asked for)
from complaintkit.testing.durable import DurableContract  # noqa: E402
from complaintkit.testing.faults import FaultyStore  # noqa: E402
from complaintkit.testing.host import HostContract  # noqa: E402
from complaintkit.testing.notifier import NotifierContract  # noqa: E402
from complaintkit.testing.store import StoreContract  # noqa: E402

__all__ = [
    "ClockContract",
    "DurableContract",
    "FaultyStore",
    "HostContract",
    "NotifierContract",
    "StoreContract",
]
