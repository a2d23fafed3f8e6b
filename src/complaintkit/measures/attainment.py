"""Promises kept: M-08 acknowledgement and M-09 final response, by channel or any other field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from complaintkit.measures.counts import received, within
from complaintkit.measures.engine import Frame, narwhals, tally
from complaintkit.measures.facts import Facts
from complaintkit.measures.measure import Basis, Figures, Measure, Period, Unit, left_out, proportion
from complaintkit.vocabulary import CommitmentKind

#: Of which final responses M-09 speaks.
Population = Literal["due", "due_as_moved", "closed", "source"]
#: Column of "met", column of "breached", reasons to leave out with their columns.
_Judged = tuple[str, str, Mapping[str, str]]
_AS_IT_STANDS: _Judged = ("is_met", "is_breached", {"not_yet_due": "is_pending", "no_longer_owed": "is_released"})
_AT_FIRST: _Judged = ("is_first_met", "is_first_breached", {"no_longer_owed": "is_released"})


def acknowledgement_attainment(facts: Facts, by: str | None = None, *, period: Period | None = None) -> Figures:
    """M-08: acknowledgements given by their due date, of those due in the period.

    Open and overdue counts as not given; not yet due, no longer owed and waived (nobody could be written to) are
    left out and counted.
    """
    period = period or facts.whole
    about = _about("M-08", period, Basis.DUE)
    owed = within(_owed(facts, CommitmentKind.ACKNOWLEDGE), "due_on", period)
    waived = received(facts, period).filter(narwhals().col("is_waived") == 1)
    return _attained(facts, owed, by, _AS_IT_STANDS, about, {"waived": waived})


def final_attainment(
    facts: Facts, by: str | None = "channel", *, population: Population = "due", period: Period | None = None
) -> Figures:
    """M-09: final responses given by their due date, for each channel unless ``by`` says otherwise.

    ``population``: ``due``, those whose original due date lies in the period, open and overdue ones as breached;
    ``due_as_moved``, the same by the due date as it stands (where it was moved, a complaint is reported twice);
    ``closed``, those of complaints closed in the period; ``source``, what the source of taken-in records says
    itself of complaints received in the period.
    """
    period = period or facts.whole
    final = _owed(facts, CommitmentKind.FINAL)
    if population == "source":
        return _as_the_source_says(facts, by, period)
    if population == "closed":
        closed = within(final, "closed_on", period)
        return _attained(facts, closed, by, _AT_FIRST, _about("M-09.closed", period, Basis.CLOSED))
    if population == "due_as_moved":
        due = within(final, "due_on", period)
        return _attained(facts, due, by, _AS_IT_STANDS, _about("M-09.moved", period, Basis.DUE))
    due = within(final, "first_due_on", period)
    return _attained(facts, due, by, _AT_FIRST, _about("M-09", period, Basis.DUE))


def _owed(facts: Facts, kind: CommitmentKind) -> Frame:
    return facts.commitments.filter(narwhals().col("commitment_kind") == kind.value)


def _attained(
    facts: Facts, frame: Frame, by: str | None, judged: _Judged, about: dict[str, Any],
    besides: Mapping[str, Frame] | None = None,
) -> Figures:  # fmt: skip
    """Met of met and breached, over all and by group; ``besides`` are frames that are only counted."""
    met, breached, reasons = judged
    sums = [met, breached, *reasons.values()]

    def figures(keys: list[str]) -> dict[str, Measure]:
        extra = {reason: _by_group(other, keys) for reason, other in (besides or {}).items()}
        counted = {_group(row, keys): row[-len(sums) :] for row in tally(frame, keys, sums)}
        found = {}
        for group in sorted({*counted, *(label for counts in extra.values() for label in counts)}):
            yes, no, *out = (int(figure or 0) for figure in counted.get(group, (0,) * len(sums)))
            excluded = dict(zip(reasons, out, strict=True)) | {r: counts.get(group, 0) for r, counts in extra.items()}
            segment = ((by, group),) if by and keys else ()
            found[group] = proportion(yes, yes + no, excluded=left_out(excluded), segment=segment, **about)
        return found

    rows = figures([facts.column(by)]).values() if by else ()
    return Figures(total=figures([])[""], rows=tuple(rows))


def _by_group(frame: Frame, keys: list[str]) -> dict[str, int]:
    return {_group(row, keys): row[-1] for row in tally(frame, keys)}


def _group(row: tuple[Any, ...], keys: list[str]) -> str:
    return str(row[0] or "") if keys else ""


def _as_the_source_says(facts: Facts, by: str | None, period: Period) -> Figures:
    nw = narwhals()
    flags = [
        (nw.col("source_timely") == 1).cast(nw.Int64).alias("says_timely"),
        (nw.col("source_timely") == 0).cast(nw.Int64).alias("says_late"),
        nw.col("source_timely").is_null().cast(nw.Int64).alias("says_nothing"),
    ]
    imported = received(facts, period).filter(nw.col("is_imported") == 1).with_columns(*flags)
    judged: _Judged = ("says_timely", "says_late", {"not_answered": "says_nothing"})
    return _attained(facts, imported, by, judged, _about("M-09.source", period, Basis.RECEIVED, Unit.COMPLAINT))


def _about(measure: str, period: Period, basis: Basis, unit: Unit = Unit.COMMITMENT) -> dict[str, Any]:
    return {"id": measure, "period": period, "basis": basis, "unit": unit}
