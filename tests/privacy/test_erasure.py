"""The plan of an erasure is pure: what keeps a complaint keeps it, whatever else is said, and only that does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from complaintkit.complaint import Closure, Complaint, Intake, LegalHold
from complaintkit.policy import load_profile
from complaintkit.privacy.erasure import plan
from complaintkit.vocabulary import Channel, ClosureReason, FeedbackKind, Handling, Language

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
PROFILE = load_profile(
    {
        "base": "standard",
        "id": "ours",
        "version": "1",
        "retention": [
            {"id": "received", "keep": {"calendar_days": 100}, "source": "law 1"},
            {
                "id": "closed",
                "keep": {"calendar_days": 50},
                "after": "closed",
                "source": "law 2",
                "when": {"kind": ["x"]},
            },
        ],
    }
)


def complaint(number: int, days: int, closed: int | None, held: int, kind: str) -> Complaint:
    """A complaint that was received and closed so many days ago, for which so many matters are kept."""
    since = closed is not None
    return Complaint(
        ref=f"C-{number}",
        version=1,
        handling=Handling.CLOSED if since else Handling.RECEIVED,
        kind=FeedbackKind.COMPLAINT,
        intake=Intake(channel=Channel.EMAIL, language=Language.ENGLISH, attributes=(("kind", kind),)),
        received_at=NOW - timedelta(days=days),
        closure=Closure(reason=ClosureReason.NOTED, at=NOW - timedelta(days=closed or 0)) if since else None,
        legal_holds=tuple(LegalHold(matter=f"m-{no}", since=NOW) for no in range(held)),
    )


_COMPLAINTS = st.lists(
    st.tuples(
        st.integers(0, 300), st.none() | st.integers(0, 120), st.sampled_from([0, 0, 0, 1, 2]), st.sampled_from("xy")
    ),
    max_size=6,
)


def keeps(days: int, closed: int | None, held: int, kind: str) -> bool:
    """Whether the rules above keep it, worked out by hand: a day that has begun is kept to its end."""
    return bool(held) or closed is None or days <= 100 or (kind == "x" and closed <= 50)


@given(_COMPLAINTS)
def test_what_keeps_a_complaint_keeps_it_and_nothing_else_does(several: Any) -> None:
    complaints = [complaint(number, *each) for number, each in enumerate(several)]
    planned = plan(complaints, PROFILE, NOW)
    kept = {f"C-{number}" for number, each in enumerate(several) if keeps(*each)}
    assert {block.complaint for block in planned.blocks} == kept
    assert planned.waiting == len(kept)
    assert planned.erasable == tuple(each.ref for each in complaints if each.ref not in kept)


@given(_COMPLAINTS)
def test_at_the_stated_date_something_can_be_erased_and_not_before(several: Any) -> None:
    complaints = [complaint(number, *each) for number, each in enumerate(several)]
    planned = plan(complaints, PROFILE, NOW)
    dated = [
        each for each in complaints if not each.legal_holds and not each.is_open and each.ref not in planned.erasable
    ]
    assert (planned.until is None) is (not dated)
    if planned.until is not None:
        assert len(plan(complaints, PROFILE, planned.until).erasable) > len(planned.erasable)
        before = planned.until - timedelta(microseconds=1)
        assert plan(complaints, PROFILE, before).erasable == planned.erasable


@given(_COMPLAINTS, st.integers(0, 400))
def test_time_alone_never_keeps_anything_again(several: Any, days: int) -> None:
    complaints = [complaint(number, *each) for number, each in enumerate(several)]
    now, later = (plan(complaints, PROFILE, NOW + timedelta(days=n)).erasable for n in (0, days))
    assert set(now) <= set(later)
