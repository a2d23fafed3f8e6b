"""Regulatory packs: the names everybody agreed on, what they answer and refuse, and that each rule says its source."""

from __future__ import annotations

import json
import tomllib
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from complaintkit.errors import PolicyRefused, PolicyWarning, UnknownName
from complaintkit.policy import PACKS, Clock, Pack, Why, clocks, load_pack, load_profile
from complaintkit.policy.clock import Mark, Nature
from complaintkit.policy.pack import FOLDER
from complaintkit.timekeeping import WorkingCalendar
from tests.conftest import ROOT

NAMES = json.loads((ROOT / "tests/conformance/milestones.json").read_text(encoding="utf-8"))
WEEKDAYS = WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": ["sat", "sun"]})
ISSUE = {
    "uk.fca.disp1", "us.cfpb.rege", "us.cfpb.regx", "us.cfpb.regz", "us.cfpb.portal", "uk.hos.chc2024", "uk.lgsco.chc",
    "eu.psd2.101", "sg.mas.fa_chr", "ca.fcac", "au.asic.rg271", "uk.ico.dp_complaints", "uk.ofcom.c4", "il.boi.308a",
    "il.cma.inquiries", "generic.iso10002", "generic.two_stage",
}  # fmt: skip
#: Read in the primary text or on the authority's own page for every limit (regulation, section 1); or nobody's law.
PRIMARY = {
    "uk.fca.disp1", "us.cfpb.rege", "us.cfpb.regx", "us.cfpb.regz", "uk.hos.chc2024", "eu.psd2.101", "sg.mas.fa_chr",
    "ca.fcac", "generic.two_stage",
}  # fmt: skip

#: Facts of the law beside the agreed ones: which errors get no more time (1024.35(e)), and which get ninety days.
BY_LAW = {
    ("us.cfpb.regx", "response_extended"): {"error", "foreclosure_error"},
    ("us.cfpb.rege", "determine_extended"): {"foreign_or_point_of_sale"},
}

OWN: dict[str, Any] = {
    "id": "own.regulator",
    "version": "1",
    "title": "An example",
    "jurisdiction": "nowhere",
    "sources": {"act": {"title": "The Example Act", "where": "example.org", "as_of": date(2026, 1, 1)}},
    "anchors": {"received": "it came in"},
    "facts": {"urgent": {"type": "flag", "kind": "matter"}},
    "milestone": [
        {
            "id": "answer",
            "kind": "final_response",
            "about": "An answer.",
            "source": "act",
            "section": "7",
            "mark": "verified",
            "limit": [
                {"when": {"fact": "urgent", "is": True}, "after": "received", "hours": 24},
                {"after": "received", "calendar_days": 30},
            ],
        }
    ],
}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Most tests are not about what a provisional pack says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PolicyWarning)
        yield


def clock(pack: str | Pack, name: str, facts: dict[str, object] | None = None, **anchors: Any) -> Clock:
    loaded = load_pack(pack) if isinstance(pack, str) else pack
    return loaded.clock(name, anchors, facts, calendar=WEEKDAYS)


def own(**changes: Any) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(json.dumps(OWN, default=str))
    written["sources"]["act"]["as_of"] = date(2026, 1, 1)
    written["milestone"][0].update(changes)
    return written


def test_every_pack_of_the_issue_is_there() -> None:
    assert set(PACKS) == ISSUE


@pytest.mark.parametrize("name", NAMES["packs"])
def test_packs_use_the_agreed_names(name: str) -> None:
    pack = load_pack(name)
    agreed = NAMES["packs"][name]
    assert agreed.keys() <= pack.milestones.keys()
    for milestone, written in agreed.items():
        parts = [part for rule in pack._limits[milestone].rules for part in rule.then.parts]
        assert {part.after for part in parts} == set(written["anchors"])
        read = {fact for rule in pack._limits[milestone].rules for box in rule.boxes for fact in box}
        assert read - set(pack.options) - {"edition"} == set(written["facts"]) | BY_LAW.get((name, milestone), set())


@pytest.mark.parametrize("name", PACKS)
def test_the_facts_of_a_pack_are_those_that_it_declares(name: str) -> None:
    """Its options are chosen when it is loaded, its edition by a date: nobody hands them in."""
    declared = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")).get("facts", {})
    assert load_pack(name).facts == tuple(declared)


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_says_where_it_stands(name: str) -> None:
    pack = load_pack(name)
    for rule in (*pack.milestones.values(), *pack.duties):
        assert rule.source in pack.sources
        assert rule.section
        assert rule.about.endswith(".")
        assert isinstance(rule.mark, Mark)
    assert all(source.as_of > date(2010, 1, 1) for source in pack.sources.values())


