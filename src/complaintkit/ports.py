"""What a host plugs in. The text of each port is the obligation of whoever implements it.

``complaintkit.testing`` has a contract suite for each: an adapter that passes it is an adapter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable

from attrs import field, frozen

from complaintkit.journal import EMPTY, Frontier, Record
from complaintkit.privacy import VaultItem
from complaintkit.vocabulary import Band, DeliveryStatus, Handling, Language


class Head(NamedTuple):
    """The end of the log: what an append needs. ``recorded_at`` is the newest entry's, or empty."""

    frontier: Frontier = EMPTY
    recorded_at: str = ""


class Answer(NamedTuple):
    """What a command id was answered; ``fingerprint`` tells a repetition from a conflict."""

    command: str
    stream: str
    fingerprint: bytes
    body: bytes


class OutboxRow(NamedTuple):
    """A letter to be sent: references only, rendered when it is sent.

    ``key`` is the idempotency key that the receiver sees; ``due_at`` the earliest instant to send it, or the end of the
    lease of whoever is sending it (``YYYY-MM-DDTHH:MM:SS.ffffffZ``), ``tries`` how often that was begun, ``done`` that
    it needs no more.
    """

    key: str
    stream: str
    seq: int
    notice: str
    due_at: str
    tries: int = 0
    done: bool = False


class Timer(NamedTuple):
    """Something that falls due by itself; ``command`` is the stored form of what is then done.

    ``key`` is unique in the book; ``due_at`` as in :class:`OutboxRow`.
    """

    key: str
    stream: str
    due_at: str
    command: bytes


class Summary(NamedTuple):
    """What can be searched of a complaint; always equal to what the fold says (contract suite)."""

    stream: str
    version: int
    state: str
    band: str | None
    rank: int
    owner: str | None
    unit: str | None
    due_at: str | None
    person: str | None
    received_at: str
    open: bool


@frozen(kw_only=True)
class Query:
    """What to find: every given field must agree; no field ever searches text (DESIGN 2a).

    ``due_before`` compares with the earliest open commitment, ``is_open`` with whether handling is open.
    """

    state: Handling | None = None
    band: Band | None = None
    owner: str | None = None
    unit: str | None = None
    person: str | None = None
    due_before: datetime | None = None
    is_open: bool | None = None


class Due(NamedTuple):
    """What is due: timers and outbox rows, each in the order of their due instants."""

    timers: Sequence[Timer]
    notices: Sequence[OutboxRow]


class Batch(NamedTuple):
    """Everything that one command writes; a store keeps all of it or nothing.

    ``erased`` names vault items to be deleted, so that no copy of them stays in the files of the store; they go
    before ``vault`` comes, so that a reference in both is replaced. ``outbox`` rows replace rows of the same key;
    ``timers`` likewise, and ``timers_done`` removes keys; ``summaries`` replace the rows of their streams; ``head`` is
    the head after the entries.
    """

    entries: Sequence[Record] = ()
    erased: Sequence[str] = ()
    vault: Sequence[VaultItem] = ()
    outbox: Sequence[OutboxRow] = ()
    timers: Sequence[Timer] = ()
    timers_done: Sequence[str] = ()
    summaries: Sequence[Summary] = ()
    answer: Answer | None = None
    head: Head | None = None


class Transaction(Protocol):
    """One unit of work on a book; what :meth:`commit` writes is seen by later calls of the same transaction."""

    def head(self) -> Head:
        """Lock the log's end against every other writer of the book and return it.

        Must be the first call of a transaction that writes; only one that takes letters and appends nothing does
        without, and that one must be refused it (``StoreError``). Raises ``StoreBusy`` when the lock cannot be had
        in the store's waiting time.
        """

    def answer(self, command: str) -> Answer | None:
        """The answer that was stored for a command id, or None."""

    def entries(self, stream: str) -> Sequence[Record]:
        """All entries of a stream in the order of their versions, own writes included."""

    def sealed(self, refs: Sequence[str]) -> Mapping[str, VaultItem]:
        """The vault items of these references; one that was never kept or was erased is left out."""

    def claim(self, key: str) -> bool:
        """Take a key that only one may have; False where it is taken already. Kept with the transaction."""

    def take(self, rows: Sequence[OutboxRow]) -> OutboxRow | None:
        """The first of these letters, in the order of the log, that is not done and still as it was read; else None.

        Until the transaction ends nobody else can take it, and where nobody has changed it, it is free again after
        that. Without :meth:`head` before it, a store that can lock single rows waits for nobody: not for a writer who
        has the head, nor for whoever has a letter in hand, whose letter is passed over. With the head it waits for
        them. A store with one writer at a time locks the book in either case.
        """

    def commit(self, batch: Batch) -> None:
        """Write the batch, all or nothing; the transaction as a whole is made durable when it ends well.

        Without :meth:`head` before it, a batch may hold letters that this transaction has taken, and nothing else.

        Must refuse (``StoreError``) entries whose ``seq`` does not continue the log without a gap,
        or whose ``ver`` does not continue its stream, and keep nothing of such a batch.
        """


