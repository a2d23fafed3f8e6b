"""EV-30: nobody is found against before they knew and had their time to comment (INV-46, G-33, IT-21)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.policy import Profile, load_profile
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import CommitmentKind, CommitmentStatus, DeliveryStatus, FindingValue, NoticeRule, Role
from tests.commitments.clocked import at, policy
from tests.lives import DECIDER, HANDLER, INVESTIGATOR, PERSON, finding
from tests.respond.asked import CLERK, Asked
from tests.respond.test_liaison import store as store  # noqa: PLC0414  # a fixture

COMMENT = CommitmentKind.COMMENT
DRAFT = {"issues": (1,), "points": "You raised your voice.", "basis": "The recording of the call."}
DUE = at(11, 17)  # five working days after Wednesday, 4 March
TICK = timedelta(microseconds=1)


def invited(when: datetime, life: Asked | None = None, **changed: Any) -> Asked:
    """The clerk knows what the draft says; the letter left at once."""
    life = life or Asked().reporting(at(4))
    life.act(when, c.InviteComment, INVESTIGATOR, **{**DRAFT, "party": CLERK.id, **changed})
    return life


def against(life: Asked, **changed: Any) -> dict[str, Any]:
    """Findings of which the first goes against the clerk."""
    item = life.complaint.inquiry.evidence[0].id
    value = changed.pop("value", FindingValue.SUBSTANTIATED)
    hard = finding(value, item, adverse_to_person=True, **changed)
    return {"findings": (hard, finding(FindingValue.SUBSTANTIATED, item, issue=2))}


def comment(life: Asked, number: int = -1) -> dict[str, Any]:
    return {"invitation": life.complaint.inquiry.invitations[number].id, "comment": "The line was bad."}


def test_the_letter_reaches_whom_it_goes_against_and_tells_them_what_they_need(store: Any) -> None:
    life = invited(at(4, 10), Asked(store=store).reporting(at(4)))
    (letter,) = [message for message in life.send(at(4, 11)) if message.rule == NoticeRule.COMMENT_INVITATION]
    assert letter.to == "kim.clerk@example.org"
    for text in ("Kim Clerk", DRAFT["points"], DRAFT["basis"], "2026-03-11", "accompany you", "treat you worse"):
        assert str(text) in letter.text
    assert "Dana" not in letter.text, "who complains is not told by us"


def test_the_complainant_is_invited_where_it_goes_against_them() -> None:
    life = invited(at(4, 10), party=None)
    (letter,) = [message for message in life.send(at(4, 11)) if message.rule == NoticeRule.COMMENT_INVITATION]
    assert (letter.to, "Dana Levi" in letter.text) == ("dana@example.org", True)
    life.act(at(5), c.RecordComment, PERSON, **comment(life))
    assert life.owed(COMMENT).status is CommitmentStatus.MET
    assert life.complaint.inquiry.invitations[0].comment is not None


def test_the_time_is_five_working_days_and_a_comment_in_it_ends_it() -> None:
    life = invited(at(4, 10))
    life.send(at(4, 11))
    assert life.owed(COMMENT).due == DUE
    assert life.rules(at(5), c.SubmitReport, INVESTIGATOR, **against(life)) == {"INV-46"}
    options = {option.command: option for option in life.desk.allowed(life.ref, INVESTIGATOR)}
    assert "still has time" in options["submit-report"].reasons[0].text
    life.act(at(5), c.RecordComment, INVESTIGATOR, **comment(life))
    assert life.owed(COMMENT).status is CommitmentStatus.MET
    life.act(at(5, 10), c.SubmitReport, INVESTIGATOR, **against(life))
    life.act(at(5, 11), c.ApproveReport, DECIDER)


def test_who_lets_the_time_pass_was_heard_and_nobody_is_told_again_and_again() -> None:
    life = invited(at(4, 10))
    life.send(at(4, 11))
    assert life.rules(DUE, c.SubmitReport, INVESTIGATOR, **against(life)) == {"INV-46"}
    life.tick(at(30))
    owed = life.owed(COMMENT)
    assert (owed.status, owed.ended_at) == (CommitmentStatus.BREACHED, DUE + TICK)
    assert [rung for rung, _ in life.signals(COMMENT)] == ["warning", "breach"]
    life.act(at(30), c.SubmitReport, INVESTIGATOR, **against(life))


def test_a_late_comment_is_taken_in_before_the_report_and_changes_no_verdict() -> None:
    life = invited(at(4, 10))
    life.tick(at(12))
    life.act(at(12), c.RecordComment, INVESTIGATOR, **comment(life))
    assert life.owed(COMMENT).status is CommitmentStatus.BREACHED
    assert life.rules(at(12), c.RecordComment, INVESTIGATOR, **comment(life)) == {"INV-46"}
    life.act(at(12), c.SubmitReport, INVESTIGATOR, **against(life))


def test_who_was_never_told_was_not_heard() -> None:
    life = invited(at(4, 10))  # the letter waits in the outbox for ever
    assert life.rules(at(12), c.SubmitReport, INVESTIGATOR, **against(life)) == {"INV-46"}
    life.send(at(12, 10))  # and leaves when their time is over
    assert life.rules(at(12, 11), c.SubmitReport, INVESTIGATOR, **against(life)) == {"INV-46"}
    invited(at(12, 12), life, in_person=True)
    life.act(at(20), c.SubmitReport, INVESTIGATOR, **against(life))


def test_a_letter_counts_as_the_profile_says() -> None:
    life = invited(at(4, 10), Asked(load_profile("regulated")).reporting(at(4)))
    life.send(at(4, 11))  # it left, and nobody knows that it arrived
    assert life.rules(at(12), c.SubmitReport, INVESTIGATOR, **against(life)) == {"INV-46"}
    letter = life.complaint.inquiry.invitations[0].notice
    life.act(at(12, 10), c.RecordDelivery, HANDLER, notice=letter, status=DeliveryStatus.DELIVERED)
    assert life.rules(at(12, 11), c.SubmitReport, INVESTIGATOR, **against(life)) == {"INV-46"}, "too late"


def test_a_letter_to_somebody_without_an_address_fails() -> None:
    life = invited(at(4, 10), party="clerk-12", issues=(2,))
    life.send(at(4, 11))
    failed = life.complaint.notices[-1]
    assert (failed.rule, failed.to, failed.status) == (NoticeRule.COMMENT_INVITATION, "clerk-12", "failed")


@pytest.mark.parametrize(
    "hearing", [{"issues": (2,)}, {"party": "clerk-12"}, {"party": None}], ids=["another issue", "another", "they"]
)
def test_it_21_the_person_whom_the_issue_is_about_is_heard_on_that_issue(hearing: dict[str, Any]) -> None:
    life = invited(at(4, 10), **hearing, in_person=True)
    life.act(at(5), c.RecordComment, INVESTIGATOR, **comment(life))
    assert life.rules(at(12), c.SubmitReport, INVESTIGATOR, **against(life)) == {"INV-46"}
    reason = Personal("They left and cannot be found.")
    life.act(at(12), c.SubmitReport, INVESTIGATOR, **against(life, no_comment_reason=reason))


def test_an_issue_that_names_nobody_takes_whoever_was_heard() -> None:
    life = invited(at(4, 10), issues=(2,), party="clerk-12", in_person=True)
    life.act(at(5), c.RecordComment, INVESTIGATOR, **comment(life))
    item = life.complaint.inquiry.evidence[0].id
    hard = finding(FindingValue.SUBSTANTIATED, item, issue=2, adverse_to_person=True)
    life.act(at(6), c.SubmitReport, INVESTIGATOR, findings=(finding(FindingValue.SUBSTANTIATED, item), hard))


def test_a_review_does_not_find_against_the_unheard_either() -> None:
    life = Asked().reporting(at(4))
    fine = against(life, value=FindingValue.UNABLE_TO_DETERMINE, sought=Personal("A recording"))
    life.act(at(5), c.SubmitReport, INVESTIGATOR, findings=fine["findings"])
    life.act(at(6), c.ApproveReport, DECIDER)
    life.act(at(6), c.IssueOutcome, HANDLER, explanation="We could not find out what happened.")
    life.act(at(6), c.RequestInternalReview, PERSON, reviewer="reviewer-5", words="Again")
    changed = {"outcome": "substituted", "reasons": "The line is on tape", **against(life)}
    reviewer = Actor("reviewer-5", Role.REVIEWER)
    assert life.rules(at(9), c.DecideReview, reviewer, **changed) == {"INV-46"}


@pytest.mark.parametrize(
    "changed", [{"points": None}, {"basis": None}, {"issues": ()}, {"issues": (7,)}], ids=["what", "why", "none", "7"]
)
def test_g_33_an_invitation_says_what_against_them_on_what_and_where(changed: dict[str, Any]) -> None:
    life = Asked().reporting(at(4))
    fields = {**DRAFT, "party": CLERK.id, **changed}
    assert life.rules(at(4), c.InviteComment, INVESTIGATOR, **fields) == {"G-33"}


def test_g_33_nobody_is_invited_twice_while_their_time_runs() -> None:
    life = invited(at(4, 10))
    again = {**DRAFT, "party": CLERK.id}
    assert life.rules(at(5), c.InviteComment, INVESTIGATOR, **again) == {"G-33"}
    life.act(at(5), c.InviteComment, INVESTIGATOR, **{**again, "issues": (1, 2)})  # more against them


def test_g_33_who_cannot_be_written_to_is_told_in_person() -> None:
    life = Asked().reporting(at(4))
    nowhere = Asked()
    nowhere.registered = lambda when, **rest: Asked.registered(nowhere, when, person=PERSON.id)  # type: ignore[method-assign]
    nowhere.reporting(at(4))
    assert nowhere.rules(at(4), c.InviteComment, INVESTIGATOR, **DRAFT) == {"G-33"}
    nowhere.act(at(4), c.InviteComment, INVESTIGATOR, **DRAFT, in_person=True)
    assert life.complaint.inquiry.invitations == ()


def without_time() -> Profile:
    """A profile that promises nobody any time to comment."""
    plain = json.loads(policy().content)
    del plain["commitments"]["comment"]
    return load_profile(plain)


def test_g_33_without_a_time_to_comment_nobody_is_invited_and_nobody_found_against() -> None:
    life = Asked(without_time()).reporting(at(4))
    assert life.rules(at(4), c.InviteComment, INVESTIGATOR, **DRAFT, party=CLERK.id) == {"G-33"}
    assert life.rules(at(4), c.SubmitReport, INVESTIGATOR, **against(life)) == {"INV-46"}


def test_a_comment_is_to_an_invitation_of_ones_own_and_says_something() -> None:
    life = Asked().reporting(at(4))
    assert life.rules(at(4), c.RecordComment, INVESTIGATOR, invitation="none", comment="x") == {"INV-46"}
    invited(at(4, 10), life)
    assert life.rules(at(5), c.RecordComment, PERSON, **comment(life)) == {"INV-46"}
    assert life.rules(at(5), c.RecordComment, INVESTIGATOR, **{**comment(life), "comment": " "}) == {"INV-46"}
    assert "SoD-6" in life.rules(at(5), c.RecordComment, CLERK, **comment(life))


def test_it_is_owed_no_more_when_handling_ends() -> None:
    life = invited(at(4, 10))
    life.withdrawn(at(5))
    assert life.owed(COMMENT).status is CommitmentStatus.CANCELLED