@pytest.mark.parametrize("name", PACKS)
def test_a_provisional_pack_says_so_each_time_it_is_loaded(name: str) -> None:
    for _ in range(2):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            pack = load_pack(name)
        assert pack.provisional is (name not in PRIMARY)
        assert [warning.category for warning in said] == [PolicyWarning] * pack.provisional
        assert all(pack.label in str(warning.message) for warning in said)


def test_a_milestone_that_does_not_exist_under_the_facts_says_what_it_read() -> None:
    found = clock("us.cfpb.rege", "determine_extended", received=date(2026, 3, 2))
    assert (found.why, found.due) == (Why.NOT_HERE, None)
    assert found.read == {"provisional_credit": False, "new_account": False, "foreign_or_point_of_sale": False}
    payoff = clock("us.cfpb.regx", "response_extended", {"error": "payoff_balance"}, received=date(2026, 3, 2))
    assert payoff.why is Why.NOT_HERE


def test_an_event_that_has_not_happened_is_open_and_left_out() -> None:
    found = clock("uk.fca.disp1", "ombudsman_time_bar", event=date(2020, 1, 10))
    assert (found.why, found.open, found.day) == (Why.RUNS, ("knew",), date(2026, 1, 10))
    nothing = clock("uk.fca.disp1", "ombudsman_time_bar", received=date(2026, 1, 10))
    assert (nothing.why, nothing.open, nothing.due) == (Why.OPEN, ("event", "knew"), None)


def test_hours_need_more_than_a_date() -> None:
    found = clock("au.asic.rg271", "acknowledge_24h", received=date(2026, 3, 2))
    assert (found.why, found.open) == (Why.OPEN, ("received",))
    exact = clock("au.asic.rg271", "acknowledge_24h", received=datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert exact.due == datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_a_rule_without_a_number_has_no_date() -> None:
    assert clock("uk.fca.disp1", "acknowledge", received=date(2026, 1, 10)).why is Why.NO_FIXED_LIMIT
    assert all(
        found.why is Why.NO_FIXED_LIMIT for found in clocks([load_pack("generic.iso10002")], {}, calendar=WEEKDAYS)
    )


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (date(2026, 4, 7), date(2026, 6, 2)),
        (date(2026, 4, 8), date(2026, 5, 20)),
        (datetime(2026, 4, 7, 23, 30, tzinfo=UTC), date(2026, 5, 20)),  # past midnight in London
    ],
)
def test_the_edition_in_force_at_receipt_decides(received: date, expected: date) -> None:
    assert clock("uk.ofcom.c4", "adr_letter", received=received).day == expected


def test_before_a_law_and_without_its_date() -> None:
    assert clock("uk.ico.dp_complaints", "acknowledge", received=date(2026, 6, 18)).why is Why.NOT_IN_FORCE
    assert clock("uk.ico.dp_complaints", "acknowledge", received=date(2026, 6, 19)).why is Why.RUNS
    open_edition = clock("uk.ofcom.c4", "adr_letter")
    assert (open_edition.why, open_edition.open) == (Why.OPEN, ("received",))


def test_both_readings_of_the_payment_directive_can_be_had() -> None:
    pack = load_pack("eu.psd2.101")
    said = {"holding_reply_sent": True}
    day = date(2026, 3, 2)
    assert clock(pack, "final_response", said, received=day).day == date(2026, 4, 20)  # 35 working days
    (reading, other), *rest = pack.alternatives.items()
    assert (reading, rest) == ("long_stop=additional", [])
    found = clock(other, "final_response", said, received=day)
    assert found.day == date(2026, 5, 11)  # 50 working days
    assert found.read == {"holding_reply_sent": True, "long_stop": "additional"}


def test_an_option_moves_an_end_from_a_weekend() -> None:
    sent = date(2026, 8, 31)  # six months on is a Sunday
    for choice, expected in {"none": 28, "backward": 26}.items():
        pack = load_pack("uk.fca.disp1", {"weekend_end": choice})
        found = clock(pack, "ombudsman_referral_window", final_response_sent=sent)
        assert found.day == date(2027, 2, expected)
    forward = load_pack("uk.fca.disp1", {"weekend_end": "forward"})
    assert clock(forward, "ombudsman_referral_window", final_response_sent=sent).day == date(2027, 3, 1)


