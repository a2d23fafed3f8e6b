"""Merging, taking out, and contacts (EV-12, EV-41, EV-51; INV-51): told twice, dealt with once, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.commands import (
    CaptureComplaint,
    DecideReview,
    KeepCommitment,
    MakePromise,
    MergeDuplicate,
    NewIssue,
    OpenExternalReview,
    PauseClocks,
    RecordContact,
    RecordTriage,
    ReopenComplaint,
    RequestInternalReview,
    SetIssues,
    UnmergeComplaint,
)
from complaintkit.complaint import Complaint
from complaintkit.desk.reading import read_entries
from complaintkit.errors import CommandConflict, CommandRefused, MalformedInput, StaleVersion, UnknownComplaint
from complaintkit.ports import Query
from complaintkit.values import SYSTEM, Actor
from complaintkit.vocabulary import (
    Channel,
    ClosureReason,
    CommitmentKind,
    CommitmentStatus,
    DeliveryStatus,
    Direction,
    FeedbackKind,
    Handling,
    HoldReason,
    NoticeRule,
    Role,
)
from tests import lives
from tests.commitments.clocked import FINAL, Clocked, at
from tests.lives import AGENT, BODY, HANDLER, LEADER, PERSON, TRIAGE, Life, levels

EARLY, LATE, MERGING, PARTING = at(2, 10), at(5, 10), at(6), at(9)
PROMISE = CommitmentKind.PROMISE
OTHER = Actor("person-2", Role.COMPLAINANT)


def two(early: datetime = EARLY, late: datetime = LATE, **rest: Any) -> tuple[Clocked, Clocked]:
    """Two complaints of the same person about the same matter."""
    first = Clocked().registered(early, **rest)
    return first, first.beside().registered(late, **rest)


def merged(loser: Clocked, survivor: Clocked, when: datetime = MERGING, by: Actor = HANDLER, **rest: Any) -> Complaint:
    return loser.act(when, MergeDuplicate, by, survivor=survivor.ref, shared="The same charge of 1 March", **rest)


def unmerged(loser: Clocked, when: datetime = PARTING, by: Actor = LEADER) -> Complaint:
    return loser.act(when, UnmergeComplaint, by, reason="Two charges after all")


def contact(life: Clocked, when: datetime, by: Actor = AGENT, **rest: Any) -> Complaint:
    return life.act(when, RecordContact, by, text="Is there any news?", **rest)


def owed(life: Clocked) -> list[tuple[str, datetime]]:
    return sorted((c.kind.value, c.due) for c in life.complaint.open_commitments)


# Merging ---------------------------------------------------------------------------------------------


def test_inv_51_the_survivor_has_the_earliest_receipt_and_the_loser_is_closed_as_merged() -> None:
    loser, survivor = two()
    complaint = merged(loser, survivor)
    assert (complaint.handling, complaint.merged_into) == (Handling.CLOSED, survivor.ref)
    assert complaint.closure is not None
    assert complaint.closure.reason is ClosureReason.MERGED
    assert survivor.complaint.received_at == at(2, 10)
    assert survivor.complaint.handling is Handling.RECEIVED
    assert owed(survivor) == [("final", at(30, 17)), ("progress", at(16, 17))]
    assert owed(loser) == []


def test_inv_51_an_older_survivor_keeps_its_own_receipt() -> None:
    survivor, loser = two()
    before = survivor.complaint
    merged(loser, survivor)
    assert survivor.complaint.received_at == at(2, 10)
    assert survivor.complaint.commitments == before.commitments


@pytest.mark.parametrize("survivor_is_triaged", [True, False])
def test_inv_51_the_survivor_is_as_urgent_as_the_most_urgent(survivor_is_triaged: bool) -> None:
    loser, survivor = two()
    loser.triaged(at(5, 11), seriousness=4)
    if survivor_is_triaged:
        survivor.triaged(at(5, 12), seriousness=1)
    own = survivor.complaint.triage
    merged(loser, survivor)
    assert survivor.complaint.triage == loser.complaint.triage
    assert survivor.owed().due == at(9, 17), "five working days from the earliest receipt"
    unmerged(loser)
    assert survivor.complaint.triage == own
    assert survivor.complaint.received_at == at(5, 10)


def test_a_less_urgent_duplicate_lowers_nothing() -> None:
    loser, survivor = two()
    loser.triaged(at(5, 11), seriousness=1)
    survivor.triaged(at(5, 12), seriousness=4)
    own = survivor.complaint.triage
    merged(loser, survivor)
    assert survivor.complaint.triage == own


def test_a_triage_made_since_the_merging_stays_when_it_is_undone() -> None:
    loser, survivor = two()
    loser.triaged(at(5, 11), seriousness=4)
    survivor.triaged(at(5, 12), seriousness=1)
    merged(loser, survivor)
    survivor.act(at(6, 11), RecordTriage, TRIAGE, levels=levels(seriousness=2), note="Seen as one")
    since = survivor.complaint.triage
    unmerged(loser)
    assert survivor.complaint.triage == since


def test_contacts_and_promises_move_and_come_back() -> None:
    loser, survivor = two()
    contact(loser, at(5, 11))
    contact(survivor, at(5, 12))
    promise = loser.act(at(5, 13), MakePromise, AGENT, due=at(20, 12), about="call_back").commitment(PROMISE)
    merged(loser, survivor)
    assert (loser.complaint.contacts, loser.complaint.commitment(PROMISE)) == ((), None)
    assert [c.via for c in survivor.complaint.contacts] == [(loser.ref,), ()]
    moved = survivor.owed(PROMISE)
    assert (moved.id, moved.due, moved.about, moved.via) == (promise.id, at(20, 12), "call_back", (loser.ref,))  # type: ignore[union-attr]
    survivor.act(at(6, 11), KeepCommitment, AGENT, commitment=moved.id)
    unmerged(loser)
    assert [c.via for c in survivor.complaint.contacts] == [()]
    assert survivor.complaint.commitment(PROMISE) is None
    assert [c.via for c in loser.complaint.contacts] == [()]
    back = loser.owed(PROMISE)
    assert (back.id, back.status, back.settled_at, back.via) == (moved.id, CommitmentStatus.MET, at(6, 11), ())


def test_a_promise_that_came_along_is_breached_and_signalled_once() -> None:
    loser, survivor = two()
    loser.act(at(5, 13), MakePromise, AGENT, due=at(6, 9))
    loser.tick(at(6, 8, 59))
    assert [rung for rung, _ in loser.signals(PROMISE)] == ["warning"]
    merged(loser, survivor, at(6, 10))
    survivor.tick(at(6, 11))
    assert survivor.owed(PROMISE).status is CommitmentStatus.BREACHED
    assert [rung for rung, _ in survivor.signals(PROMISE)] == ["breach"]
    assert loser.complaint.commitment(PROMISE) is None


def test_what_was_overdue_is_breached_and_not_hidden_by_a_merging() -> None:
    loser, survivor = two(early=at(2, 10), late=at(2, 12))
    merged(loser, survivor, at(31, 9))  # nobody has swept
    assert [c.status for c in loser.complaint.commitments if c.kind is FINAL] == [CommitmentStatus.BREACHED]
    survivor.tick(at(31, 10))
    assert survivor.owed().status is CommitmentStatus.BREACHED


def test_a_merging_shows_in_the_finding_of_both() -> None:
    loser, survivor = two()
    merged(loser, survivor)
    rows = {row.stream: row for row in loser.store.find(Query())}
    assert (rows[loser.ref].state, rows[loser.ref].open, rows[loser.ref].due_at) == ("closed", False, None)
    assert rows[survivor.ref].received_at.startswith("2026-03-02T10:00")
    assert rows[survivor.ref].due_at.startswith("2026-03-16T17:00")  # type: ignore[union-attr]
    assert {timer.stream for timer in loser.store.due(at(1, month=9), 100).timers if timer.key != "swept"} == {
        survivor.ref
    }


def test_both_journals_stay_whole() -> None:
    """Pain point 43: elsewhere the log of the merged one is lost."""
    loser, survivor = two()
    contact(loser, at(5, 11))
    outcome = loser.desk.handle(
        MergeDuplicate(complaint=loser.ref, survivor=survivor.ref, shared="The same"), HANDLER, "merge-1"
    )
    for life in (loser, survivor):
        entries = read_entries(life.store.entries(life.ref))
        assert [entry.ver for entry in entries] == list(range(1, life.complaint.version + 1))
    streams = [entry.stream for entry in outcome.entries]
    assert {loser.ref, survivor.ref} == set(streams)
    assert [entry.seq for entry in outcome.entries] == sorted(entry.seq for entry in outcome.entries)
    assert (outcome.complaint, outcome.others) == (loser.complaint, (survivor.complaint,))


# Refusals --------------------------------------------------------------------------------------------


def rules(loser: Clocked, survivor: Clocked, **rest: Any) -> set[str]:
    return loser.rules(at(6), MergeDuplicate, HANDLER, survivor=survivor.ref, shared="The same", **rest)


def test_it_12_no_circle() -> None:
    first, second = two()
    assert rules(first, first) >= {"IT-12"}
    merged(first, second)
    assert rules(second, first) == {"IT-12"}, "into the one that was merged into it"
    third = first.beside().registered(at(6))
    assert rules(third, first) == {"IT-12"}, "into a merged one: name its survivor"
    assert rules(first, third) == {"EV-12"}, "what is merged is closed"


def test_it_11_different_persons_must_both_consent() -> None:
    first = Clocked().registered(at(2, 10))
    other, nobody = first.beside().registered(at(3, 10), person=OTHER.id), first.beside().registered(at(3), person=None)
    assert rules(first, other) == rules(first, nobody) == rules(nobody, first) == {"IT-11"}
    assert merged(first, other, consent="Both said yes on the telephone").merged_into == other.ref


def test_g_07_nothing_is_merged_into_what_has_its_outcome() -> None:
    life = Life()
    life.received()
    duplicate = life.ref
    for way in (Life.outcome_issued, Life.under_internal_review, Life.closed, Life.draft):
        life.ref = ""
        way(life)
        survivor, life.ref = life.ref, duplicate
        assert life.rules(MergeDuplicate, HANDLER, survivor=survivor, shared="The same") == {"G-07"}


def test_it_13_a_complaint_does_not_become_an_enquiry() -> None:
    first = Clocked().registered(at(2, 10))
    enquiry = first.beside().registered(at(3), kind=FeedbackKind.ENQUIRY)
    assert rules(first, enquiry) == {"IT-13"}
    assert merged(enquiry, first).merged_into == first.ref


def test_only_a_case_handler_merges_and_no_respondent() -> None:
    first, second = two()
    for who in (AGENT, LEADER, SYSTEM, PERSON):
        assert first.rules(at(6), MergeDuplicate, who, survivor=second.ref, shared="x") == {"4.7"}
    involved = Actor("handler-9", Role.CASE_HANDLER)
    second.triaged(at(6))
    second.act(at(6), SetIssues, issues=(NewIssue(statement="Rude", respondent=involved.id),))
    assert first.rules(at(6), MergeDuplicate, involved, survivor=second.ref, shared="x") == {"SoD-6"}


def test_unknown_and_malformed_survivors_are_errors() -> None:
    first, _ = two()
    log = len(first.store.journal(-1, 10_000))
    with pytest.raises(UnknownComplaint):
        first.act(at(6), MergeDuplicate, survivor="C-0000-0000-0000-2", shared="x")
    with pytest.raises(MalformedInput):
        first.act(at(6), MergeDuplicate, survivor="dana@example.org", shared="x")
    assert len(first.store.journal(-1, 10_000)) == log


# The desk's promises ---------------------------------------------------------------------------------


def test_a_command_over_two_streams_is_answered_again_word_for_word() -> None:
    loser, survivor = two(reach="p@example.org")
    command = MergeDuplicate(complaint=loser.ref, survivor=survivor.ref, shared="The same charge")
    with pytest.raises(StaleVersion):
        loser.desk.handle(command, HANDLER, "k", version=1)
    first = loser.desk.handle(command, HANDLER, "k", version=loser.complaint.version)
    contact(survivor, at(7))
    size = len(loser.store.journal(-1, 10_000))
    again = loser.desk.handle(command, HANDLER, "k")
    assert (again.complaint, again.others, again.entries, again.repeated) == (
        first.complaint, first.others, first.entries, True,
    )  # fmt: skip
    assert len(loser.store.journal(-1, 10_000)) == size
    with pytest.raises(CommandConflict):
        loser.desk.handle(MergeDuplicate(complaint=loser.ref, survivor=survivor.ref, shared="Else"), HANDLER, "k")


def test_a_preview_tells_both_and_writes_nothing() -> None:
    loser, survivor = two()
    command = MergeDuplicate(complaint=loser.ref, survivor=survivor.ref, shared="The same charge")
    before = loser.store.journal(-1, 10_000)
    seen = loser.desk.preview(command, HANDLER)
    assert loser.store.journal(-1, 10_000) == before
    assert [type(event) for event in seen.events] == [
        type(entry.event) for entry in loser.desk.handle(command, HANDLER).entries
    ]


def test_what_a_merging_offers_is_told() -> None:
    loser, survivor = two()
    options = {option.command: option for option in loser.desk.allowed(loser.ref, HANDLER)}
    assert options["merge-duplicate"].possible
    assert options["merge-duplicate"].needs == ("survivor", "shared")
    assert options["record-contact"].possible
    merged(loser, survivor)
    for who, possible in ((LEADER, True), (HANDLER, False)):
        options = {option.command: option for option in loser.desk.allowed(loser.ref, who)}
        assert options["unmerge-complaint"].possible is possible
        assert not options["reopen-complaint"].possible


# Taking out ------------------------------------------------------------------------------------------


def test_both_run_from_their_own_receipt_again() -> None:
    loser, survivor = two()
    before = owed(survivor)
    merged(loser, survivor)
    complaint = unmerged(loser)
    assert (complaint.handling, complaint.closure, complaint.merged_into) == (Handling.RECEIVED, None, None)
    assert (complaint.received_at, survivor.complaint.received_at) == (at(2, 10), at(5, 10))
    assert owed(survivor) == before
    assert owed(loser) == [("final", at(30, 17)), ("progress", at(23, 17))], "progress from the parting on"
    assert (survivor.complaint.joined, survivor.complaint.alone) == ((), None)


@given(st.permutations((0, 1, 2)), st.lists(st.integers(0, 4), min_size=4, max_size=4))
def test_inv_51_any_order_of_merging_and_parting(order: list[int], seriousness: list[int]) -> None:
    """The survivor always has the earliest and the most urgent of those that are with it, and ends as it began."""
    lives_ = [Clocked().registered(at(2, 10))]
    lives_ += [lives_[0].beside().registered(at(2, 11 + number)) for number in range(3)]
    for life, level in zip(lives_, seriousness, strict=True):
        life.triaged(at(2, 15), seriousness=level)
        contact(life, at(2, 15))
    survivor, others = lives_[2], [life for number, life in enumerate(lives_) if number != 2]
    before = survivor.complaint
    for joined, number in enumerate(order, 1):
        merged(others[number], survivor, at(3))
        holds(survivor.complaint, [before, *(others[n].complaint for n in order[:joined])])
    for left, number in enumerate(reversed(order), 1):
        unmerged(others[number], at(4))
        holds(survivor.complaint, [before, *(others[n].complaint for n in order[: len(order) - left])])
    after = survivor.complaint
    assert (after.received_at, after.triage, after.contacts) == (before.received_at, before.triage, before.contacts)
    assert owed(survivor) == sorted((c.kind.value, c.due) for c in before.open_commitments)


def holds(survivor: Complaint, group: Iterable[Complaint]) -> None:
    group = list(group)
    assert survivor.received_at == min(each.received_at for each in group)
    assert survivor.band == min(each.band for each in group)  # type: ignore[type-var]
    assert len(survivor.contacts) == len(group)


def test_a_chain_is_undone_link_by_link() -> None:
    first, second = two()
    third = first.beside().registered(at(6, 10))
    contact(first, at(6, 10))
    promise = first.act(at(6, 10), MakePromise, AGENT, due=at(20, 12)).commitment(PROMISE)
    merged(first, second, at(6, 11))
    merged(second, third, at(6, 12))
    assert third.complaint.received_at == at(2, 10)
    assert [c.via for c in third.complaint.contacts] == [(first.ref, second.ref)]
    assert third.owed(PROMISE).via == (first.ref, second.ref)
    contact(first, at(6, 13))
    assert [c.via for c in third.complaint.contacts][-1] == (first.ref, second.ref)
    assert first.rules(at(6, 14), UnmergeComplaint, LEADER, reason="x") == {"INV-51"}, "its survivor is closed"
    unmerged(second, at(9))
    assert (third.complaint.received_at, second.complaint.received_at) == (at(6, 10), at(2, 10))
    assert [c.via for c in second.complaint.contacts] == [(first.ref,), (first.ref,)]
    unmerged(first, at(10))
    assert second.complaint.received_at == at(5, 10)
    assert len(first.complaint.contacts) == 2
    assert first.owed(PROMISE) == promise


def test_who_merged_it_does_not_take_it_out_and_only_while_the_survivor_is_open() -> None:
    loser, survivor = two()
    both = Actor(HANDLER.id, Role.TEAM_LEADER)
    assert loser.rules(at(6), UnmergeComplaint, LEADER, reason="x") >= {"EV-41"}
    merged(loser, survivor)
    assert loser.rules(at(6), UnmergeComplaint, both, reason="x") == {"SoD-1"}
    assert loser.rules(at(6), UnmergeComplaint, HANDLER, reason="x") >= {"4.7"}
    survivor.withdrawn(at(6))
    assert loser.rules(at(6), UnmergeComplaint, LEADER, reason="x") == {"INV-51"}
    survivor.act(at(9), ReopenComplaint, LEADER, reason="recurrence", words="Again")
    assert unmerged(loser).handling is Handling.RECEIVED


def test_an_outcome_that_was_given_can_be_reviewed_after_the_merging() -> None:
    """EV-36: the right remains; the complaint is on its own then, and may be merged again."""
    life = Life()
    life.received()
    survivor, life.ref = life.ref, ""
    life.delivered().do(MergeDuplicate, HANDLER, survivor=survivor, shared="The same")
    life.do(RequestInternalReview, PERSON, reviewer=lives.REVIEWER.id, words="Please look again")
    assert life.rules(UnmergeComplaint, LEADER, reason="x") >= {"EV-41"}
    life.do(DecideReview, lives.REVIEWER, outcome="confirmed", reasons="I see the same")
    assert life.do(MergeDuplicate, HANDLER, survivor=survivor, shared="The same").merged_into == survivor
    assert [joined.ref for joined in life.desk.get(survivor, SYSTEM).joined] == [life.ref]
    assert life.do(UnmergeComplaint, LEADER, reason="x").handling is Handling.OUTCOME_ISSUED


def test_a_merged_complaint_is_not_reopened_beside_its_survivor() -> None:
    loser, survivor = two()
    merged(loser, survivor)
    assert loser.rules(at(6), ReopenComplaint, LEADER, reason="recurrence", words="Again") == {"INV-51"}


@pytest.mark.parametrize("place", sorted(set(lives.WAYS) - {"draft", "under_internal_review", "closed"}))
def test_it_comes_back_to_the_place_from_which_it_was_merged(place: str) -> None:
    life = Life()
    life.received()
    survivor, life.ref = life.ref, ""
    lives.WAYS[place](life)
    before = life.state()
    assert life.do(MergeDuplicate, HANDLER, survivor=survivor, shared="The same").handling is Handling.CLOSED
    after = life.do(UnmergeComplaint, LEADER, reason="It is another matter")
    assert after.handling == place
    assert before is not None
    assert {c.kind for c in after.open_commitments} == {c.kind for c in before.open_commitments}
    assert (after.issues, after.inquiry, after.outcome) == (before.issues, before.inquiry, before.outcome)


def test_a_letter_that_left_meanwhile_has_kept_its_promise() -> None:
    loser, survivor = two(early=at(5, 10), late=at(5, 11), reach="p@example.org")
    merged(loser, survivor, at(5, 12))
    loser.delivered(at(5, 13), NoticeRule.ACKNOWLEDGEMENT)
    unmerged(loser, at(12))
    acknowledged = loser.owed(CommitmentKind.ACKNOWLEDGE)
    assert (acknowledged.status, acknowledged.settled_at) == (CommitmentStatus.MET, at(5, 13))


def test_a_wait_ends_with_the_merging() -> None:
    loser, survivor = two()
    loser.act(at(5), PauseClocks, reason=HoldReason.COURT_STAY)
    merged(loser, survivor, at(9))
    assert loser.complaint.hold is None
    unmerged(loser, at(10))
    assert (loser.owed().due, loser.complaint.hold) == (at(1, 17, month=4), None), "the 5th and the 6th do not count"


# N-08 ------------------------------------------------------------------------------------------------


def told(*lives_: Clocked) -> list[str]:
    return [life.ref for life in lives_ for n in life.complaint.notices if n.rule is NoticeRule.MERGED]


def test_n_08_the_person_is_told_once() -> None:
    loser, survivor = two(reach="p@example.org")
    merged(loser, survivor)
    assert told(loser, survivor) == [survivor.ref]
    unmerged(loser)
    assert told(loser, survivor) == [loser.ref, survivor.ref]


def test_n_08_where_only_one_of_them_can_be_written_to() -> None:
    loser = Clocked().registered(at(2, 10), reach="p@example.org")
    survivor = loser.beside().registered(at(5, 10))
    merged(loser, survivor)
    assert told(loser, survivor) == [loser.ref]
    silent, other = two()
    merged(silent, other)
    assert told(silent, other) == []


def test_n_08_two_persons_are_both_told() -> None:
    loser = Clocked().registered(at(2, 10), reach="p@example.org")
    survivor = loser.beside().registered(at(5, 10), person=OTHER.id, reach="o@example.org")
    merged(loser, survivor, consent="Both agreed")
    assert sorted(told(loser, survivor)) == sorted((loser.ref, survivor.ref))


def test_n_08_names_the_one_reference_and_what_it_covers() -> None:
    loser, survivor = two(reach="p@example.org")
    merged(loser, survivor)
    sent = loser.desk.dispatch()
    assert [letter.status for letter in sent] == [DeliveryStatus.DISPATCHED] * 3
    (letter,) = [m for m in loser.desk._relay.notifier.messages if m.rule is NoticeRule.MERGED]  # type: ignore[attr-defined]
    assert letter.complaint == survivor.ref
    for part in (loser.ref, survivor.ref, "2 March 2026", "5 March 2026", "16 March 2026", "outside body"):
        assert part in letter.text


# Rights remain ---------------------------------------------------------------------------------------


def test_rights_remain_on_both() -> None:
    loser = Clocked().registered(at(2, 10))
    survivor = loser.beside().registered(at(5, 10), person=OTHER.id)
    merged(loser, survivor, consent="Both agreed")
    loser.act(at(6), OpenExternalReview, BODY, body="ombudsman")
    assert loser.complaint.externally_open
    assert survivor.complaint.persons == (OTHER.id, PERSON.id)
    survivor.act(at(6), OpenExternalReview, PERSON, body="regulator")
    survivor.desk.get(survivor.ref, PERSON)
    unmerged(loser)
    with pytest.raises(CommandRefused):
        survivor.desk.get(survivor.ref, PERSON)


def test_inv_60_who_worked_on_the_duplicate_does_not_review_the_survivor() -> None:
    life = Life()
    life.with_evidence()
    duplicate = life.ref
    life.ref = ""
    life.received()
    survivor, life.ref = life.ref, duplicate
    life.do(MergeDuplicate, HANDLER, survivor=survivor, shared="The same")
    found = life.desk.get(survivor, SYSTEM)
    assert found.took_part(lives.INVESTIGATOR.id)
    assert not any(p.actor == lives.INVESTIGATOR.id for p in found.participants)


# Contacts --------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(Direction), st.sampled_from(Channel)), max_size=8))
def test_p_25_no_contact_raises_priority_or_moves_a_date(contacts: list[tuple[Direction, Channel]]) -> None:
    life = Clocked().registered(at(2, 10)).triaged(at(3), seriousness=1)
    before, timers = life.complaint, life.store.due(at(1, month=9), 100).timers
    for number, (direction, channel) in enumerate(contacts):
        contact(life, at(4, 10, number), direction=direction, channel=channel)
    after = life.complaint
    assert (after.triage, after.commitments, after.handling) == (before.triage, before.commitments, before.handling)
    assert [(c.direction, c.channel) for c in after.contacts] == contacts
    assert life.store.due(at(1, month=9), 100).timers == timers


@pytest.mark.parametrize("who", [AGENT, HANDLER, PERSON, SYSTEM])
def test_a_contact_is_recorded_by_whoever_has_it_with_its_own_time(who: Actor) -> None:
    life = Clocked().registered(at(2, 10))
    life.clock.set(at(4))
    contact(life, at(3, 11), by=who, direction="outgoing", channel="phone")
    (kept,) = life.complaint.contacts
    assert (kept.at, kept.by, kept.direction, kept.channel) == (at(3, 11), who.id, "outgoing", "phone")
    assert life.desk.reveal(life.ref, HANDLER, "handle").of(kept.text) == "Is there any news?"


def test_a_stranger_records_no_contact() -> None:
    life = Clocked().registered(at(2, 10))
    assert life.rules(at(3), RecordContact, OTHER, text="It is mine") == {"4.7"}


def test_inv_20_a_contact_is_never_lost_for_the_state() -> None:
    life = Life()
    life.do(CaptureComplaint, AGENT, channel=Channel.PHONE, narrative="Twice", person=PERSON.id)
    assert len(life.do(RecordContact, AGENT, text="One thing more").contacts) == 1
    life.ref = ""
    life.closed()
    assert life.do(RecordContact, AGENT, text="Thank you").handling is Handling.CLOSED
