"""EV-05 to EV-07: what only the complainant can say; the wait stops what the profile lists and closes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.commitments import HoldBegun, HoldEnded
from complaintkit.lifecycle import handling_table
from complaintkit.respond.information import TAKES_ANSWERS
from complaintkit.vocabulary import CommitmentKind, CommitmentStatus, Handling, HoldReason, NoticeRule
from tests.commitments.clocked import FINAL, PROGRESS, at, policy
from tests.lives import HANDLER, PERSON, REVIEWER, SYSTEM, Life
from tests.respond.asked import Asked
from tests.respond.test_liaison import store as store  # noqa: PLC0414  # a fixture

ASK = {"questions": "Which day was it?", "why": "The amount depends on it"}
DUE = at(30, 17)
TICK = timedelta(microseconds=1)


ASKED, UNTIL = at(4, 12), at(10, 12)


def asked(when: datetime = ASKED, until: datetime = UNTIL, life: Asked | None = None) -> Asked:
    life = life or Asked().triaged_at(at(3))
    life.act(when, c.RequestInformation, HANDLER, **ASK, until=until)
    return life


def test_the_chart_takes_answers_where_an_answer_changes_something() -> None:
    table = handling_table()
    assert {h for h in Handling if table.target(h.value, "information_received")} == set(TAKES_ANSWERS)


def test_the_clock_stands_until_the_answer_and_goes_on_at_that_instant(store: Any) -> None:
    life = asked(life=Asked(store=store).triaged_at(at(3)))
    before = life.complaint
    assert (before.hold and before.hold.reason, before.hold and before.hold.until) == (
        HoldReason.AWAITING_COMPLAINANT, at(10, 12),
    )  # fmt: skip
    assert {owed.kind for owed in before.open_commitments if owed.paused_since} == {FINAL}
    life.act(at(6, 12), c.RecordInformation, PERSON, information="On Monday")
    assert life.complaint.hold is None
    assert life.owed().stood == ((at(4, 12), at(6, 12)),)
    assert life.owed().due == at(1, 17, month=4)  # Wednesday and Thursday are out
    assert life.owed(PROGRESS).due == at(16, 17), "we keep people informed whatever we wait for"


def test_what_the_profile_does_not_list_stops_no_clock() -> None:
    life = Asked(policy(pause_reasons=["court_stay"])).triaged_at(at(3))
    due = life.owed().due
    asked(life=life)
    assert life.complaint.hold is not None
    life.act(at(6), c.RecordInformation, PERSON, information="On Monday")
    assert (life.owed().due, life.owed().suspensions) == (due, ())


def test_the_letter_says_why_how_until_when_and_what_if_not() -> None:
    life = asked()
    (letter,) = [message for message in life.send(at(4, 13)) if message.rule == NoticeRule.INFORMATION_REQUEST]
    assert letter.to == "dana@example.org"
    for text in (*ASK.values(), "2026-03-10", "alex.sample@example.org", "We do not close your complaint"):
        assert text in letter.text
    assert "reminder" not in letter.text


def worked(life: Asked, last: int) -> Asked:
    """Every evening of March somebody sweeps, and the letters leave."""
    for day in range(life.clock.now().day, last + 1):
        life.tick(at(day, 19))
        life.send(at(day, 19))
    return life


def test_ev_07_two_reminders_then_it_is_decided_without_and_nothing_is_closed() -> None:
    life = worked(asked(), 9)
    letters = [m for m in life.notifier.messages if m.rule == NoticeRule.INFORMATION_REQUEST]
    assert ["reminder" in letter.text for letter in letters] == [False, True, True]
    reminders = life.complaint.inquiry.information.reminders  # type: ignore[union-attr]
    assert [each.at for each in reminders] == [at(6, 12), at(8, 12)]  # a third and two thirds of six days
    worked(life, 10)
    assert life.complaint.inquiry.information.ended_at == at(10, 12) + TICK  # type: ignore[union-attr]
    assert (life.complaint.hold, life.complaint.handling) == (None, Handling.ASSESSING)
    assert [event.lapsed for event in life.events(HoldEnded)] == [True]
    assert life.owed().stood == ((at(4, 12), at(10, 12)),)
    assert life.rules(at(11), c.RecordInformation, PERSON, information="Too late?") == {"EV-06"}
    asked(at(11), at(17), life)  # and the person may be asked again
    assert len(life.events(HoldBegun)) == 2


def test_a_reminder_that_never_left_is_none() -> None:
    life = asked()
    life.send(at(4, 13))
    life.notifier.fail_next(99, retryable=False)
    worked(life, 12)
    assert life.complaint.inquiry.information.is_open, "nobody was reminded"  # type: ignore[union-attr]
    assert life.complaint.hold is None, "the silence of a person holds nothing up"
    assert life.rules(at(12, 20), c.LapseInformationRequest, SYSTEM) == {"G-28"}
    life.notifier.fail_next(0)
    for hour in (20, 21):
        life.act(at(12, hour), c.RemindOfInformation, HANDLER)
        life.send(at(12, hour))
    worked(life, 13)
    assert not life.complaint.inquiry.information.is_open  # type: ignore[union-attr]


def test_who_cannot_be_written_to_is_reminded_by_a_person() -> None:
    life = Asked().registered(at(2, 10)).triaged(at(3))
    asked(life=life)  # type: ignore[arg-type]
    life.tick(at(10))
    assert life.complaint.inquiry.information.reminders == ()  # type: ignore[union-attr]
    assert life.rules(at(10), c.RemindOfInformation, SYSTEM) == {"SoD-9"}
    for hour in (10, 11):
        life.act(at(10, hour), c.RemindOfInformation, HANDLER)
    life.tick(at(11))
    assert not life.complaint.inquiry.information.is_open  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"essential": False}, "G-03"),
        ({"already_held": True}, "G-03"),
        ({"why": None}, "G-03"),
        ({"until": at(4, 12)}, "INV-52"),
        ({"questions": "We are sorry if you feel asked too much."}, "R-21"),
    ],
)
def test_g_03_nobody_is_burdened_for_nothing(changed: dict[str, Any], rule: str) -> None:
    life = Asked().triaged_at(at(3))
    fields = {**ASK, "until": at(10, 12), **changed}
    assert life.rules(at(4, 12), c.RequestInformation, HANDLER, **fields) == {rule}


def test_one_request_at_a_time_while_the_person_has_time() -> None:
    life = asked()
    again = {**ASK, "until": at(20)}
    assert life.rules(at(10, 12), c.RequestInformation, HANDLER, **again) == {"G-03"}
    life.act(at(10, 13), c.RequestInformation, HANDLER, **again)


def test_an_answer_is_to_something_that_was_asked_and_says_something() -> None:
    life = Asked().triaged_at(at(3))
    assert life.rules(at(4), c.RecordInformation, PERSON, information="Hello") == {"EV-06"}
    assert life.rules(at(4), c.RemindOfInformation, HANDLER) == {"EV-06"}
    asked(life=life)
    assert life.rules(at(5), c.RecordInformation, PERSON) == {"EV-06"}
    assert life.rules(at(5), c.RecordInformation, HANDLER, information="x") == {"4.7"}
    assert life.rules(at(9), c.LapseInformationRequest, SYSTEM) == {"G-28"}


def test_what_waits_for_a_court_goes_on_waiting_for_it() -> None:
    life = Asked().triaged_at(at(3))
    life.act(at(4), c.PauseClocks, reason="court_stay")
    asked(life=life)
    life.act(at(6), c.RecordInformation, PERSON, information="On Monday")
    assert life.complaint.hold is not None
    assert life.complaint.hold.reason is HoldReason.COURT_STAY


def test_a_withdrawal_ends_the_wait_and_nobody_is_reminded() -> None:
    life = asked()
    life.withdrawn(at(5))
    assert life.owed().status is CommitmentStatus.CANCELLED
    life.tick(at(30))
    assert life.complaint.inquiry.information.reminders == ()  # type: ignore[union-attr]
    assert life.rules(at(30), c.RemindOfInformation, HANDLER) == {"EV-06"}


def test_a_review_waits_too() -> None:
    life = Life().under_internal_review()
    until = life.clock.now() + timedelta(days=7)
    waiting = life.do(c.RequestInformation, HANDLER, **ASK, until=until)
    owed = waiting.commitment(CommitmentKind.REVIEW)
    assert owed is not None
    assert owed.paused_since is not None
    going = life.do(c.RecordInformation, HANDLER.on_behalf_of(PERSON.role), information="On Monday")
    owed = going.commitment(CommitmentKind.REVIEW)
    assert owed is not None
    assert owed.paused_since is None
    assert life.do(c.DecideReview, REVIEWER, outcome="confirmed", reasons="As before").handling == "outcome_issued"
