"""ComplaintDesk: nine methods, one door."""

from __future__ import annotations

import logging
import secrets
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from fractions import Fraction
from typing import Any

from complaintkit.adapters.directory import StaticDirectory
from complaintkit.adapters.keys.vaults import PlainVault
from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import Context
from complaintkit.desk.checkpoints import Checkpoints
from complaintkit.desk.erasing import Asked, Eraser
from complaintkit.desk.handling import Handling, Request
from complaintkit.desk.insisting import insisting
from complaintkit.desk.outcome import Dispatched, ErasureOutcome, Outcome, Preview, RevealedTexts
from complaintkit.desk.reading import known, may_read
from complaintkit.desk.relay import Relay
from complaintkit.desk.sweeping import Sweeper, Watch
from complaintkit.desk.vaulted import VaultedStore, opened
from complaintkit.errors import CommandRefused, ForkDetected, MalformedInput, Reason
from complaintkit.lifecycle import Option, allowed
from complaintkit.policy import Profile, load_profile
from complaintkit.ports import Clock, Directory, Notifier, Query, Store, Summary, Transaction, Vault
from complaintkit.privacy.erasure import stream_of
from complaintkit.privacy.sealing import Entropy
from complaintkit.timekeeping.clock import SystemClock
from complaintkit.timekeeping.instants import instant, parse_instant
from complaintkit.values import Actor, opaque
from complaintkit.vocabulary import Band, CommitmentKind, ErasureBasis, Purpose

_log = logging.getLogger("complaintkit")
#: Purposes for which texts leave the organisation.
_HANDING_OVER = (Purpose.SHARE_WITH_EXTERNAL_BODY, Purpose.ACCESS)


