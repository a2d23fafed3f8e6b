"""The charts: the process as native python-statemachine classes, one flat chart for each machine.

The charts are the specification: what can follow what. They hold no guards, no callbacks and no data;
``table`` compiles each one once, and commands run on the table. Where the domain's table gives several
targets for one event, there is one chart event for each result; they share the EV id in :data:`EV_IDS`.
"""

from __future__ import annotations

import gettext
from functools import reduce
from operator import or_
from typing import Any, Final

from complaintkit.vocabulary import Handling, Phase

# Importing python-statemachine replaces the process-wide gettext domain; a host keeps its own.
_domain = gettext.textdomain()
from statemachine import State, StateMachine  # noqa: E402

gettext.textdomain(_domain)


class Step(State):
    """A state of the handling chart with its phase and its number among the ten steps (0: none)."""

    def __init__(self, name: str, value: str, phase: Phase, step: int = 0, *, initial: bool = False) -> None:
        super().__init__(name, value=value, initial=initial)
        self.phase = phase
        self.step = step


def _stay(*states: State) -> Any:
    """A move that keeps the state, from each of the given ones."""
    return reduce(or_, (state.to(state) for state in states))


def _go(*states: State, to: State) -> Any:
    """A move to one state from each of the given ones."""
    return reduce(or_, (state.to(to) for state in states))


class HandlingChart(StateMachine):
    """Region A: receive, respond, learn (domain lifecycle 4.2 and 4.3, and EV-03)."""

    start = Step("Start", "start", Phase.RECEIVE, initial=True)
    draft = Step("Draft", Handling.DRAFT, Phase.RECEIVE)
    received = Step("Received", Handling.RECEIVED, Phase.RECEIVE)
    assessing = Step("Assessing", Handling.ASSESSING, Phase.RECEIVE, 1)
    early_resolution = Step("Early resolution", Handling.EARLY_RESOLUTION, Phase.RESPOND, 2)
    selecting_approach = Step("Selecting approach", Handling.SELECTING_APPROACH, Phase.RESPOND, 3)
    planning = Step("Planning", Handling.PLANNING, Phase.RESPOND, 4)
    authorising = Step("Authorising", Handling.AUTHORISING, Phase.RESPOND, 5)
    gathering_evidence = Step("Gathering evidence", Handling.GATHERING_EVIDENCE, Phase.RESPOND, 6)
    reassessing_resolution = Step("Reassessing resolution", Handling.REASSESSING_RESOLUTION, Phase.RESPOND, 7)
    reporting = Step("Reporting", Handling.REPORTING, Phase.RESPOND, 8)
    approving_actions = Step("Approving actions", Handling.APPROVING_ACTIONS, Phase.RESPOND, 9)
    informing_parties = Step("Informing parties", Handling.INFORMING_PARTIES, Phase.RESPOND, 10)
    outcome_issued = Step("Outcome issued", Handling.OUTCOME_ISSUED, Phase.RESPOND)
    under_internal_review = Step("Under internal review", Handling.UNDER_INTERNAL_REVIEW, Phase.RESPOND)
    closed = Step("Closed", Handling.CLOSED, Phase.LEARN)

    _inquiry = (
        assessing,
        early_resolution,
        selecting_approach,
        planning,
        authorising,
        gathering_evidence,
        reassessing_resolution,
        reporting,
    )  # ST-02..09
    _assessed = (*_inquiry, approving_actions, informing_parties, outcome_issued, under_internal_review)  # ST-02..13
    _open = (received, *_assessed)  # ST-01..13
    _until_outcome = _open[:-1]  # ST-01..12

    # Receive
    capture = start.to(draft)
    register = _go(start, draft, to=received)
    acknowledge = _stay(*_open)
    begin_assessment = received.to(assessing)
    request_information = _stay(*_inquiry, under_internal_review)
    information_received = _stay(*_inquiry, under_internal_review)
    information_lapsed = _stay(*_inquiry, under_internal_review)
    set_issues = _stay(*_inquiry, approving_actions)
    record_triage = _stay(*_assessed)
    override_priority = _stay(*_open)
    declare_conflict = _stay(*_open)
    reassign = _stay(*_open)
    merge_duplicate = _go(*_until_outcome, to=closed)
    split = _stay(*_inquiry)
    reclassify_keep = _go(received, assessing, to=assessing)
    reclassify_conclude = _go(received, assessing, to=closed)
    reclassify_upgrade = _stay(*_open)
    conclude_feedback = _go(received, assessing, to=closed)
    open_disclosure = _stay(*_open)
    immediate_action = _stay(*_open)

    # Respond
    try_early_resolution = assessing.to(early_resolution)
    skip_early_resolution = assessing.to(selecting_approach)
    agree_resolution = _go(early_resolution, reassessing_resolution, to=outcome_issued)
    early_resolution_failed = early_resolution.to(selecting_approach)
    refer_out = _go(assessing, selecting_approach, reassessing_resolution, to=informing_parties)
    decline = _go(assessing, selecting_approach, reassessing_resolution, to=informing_parties)
    approach_settle = selecting_approach.to(early_resolution)
    approach_investigate = selecting_approach.to(planning)
    approach_desk_review = selecting_approach.to(gathering_evidence)
    approach_refer = selecting_approach.to(informing_parties)
    approve_plan = planning.to(authorising)
    transfer_for_authority = _stay(authorising)
    grant_authority = authorising.to(gathering_evidence)
    add_evidence = _stay(*_inquiry, approving_actions, under_internal_review)
    ask_liaison = _stay(gathering_evidence)
    answer_liaison = _stay(gathering_evidence)
    interview = _stay(gathering_evidence)
    evidence_complete = gathering_evidence.to(reassessing_resolution)
    more_evidence = _go(reassessing_resolution, reporting, to=gathering_evidence)
    proceed_to_report = reassessing_resolution.to(reporting)
    invite_comment = _stay(reporting)
    submit_report = reporting.to(approving_actions)
    return_report = approving_actions.to(reporting)
    approve_report = approving_actions.to(informing_parties)
    issue_outcome = informing_parties.to(outcome_issued)
    accept_outcome = _stay(outcome_issued)
    request_internal_review = _go(outcome_issued, closed, to=under_internal_review)
    review_decided = under_internal_review.to(outcome_issued)
    review_remit_assessment = under_internal_review.to(assessing)
    review_remit_evidence = under_internal_review.to(gathering_evidence)
    external_opened = _stay(*_open, closed)
    external_determined = _stay(*_open, closed)
    external_returned = _stay(*_open, closed)

    # Ending, and coming back
    close = outcome_issued.to(closed)
    reopen = closed.to(assessing)
    withdraw = _go(draft, *_until_outcome, to=closed)
    withdraw_review = under_internal_review.to(outcome_issued)
    abandon = _go(assessing, early_resolution, selecting_approach, outcome_issued, to=closed)
    unmerge_to_received = closed.to(received)
    unmerge_to_assessing = closed.to(assessing)
    unmerge_to_early_resolution = closed.to(early_resolution)
    unmerge_to_selecting_approach = closed.to(selecting_approach)
    unmerge_to_planning = closed.to(planning)
    unmerge_to_authorising = closed.to(authorising)
    unmerge_to_gathering_evidence = closed.to(gathering_evidence)
    unmerge_to_reassessing_resolution = closed.to(reassessing_resolution)
    unmerge_to_reporting = closed.to(reporting)
    unmerge_to_approving_actions = closed.to(approving_actions)
    unmerge_to_informing_parties = closed.to(informing_parties)
    unmerge_to_outcome_issued = closed.to(outcome_issued)


