"""Letters are sent (``dispatch``): at least once each, under a key that the receiver knows a repetition by."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Notice
from complaintkit.complaint.step import given
from complaintkit.desk.handling import Handling, Request
from complaintkit.desk.outcome import Dispatched, Outcome, RevealedTexts
from complaintkit.desk.reading import read_stream, reveal_texts
from complaintkit.errors import ComplaintKitError, LetterRefused, Reason, TextErased
from complaintkit.letters import RecordDelivery, compose, render
from complaintkit.policy import Profile
from complaintkit.ports import Batch, Contact, Delivery, Directory, Message, Notifier, OutboxRow, Store, Transaction
from complaintkit.privacy.redaction import given_by_complainant, shown
from complaintkit.timekeeping.instants import format_instant
from complaintkit.values import SYSTEM, checked_text, derived_id
from complaintkit.vocabulary import DeliveryStatus
from complaintkit.wording import say

_log = logging.getLogger("complaintkit")
_BATCH: Final = 200
_TRIES: Final = 5
#: A claim on a letter lapses after this, so that a crash between claim and sending loses nothing.
_LEASE_SECONDS: Final = 600
#: What a notifier answers is kept as a short code: no address, no control characters.
_DETAIL: Final = 100
_NO_DETAIL: Final = re.compile(r"[^ -~]|\S+@\S+")


@frozen
class Relay:
    """Sends letters."""

    store: Store
    profile: Profile
    handling: Handling
    notifier: Notifier
    directory: Directory

    def dispatch(self, now: datetime) -> Sequence[Dispatched]:
        """Claim what is due, send it, and record what became of it."""
        due = self.store.due(now, _BATCH).notices
        if not due:
            return []
        rows = self._claim(due, now)
        sent = [(row, *self._send(row)) for row in rows]
        with self.store.transaction() as unit:
            return [self._record(unit, *each, now) for each in sent]

    def _claim(self, rows: Iterable[OutboxRow], now: datetime) -> list[OutboxRow]:
        """Take the letters that nobody else is sending; a lapsed claim may be taken again."""
        lease = int(now.timestamp()) // _LEASE_SECONDS
        with self.store.transaction() as unit:
            unit.head()
            # The next lease is taken too, or a claim made just before its lease ends would lapse at once.
            return [row for row in rows if _claim(unit, row, lease) and _claim(unit, row, lease + 1)]

    def _send(self, row: OutboxRow) -> tuple[Notice, Message | None, Delivery]:
        """Render the letter from what the complaint said when it was asked for, and hand it over."""
        with self.store.transaction() as unit:
            records = unit.entries(row.stream)
            complaint = given(read_stream([r for r in records if r.seq <= row.seq]))
            marks = given(read_stream(records))  # what was withheld since then is withheld
            texts = reveal_texts(unit, complaint)
        notice = given(complaint.notice(row.notice))
        if texts.was_erased(complaint.intake.reach):
            return notice, None, Delivery(status=DeliveryStatus.FAILED, detail=TextErased.code)
        try:
            message = self._message(row, complaint, notice, texts, _told(marks, notice, texts))
            checked_text(message.text, "the letter")  # what could not be kept is not sent
            return notice, message, self.notifier.send(message)
        except ComplaintKitError as error:
            _log.warning("letter %s of %s was not sent: %s", notice.rule, row.stream, error.code)
            return notice, None, Delivery(status=DeliveryStatus.FAILED, detail=error.code, retryable=error.retryable)
        except Exception as error:  # noqa: BLE001 (a notifier must not raise; where one does, the other letters go on)
            kind = type(error).__name__
            _log.warning("letter %s of %s was not sent: the notifier raised %s", notice.rule, row.stream, kind)
            return notice, None, Delivery(status=DeliveryStatus.FAILED, detail=kind, retryable=True)

    def _message(
        self, row: OutboxRow, complaint: Complaint, notice: Notice, texts: RevealedTexts, told: Mapping[str, str]
    ) -> Message:
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

    def _record(
        self,
        unit: Transaction,
        row: OutboxRow,
        notice: Notice,
        message: Message | None,
        delivery: Delivery,
        now: datetime,
    ) -> Dispatched:
        """Try again later, or record the result for good."""
        tries = row.tries + 1
        if delivery.status is DeliveryStatus.FAILED and delivery.retryable and tries < _TRIES:
            self._postpone(unit, row, now + timedelta(minutes=2**tries))
            return Dispatched(row.stream, notice.rule, None, delivery.detail)
        command = RecordDelivery(
            complaint=row.stream,
            notice=row.notice,
            status=delivery.status,
            body=message.text if message else None,
            detail=_NO_DETAIL.sub(" ", delivery.detail)[:_DETAIL],
        )
        done = row._replace(tries=tries, done=True)
        key = derived_id("delivery", row.key, tries)
        result = self.handling.handle(unit, Request(command=command, by=SYSTEM, key=key, now=now, outbox=(done,)))
        status = delivery.status if isinstance(result, Outcome) else None
        return Dispatched(row.stream, notice.rule, status, delivery.detail)

    def _postpone(self, unit: Transaction, row: OutboxRow, due: datetime) -> None:
        unit.head()
        unit.commit(Batch(outbox=[row._replace(tries=row.tries + 1, due_at=format_instant(due))]))


def _told(complaint: Complaint, notice: Notice, texts: RevealedTexts) -> dict[str, str]:
    """The texts as the addressee reads them (E-07), with a word in place of each that they do not get."""
    own = given_by_complainant(complaint) if notice.to is None else frozenset()
    seen = shown(complaint, texts, say(notice.language, "letters.third_party"), own)
    withheld = dict.fromkeys(seen.withheld, say(notice.language, "letters.withheld"))
    return texts.or_else(say(notice.language, "letters.erased")) | withheld | dict(seen.texts)


def _claim(unit: Transaction, row: OutboxRow, lease: int) -> bool:
    return unit.claim(f"send|{row.key}|{row.tries}|{lease}")
