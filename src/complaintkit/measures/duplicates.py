"""The same words more than once: exact duplicates over the vault (D13). No text leaves this module."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Final

from attrs import frozen

from complaintkit.measures.counts import received
from complaintkit.measures.engine import rows
from complaintkit.measures.facts import Facts
from complaintkit.measures.measure import Basis, Measure, Period, Unit, left_out, proportion
from complaintkit.ports import Store

_BATCH: Final = 500
_SPACE: Final = re.compile(r"\s+")


@frozen(kw_only=True)
class Duplicates:
    """How many narratives repeat an earlier one word for word.

    ``texts`` were compared; ``groups`` of equal ones were found; ``surplus`` are the copies beyond the first of each.
    """

    texts: int
    groups: int
    surplus: int
    share: Measure

    def to_dict(self, language: str = "en") -> dict[str, object]:
        """The figures as plain data."""
        counts = {"texts": self.texts, "groups": self.groups, "surplus": self.surplus}
        return counts | {"share": self.share.to_dict(language)}


def exact_duplicates(facts: Facts, store: Store, *, period: Period | None = None) -> Duplicates:
    """Count narratives that are equal after NFKC, whitespace collapsed, and casefold (D13).

    The texts are read from the vault of ``store`` a batch at a time; what is kept of each is a digest. Texts that
    were erased, and complaints without words, are left out and counted.
    """
    period = period or facts.whole
    refs = [ref for (ref,) in rows(received(facts, period).select("narrative"))]
    told = [ref for ref in refs if ref]
    copies = Counter(_digests(store, told))
    blank, kept = copies.pop(_BLANK, 0), sum(copies.values())
    surplus = kept - len(copies)
    excluded = left_out({"without_words": len(refs) - len(told) + blank, "erased": len(told) - blank - kept})
    about = {"id": "duplicates", "period": period, "basis": Basis.RECEIVED, "unit": Unit.TEXT, "excluded": excluded}
    return Duplicates(
        texts=kept, groups=sum(count > 1 for count in copies.values()), surplus=surplus,
        share=proportion(surplus, kept, **about),
    )  # fmt: skip


def _digests(store: Store, refs: list[str]) -> Iterator[bytes]:
    with store.transaction() as tx:
        for start in range(0, len(refs), _BATCH):
            for item in tx.sealed(refs[start : start + _BATCH]).values():
                yield _digest(item.content.decode())


def _digest(text: str) -> bytes:
    return hashlib.sha256(folded(text).encode()).digest()


def folded(text: str) -> str:
    r"""A text as it is compared: NFKC, white space collapsed, stripped, casefold.

    >>> folded("  Ｔhe\u00a0 SAME\n")
    'the same'
    """
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()


#: What a text without any words comes to.
_BLANK: Final = _digest("")