class AcknowledgementChart(StateMachine):
    """Region B: from the wish to acknowledge to the proof that it arrived (INV-33)."""

    pending = State("Pending", value="pending", initial=True)
    sent = State("Sent", value="sent")
    delivered = State("Delivered", value="delivered", final=True)
    failed = State("Failed", value="failed")
    waived = State("Waived", value="waived", final=True)

    acknowledge = pending.to(sent) | failed.to(sent)
    deliver = sent.to(delivered)
    fail = sent.to(failed)
    waive = pending.to(waived)


class LearningChart(StateMachine):
    """Region E: learning runs beside handling and outlives it (LE-1 to LE-8)."""

    not_started = State("Not started", value="not_started", initial=True)
    evaluating = State("Evaluating", value="evaluating")
    root_cause = State("Root cause", value="root_cause")
    actions_open = State("Actions open", value="actions_open")
    verifying = State("Verifying", value="verifying")
    learned = State("Learned", value="learned")
    no_action = State("No action", value="no_action")

    start = not_started.to(evaluating)
    find_cause = evaluating.to(root_cause)
    open_actions = evaluating.to(actions_open) | root_cause.to(actions_open)
    verify = actions_open.to(verifying)
    learn = verifying.to(learned)
    conclude_without_action = evaluating.to(no_action) | root_cause.to(no_action)
    not_effective = verifying.to(root_cause)
    resume = learned.to(root_cause) | no_action.to(root_cause)


#: Which event of the domain's table each chart event is.
EV_IDS: Final[dict[str, str]] = {
    "capture": "EV-01",
    "register": "EV-02",
    "acknowledge": "EV-03",
    "begin_assessment": "EV-04",
    "request_information": "EV-05",
    "information_received": "EV-06",
    "information_lapsed": "EV-07",
    "record_triage": "EV-08",
    "override_priority": "EV-09",
    "declare_conflict": "EV-10",
    "reassign": "EV-11",
    "merge_duplicate": "EV-12",
    "split": "EV-13",
    "reclassify_keep": "EV-14",
    "reclassify_conclude": "EV-14",
    "reclassify_upgrade": "EV-14",
    "refer_out": "EV-15",
    "open_disclosure": "EV-16",
    "decline": "EV-17",
    "try_early_resolution": "EV-18",
    "agree_resolution": "EV-19",
    "immediate_action": "EV-20",
    "early_resolution_failed": "EV-21",
    "approach_settle": "EV-22",
    "approach_investigate": "EV-22",
    "approach_desk_review": "EV-22",
    "approach_refer": "EV-22",
    "approve_plan": "EV-23",
    "transfer_for_authority": "EV-24",
    "grant_authority": "EV-25",
    "add_evidence": "EV-26a",
    "ask_liaison": "EV-26b",
    "answer_liaison": "EV-26c",
    "interview": "EV-26d",
    "evidence_complete": "EV-27",
    "more_evidence": "EV-28",
    "proceed_to_report": "EV-29",
    "invite_comment": "EV-30",
    "submit_report": "EV-31",
    "return_report": "EV-32",
    "approve_report": "EV-33",
    "issue_outcome": "EV-34",
    "accept_outcome": "EV-35",
    "request_internal_review": "EV-36",
    "review_decided": "EV-37",
    "review_remit_assessment": "EV-37",
    "review_remit_evidence": "EV-37",
    "external_opened": "EV-38",
    "external_determined": "EV-39",
    "skip_early_resolution": "EV-40",
    "conclude_feedback": "EV-42",
    "close": "EV-43",
    "reopen": "EV-44",
    "withdraw": "EV-45",
    "withdraw_review": "EV-45",
    "abandon": "EV-46",
    "external_returned": "EV-55",
    "set_issues": "EV-56",
} | {f"unmerge_to_{state.value}": "EV-41" for state in list(Handling)[1:13]}
