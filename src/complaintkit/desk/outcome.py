"""What a desk answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from attrs import field, frozen

from complaintkit.complaint.complaint import Complaint
from complaintkit.errors import TextErased
from complaintkit.journal import Entry, Record, decode_entry
from complaintkit.lifecycle import BOOK, Refusal
from complaintkit.ports import OutboxRow
from complaintkit.privacy.certificate import Certificate
from complaintkit.privacy.erasure import Block, Erasure
from complaintkit.values import Personal
from complaintkit.vocabulary import DeliveryStatus, NoticeRule, WithheldFor


@frozen
class Outcome:
    """What a command did: the complaint after it, its entries, and the letters that it asked for.

    ``records`` are the entries as they are stored; ``repeated`` says that the command id had been answered
    before, and that this is that answer; ``others`` are the other complaints of which it wrote something.
    """

    complaint: Complaint
    records: tuple[Record, ...] = field(repr=False)
    notices: tuple[OutboxRow, ...]
    repeated: bool = False
    others: tuple[Complaint, ...] = ()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries as people and programs read them, read when they are first asked for."""
        return tuple(decode_entry(record, BOOK) for record in self.records)


@frozen
class Preview:
    """What a command would do; nothing was written. ``refusal`` is None where it would succeed."""

    complaint: Complaint | None
    events: tuple[object, ...]
    refusal: Refusal | None = None


@frozen
class Dispatched:
    """What became of one letter that was due: handed over, or to be tried again (``status`` None)."""

    complaint: str
    rule: NoticeRule
    status: DeliveryStatus | None
    detail: str = ""


@frozen
class ErasureOutcome:
    """How far the erasure of a person's texts has come, what keeps the rest, and the certificate once there is one."""

    erasure: Erasure
    blocks: tuple[Block, ...]
    certificate: Certificate | None = None


class RevealedTexts(Mapping[str, str]):
    """Personal texts that were revealed for a purpose, by vault reference; never shown by ``repr``.

    ``erased`` names those that were erased; asking for one by its reference raises ``TextErased``. ``withheld`` names
    those that the reader does not get, and why; somebody outside reads the others without what is about third parties.

    >>> words = Personal(ref="command-1/narrative", commitment="...")
    >>> RevealedTexts({"command-1/narrative": "They charged me twice."}).of(words)
    'They charged me twice.'
    """

    __slots__ = ("_texts", "erased", "withheld")

    def __init__(
        self,
        texts: Mapping[str, str],
        erased: Iterable[str] = (),
        withheld: Mapping[str, WithheldFor] = MappingProxyType({}),
    ) -> None:
        self._texts = dict(texts)
        self.erased = frozenset(erased)
        self.withheld = dict(withheld)

    def was_erased(self, personal: Personal | None) -> bool:
        """Whether the text of a personal field was there and was erased."""
        return personal is not None and personal.ref in self.erased

    def or_else(self, placeholder: str) -> dict[str, str]:
        """Every text, with a placeholder for each that was erased."""
        return dict.fromkeys(self.erased, placeholder) | self._texts

    def of(self, personal: Personal | None) -> str:
        """The text of a personal field; empty where there is none or where it was erased."""
        return self._texts.get(personal.ref or "", "") if personal is not None else ""

    def __getitem__(self, ref: str) -> str:
        if ref in self.erased:
            raise TextErased(f"the text {ref} was erased", hint="what was decided on it is in the journal")
        return self._texts[ref]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return f"<RevealedTexts of {len(self)}>"
