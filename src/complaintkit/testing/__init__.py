"""What an adapter author subclasses to know that an adapter is one: contract suites, samples and faults.

The only door to pytest and hypothesis; needs the extra ``testing``::

    class TestMyStore(StoreContract):
        def make_store(self, book):
            return MyStore(self.folder / "book.db", book)

Contracts: :class:`StoreContract`, and besides it :class:`DurableContract` for stores that outlive the process
and :class:`HostContract` for stores that join a host's transaction; :class:`NotifierContract`,
:class:`ClockContract`, :class:`KeyStoreContract`, :class:`VaultContract`, :class:`AttachmentsContract`.
:class:`TamperContract` lays the tamper kit under a store. :class:`FaultyStore` makes a store fail where a test wants
it to, :class:`FlakyNotifier` a notifier; :func:`walk` takes a complaint to a state.
"""

import complaintkit.testing.extra  # noqa: F401 (first: it says what is missing, before a suite is loaded)
from complaintkit.testing.attachments import AttachmentsContract
from complaintkit.testing.clock import ClockContract
from complaintkit.testing.durable import DurableContract
from complaintkit.testing.faults import FaultyStore
from complaintkit.testing.flaky import FlakyNotifier, Mishap
from complaintkit.testing.host import HostContract
from complaintkit.testing.keys import KeyStoreContract, VaultContract
from complaintkit.testing.notifier import NotifierContract
from complaintkit.testing.store import StoreContract
from complaintkit.testing.tampering import TamperContract
from complaintkit.testing.walking import walk

__all__ = [
    "AttachmentsContract",
    "ClockContract",
    "DurableContract",
    "FaultyStore",
    "FlakyNotifier",
    "HostContract",
    "KeyStoreContract",
    "Mishap",
    "NotifierContract",
    "StoreContract",
    "TamperContract",
    "VaultContract",
    "walk",
]