class ComplaintDesk:
    """Receives, responds and learns, on the host's own store.

    Without arguments it keeps everything in memory under the built-in profile, and says so in one line.
    ``vault`` encrypts personal texts (:class:`~complaintkit.adapters.keys.EncryptedVault`); a store that outlives
    the process needs one, or ``plaintext_vault=True`` said aloud: its vault table is then plain. ``checkpoints``
    signs the log and compares it with what was signed: a book that is older, or another, can be read, and whatever
    writes raises ``ForkDetected``. ``entropy`` gives random bytes (command ids, salts, keys).

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> from complaintkit.commands import RegisterComplaint
    >>> from complaintkit.vocabulary import Role
    >>> desk = ComplaintDesk(MemoryStore())
    >>> agent = Actor("agent-7", Role.FRONT_LINE_AGENT)
    >>> outcome = desk.handle(RegisterComplaint(narrative="I was charged twice.", owner="agent-7"), by=agent)
    >>> outcome.complaint.handling
    <Handling.RECEIVED: 'received'>
    """

    def __init__(
        self,
        store: Store | None = None,
        profile: Profile | str | None = None,
        *,
        notifier: Notifier | None = None,
        clock: Clock | None = None,
        directory: Directory | None = None,
        vault: Vault | None = None,
        plaintext_vault: bool = False,
        checkpoints: Checkpoints | None = None,
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        if store is None:
            _log.warning("complaintkit: memory store, profile 'standard', UTC office hours; set your own for real work")
        kept: Store = MemoryStore() if store is None else store
        if kept.durable and vault is None and not plaintext_vault:
            raise MalformedInput(
                "this store would keep personal texts unencrypted",
                hint="give it a vault (vault=EncryptedVault(...)), or say plaintext_vault=True if that is meant",
            )
        self.vault: Vault = vault or PlainVault()
        self.store: Store = VaultedStore(kept, vault) if vault is not None else kept
        self.profile = profile if isinstance(profile, Profile) else load_profile(profile or "standard")
        self.clock: Clock = clock or SystemClock()
        self._entropy = entropy
        self._checkpoints = checkpoints
        self._compare_with_checkpoints()
        self._handling = Handling(f"complaintkit/{self.store.book}", self.profile, entropy)
        self._eraser = Eraser(kept, self.vault, self.profile)
        self._sweeper = Sweeper(self.store, self.profile, self._handling, self._eraser)
        self._watch = Watch(self.clock)
        self._relay = Relay(
            self.store,
            self.profile,
            self._handling,
            notifier or MemoryNotifier(),
            directory or StaticDirectory({}),
            self.clock,
            entropy,
        )

    def handle(
        self,
        command: Any,
        by: Actor,
        key: str | None = None,
        version: int | None = None,
        occurred: datetime | None = None,
        tx: Transaction | AbstractContextManager[Transaction] | None = None,
    ) -> Outcome:
        """Carry out one command in one transaction.

        ``command`` is an object from :mod:`complaintkit.commands` or its plain data. ``key`` is the idempotency
        key: the same key again gives the first answer. ``version`` is what the caller last saw of the
        complaint. ``occurred`` is when it happened (aware; default: now). ``tx`` is an open transaction of
        the store, or ``store.transaction(join=connection)`` on the host's own connection; then nothing is
        retried here and the host commits.

        Raises ``CommandRefused`` with all reasons, and the errors of :mod:`complaintkit.errors` for malformed
        input, conflicts and the store; where it raises, nothing of the command was kept but the record of a refusal.
        """
        self._may_write()
        request = self._request(command, by, key, version, occurred)
        result = self._within(tx, request) if tx is not None else self._alone(request)
        if isinstance(result, CommandRefused):
            _log.info("refused %s on %s", type(request.command).__name__, request.ref)
            raise result
        _log.info("handled %s on %s", type(request.command).__name__, request.ref)
        return result

    def preview(
        self,
        command: Any,
        by: Actor,
        key: str | None = None,
        version: int | None = None,
        occurred: datetime | None = None,
    ) -> Preview:
        """What :meth:`handle` would do; nothing is written, and a refusal is answered instead of raised."""
        request = self._request(command, by, key, version, occurred)
        with self.store.transaction() as unit:
            return self._handling.preview(unit, request)

    def get(self, ref: str, by: Actor) -> Complaint:
        """The complaint as it stands, without any personal text.

        Raises ``UnknownComplaint``, and ``CommandRefused`` for the person complained about (SoD-6).
        """
        complaint = known(ref, self.store.entries(ref))
        may_read(complaint, by)
        return complaint

    def find(self, query: Query, by: Actor) -> Sequence[Summary]:
        """The complaints that agree, in queue order: band, then rank with aging, receipt, reference (P-15).

        ``by`` must work for the organisation; texts are never searched.
        """
        if by.role.value < "RO-03" or by.role.value > "RO-20":
            raise CommandRefused(
                "searching is refused", [Reason("4.7", "searching is for people of the organisation (RO-03 to RO-20)")]
            )
        now = self.clock.now()
        return sorted(self.store.find(query), key=lambda row: self._place_in_queue(row, now))

    def allowed(self, ref: str | None, by: Actor) -> tuple[Option, ...]:
        """What may happen next, what it needs, and why not the rest; ``ref`` None asks how one begins."""
        complaint = self.get(ref, by) if ref is not None else None
        now = self.clock.now()
        ctx = Context(now=now, occurred=now, actor=by, command_id="allowed", ref=ref or "", profile=self.profile)
        return allowed(complaint, ctx)

    def reveal(self, ref: str, by: Actor, purpose: Purpose | str, *, to: str | None = None) -> RevealedTexts:
        """Every personal text of a complaint, past ones and letters included, for a stated purpose.

        ``to`` is the opaque id of somebody outside to whom they are handed over, such as a body (E-07); a purpose
        that hands over needs one. Who is outside gets the texts of others without the parts that are marked as
        being about third parties, and none under legal privilege: those are ``withheld``.

        That they were read, which, by whom, for whom and what for, is recorded (INV-18).
        """
        self._may_write()
        request, purpose = self._request(None, by, None, None, None), _purpose(purpose)
        if to is None and purpose in _HANDING_OVER:
            raise MalformedInput(f"to whom are the texts handed? ({purpose.value})", hint="give the opaque id as to=")
        with self.store.transaction() as unit:
            return self._handling.reveal(unit, request, ref, purpose, opaque(to, "to") if to is not None else None)

    def erase(
        self, person: str, by: Actor, *, basis: ErasureBasis | str = ErasureBasis.REQUEST, key: str | None = None
    ) -> ErasureOutcome:
        """Erase every personal text of the complaints of a person (an opaque id); two people must ask for it.

        The first call requests it, a call by another person who answers for privacy (RO-15, RO-12, RO-13) approves
        it and carries it out. What a legal hold, a retention rule or handling that goes on keeps is named in
        ``blocks``, and goes by itself, by :meth:`tick`, when nothing keeps it any more. ``key`` as in :meth:`handle`.

        Raises ``CommandRefused`` where ``by`` may not, ``ErasureHeld`` (with ``until``) where an approved erasure can
        erase nothing yet, ``UnknownComplaint`` where no complaint is of the person.
        """
        self._may_write()
        key = self._key(key)
        now = instant(self.clock.now(), "clock")
        stream = stream_of(opaque(person, "person"))
        asked = Asked(person=person, by=by, key=key, basis=ErasureBasis(basis), now=now, stream=stream)
        outcome = self._eraser.ask(asked)
        _log.info("erasure of %s is %s", person, outcome.erasure.stage)
        return outcome

    def tick(self, *, confirmed: bool = False) -> int:
        """Carry out what has fallen due by itself, the earliest first; returns how much.

        Call it as often as you like, from as many processes as you like: each thing happens once. Raises
        ``ClockInDoubt`` and fires nothing where the clock was set by over an hour, or nobody has swept for over
        400 days; ``confirmed`` says that somebody has looked and the time is right.
        """
        self._may_write()
        last = self._sweeper.last_sweep(self.clock.now())
        now = self._watch.now(last, confirmed=confirmed)
        fired = self._sweeper.sweep(now)
        if self._checkpoints is not None:
            self._checkpoints.keep_up(now)
        return fired

    def dispatch(self, limit: int = 200) -> Sequence[Dispatched]:
        """Send the letters that are due, at least once each, under a key that the receiver sees.

        Call it from as many processes as you like: one has a letter at a time, and one result of it is recorded. A
        letter follows the earlier ones of its complaint. Sends ``limit`` letters at most, and returns nothing when
        nothing is due.
        """
        self._may_write()
        return self._relay.dispatch(limit)

    def _compare_with_checkpoints(self) -> None:
        """At start-up: a fork is logged here and raised by whatever writes."""
        if self._checkpoints is not None:
            try:
                self._checkpoints.check()
            except ForkDetected as fork:
                _log.error("this book can only be read: %s", fork)

    def _may_write(self) -> None:
        if self._checkpoints is not None:
            self._checkpoints.must_be_one()

    def _request(
        self, command: Any, by: Actor, key: str | None, version: int | None, occurred: datetime | None
    ) -> Request:
        if isinstance(command, Mapping):
            from complaintkit.commands import from_dict

            command = from_dict(command)
        now = instant(self.clock.now(), "clock")
        return Request(command=command, by=by, key=self._key(key), now=now, version=version, occurred=occurred)

    def _key(self, key: str | None) -> str:
        return opaque(key, "command id") if key is not None else str(uuid.UUID(bytes=self._entropy(16), version=4))

    def _alone(self, request: Request) -> Outcome | CommandRefused:
        """A transaction of our own; what may yet succeed is asked again under the same id, which reads back first."""
        return insisting(lambda: self._within(self.store.transaction(), request))

    def _within(
        self, tx: Transaction | AbstractContextManager[Transaction], request: Request
    ) -> Outcome | CommandRefused:
        lent = opened(tx, self.store)
        with lent if isinstance(lent, AbstractContextManager) else nullcontext(lent) as unit:
            return self._handling.handle(unit, request)

    def _place_in_queue(self, row: Summary, now: datetime) -> tuple[str, int, str, str]:
        """P-15: aging grows with the share of the final term that is used up, in working time."""
        band = Band(row.band) if row.band else Band.P4
        received, calendar = parse_instant(row.received_at), self.profile.calendar
        term = self.profile.term(CommitmentKind.FINAL, band)
        whole = int(calendar.elapsed(received, term.due(received, calendar))) if term else 0
        used = Fraction(int(calendar.elapsed(received, now)), whole) if whole else Fraction(0)
        return (row.band or "P9", -(row.rank + self.profile.aging(used)), row.received_at, row.stream)


def _purpose(purpose: Purpose | str) -> Purpose:
    try:
        return Purpose(purpose)
    except ValueError:
        raise MalformedInput("this is no purpose of reading", hint=f"one of {', '.join(Purpose)}") from None