def test_several_packs_on_one_complaint_keep_all_their_clocks() -> None:
    packs = [load_pack("us.cfpb.portal"), load_pack("us.cfpb.rege")]
    anchors = {"sent_to_company": date(2026, 3, 2), "notice_received": date(2026, 3, 3)}
    facts = {"in_progress": True, "new_account": True}
    found = clocks(packs, anchors, facts, calendar=WEEKDAYS)
    assert [(each.pack, each.milestone.id) for each in found if each.due] == [
        (packs[0].label, "response"),
        (packs[1].label, "determine"),
        (packs[1].label, "provisional_credit"),
        (packs[0].label, "final_response"),
    ]
    assert len(found) == sum(len(pack.milestones) for pack in packs)
    with pytest.raises(UnknownName, match="did you mean 'in_progress'"):
        clocks(packs, anchors, {"in_progres": True}, calendar=WEEKDAYS)


@given(days=st.integers(0, 1500), more=st.integers(0, 400), holding=st.booleans())
def test_who_complains_later_is_never_owed_an_earlier_answer(days: int, more: int, holding: bool) -> None:
    pack = load_pack("eu.psd2.101")
    first, second = (date.fromordinal(738_000 + days + extra) for extra in (0, more))
    early, late = (clock(pack, "final_response", {"holding_reply_sent": holding}, received=d) for d in (first, second))
    assert early.due is not None
    assert late.due is not None
    assert early.due <= late.due


def test_what_must_never_decide_is_not_read() -> None:
    plain = clock("eu.psd2.101", "reply", received=date(2026, 3, 2))
    known = clock("eu.psd2.101", "reply", {"channel": "post", "customer_value": "gold"}, received=date(2026, 3, 2))
    assert plain == known
    with pytest.raises(PolicyRefused, match="never decides anything"):
        load_pack({**own(limit=[{"when": {"fact": "channel", "is": "post"}, "after": "received", "hours": 1}])})


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: load_pack("uk.fca.disp2"), "did you mean 'uk.fca.disp1'"),
        (lambda: clock("uk.fca.disp1", "final_respons"), "did you mean 'final_response'"),
        (lambda: clock("uk.fca.disp1", "final_response", {"holding_sent": True}), "no fact 'holding_sent'"),
        (lambda: load_pack("eu.psd2.101", {"longstop": "total"}), "did you mean 'long_stop'"),
        (lambda: load_pack("eu.psd2.101", {"long_stop": "all"}), "one of total, additional"),
    ],
)
def test_unknown_names_are_refused(call: Any, match: str) -> None:
    with pytest.raises(UnknownName, match=match):
        call()


