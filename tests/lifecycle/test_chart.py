"""The chart is exactly the domain's table, and the compiled table is exactly the chart."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statemachine import State, StateMachine
from statemachine.exceptions import TransitionNotAllowed

from complaintkit.errors import ComplaintKitError
from complaintkit.lifecycle import Table, compile_chart, handling_table, learning_table
from complaintkit.lifecycle.charts import EV_IDS, AcknowledgementChart, HandlingChart, LearningChart, Step
from complaintkit.lifecycle.steps import DECIDES, NOT_YET
from complaintkit.vocabulary import AckState, Handling, LearningState, Role
from tests.conformance import lifecycle_table

TABLE = handling_table()
STATES = [str(state.value) for state in HandlingChart.states]
EVENTS = sorted({event for row in TABLE.targets.values() for event in row})
CHARTS = (HandlingChart, AcknowledgementChart, LearningChart)


def chart_events(chart: type[StateMachine]) -> list[str]:
    return sorted(str(event) for event in chart.events)


# The document ---------------------------------------------------------------------------------------


def test_states_phases_and_steps_are_those_of_the_document() -> None:
    found = {
        (str(state.value), state.phase.value, state.step) for state in HandlingChart.states if state.value != "start"
    }
    assert found == {(state.name, state.phase, state.step) for state in lifecycle_table.states().values()}
    assert {state.name for state in lifecycle_table.states().values()} == {handling.value for handling in Handling}


def test_every_event_leads_where_the_document_says() -> None:
    found = defaultdict(set)
    for state, row in TABLE.targets.items():
        for event, target in row.items():
            found[EV_IDS[event]].add((state, target))
    assert found == lifecycle_table.moves()


def test_every_chart_event_has_its_id() -> None:
    assert set(EV_IDS) == set(EVENTS) == set(chart_events(HandlingChart))


def test_an_event_of_the_chart_has_a_command_or_is_listed_as_not_available_yet() -> None:
    carried = {move for how in DECIDES.values() for move in how.chart_events}
    assert carried - set(NOT_YET) == set(EVENTS) - set(NOT_YET)
    assert set(NOT_YET) <= set(EVENTS)


#: Where the roles of a command are not those of the document, and why.
DEVIATIONS = {
    # A case handler who takes a call keeps the message too; nobody loses a right by it.
    "EV-01": {"RO-01", "RO-02", "RO-03", "RO-04", "RO-20"},
    # The complainant's half of an agreement is recorded with their own words by who settles (G-13).
    "EV-19": {"RO-03", "RO-04"},
    # The handler says why, RO-08 does it: the second person acts, and is not who merged it (DESIGN 2).
    "EV-41": {"RO-08"},
    # The person asks, RO-08 grants: the words of the request are part of the grant.
    "EV-44": {"RO-08"},
}


def test_the_roles_of_every_available_command_are_those_of_the_document() -> None:
    told = lifecycle_table.who() | {event: frozenset(roles) for event, roles in DEVIATIONS.items()}
    found: dict[str, set[str]] = defaultdict(set)
    for how in DECIDES.values():  # EV-09 is three commands: the second person's acts are their own
        if how.chart_events:
            found[how.ev] |= {role.value for role in how.by}
    assert found == {event: told[event] for event in found}


def test_the_system_only_does_what_sod_9_leaves_to_it() -> None:
    may = {how.command.__name__ for how in DECIDES.values() if Role.SYSTEM in how.by}
    assert may == {
        "CaptureComplaint", "RegisterComplaint", "AcknowledgeComplaint",  # register, acknowledge
        "FailEarlyResolution", "CloseComplaint",  # what a stated time limit ends: EV-21, EV-43
        "JudgeCommitment", "ReviseCommitments", "RecordDelivery",  # compute, and what the notifier answers
        "RemindOfInformation", "RecordInformation", "LapseInformationRequest",  # remind, take in, end (EV-06, EV-07)
        "RaiseSignal", "ResumeClocks",  # escalate (EV-52), and end a wait whose time is over (EV-49)
        "ReportOverdueOverride",  # escalate (P-20)
        "RecordContact",  # what reaches us is registered (INV-20)
        "ImportRecord", "CorrectRecord",  # replay another system's history, marked as such
    }  # fmt: skip


def test_the_regions_use_the_words_of_the_vocabulary() -> None:
    assert {state.value for state in AcknowledgementChart.states} == {state.value for state in AckState}
    assert {state.value for state in LearningChart.states} == {state.value for state in LearningState}


# Chart in, table out --------------------------------------------------------------------------------


@pytest.mark.parametrize("chart", CHARTS)
def test_chart_and_table_agree_on_every_state_and_event(chart: type[StateMachine]) -> None:
    table = compile_chart(chart)
    for state in chart.states:
        for event in chart_events(chart):
            machine = chart(start_value=state.value)
            target = table.target(str(state.value), event)
            if target is None:
                with pytest.raises(TransitionNotAllowed):
                    machine.send(event)
                target = state.value
            else:
                machine.send(event)
            assert machine.current_state_value == target


@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_chart_and_table_agree_on_random_walks(walk: list[str]) -> None:
    machine, place = HandlingChart(), "start"
    for event in walk:
        target = TABLE.target(place, event)
        if target is None:
            with pytest.raises(TransitionNotAllowed):
                machine.send(event)
        else:
            machine.send(event)
            place = target
        assert machine.current_state_value == place


@given(st.data())
def test_chart_and_table_agree_on_long_legal_walks(data: st.DataObject) -> None:
    machine, place = HandlingChart(), "start"
    for _ in range(30):
        event = data.draw(st.sampled_from(TABLE.events(place)))
        machine.send(event)
        place = TABLE.targets[place][event]
        assert machine.current_state_value == place


def test_every_state_can_be_reached_and_can_be_left_towards_closed() -> None:
    def reach(start: str) -> set[str]:
        seen, todo = {start}, [start]
        while todo:
            for target in TABLE.targets[todo.pop()].values():
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        return seen

    assert reach("start") == set(STATES)
    assert all("closed" in reach(state) for state in STATES)


def test_external_review_is_open_from_every_registered_state() -> None:
    registered = set(STATES) - {"start", "draft"}
    assert {state for state in STATES if "external_opened" in TABLE.events(state)} == registered  # INV-61


class _TwoTargets(StateMachine):
    first = State(initial=True)
    second = State()
    third = State()
    go = first.to(second) | first.to(third)
    back = second.to(first) | third.to(first)


def test_compile_refuses_two_targets_for_one_event() -> None:
    with pytest.raises(ComplaintKitError, match="go has two targets in first: second and third"):
        compile_chart(_TwoTargets)


def test_a_table_cannot_be_changed() -> None:
    table: Table = learning_table()
    with pytest.raises(TypeError):
        table.targets["learned"]["start"] = "evaluating"  # type: ignore[index]


@pytest.mark.parametrize("name", ["model", "states", "__class__", "_engine", "send", "", "start", "nosuch"])
def test_the_table_knows_no_name_but_events(name: str) -> None:
    assert all(TABLE.target(state, name) is None for state in STATES)


# Canaries: what we rely on in python-statemachine ---------------------------------------------------


def test_canary_an_illegal_event_raises_and_moves_nothing() -> None:
    machine = HandlingChart()
    with pytest.raises(TransitionNotAllowed):
        machine.send("close")
    assert machine.current_state_value == "start"


def test_canary_an_unknown_event_raises() -> None:
    for name in ("nosuch", ""):
        with pytest.raises(TransitionNotAllowed):
            HandlingChart().send(name)


def test_canary_names_of_attributes_are_no_events() -> None:
    # send("model") raises AttributeError: unchecked names never reach it, the table is asked instead.
    for name in ("model", "states", "__class__", "_engine"):
        with pytest.raises((AttributeError, TransitionNotAllowed)):
            HandlingChart().send(name)


def test_canary_native_state_machines_are_strict() -> None:
    assert HandlingChart.allow_event_without_transition is False
    assert HandlingChart.catch_errors_as_events is False


def test_canary_introspection_gives_states_transitions_events_and_targets() -> None:
    register = [t for t in HandlingChart.draft.transitions if "register" in [str(event) for event in t.events]]
    assert [str(t.target.value) for t in register] == ["received"]
    assert [state.value for state in HandlingChart.states][:3] == ["start", "draft", "received"]


def test_canary_a_state_of_our_own_class_keeps_phase_and_step() -> None:
    assert all(isinstance(state, Step) for state in HandlingChart.states)
    assert HandlingChart.reporting.step == 8
    assert HandlingChart.closed.phase.value == "learn"


@pytest.mark.parametrize("chart", CHARTS)
def test_canary_the_charts_hold_no_callbacks_and_no_conditions(chart: type[StateMachine]) -> None:
    ours = {name for name in vars(chart) if name.startswith(("on_", "before_", "after_"))}
    assert not ours
    for state in chart.states:
        for transition in state.transitions:
            specs = [spec for spec in transition._specs if not spec.is_convention]
            assert not specs


def test_canary_a_restored_machine_stands_where_it_was_put() -> None:
    for state in STATES:
        assert HandlingChart(start_value=state).current_state_value == state


def test_importing_the_charts_keeps_the_hosts_gettext_domain() -> None:
    script = (
        "import gettext; gettext.textdomain('crm')\nimport complaintkit.lifecycle.charts\nprint(gettext.textdomain())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "crm"
