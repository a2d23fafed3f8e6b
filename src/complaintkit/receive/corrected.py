"""What the two steps share that put facts right, a person's and a source's: one event; a step never imports another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from complaintkit.commitments import count_from
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.correcting import Correction, put_right
from complaintkit.complaint.step import Context, Past, given
from complaintkit.complaint.withheld import Redaction, Span
from complaintkit.journal import Instant, event
from complaintkit.timekeeping.instants import parse_instant
from complaintkit.values import TEXT_LIMIT, Personal


@event
class RecordCorrected:
    """Facts of the complaint say something else now: what each said before stands beside it (INV-72).

    ``reason`` is None where the source of an imported record corrected it; ``notified_at`` is when the person was told
    that dates become later.
    """

    schema = 2

    corrections: tuple[Correction, ...]
    reason: Personal | None
    notified_at: Instant | None


def moves(complaint: Complaint, corrections: tuple[Correction, ...], ctx: Context) -> Iterator[object]:
    """What becomes of open commitments: they follow the receipt, each by an event that says why."""
    for each in corrections:
        if each.fact == "received_at":
            yield from count_from(complaint, receipt(each), ctx)


def receipt(correction: Correction) -> datetime:
    """When the complaint was received, as a correction of that says."""
    return parse_instant(given(correction.after))


def corrected(complaint: Complaint, happened: RecordCorrected, _past: Past) -> Complaint:
    """The newest values count, and what was withheld stays withheld."""
    return _marked_alike(put_right(complaint, happened.corrections), happened.corrections)


def _marked_alike(complaint: Complaint, corrections: tuple[Correction, ...]) -> Complaint:
    """What was marked in a text counts for the one that takes its place (E-07).

    Nobody knows yet where its parts are, so the whole is left out until somebody has looked.
    """
    pairs = ((each.text_before, each.text_after) for each in corrections)
    takes = {before.ref: after.ref for before, after in pairs if before and after}
    hidden = [Redaction(given(takes[each.text]), _WHOLE) for each in complaint.redactions if _hides(each, takes)]
    kept = [each._replace(text=given(takes[each.text])) for each in complaint.privileged if each.text in takes]
    if not (hidden or kept):
        return complaint
    return changed(complaint, redactions=(*complaint.redactions, *hidden), privileged=(*complaint.privileged, *kept))


def _hides(redaction: Redaction, takes: Mapping[str | None, str | None]) -> bool:
    return bool(redaction.spans) and redaction.text in takes


#: Longer than any text: where parts do not fit a text, nothing of it is shown.
_WHOLE: Final = (Span(0, TEXT_LIMIT + 1),)
