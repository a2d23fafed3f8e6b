"""The eight methods of the desk, where other tests do not ask them: defaults, queue, options, plain data."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaintkit import commands as c
from complaintkit.desk import ComplaintDesk
from complaintkit.errors import MalformedInput
from complaintkit.lifecycle import COMMANDS, handling_table
from complaintkit.lifecycle.steps import DECIDES, NOT_YET
from complaintkit.ports import Query
from complaintkit.vocabulary import Band, Channel, Handling
from tests import lives
from tests.lives import AGENT, CREW, HANDLER, PERSON, TRIAGE, WAYS, Life


def test_a_desk_without_arguments_works_and_says_what_it_stands_on(caplog: pytest.LogCaptureFixture) -> None:
    desk = ComplaintDesk()
    assert "memory store" in caplog.text
    complaint = desk.handle(c.RegisterComplaint(owner="agent-7", narrative="Twice."), AGENT).complaint
    assert desk.get(complaint.ref, AGENT) == complaint


def test_plain_data_is_as_good_as_a_command() -> None:
    life = Life()
    data = {"type": "register-complaint", "owner": "agent-7", "narrative": "x", "attributes": {"b": "2", "a": "1"}}
    first = life.desk.handle(data, AGENT, "one").complaint
    assert first.intake.attributes == (("a", "1"), ("b", "2"))
    same = c.RegisterComplaint(owner="agent-7", narrative="x", attributes={"a": "1", "b": "2"})
    assert life.desk.handle(same, AGENT, "one").repeated


def test_every_command_goes_to_plain_data_and_back() -> None:
    made = [
        c.RegisterComplaint(owner="h", narrative="x", channel=Channel.PHONE, received_at=lives.START),
        c.SetIssues(complaint="C-1", issues=[c.NewIssue(statement="x", desired_outcome="y")]),
        c.RecordTriage(complaint="C-1", levels=lives.CALM, note="x"),
        c.SubmitReport(complaint="C-1", findings=[lives.finding()]),
        c.CloseComplaint(complaint="C-1"),
    ]
    for command in made:
        data = c.to_dict(command)
        assert c.to_dict(c.from_dict(data)) == data


@pytest.mark.parametrize("channel", Channel)
def test_inv_19_the_channel_decides_nothing(channel: Channel) -> None:
    def facts(life: Life) -> object:
        complaint = life.triaged(changed={"seriousness": 2}).state()
        assert complaint is not None
        return complaint.triage, [(o.kind, o.due) for o in complaint.commitments]

    life = Life()
    life.received = lambda **rest: type(life).received(life, channel=channel, **rest)  # type: ignore[method-assign]
    assert facts(life) == facts(Life())


def test_the_queue_is_by_band_then_rank_with_age_then_receipt() -> None:
    life = Life()
    refs = {}
    for name, levels in {
        "calm": lives.CALM, "urgent": lives.levels(health_safety=3), "old": lives.levels(seriousness=2),
        "young": lives.levels(seriousness=2), "worse": lives.levels(seriousness=2, legal=2),
    }.items():  # fmt: skip
        life.ref = ""
        life.received()
        life.do(c.BeginAssessment, HANDLER)
        life.do(c.SetIssues, HANDLER, issues=(c.NewIssue(statement="x"),))
        life.do(c.RecordTriage, TRIAGE, levels=levels, note="x")
        refs[life.ref] = name
        life.clock.advance(timedelta(days=3 if name == "old" else 0))
    life.ref = ""
    refs[life.received().ref] = "new"
    found = [refs[row.stream] for row in life.desk.find(Query(), HANDLER)]
    assert found == ["urgent", "worse", "old", "young", "calm", "new"]
    urgent = life.desk.find(Query(band=Band.P1, is_open=True, owner=HANDLER.id, person=PERSON.id), HANDLER)
    assert [refs[row.stream] for row in urgent] == ["urgent"]
    assert life.desk.find(Query(state=Handling.CLOSED), HANDLER) == []


@pytest.mark.parametrize("state", WAYS)
def test_allowed_names_everything_the_chart_allows_and_why_not(state: str) -> None:
    life = WAYS[state](Life())
    legal = set(handling_table().events(state))
    for who in CREW:
        options = {option.command: option for option in life.desk.allowed(life.ref, who)}
        for how in DECIDES.values():
            if legal & (set(how.chart_events) - set(NOT_YET)) and how.by:
                name = next(name for name, cls in COMMANDS.items() if cls is how.command)
                assert options[name].possible or options[name].reasons
                assert set(options[name].by) == {role.value for role in how.by}
                assert options[name].possible <= bool(who.roles & how.by)
        assert {NOT_YET[event] for event in legal if event in NOT_YET} <= set(options)
        assert all(not options[name].possible for name in set(options) & set(NOT_YET.values()))


def test_allowed_before_there_is_a_complaint() -> None:
    options = {option.command: option.possible for option in Life().desk.allowed(None, AGENT)}
    assert options["register-complaint"]
    assert options["capture-complaint"]
    assert not {o.command: o for o in Life().desk.allowed(None, TRIAGE)}["register-complaint"].possible


def test_ids_that_a_decision_needs_follow_from_the_command() -> None:
    first, second = Life(seed=3).early_resolution(), Life(seed=3).early_resolution()
    assert [record.body for record in first.log()] == [record.body for record in second.log()]
    assert first.log() != Life(seed=4).early_resolution().log()


@pytest.mark.parametrize("key", ["", "a b", "dana@example.org", "x" * 200, 5])
def test_a_command_id_is_opaque(key: str) -> None:
    with pytest.raises(MalformedInput):
        Life().desk.handle(c.RegisterComplaint(owner="h", narrative="x"), AGENT, key)
