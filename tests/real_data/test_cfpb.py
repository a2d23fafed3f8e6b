"""S-A1 to S-A4: what any correct program says about these real complaints, through the importer and the measures."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from complaintkit.adapters.memory import MemoryStore
from complaintkit.desk import ComplaintDesk
from complaintkit.exchange import ImportReport, import_records
from complaintkit.measures import (
    Facts,
    arrivals,
    exact_duplicates,
    final_attainment,
    pareto,
    quantiles,
    read_facts,
    share,
    share_by,
    volume,
)
from complaintkit.timekeeping import FrozenClock, WorkingCalendar

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
#: The files write local dates of the mapping profile's zone.
CALENDAR = WorkingCalendar.from_dict({"tz": "America/New_York", "weekend": ["sat", "sun"]})
BIG, OLD, AGAIN = "cfpb_2020_preamble_6623.csv", "cfpb_2013_snake_1000.csv", "cfpb_2020b_reimport_268.csv"
RELIEF = {"Closed with monetary relief", "Closed with non-monetary relief"}


class Taken:
    """A book with the records of some files, and what can be measured in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.store = MemoryStore()
        self._desk = ComplaintDesk(self.store, clock=FrozenClock(NOW))

    def take(self, name: str) -> ImportReport:
        """Import one file."""
        return import_records(self._desk, self._folder / "a_cfpb" / name, "cfpb")

    @property
    def facts(self) -> Facts:
        """Everything as it stands."""
        return read_facts(self.store, NOW, CALENDAR)

    @property
    def entries(self) -> int:
        """How many entries the journal has."""
        return len(self.store.journal(limit=1_000_000))