class Store(Protocol):
    """Where a book is kept. One ``Store`` object speaks for one book; ``book`` is the key of every row."""

    @property
    def book(self) -> str:
        """The name of the book (the tenant)."""

    @property
    def durable(self) -> bool:
        """Whether what is kept outlives the process."""

    def transaction(self, join: Any = None) -> AbstractContextManager[Transaction]:
        """Begin a transaction: kept when the block ends, nothing kept when it raises.

        ``join`` is the host's own open connection: then a savepoint is used inside the host's
        transaction, and nothing is committed or rolled back beyond it.
        """

    def entries(self, stream: str) -> Sequence[Record]:
        """All entries of a stream in the order of their versions; empty where there is none."""

    def journal(self, after: int = -1, limit: int = 1000) -> Sequence[Record]:
        """The entries with ``seq > after`` in order, at most ``limit``: the cursor of hosts and measures."""

    def tile(self, level: int, number: int) -> bytes:
        """A tile of the Merkle tree: up to 256 hashes of 32 bytes, as many as there are, one after another.

        On level 0 they are the leaf hashes of the entries from ``256 * number`` on. On every higher level they are the
        roots of full tiles of the level below, as :func:`complaintkit.journal.completed` tells them of each batch;
        a store writes them in the transaction of the entries. So a proof is read without the whole log.
        """

    def find(self, query: Query) -> Sequence[Summary]:
        """The summaries that agree, most urgent first: band, higher rank, earlier receipt, reference."""

    def due(self, now: datetime, limit: int = 100) -> Due:
        """What is due at ``now`` and not done: at most ``limit`` timers and ``limit`` outbox rows."""


@runtime_checkable
class Scrubs(Protocol):
    """A store that may leave copies of what was deleted in its files, and can remove them."""

    def scrub(self, *, plain: bool) -> None:
        """Leave nothing of what was deleted in any file of the store.

        ``plain`` says that vault items were readable when they were deleted: then copies in unused parts of pages
        count as well, which nobody could read otherwise. Raises ``StoreBusy`` where others keep it from that now;
        nothing is lost, and it may be called again.
        """


class DataKey(NamedTuple):
    """A key that encrypts personal texts (32 bytes), with the id under which it is found again (32 hex digits)."""

    id: str
    key: bytes

    def __repr__(self) -> str:
        return f"<DataKey {self.id}>"