def test_a_pack_of_ones_own() -> None:
    pack = load_pack(OWN)
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert clock(pack, "answer", {"urgent": True}, received=at).due == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert clock(pack, "answer", received=at).day == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"source": "law"}, "there is no source 'law'"),
        ({"mark": "memory"}, "is not one of verified"),
        ({"extends": "anser"}, "did you mean 'answer'"),
        ({"waives": ["x"]}, "there is no milestone 'x'"),
        ({"met_by": "sent"}, "there is no anchor 'sent'"),
        ({"limit": [{"after": "recieved", "hours": 1}]}, "did you mean 'received'"),
        ({"limit": [{"after": "received", "days": 1}]}, "bare days"),
        ({"limit": [{"after": "received", "hours": 1}, {"after": "received", "hours": 2}]}, "can never decide"),
        ({"limit": [{"earliest": []}]}, "names no term"),
        ({"sectoin": "1"}, "there is no 'sectoin' here"),
    ],
)
def test_a_wrong_pack_is_refused_with_the_place(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(PolicyRefused, match=problem):
        load_pack(own(**changes))


def test_the_only_edition_holds_where_the_day_that_would_choose_it_is_unknown() -> None:
    """Of several none is guessed; see :func:`test_the_edition_in_force_at_receipt_decides`."""
    edition = {"id": "act", "since": date(2026, 1, 1)}
    dated = own(limit=[{"after": "seen", "hours": 24}])
    dated |= {"anchors": {"received": "it came in", "seen": "it was read"}}
    pack = load_pack({**dated, "edition": [edition], "edition_by": "received"})
    assert clock(pack, "answer", seen=datetime(2026, 3, 2, 9, tzinfo=UTC)).due == datetime(2026, 3, 3, 9, tzinfo=UTC)
    before = clock(pack, "answer", received=date(2025, 12, 31), seen=datetime(2026, 1, 2, 9, tzinfo=UTC))
    assert before.why is Why.NOT_IN_FORCE


def test_editions_out_of_order_are_refused() -> None:
    editions = [{"id": "new", "since": date(2026, 4, 8)}, {"id": "old"}]
    with pytest.raises(PolicyRefused, match="in the order of their first days"):
        load_pack({**own(), "edition": editions, "edition_by": "received"})


def test_any_change_of_the_text_changes_the_label() -> None:
    assert load_pack(own()).label == load_pack(own()).label != load_pack(own(section="8")).label


def test_a_pack_composes_with_a_profile(tmp_path: Path) -> None:
    written = {
        "base": "standard",
        "id": "bank",
        "version": "1",
        "packs": [{"id": "eu.psd2.101", "options": {"long_stop": "additional"}}, {"id": "uk.fca.disp1"}],
    }
    profile = load_profile(written)
    assert [pack.identity.id for pack in profile.packs] == ["eu.psd2.101", "uk.fca.disp1"]
    found = profile.clocks({"received": date(2026, 3, 2)}, {"holding_reply_sent": True})
    assert {each.pack for each in found} == {pack.label for pack in profile.packs}
    again = load_profile(json.loads(profile.content))
    assert again.digest == profile.digest
    assert again.packs[0].chosen == {"long_stop": "additional"}
    assert load_profile({**written, "packs": [{"id": "eu.psd2.101"}]}).digest != profile.digest
    with pytest.raises(PolicyRefused, match=r"did you mean .eu\.psd2\.101"):
        load_profile({**written, "packs": [{"id": "eu.psd.101"}]})
    with pytest.raises(PolicyRefused, match="another text of the pack"):
        load_profile({**written, "packs": [{"id": "eu.psd2.101", "digest": "0" * 64}]})


def test_a_clock_is_plain_data_with_the_steps_of_its_count() -> None:
    found = clock("ca.fcac", "deal_with", received=date(2026, 3, 2))
    told = json.loads(json.dumps(found.to_dict()))
    steps = told.pop("reckoning")
    assert steps["day"] == "2026-04-27"
    assert told == {  # F32
        "pack": load_pack("ca.fcac").label, "milestone": "deal_with", "rule": "deal_with.1", "why": "runs",
        "due": steps["at"], "open": [], "read": {}, "calendar": f"{WEEKDAYS.id}#{WEEKDAYS.digest}",
        "counted_from": {"received": "2026-03-02"},
    }  # fmt: skip
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    bar = clock("uk.fca.disp1", "ombudsman_time_bar", event=at, received=at).to_dict()
    assert (bar["counted_from"], bar["open"]) == ({"event": "2026-03-02T09:00:00.000000Z"}, ["knew"])


def test_what_switches_off_what() -> None:
    """F12, F39: an early correction waives the answer; a breach opens the way to the ombudsman."""
    early = load_pack("us.cfpb.regx").milestones["early_correction"]
    assert (early.nature, early.waives) == (Nature.WINDOW, ("acknowledge", "response"))
    fca = load_pack("uk.fca.disp1").milestones
    assert fca[fca["final_response"].opens].nature is Nature.RIGHT


LYING = {"received": date(2026, 3, 2), "referred": date(2026, 3, 12), "sent_back": date(2026, 3, 20)}
STANDS = [{"since": "referred", "until": "sent_back"}]


def lying(**term: int) -> Pack:
    written = own(limit=[{"after": "received", "stands": STANDS, **term}])
    return load_pack({**written, "anchors": dict.fromkeys(LYING, "it happened")})


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60))
def test_f_15_what_lay_elsewhere_has_the_rest_of_its_time(lodged: int, days: int, term: int) -> None:
    """The days that were left when it went are the days that are left when it comes back."""
    assume(lodged < term)
    day = date(2026, 3, 2)
    gone, back = (date.fromordinal(day.toordinal() + n) for n in (lodged, lodged + days))
    found = clock(lying(calendar_days=term), "answer", received=day, referred=gone, sent_back=back)
    assert found.day == date.fromordinal(back.toordinal() + term - lodged)


def test_f_14_a_clock_that_stands_has_no_date() -> None:
    pack, received = lying(working_days=10), date(2026, 3, 2)
    assert clock(pack, "answer", received=received).day == date(2026, 3, 16)
    gone = clock(pack, "answer", received=received, referred=LYING["referred"])
    assert (gone.why, gone.open, gone.due, gone.counted_from) == (Why.OPEN, ("sent_back",), None, {})
    back = clock(pack, "answer", **LYING)
    assert (back.day, back.counted_from) == (date(2026, 3, 24), LYING)  # six of its closes fell on working days
    assert back.to_dict()["counted_from"] == {name: day.isoformat() for name, day in LYING.items()}
    with pytest.raises(PolicyRefused, match="there is no anchor 'refered'"):
        load_pack(own(limit=[{"after": "received", "weeks": 1, "stands": [{"since": "refered", "until": "received"}]}]))
