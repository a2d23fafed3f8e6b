"""Checkpoints of a book: signed in good time, anchored outside, compared at start-up, and epochs after a restore."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from complaintkit.desk.vaulted import log_of
from complaintkit.errors import (
    CommandRefused,
    ComplaintKitError,
    CorruptStore,
    ForkDetected,
    MalformedInput,
    ProofRefused,
    Reason,
)
from complaintkit.journal import (
    EPOCH_STREAM,
    Checkpoint,
    Note,
    NoteSigner,
    NoteVerifier,
    Tree,
    encode_entry,
    open_checkpoint,
    verify_consistency,
)
from complaintkit.journal.codec import plain
from complaintkit.journal.notes import checked_name
from complaintkit.lifecycle import EpochBegun
from complaintkit.ports import AnchorSink, Batch, Head, LastSigned, Signed, Store
from complaintkit.timekeeping.instants import format_instant, instant, parse_instant
from complaintkit.values import Actor, derived_id, opaque
from complaintkit.vocabulary import Role

_log = logging.getLogger("complaintkit")
_TRIES: Final = 5
#: Who may say that a book begins anew; two of them, and two persons.
_MAY_BEGIN: Final = frozenset({Role.COMPLAINTS_MANAGER, Role.EXECUTIVE, Role.PRIVACY_OFFICER, Role.AUDITOR})
_HINT: Final = (
    "read it only; find the newer copy, or begin a new epoch: see 'After restoring a backup' in the documentation"
)


class Checkpoints:
    """Signs what a book stands for and sends it outside: every so many entries, and within a time, also when idle.

    ``host`` is a name of the organisation's own (``complaints.example.org``): with the book and the epoch it makes
    the origin of the log. ``key`` signs; ``trust`` are earlier keys, whose checkpoints are still believed.
    ``signed`` remembers what was signed, beside the key and not in the book. ``sinks`` are the places outside.
    ``every`` counts entries, ``within`` is the longest time between two checkpoints.

    >>> from complaintkit.adapters.anchors import SignedInMemory
    >>> from complaintkit.adapters.memory import MemoryStore
    >>> from complaintkit.journal.keys import HmacKey
    >>> key = HmacKey("complaints.example.org", bytes(32))
    >>> Checkpoints(MemoryStore(), key, SignedInMemory(), host="complaints.example.org").origin()
    'complaints.example.org/complaintkit/main/e1'
    """

    def __init__(
        self,
        store: Store,
        key: NoteSigner,
        signed: LastSigned,
        *,
        host: str,
        sinks: Sequence[AnchorSink] = (),
        trust: Sequence[NoteVerifier] = (),
        every: int = 256,
        within: timedelta = timedelta(hours=1),
    ) -> None:
        self._store = store
        self._key = key
        self._signed = signed
        self._log = checked_name(f"{host}/complaintkit/{store.book}")
        self._sinks = tuple(sinks)
        self._trusted = (key, *trust)
        self._every = every
        self._within = within
        self._owed: list[tuple[AnchorSink, str, datetime]] = []
        self._fork: ForkDetected | None = None

    def origin(self, epoch: int | None = None) -> str:
        """What the log is called in its checkpoints, in its present epoch or in another."""
        return f"{self._log}/e{self.epoch() if epoch is None else epoch}"

    def epoch(self) -> int:
        """How often the log has begun, the first time included."""
        records = self._store.entries(EPOCH_STREAM)
        return int(plain(records[-1].body)["data"]["epoch"]) if records else 1

    def must_be_one(self) -> None:
        """Raise ``ForkDetected`` where a fork was found and no new epoch has begun."""
        if self._fork is not None:
            raise self._fork

    def check(self) -> None:
        """Compare the book with everything that was signed and anchored; to be asked at start-up.

        Raises ``ForkDetected`` where the book is older or another, ``ProofRefused`` where what was kept outside is
        not what this key has signed.
        """
        try:
            self._compare()
        except ForkDetected as fork:
            self._fork = fork
            raise
        self._fork = None

    def keep_up(self, now: datetime) -> Note | None:
        """Sign and anchor if it is time; None where it is not. Call it as often as you like (``desk.tick`` does)."""
        self._send_owed()
        last = self._signed.last(self.origin())
        size = _head(self._store).frontier.size
        if size == 0 or (last is not None and not self._is_due(last, size, now)):
            return None
        return self.issue(now)

    def issue(self, now: datetime) -> Note:
        """Sign the book as it stands, and send the checkpoint to every sink.

        A sink that fails is logged and gets it again with the next :meth:`keep_up`. Raises ``ForkDetected`` where
        the book does not continue what was signed before: nothing is signed then.
        """
        checkpoint = self._advanced(instant(now, "now"))
        text = checkpoint.to_text()
        note = Note(text, (self._key.sign(text),))
        self._owed += [(sink, note.to_text(), now) for sink in self._sinks]
        self._send_owed()
        return note

    def new_epoch(self, reason: str, first: Actor, second: Actor, now: datetime) -> int:
        """Let the book go on after a fork, under a new origin; returns the number of the epoch.

        ``reason`` is a code or the number of a ticket. ``first`` and ``second`` are two persons with the right to
        decide it; ask each of them. The first entry of the epoch tells the last checkpoint of the one before.
        """
        fork = self._found()
        opaque(reason, "reason")
        _must_be_two(first, second)
        with self._store.transaction() as unit:
            head = unit.head()
            epoch = self._next_epoch()
            event: Any = EpochBegun(
                epoch=epoch,
                checkpoint=fork.to_text(),
                reason=reason,
                approved_by=(first.id, second.id),
                lost=fork.size - head.frontier.size if fork.size > head.frontier.size else None,
            )
            at = max(instant(now, "now"), parse_instant(head.recorded_at)) if head.recorded_at else now
            record = encode_entry(
                log_of(self._store),
                head.frontier.size,
                EPOCH_STREAM,
                len(unit.entries(EPOCH_STREAM)) + 1,
                event,
                at,
                at,
                first,
                derived_id("epoch", self._log, epoch),
                "",
            )
            unit.commit(Batch(entries=[record], head=Head(head.frontier.append(record.leaf), format_instant(at))))
        self._fork = None
        return epoch

    def _compare(self) -> None:
        epoch = self.epoch()
        if next(self._known(self.origin(epoch + 1)), None) is not None:
            raise ForkDetected(f"the book is of epoch {epoch}, and a later one was signed", hint=_HINT)
        tree = self._tree(_head(self._store).frontier.size)
        for checkpoint in self._known(self.origin(epoch)):
            _must_continue(checkpoint, tree)

    def _known(self, origin: str) -> Iterator[Checkpoint]:
        """Everything that was signed or anchored last for an origin."""
        last = self._signed.last(origin)
        if last is not None:
            yield Checkpoint(origin, last.size, last.root)
        for sink in self._sinks:
            note = sink.newest(origin)
            if note is not None:
                yield open_checkpoint(note, origin, self._trusted)

    def _found(self) -> Checkpoint:
        """The checkpoint that tells of the fork; the last one of a later epoch, where there is one."""
        try:
            self.check()
        except ForkDetected:
            origin = self.origin(self._next_epoch() - 1)
            return max(self._known(origin), key=lambda checkpoint: checkpoint.size)
        raise MalformedInput("the log is the one that was signed", hint="a new epoch begins only after a fork")

    def _next_epoch(self) -> int:
        """The first number after the present one under which nothing was ever signed."""
        epoch = self.epoch() + 1
        while next(self._known(self.origin(epoch)), None) is not None:
            epoch += 1
        return epoch

    def _advanced(self, now: datetime) -> Checkpoint:
        """The book as it stands, remembered as what is signed last; nothing that contradicts it can be signed."""
        for _ in range(_TRIES):
            origin = self.origin()
            last = self._signed.last(origin)  # before the head: what others sign meanwhile is no fork
            tree, root = self._whole()
            try:
                if last is not None:
                    _must_continue(Checkpoint(origin, last.size, last.root), tree)
            except ForkDetected as fork:
                self._fork = fork
                raise
            if self._signed.advance(origin, last, Signed(tree.size, root, format_instant(now))):
                return Checkpoint(origin, tree.size, root)
        raise ProofRefused("others sign checkpoints of this log all the time", hint="let one process do it")

    def _whole(self) -> tuple[Tree, bytes]:
        """The log as a tree, whose tiles agree with its head."""
        head = _head(self._store)
        tree = self._tree(head.frontier.size)
        if tree.frontier() != head.frontier:
            raise CorruptStore("the hashes of the tree are not the head's", hint="run: complaintkit audit verify")
        return tree, head.frontier.root()

    def _tree(self, size: int) -> Tree:
        return Tree(size, self._store.tile)

    def _is_due(self, last: Signed, size: int, now: datetime) -> bool:
        return size - last.size >= self._every or now - parse_instant(last.at) >= self._within

    def _send_owed(self) -> None:
        """Hand every checkpoint to its sink; one that fails keeps its own, and holds up no other."""
        owed, self._owed = self._owed, []
        for sink, note, at in owed:
            try:
                sink.keep(note, at)
            except Exception as error:  # noqa: BLE001 (a sink is the host's; the others go on)
                code = error.code if isinstance(error, ComplaintKitError) else type(error).__name__
                _log.warning("a checkpoint was not anchored by %s: %s", type(sink).__name__, code)
                self._owed.append((sink, note, at))


def _head(store: Store) -> Head:
    with store.transaction() as unit:
        return unit.head()


def _must_continue(checkpoint: Checkpoint, tree: Tree) -> None:
    """Refuse a book that is older than a checkpoint, or another one than it stands for."""
    if checkpoint.size > tree.size:
        raise ForkDetected(
            f"the book has {tree.size} entries, and {checkpoint.size} were signed: it is an older copy", hint=_HINT
        )
    if checkpoint.size == 0:
        return
    try:
        proof = tree.consistency(checkpoint.size)
        verify_consistency(checkpoint.size, tree.size, checkpoint.root, tree.root(), proof)
    except ProofRefused as error:
        raise ForkDetected(
            f"the book is another one than was signed at {checkpoint.size} entries", hint=_HINT
        ) from error


def _must_be_two(first: Actor, second: Actor) -> None:
    """Two persons, each with the right to decide it."""
    reasons = [] if first.id != second.id else [Reason("SoD-1", "a new epoch takes two persons")]
    if {first.role, second.role} - _MAY_BEGIN:
        reasons.append(Reason("4.7", f"a new epoch takes two of {', '.join(sorted(_MAY_BEGIN))}"))
    if reasons:
        raise CommandRefused("a new epoch is refused", reasons)