@pytest.fixture(scope="module")
def expected(real_data: Path) -> dict[str, Any]:
    return dict(json.loads((real_data / "expected.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def book(real_data: Path) -> Callable[[str], tuple[Taken, ImportReport, Facts]]:
    """A book with one file, taken in once for all tests."""
    kept: dict[str, tuple[Taken, ImportReport, Facts]] = {}

    def of(name: str) -> tuple[Taken, ImportReport, Facts]:
        if name not in kept:
            taken = Taken(real_data)
            report = taken.take(name)
            kept[name] = taken, report, taken.facts
        return kept[name]

    return of


Book = Callable[[str], tuple[Taken, ImportReport, Facts]]


@pytest.mark.parametrize("name", [BIG, OLD, AGAIN])
def test_every_record_is_taken_in(book: Book, expected: dict[str, Any], name: str) -> None:
    _, report, facts = book(name)
    assert (report.rows, report.new) == (expected[name]["rows"], expected[name]["unique_ids"])
    assert volume(facts).total.numerator == expected[name]["rows"]


@pytest.mark.parametrize("name", [BIG, OLD, AGAIN])
def test_timely_as_the_source_says(book: Book, expected: dict[str, Any], name: str) -> None:
    """D2."""
    timely = final_attainment(book(name)[2], population="source").total
    assert timely.numerator == expected[name]["timely_yes"]
    assert timely.value == pytest.approx(expected[name]["timely_rate"], abs=1e-6)


@pytest.mark.parametrize("name", [BIG, OLD, AGAIN])
def test_days_to_send(book: Book, expected: dict[str, Any], name: str) -> None:
    """D1, D6: signed, negative ones counted."""
    days, found = expected[name]["days_to_send"], quantiles(book(name)[2], "sent_to_company", parts=[0.5, 0.9])
    assert [measure.value for measure in found.quantiles] == [days["median"], days["p90_linear"]]
    assert found.mean == pytest.approx(days["mean"], abs=5e-5)
    assert (found.most, found.negative, found.zero) == (days["max"], days["negative"], days["same_day"])


@pytest.mark.parametrize("name", [BIG, OLD, AGAIN])
def test_disputed(book: Book, expected: dict[str, Any], name: str) -> None:
    """D3: of those who answered; by product, small groups as counts only (MC-4)."""
    disputed = expected[name]["disputed"]
    found = share(book(name)[2], "disputed", {"yes"}, by="product")
    assert (found.total.numerator, found.total.denominator) == (disputed["yes"], disputed["yes"] + disputed["no"])
    assert found.total.excluded_in_all == disputed["blank"]
    if found.total.denominator >= 10:
        assert found.total.value == pytest.approx(disputed["share_of_answered"], abs=1e-6)
    answered = {row.label: row for row in found.rows if row.denominator}
    assert set(answered) == set(expected[name]["disputed_by_product"])
    for product, says in expected[name]["disputed_by_product"].items():
        row = answered[product]
        assert (row.numerator, row.denominator) == (says["yes"], says["n"])
        assert round(row.numerator / row.denominator, 4) == pytest.approx(says["share"], abs=1e-9)
        assert (row.value is None) == (row.denominator < 10)


@pytest.mark.parametrize("name", [BIG, OLD, AGAIN])
def test_responses_channels_and_products(book: Book, expected: dict[str, Any], name: str) -> None:
    facts = book(name)[2]
    for field, key in (("response", "response_mix"), ("submitted_via", "submitted_via"), ("product", "product_counts")):
        assert {row.label: row.numerator for row in share_by(facts, field).rows} == expected[name][key]


@pytest.mark.parametrize("name", [BIG, OLD, AGAIN])
def test_relief_and_no_final_response(book: Book, expected: dict[str, Any], name: str) -> None:
    """D4, D5."""
    facts = book(name)[2]
    relief = share(facts, "response", RELIEF, count_blank=True).total
    assert relief.numerator == expected[name]["relief"]["any"]
    assert relief.value == pytest.approx(expected[name]["relief"]["any_share"], abs=1e-6)
    silent = share(facts, "response", {"In progress", "Untimely response", ""}, count_blank=True).total
    assert silent.numerator == expected[name]["open_or_no_response"]


@pytest.mark.parametrize("name", [BIG, OLD, AGAIN])
@pytest.mark.parametrize("field", ["issue", "company"])
def test_pareto(book: Book, expected: dict[str, Any], name: str, field: str) -> None:
    """D7."""
    says, found = expected[name][f"pareto_{field}"], pareto(book(name)[2], field)
    assert (found.categories, found.n80) == (says["categories"], says["n_for_80pct"])
    assert [[row.label, row.numerator] for row in found.figures.rows[:3]] == says["top3"]


@pytest.mark.parametrize("name", [BIG, OLD, AGAIN])
def test_equal_narratives(book: Book, expected: dict[str, Any], name: str) -> None:
    """D13."""
    taken, _, facts = book(name)
    found = exact_duplicates(facts, taken.store)
    assert found.texts == expected[name]["narratives"]
    assert {"groups": found.groups, "surplus": found.surplus} == expected[name]["narrative_exact_dups"]


@pytest.mark.parametrize("name", [BIG, OLD, AGAIN])
def test_when_they_came(book: Book, expected: dict[str, Any], name: str) -> None:
    found, says = arrivals(book(name)[2]), expected[name]
    assert found is not None
    assert [found.first, found.last] == [date.fromisoformat(day) for day in says["received"]]
    assert [found.busiest_month, found.in_busiest_month] == says["busiest_month"]
    assert found.months == says["months"]


def test_a_second_file_brings_only_what_is_new(real_data: Path, expected: dict[str, Any]) -> None:
    """S-A4: known and identical records make no entry; the same file again makes none at all."""
    taken, says = Taken(real_data), expected[AGAIN]["reimport_over_cfpb_2020_preamble_6623"]
    taken.take(BIG)
    first = taken.take(AGAIN)
    assert (first.known, first.new, first.changed) == (says["known"], says["new"], says["raw_changed_records"])
    entries = taken.entries
    second = taken.take(AGAIN)
    assert (second.known, second.new, second.changed) == (268, 0, 0)
    assert taken.entries == entries
    assert volume(taken.facts).total.numerator == 6623 + 32