class KeyStore(Protocol):
    """Keeps the keys of personal texts apart from the texts, so that a text can be made unreadable in every copy.

    Keys are wrapped under a root key, whose generations are the epochs. A key that was handed out is kept
    durably before it is: what is encrypted under it may be committed at once.
    """

    @property
    def epoch(self) -> int:
        """The number of the root key that wraps every key now; the first is 1."""

    def take(self, scope: str) -> DataKey:
        """The key of a scope (a complaint or a person), made where it has none; two callers get the same."""

    def find(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The keys of these ids, retired ones included; one that is unknown or was destroyed is left out."""

    def retire(self, scopes: Sequence[str]) -> None:
        """Encrypt nothing more under the present keys of these scopes; they are found until they are destroyed."""

    def destroy(self, ids: Sequence[str]) -> int:
        """Destroy keys for good, in every file of the key store; returns how many there were."""

    def rotate(self) -> int:
        """Begin an epoch: wrap every key anew, destroy the old root key, and return the number of the new one.

        After it no older copy of the key store opens anything.
        """


class Vault(Protocol):
    """How personal texts are kept: what goes into the store, and what comes out of it. ``log`` names the book's log.

    An item is never changed but by :meth:`lock`; what :meth:`lock` gave can stand in no other row, and is
    refused (``CorruptStore``) where it was changed.
    """

    def lock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        """The items as the store is to keep them, in their order."""

    def unlock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        """The items as they were before; one whose key was destroyed is left out."""

    def keys(self, items: Sequence[VaultItem]) -> Sequence[str]:
        """The ids of the keys under which these kept items are; each once, none for plain items."""

    def retire(self, log: str, streams: Sequence[str]) -> None:
        """Lock nothing more under the present keys of these streams."""

    def destroy(self, keys: Sequence[str]) -> int:
        """Destroy keys for good; returns how many there were."""


@frozen(kw_only=True)
class Message:
    """A letter as a notifier gets it. ``key`` must reach the receiver, so that a repetition can be known."""

    key: str
    rule: str
    complaint: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    language: Language


@frozen(kw_only=True)
class Delivery:
    """What became of a message; ``retryable`` where the same message may be tried again later.

    ``detail`` is a short code of the notifier, without addresses or words of the message; ``retry_after`` the
    seconds for which the receiver asked to be left alone.
    """

    status: DeliveryStatus
    detail: str = ""
    retryable: bool = False
    retry_after: int = 0


class Notifier(Protocol):
    """Hands messages to people. Must not raise for a message that cannot be delivered: it answers ``FAILED``."""

    def send(self, message: Message) -> Delivery:
        """Hand over one message; called at least once for each key, so a receiver must know a repeated key."""


@frozen(kw_only=True)
class Contact:
    """How a person inside the organisation signs and is reached (N-00.6)."""

    name: str = field(repr=False)
    role_title: Mapping[str, str] = field(factory=dict, repr=False)
    reach: str = field(default="", repr=False)


class Directory(Protocol):
    """Who is who in the organisation; the host knows, complaintkit asks."""

    def contact(self, actor: str) -> Contact:
        """The name and the direct contact of an actor id, for letters; a plain fallback where unknown.

        Asked for who signs a letter, and for who gets one that is not for the complainant (N-13): a fallback
        without ``reach`` says that no letter can be sent there.
        """


class Signed(NamedTuple):
    """What was signed last of a log: its size, its Merkle root, and when (in the stored form of instants)."""

    size: int
    root: bytes
    at: str


class LastSigned(Protocol):
    """What a signer or a witness remembers beside its key, so that it never signs two logs that contradict."""

    def last(self, origin: str) -> Signed | None:
        """What was signed last for the log ``origin``."""

    def advance(self, origin: str, before: Signed | None, after: Signed) -> bool:
        """Remember ``after`` if ``before`` is still what was signed last, in one step; False where it is not.

        Must be durable before it answers: the signature is made only then.
        """


class AnchorSink(Protocol):
    """A place outside the book to which signed checkpoints go; whoever can write the book should not own it."""

    def keep(self, note: str, at: datetime) -> None:
        """Keep a signed checkpoint for good. Must raise where it cannot; it is then handed in again later."""

    def newest(self, origin: str) -> str | None:
        """The checkpoint of the greatest size that was kept for the log ``origin``; None where nobody can ask."""


@frozen(kw_only=True)
class Attachment:
    """What is known of bytes that a host keeps: an item of evidence (E-24) names them by their digest.

    ``digest`` is ``sha256:`` and 64 hexadecimal digits, ``size`` a number of bytes, ``media_type`` a type such as
    ``application/pdf``; ``privileged`` marks advice of a lawyer or what was made for a lawsuit: it is not handed out.
    """

    digest: str
    size: int
    media_type: str
    privileged: bool = False


class Attachments(Protocol):
    """Keeps the bytes of evidence for the host; the journal knows their digests only, and no name of a file."""

    def keep(
        self,
        content: bytes,
        media_type: str,
        *,
        privileged: bool = False,
        digest: str | None = None,
        size: int | None = None,
    ) -> Attachment:
        """Keep bytes durably; the same bytes again are the same attachment, and a mark of privilege stays.

        Must refuse (``AttachmentRefused``) bytes that are not of the ``digest`` or ``size`` that were announced, and a
        media type that is none; nothing is kept then.
        """

    def find(self, digest: str) -> Attachment | None:
        """What is known of an attachment, None where it was never kept or was removed."""

    def read(self, digest: str) -> bytes:
        """The bytes, compared with digest and size: ``CorruptStore`` where they differ, else ``MissingAttachment``."""

    def remove(self, digest: str) -> bool:
        """Remove it for good, as an erasure asks for; False where there was none."""


class Clock(Protocol):
    """Tells the time; only the desk reads it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
