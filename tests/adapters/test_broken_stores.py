"""The contract catches every broken store, by the case that is named for it, and passes the good one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.adapters.broken_stores import BROKEN

ROOT = Path(__file__).resolve().parents[2]
#: Each broken store with a case that must fail on it.
CAUGHT_BY = {
    "KeepsOnError": "test_nothing_is_kept_when_the_block_raises",
    "KeepsHalfABatch": "test_nothing_of_a_refused_batch_is_kept",
    "AcceptsGaps": "test_an_entry_that_leaves_a_gap_or_repeats_a_number_is_refused",
    "IgnoresVersions": "test_a_version_that_leaves_a_gap_or_is_repeated_is_refused",
    "CommitsAtOnce": "test_what_is_committed_is_not_seen_outside_before_the_end",
    "BlindToItself": "test_what_is_committed_is_seen_inside_the_transaction",
    "ClaimsAlwaysWon": "test_a_claim_has_one_winner",
    "ForgetsAnswers": "test_an_answer_is_remembered_byte_for_byte",
    "AnswersTwice": "test_a_command_is_answered_once",
    "LosesTheVault": "test_the_vault_gives_back_what_was_sealed",
    "KeepsTheErased": "test_an_erased_item_is_gone",
    "ErasesAfterwards": "test_an_item_may_be_erased_and_kept_anew_in_one_batch",
    "DoesNotLock": "test_a_second_writer_waits_and_sees_what_the_first_has_kept",
    "NeverUnlocks": "test_a_failed_transaction_lets_the_next_one_in",
    "KeepsFirstSummary": "test_a_summary_is_replaced",
    "KeepsTimers": "test_a_timer_that_is_done_is_gone",
    "KeepsOldInstants": "test_a_timer_is_replaced_by_its_key",
    "KeepsOneSummary": "test_one_batch_keeps_the_summaries_of_several_streams",
    "DueInAnyOrder": "test_notices_of_one_instant_come_in_the_order_of_the_log",
    "DueTooLate": "test_due_means_at_the_instant_itself",
    "SendsAgain": "test_a_notice_that_is_done_is_not_due",
    "TakesWhatHasChanged": "test_a_letter_that_has_changed_is_passed_over",
    "GivesALetterToTwo": "test_two_who_take_at_once_get_different_letters",
    "LetsTakersWait": "test_who_takes_a_letter_does_not_wait_for_a_writer",
    "WritesMoreThanTheLetter": "test_without_the_head_nothing_but_the_letter_is_written",
    "FindsInAnyOrder": "test_the_queue_is_ordered_by_band_rank_receipt_and_reference",
    "IgnoresTheUnit": "test_a_query_finds_all_that_agree",
    "JournalSkipsOne": "test_the_journal_is_read_in_pages_without_loss",
    "HandsOutItself": "test_what_was_handed_in_or_out_can_be_changed_without_harm",
    "LeaksAcrossBooks": "test_each_book_has_a_log_of_its_own",
    "StripsText": "test_keys_and_names_are_only_texts",
    "ForgetsTiles": "test_full_tiles_are_kept_with_their_entries",
    "StaleHead": "test_the_head_is_that_of_the_last_commit",
}
MODEL = "test_it_agrees_with_a_plain_model"


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The names of the failed cases of each suite; a suite that was run but failed nowhere has none.

    Every case is run on the good store, and on a broken one that which must fail, and the plain model.
    """
    report, suites = tmp_path_factory.mktemp("broken") / "report.xml", "tests/adapters/broken_contracts.py"
    cases = [f"{suites}::Test{store}::{case}" for store, named in CAUGHT_BY.items() for case in (named, MODEL)]
    command = ["-m", "pytest", f"{suites}::TestMemoryStore", *cases, "--tb=no", "-q", "-p", "no:cacheprovider"]
    subprocess.run([sys.executable, *command, f"--junitxml={report}"], cwd=ROOT, capture_output=True, timeout=240)
    found: dict[str, set[str]] = {}
    for case in ET.parse(report).iter("testcase"):
        suite = found.setdefault(case.attrib["classname"].rpartition(".Test")[2], set())
        if case.find("failure") is not None or case.find("error") is not None:
            suite.add(case.attrib["name"].partition("[")[0])
    return found


def test_every_broken_store_is_run_and_the_good_one_passes(failures: dict[str, set[str]]) -> None:
    assert failures.keys() == {*CAUGHT_BY, "MemoryStore"} == {*BROKEN, "MemoryStore"}
    assert failures["MemoryStore"] == set()


@pytest.mark.parametrize("store", CAUGHT_BY)
def test_a_broken_store_is_caught(failures: dict[str, set[str]], store: str) -> None:
    assert CAUGHT_BY[store] in failures[store]


def test_the_plain_model_alone_catches_many_of_them(failures: dict[str, set[str]]) -> None:
    assert sum(MODEL in failed for failed in failures.values()) >= 10
