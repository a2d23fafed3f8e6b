"""The demonstration: the same every time, and it takes every transition that this version can carry out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.cli.demo import demo_profile
from complaintkit.cli.demo.cases import Case, all_cases, texts
from complaintkit.cli.demo.days import run_year
from complaintkit.desk import ComplaintDesk
from complaintkit.journal import Entry, decode_entry, verify_log
from complaintkit.lifecycle import BOOK, NOT_YET, fold, handling_table
from complaintkit.lifecycle.table import START
from complaintkit.vocabulary import Handling, Language, NoticeRule

#: Which event a move of the chart leaves in the journal.
EVENT_OF = {
    "capture": "complaint-captured",
    "register": "complaint-registered",
    "acknowledge": "complaint-acknowledged",
    "begin_assessment": "assessment-begun",
    "set_issues": "issues-set",
    "record_triage": "triage-recorded",
    "request_information": "information-requested",
    "information_received": "information-received",
    "information_lapsed": "information-request-lapsed",
    "immediate_action": "immediate-action-taken",
    "ask_liaison": "liaison-asked",
    "answer_liaison": "liaison-answered",
    "invite_comment": "comment-invited",
    "override_priority": "priority-overridden",
    "declare_conflict": "conflict-declared",
    "reassign": "complaint-reassigned",
    "try_early_resolution": "early-resolution-tried",
    "skip_early_resolution": "early-resolution-skipped",
    "agree_resolution": "resolution-agreed",
    "early_resolution_failed": "early-resolution-failed",
    "approach_settle": "approach-selected",
    "approach_desk_review": "approach-selected",
    "add_evidence": "evidence-added",
    "evidence_complete": "evidence-completed",
    "more_evidence": "more-evidence-sought",
    "proceed_to_report": "report-begun",
    "submit_report": "report-submitted",
    "return_report": "report-returned",
    "approve_report": "report-approved",
    "issue_outcome": "outcome-issued",
    "accept_outcome": "outcome-accepted",
    "request_internal_review": "internal-review-requested",
    "review_decided": "internal-review-decided",
    "review_remit_assessment": "internal-review-decided",
    "review_remit_evidence": "internal-review-decided",
    "external_opened": "external-review-opened",
    "external_determined": "external-review-determined",
    "external_returned": "external-review-returned",
    "close": "complaint-closed",
    "reopen": "complaint-reopened",
    "merge_duplicate": "complaint-merged",
    **{f"unmerge_to_{place.value}": "complaint-unmerged" for place in tuple(Handling)[1:13]},
    "withdraw": "complaint-withdrawn",
    "withdraw_review": "complaint-withdrawn",
}
#: Only moves that are not available yet lead into these for the first time.
UNREACHABLE = ("planning", "authorising")
#: Nothing is overridden before it was assessed (G-05), although the chart would let it.
UNASSESSED = ("received", "override_priority")


def a_year(cases: list[Case]) -> ComplaintDesk:
    """The year with these cases, in memory."""
    silent: Callable[[int], None] = lambda day: None  # noqa: E731
    return run_year(MemoryStore(), demo_profile(), MemoryNotifier(), cases, progress=silent)


@pytest.fixture(scope="module")
def year() -> ComplaintDesk:
    """The whole year, worked once."""
    return a_year(all_cases())


@pytest.fixture(scope="module")
def entries(year: ComplaintDesk) -> Sequence[Entry]:
    """Its journal."""
    return [decode_entry(record, BOOK) for record in year.store.journal(limit=10**6)]


def test_it_has_three_hundred_complaints_in_three_languages() -> None:
    cases = all_cases()
    assert len(cases) >= 300
    assert {case.language for case in cases} == set(Language)
    assert len({case.number for case in cases}) == len(cases)


def test_every_available_transition_is_taken(entries: Sequence[Entry]) -> None:
    taken, places = set(), dict[str, str]()
    for entry in entries:
        target = getattr(entry.event, "target", None)
        if target is not None:
            taken.add((places.get(entry.stream, START), entry.type, target.value))
            places[entry.stream] = target.value
    owed = {
        (state, EVENT_OF[event], target)
        for state, row in handling_table().targets.items()
        for event, target in row.items()
        if event not in NOT_YET and not {state, target} & {*UNREACHABLE} and (state, event) != UNASSESSED
    }
    assert owed - taken == set()


def test_things_go_wrong_in_it_as_they_do(entries: Sequence[Entry]) -> None:
    happened = {entry.type for entry in entries}
    assert {
        "commitment-breached",
        "complaint-reopened",
        "internal-review-decided",
        "letter-failed",
        "attempt-refused",
    } <= happened


def test_no_letter_was_refused_and_every_rule_was_written(year: ComplaintDesk, entries: Sequence[Entry]) -> None:
    failed = {entry.event.detail for entry in entries if entry.type == "letter-failed"}  # type: ignore[attr-defined]
    assert failed == {"mailbox-unavailable"}
    sent = {entry.event.rule for entry in entries if entry.type == "letter-sent"}  # type: ignore[attr-defined]
    assert sent == set(NoticeRule)


def test_its_log_is_sound_and_names_nobody(year: ComplaintDesk) -> None:
    records = year.store.journal(limit=10**6)
    with year.store.transaction() as unit:
        assert verify_log("complaintkit/main", records, unit.head().frontier).sound
    journal = b"\n".join(record.body for record in records)
    for language in Language:
        assert all(name.encode() not in journal for name in texts()["words"][language.value]["names"])
        assert all(topic[language.value]["statement"].encode() not in journal for topic in texts()["topic"])
    assert b"@mail.example" not in journal


def test_every_complaint_ends_closed(year: ComplaintDesk, entries: Sequence[Entry]) -> None:
    streams: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.ver is not None:
            streams.setdefault(entry.stream, []).append(entry)
    still_open = [stream for stream, own in streams.items() if (state := fold(own)) and state.is_open]
    assert len(still_open) <= len(streams) // 10


def test_it_is_the_same_every_time() -> None:
    some = all_cases()[:25]
    first, second = (a_year(some).store.journal(limit=10**6) for _ in range(2))
    assert [record.body for record in first] == [record.body for record in second]
