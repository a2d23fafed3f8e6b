"""From stored records to a complaint, and from vault items to texts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from complaintkit.complaint.complaint import Complaint
from complaintkit.desk.outcome import RevealedTexts
from complaintkit.errors import CommandRefused, MalformedInput, Reason, TextErased, UnknownComplaint
from complaintkit.journal import Entry, Record, decode_entry
from complaintkit.journal.codec import personals
from complaintkit.lifecycle import BOOK, decides_for, fold, is_respondent, is_stranger
from complaintkit.ports import Transaction
from complaintkit.privacy.encryption import readable
from complaintkit.privacy.erasure import fold_erasure, stream_of
from complaintkit.privacy.redaction import fits, given_by_complainant, shown
from complaintkit.respond.withholding import NAMING, RedactText
from complaintkit.values import Actor, Personal, is_complaint_ref
from complaintkit.wording import say


def read_entries(records: Iterable[Record]) -> tuple[Entry, ...]:
    """Decode records in order."""
    return tuple(map(_entry, records))


@lru_cache(maxsize=8192)
def _entry(record: Record) -> Entry:
    """An entry never changes, and who works on a complaint reads it again and again."""
    return decode_entry(record, BOOK)


class _Lately:
    """Complaints that were read lately: who works on one reads it again, mostly with a few entries more.

    The records are compared byte for byte, and what is kept is what they fold to; so a complaint is still nothing
    but the fold of its entries, of whatever store or book they come.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[list[Record], Complaint | None]] = OrderedDict()

    def fold(self, records: list[Record]) -> Complaint | None:
        """The complaint that records fold to, from those that are known on."""
        seen, complaint = self._kept.pop(records[0].stream, ([], None))
        if records[: len(seen)] != seen:
            seen, complaint = [], None
        if len(seen) < len(records):
            complaint = fold(read_entries(records[len(seen) :]), complaint)
        self._kept[records[0].stream] = records, complaint
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return complaint


_LATELY: Final = _Lately(512)


def read_stream(records: Sequence[Record]) -> Complaint | None:
    """The complaint that a stream's records fold to; None for an empty stream."""
    return _LATELY.fold(list(records)) if records else None


def known(ref: str, records: Sequence[Record]) -> Complaint:
    """The complaint, or :class:`~complaintkit.errors.UnknownComplaint`."""
    complaint = read_stream(records)
    if complaint is None:
        hint = "look it up with find()" if is_complaint_ref(ref) else "a reference reads C-XXXX-XXXX-XXXX-X: check it"
        raise UnknownComplaint(f"no complaint has the reference {ref[:40]!r}", hint=hint)
    return complaint


def known_besides(unit: Transaction, complaint: Complaint, command: object) -> dict[str, Any]:
    """What the decision on a command knows besides the complaint, as ``Context`` has it: read under the same lock."""
    how = decides_for(command)
    besides: dict[str, Any] = {} if how.others is None else {"others": _further(unit, complaint, command)}
    if how.reads is not None:
        besides |= {"texts": _texts(unit, how.reads(complaint))[1], "erasing": _is_being_erased(unit, complaint)}
    return besides


def _is_being_erased(unit: Transaction, complaint: Complaint) -> bool:
    """Whether an erasure of whoever complains was asked for and is not over."""
    person = complaint.intake.person
    erasure = fold_erasure(read_entries(unit.entries(stream_of(person)))) if person else None
    return erasure is not None and not erasure.is_over


def _further(unit: Transaction, complaint: Complaint, command: object) -> dict[str, Complaint]:
    """The further complaints that a command names, and those that they name in turn; a circle ends."""
    names, found, waiting = decides_for(command).others, dict[str, Complaint](), [complaint]
    while names is not None and waiting:
        for ref in names(waiting.pop(), command):
            if ref != complaint.ref and ref not in found:
                found[ref] = known(ref, unit.entries(ref))
                waiting.append(found[ref])
    return found


def may_read(complaint: Complaint, by: Actor) -> None:
    """Refuse the person complained about (SoD-6, IT-27) and a complainant of another complaint."""
    if is_respondent(complaint, by):
        raise CommandRefused(
            "reading is refused", [Reason("SoD-6", "the person complained about takes no part (IT-27)")]
        )
    if is_stranger(complaint, by):
        raise CommandRefused("reading is refused", [Reason("4.7", "a complainant reads their own complaints only")])


def reveal_texts(unit: Transaction, *referring: object) -> RevealedTexts:
    """Every personal text that these refer to, a complaint or its events; what the vault has no more was erased."""
    refs, found = _texts(unit, (item for each in referring for item in personals(each)))
    return RevealedTexts(found, refs - found.keys())


def _texts(unit: Transaction, several: Iterable[Personal]) -> tuple[frozenset[str], dict[str, str]]:
    """The references of some texts, and those that the vault still has."""
    refs = dict.fromkeys(item.ref for item in several if item.ref)
    found = unit.sealed(list(refs))
    readable(found.values())
    # In the order in which they came, whatever the store: what was read is recorded.
    return frozenset(refs), {ref: found[ref].content.decode() for ref in refs if ref in found}


def names_own_text(unit: Transaction, records: Sequence[Record], command: object) -> None:
    """Refuse marks on a text that the complaint does not have, or on parts of it that there are not."""
    if not isinstance(command, NAMING):
        return
    refs = {item.ref for entry in read_entries(records) for item in personals(entry.event)}
    if command.text not in refs:
        raise MalformedInput("the complaint has no text of this reference", hint="reveal() names every text by its own")
    if isinstance(command, RedactText) and command.spans:
        found = unit.sealed([command.text]).get(command.text)
        if found is None:
            raise TextErased(f"the text {command.text} was erased", hint="there is nothing to be left out any more")
        readable([found])
        if not fits(found.content.decode(), command.spans):
            raise MalformedInput("a part lies outside of the text", hint="count characters in the text as revealed")


def for_reader(complaint: Complaint, texts: RevealedTexts, reader: str, *, inside: bool) -> RevealedTexts:
    """Texts as somebody reads them: all of them ``inside`` the organisation, elsewhere without what is withheld."""
    if inside:
        return texts
    own = given_by_complainant(complaint) if reader == complaint.intake.person else frozenset()
    seen = shown(complaint, texts, say(complaint.intake.language, "letters.third_party"), own)
    return RevealedTexts(seen.texts, texts.erased, seen.withheld)


def own_texts_only(complaint: Complaint | None, command: object) -> None:
    """Refuse a command that refers to a sealed text which the complaint does not have: it may be another's."""
    refs = {item.ref for item in personals(command) if item.ref}
    if refs and not refs <= {item.ref for item in personals(complaint)}:
        raise MalformedInput("a personal field refers to a text of something else", hint="hand in the text itself")
