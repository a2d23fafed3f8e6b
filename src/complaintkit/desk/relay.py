"""Letters are sent (``dispatch``): at least once each, under a key that the receiver knows a repetition by.

One letter after the other is taken, sent and recorded, so a worker has one in flight at most. A row of the outbox is
what it was read as (``tries`` and ``due_at``), and is superseded once: whoever takes that version may send the letter,
or record what became of it; everybody else comes too late. Taking it for sending sets ``due_at`` to the end of a lease,
so a letter whose worker died is due again, and a worker that wakes after its lease records nothing.

A transaction that takes a letter for sending appends nothing and does without the head of the log: it decides by what
only ever comes to be (an earlier letter has its result), so what it read too early costs a minute and breaks no order.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Final, NamedTuple

from attrs import frozen

from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Notice
from complaintkit.complaint.step import given
from complaintkit.desk.handling import Handling, Request
from complaintkit.desk.insisting import insisting
from complaintkit.desk.outcome import Dispatched, Outcome, RevealedTexts
from complaintkit.desk.reading import read_stream, reveal_texts
from complaintkit.errors import ComplaintKitError, LetterRefused, Reason, TextErased
from complaintkit.letters import RecordDelivery, compose, render
from complaintkit.policy import Profile
from complaintkit.ports import (
    Batch,
    Clock,
    Contact,
    Delivery,
    Directory,
    Message,
    Notifier,
    OutboxRow,
    Store,
    Transaction,
)
from complaintkit.privacy.redaction import given_by_complainant, shown
from complaintkit.privacy.sealing import Entropy
from complaintkit.timekeeping.instants import format_instant, instant
from complaintkit.values import SYSTEM, checked_text, derived_id
from complaintkit.vocabulary import DeliveryStatus
from complaintkit.wording import say

_log = logging.getLogger("complaintkit")
#: A letter is handed to the notifier this often at most, whatever happens to the workers.
TRIES: Final = 10
#: For so long a claim keeps others away; a notifier that takes longer makes its worker a zombie.
LEASE: Final = timedelta(minutes=10)
#: A letter that has to wait for an earlier one of its complaint is looked at again after this.
_TURN: Final = timedelta(minutes=1)
#: The longest wait before another try, and the longest that a receiver may ask for.
_LONGEST_WAIT: Final = timedelta(hours=6)
_LONGEST_ASKED: Final = timedelta(days=1)
#: So many due letters are looked at for one, since others may have the first of them in hand.
_LOOK: Final = 32
#: What a notifier answers is kept as a short code: no address, no control characters.
_DETAIL: Final = 100
_NO_DETAIL: Final = re.compile(r"[^ -~]|\S+@\S+")
_NEVER_ENDED: Final = Delivery(status=DeliveryStatus.FAILED, detail=f"begun {TRIES} times and never ended")


class Taken(NamedTuple):
    """A letter that was claimed: its row as it is now, and what the complaint said when it was asked for."""

    row: OutboxRow
    complaint: Complaint
    notice: Notice
    texts: RevealedTexts
    told: Mapping[str, str]


@frozen
class Relay:
    """Sends letters."""

    store: Store
    profile: Profile
    handling: Handling
    notifier: Notifier
    directory: Directory
    clock: Clock
    entropy: Entropy

    def dispatch(self, limit: int) -> Sequence[Dispatched]:
        """Send what is due in the order of the log, ``limit`` letters at most; empty when nothing was due any more."""
        before: Sequence[OutboxRow] = ()
        while (rows := self.store.due(self._now(), max(limit, _LOOK)).notices) and rows != before:
            sent = list(islice(self._through(sorted(rows, key=_in_the_log)), max(limit, 0)))
            if sent:
                return sent
            before = rows  # all of them belong to others, or have to wait: what is due now are others
        return []

    def _through(self, rows: Sequence[OutboxRow]) -> Iterator[Dispatched]:
        """One letter after the other that nobody else has in hand."""
        while rows:
            row, sent = self._deliver(rows)
            rows = rows[rows.index(row) + 1 :] if row else ()
            if sent:
                yield sent

    def _now(self) -> datetime:
        return instant(self.clock.now(), "clock")

    def _deliver(self, rows: Sequence[OutboxRow]) -> tuple[OutboxRow | None, Dispatched | None]:
        """Take the first that is free, hand it over, and record what became of it; the row as it was, and the result.

        Nothing where all are somebody else's; no result where the letter waits, or was taken over meanwhile.
        """
        row, taken = insisting(lambda: self._take(rows))
        if taken is None:
            return row, None
        message, delivery = self._send(taken)
        return row, insisting(lambda: self._record(taken, message, delivery))

    def _take(self, rows: Sequence[OutboxRow]) -> tuple[OutboxRow | None, Taken | None]:
        """Take the first letter that nobody else is sending, unless it has to wait or has its result already."""
        with self.store.transaction() as unit:
            row = unit.take(rows)
            if row is None:
                return None, None
            records, now = unit.entries(row.stream), self._now()
            complaint = given(read_stream(records))
            if given(complaint.notice(row.notice)).status is not None:  # recorded by hand
                _keep(unit, row._replace(done=True))
                return row, None
            if _has_to_wait(complaint, row):
                _keep(unit, _moved(row, now + _TURN))
                return row, None
            claimed = _moved(row._replace(tries=row.tries + 1), now + LEASE)
            _keep(unit, claimed)
            then = given(read_stream([record for record in records if record.seq <= row.seq]))
            notice, texts = given(then.notice(row.notice)), reveal_texts(unit, then)
            return row, Taken(claimed, then, notice, texts, _told(complaint, notice, texts))

    def _send(self, taken: Taken) -> tuple[Message | None, Delivery]:
        """Render the letter from what the complaint said when it was asked for, and hand it over."""
        rule, stream = taken.notice.rule, taken.row.stream
        if taken.row.tries > TRIES:
            return None, _NEVER_ENDED
        if taken.texts.was_erased(taken.complaint.intake.reach):
            return None, Delivery(status=DeliveryStatus.FAILED, detail=TextErased.code)
        try:
            message = self._message(taken)
            checked_text(message.text, "the letter")  # what could not be kept is not sent
            return message, self.notifier.send(message)
        except ComplaintKitError as error:
            _log.warning("letter %s of %s was not sent: %s", rule, stream, error.code)
            return None, Delivery(status=DeliveryStatus.FAILED, detail=error.code, retryable=error.retryable)
        except Exception as error:  # noqa: BLE001 (a notifier must not raise; where one does, the other letters go on)
            kind = type(error).__name__
            _log.warning("letter %s of %s was not sent: the notifier raised %s", rule, stream, kind)
            return None, Delivery(status=DeliveryStatus.FAILED, detail=kind, retryable=True)

    def _message(self, taken: Taken) -> Message:
        row, complaint, notice, texts, told = taken
        contact = self.directory.contact(notice.signed_by)
        addressee = self._addressee(notice)
        letter = compose(
            notice.rule, complaint, notice, profile=self.profile, contact=contact, texts=told, addressee=addressee
        )
        rendered = render(letter)
        return Message(
            key=row.key,
            rule=notice.rule,
            complaint=row.stream,
            to=addressee.reach if addressee else texts.of(complaint.intake.reach),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            language=notice.language,
        )

    def _addressee(self, notice: Notice) -> Contact | None:
        """Whom the directory has under an id, with an address; None for a letter to the complainant."""
        if notice.to is None:
            return None
        found = self.directory.contact(notice.to)
        if found.reach.strip():
            return found
        reason = Reason(notice.rule.value, "the directory has no address of the person it is for")
        hint = "add the address to the directory, or tell the person in another way"
        raise LetterRefused(f"the letter {notice.rule}", (reason,), hint=hint)

    def _record(self, taken: Taken, message: Message | None, delivery: Delivery) -> Dispatched | None:
        """Try again later, or record the result for good; whose lease has lapsed and was taken over does neither."""
        row, rule, now = taken.row, taken.notice.rule, self._now()
        key = derived_id("delivery", row.key, row.tries)
        with self.store.transaction() as unit:
            unit.head()
            # Recorded already and not known to be: the first time the end of the transaction was ambiguous.
            if unit.answer(key) is None and unit.take([row]) is None:
                _log.warning("letter %s of %s was taken over: its result is not recorded here", rule, row.stream)
                return None
            if delivery.status is DeliveryStatus.FAILED and delivery.retryable and row.tries < TRIES:
                _keep(unit, _moved(row, now + self._wait(row.tries, delivery.retry_after)))
                return Dispatched(row.stream, rule, None, delivery.detail)
            command = _result(taken, message, delivery)
            done = (row._replace(done=True),)
            result = self.handling.handle(unit, Request(command=command, by=SYSTEM, key=key, now=now, outbox=done))
        return Dispatched(row.stream, rule, delivery.status if isinstance(result, Outcome) else None, delivery.detail)

    def _wait(self, tries: int, asked: int) -> timedelta:
        """Full jitter: anything up to a limit that doubles with each try, but no sooner than the receiver asks."""
        longest = min(timedelta(minutes=2**tries), _LONGEST_WAIT)
        drawn = longest * int.from_bytes(self.entropy(4)) / 2**32
        return max(drawn, min(timedelta(seconds=asked), _LONGEST_ASKED))


def _in_the_log(row: OutboxRow) -> int:
    return row.seq


def _keep(unit: Transaction, row: OutboxRow) -> None:
    unit.commit(Batch(outbox=[row]))


def _moved(row: OutboxRow, due: datetime) -> OutboxRow:
    """The row, due at another instant than before: its instant is part of its version."""
    at = format_instant(due)
    return row._replace(due_at=at if at != row.due_at else format_instant(due + timedelta(microseconds=1)))


def _has_to_wait(complaint: Complaint, row: OutboxRow) -> bool:
    """Whether an earlier letter of the complaint has no result yet: they arrive in the order of what happened."""
    earlier = takewhile(lambda notice: notice.id != row.notice, complaint.notices)
    return any(notice.status is None for notice in earlier)


def _told(complaint: Complaint, notice: Notice, texts: RevealedTexts) -> dict[str, str]:
    """The texts as the addressee reads them by now (E-07), with a word in place of each that they do not get."""
    own = given_by_complainant(complaint) if notice.to is None else frozenset()
    seen = shown(complaint, texts, say(notice.language, "letters.third_party"), own)
    withheld = dict.fromkeys(seen.withheld, say(notice.language, "letters.withheld"))
    return texts.or_else(say(notice.language, "letters.erased")) | withheld | dict(seen.texts)


def _result(taken: Taken, message: Message | None, delivery: Delivery) -> RecordDelivery:
    return RecordDelivery(
        complaint=taken.row.stream,
        notice=taken.row.notice,
        status=delivery.status,
        body=message.text if message else None,
        detail=_NO_DETAIL.sub(" ", delivery.detail)[:_DETAIL],
    )
