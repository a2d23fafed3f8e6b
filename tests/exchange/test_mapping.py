"""Mapping profiles: data that is checked as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaintkit.errors import MappingRefused, UnknownName
from complaintkit.exchange import load_mapping
from complaintkit.exchange.mapping import bare
from tests.exchange.samples import OURS


def problems(change: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(MappingRefused) as caught:
        load_mapping(OURS | change)
    return {problem.path: problem.text for problem in caught.value.problems}


def test_the_built_in_profile_names_what_the_measures_count() -> None:
    assert set(load_mapping("cfpb").attributes) == {
        "product", "sub_product", "issue", "sub_issue", "company", "state", "zip", "tags", "consent", "submitted_via",
        "response", "public_response", "disputed",
    }  # fmt: skip
    assert load_mapping("cfpb").zone == "America/New_York"


@pytest.mark.parametrize(
    ("heading", "column"),
    [("Complaint ID", "record"), ("complaint_id", "record"), ("public_id", "record"), ("COMPLAINT-ID ", "record"),
     ("tag", "tags"), ("Tags", "tags"), ("consent_status", "consent"), ("Consumer consent provided?", "consent"),
     ("consumer_narrative", "narrative"), ("zipcode", "zip"), ("ZIP code", "zip"), ("Mood", None)],
)  # fmt: skip
def test_a_heading_counts_by_its_letters(heading: str, column: str | None) -> None:
    assert load_mapping("cfpb").column_of(heading) == column


def test_headings_in_any_script_count() -> None:
    assert bare("תאריך קבלה:") == bare("תאריך_קבלה")
    assert bare("شماره") != bare("تاریخ")


def test_everything_wrong_is_said_at_once() -> None:
    found = problems({
        "id": "not an id", "zone": "Europe/Nowhere", "dates": ["D.M.YYYY", "week 7"], "language": "fr",
        "attributes": ["area", "aera", "narrative"], "closed_at": "closed", "mood": 1,
        "columns": {"record": ["No"], "received": ["no."], "narrative": [], "area": ["?"]},
        "channel": {"column": "way", "words": {"Tin": "phon"}}, "timely": {"column": "area", "yes": ["Y"], "no": ["Y"]},
        "values": {"areas": {"N": "north"}},
    })  # fmt: skip
    assert found.keys() == {
        "id", "zone", "dates", "language", "attributes", "closed_at", "mood", "milestones", "columns.received",
        "columns.narrative", "columns.area", "channel.column", "channel.otherwise", "channel.words.Tin", "timely.no",
        "values.areas",
    }  # fmt: skip
    assert "did you mean 'area'" in found["values.areas"]


@pytest.mark.parametrize("missing", ["id", "version", "zone", "dates", "columns", "channel"])
def test_what_must_be_there(missing: str) -> None:
    with pytest.raises(MappingRefused) as caught:
        load_mapping({key: value for key, value in OURS.items() if key != missing})
    assert (missing, "is missing") in {(problem.path, problem.text) for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("forms", "clear"),
    [(["D.M.YYYY", "M/D/YYYY"], True), (["M/D/YYYY", "M/D/YY", "MM/DD/YYYY"], True),
     (["YYYY-MM-DD", "YYYY/MM/DD"], True),
     (["D/M/YYYY", "M/D/YYYY"], False), (["D.M.YY", "YY.M.D"], False), (["YYYY-DD-MM", "YYYY-MM-DD"], False)],
)  # fmt: skip
def test_forms_of_dates_that_cannot_be_told_apart_are_refused(forms: list[str], clear: bool) -> None:
    if clear:
        assert load_mapping(OURS | {"dates": forms}).dates == tuple(forms)
    else:
        assert "cannot be told apart" in problems({"dates": forms})["dates"]


def test_problems_of_a_file_name_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text('id = "ours"\nversion = "1"\nzone = "Mars/Base"\ndates = ["D.M.YYYY"]\n\n'
                    '[columns]\nrecord = ["No"]\nreceived = ["Date"]\n\n[channel]\notherwise = "fone"\n')  # fmt: skip
    with pytest.raises(MappingRefused) as caught:
        load_mapping(path)
    places = [(problem.line, problem.path) for problem in caught.value.problems]
    assert places == [(3, "zone"), (11, "channel.otherwise")]
    assert str(path) in str(caught.value)


def test_an_unknown_name_is_said_to_be_one() -> None:
    with pytest.raises(UnknownName, match="did you mean 'cfpb'"):
        load_mapping("cfbp")
