# ruff: noqa: PT017 (what was refused is compared with what was foretold)
"""The desk over two stores at once, driven by drawn commands: what must hold holds after every one of them."""

from __future__ import annotations

import logging
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from complaintkit import commands as c
from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.complaint import Complaint
from complaintkit.complaint.correcting import correction_of
from complaintkit.desk import ComplaintDesk, Outcome, RowCheck, read_stream, verify_book, verify_rows
from complaintkit.errors import CommandConflict, CommandRefused, ComplaintKitError, NotAvailableYet, StaleVersion
from complaintkit.journal import BOOK_STREAM, verify_log
from complaintkit.journal.codec import personals
from complaintkit.lifecycle import COMMANDS, summary_of, timers_of
from complaintkit.lifecycle.steps import NOT_YET
from complaintkit.measures import read_facts
from complaintkit.measures.engine import rows as fetched
from complaintkit.ports import Query, Store
from complaintkit.timekeeping.clock import FrozenClock
from complaintkit.values import Actor, Personal, is_complaint_ref
from complaintkit.vocabulary import (
    AnswerQuality,
    Approach,
    Band,
    ClockEffect,
    ConflictDecision,
    DeliveryStatus,
    Dimension,
    EvidenceKind,
    FindingValue,
    Gravity,
    HoldReason,
    ReopenReason,
    ReviewOutcome,
    Role,
)
from tests import lives

#: Stands in every personal text: whoever finds it where it must not be has found a leak.
#: Follow from events, or from an import.
BY_NOBODY = {"settle-commitments", "escalate-undelivered", "resume-learning", "import-record", "correct-record"}
MARK = "Zerubbabel-Quux"
OFFICER = Actor("privacy-1", Role.PRIVACY_OFFICER)
FAR = 9_999 * 24 * 60  # minutes

#: Commands that take a complaint to another place, and those that make that possible once.
FURTHER = frozenset(
    """
    register-complaint begin-assessment skip-early-resolution try-early-resolution agree-resolution
    fail-early-resolution select-approach complete-evidence proceed-to-report submit-report
    return-report approve-report issue-outcome close-complaint request-internal-review decide-review reopen-complaint
    """.split()  # noqa: SIM905
)
ONCE = {
    "set-issues": lambda complaint: not complaint.issues,
    "record-triage": lambda complaint: complaint.triage is None,
    "add-evidence": lambda complaint: not complaint.inquiry.evidence,
    "start-evaluation": lambda complaint: complaint.outcome is not None,
    "accept-outcome": lambda complaint: True,
}


def useful(command: str, complaint: Complaint) -> bool:
    """Whether a command takes a complaint further."""
    return command in FURTHER or (command in ONCE and ONCE[command](complaint))


def timers(store: Any) -> list[Any]:
    """The timers of all complaints; those of the book and of a person follow from something else."""
    due = store.due(lives.START + timedelta(minutes=FAR), 10_000).timers
    return [timer for timer in due if timer.stream != BOOK_STREAM and not timer.stream.startswith("person/")]


def text(what: str) -> str:
    return f"{what} {MARK}"


class Desks:
    """Two desks with the same clock and the same randomness, one over memory, one over a database (SQLite here)."""

    def __init__(self, folder: Path) -> None:
        self.clock = FrozenClock(lives.START)
        self.notifiers = [MemoryNotifier(), MemoryNotifier()]
        self.stores: list[Store] = [MemoryStore(), self.open(folder)]
        self.desks = [
            ComplaintDesk(
                store,
                clock=self.clock,
                notifier=notifier,
                entropy=random.Random(1).randbytes,
                plaintext_vault=True,
            )
            for store, notifier in zip(self.stores, self.notifiers, strict=True)
        ]

    def open(self, folder: Path) -> Store:
        """The store beside the one in memory."""
        # How durable a commit is, the contract suite asks: here a file without waiting for the disk is enough.
        self.connection = sqlite3.connect(folder / "book.db", isolation_level=None)
        self.connection.execute("pragma synchronous = off")
        return SqliteStore.on(self.connection)

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()

    def both(self, ask: Any) -> Any:
        """Ask both desks the same; their answers, or their errors, must be the same."""
        results: list[Any] = []
        for desk in self.desks:
            try:
                results.append((ask(desk), None))
            except ComplaintKitError as error:
                results.append(((type(error), str(error)), error))
        assert results[0][0] == results[1][0]
        answer, error = results[0]
        if error is not None:
            raise error
        return answer

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """What lies in the database file, by table."""
        names = [row[0] for row in self.connection.execute("select name from sqlite_master where type = 'table'")]
        return {name: self.connection.execute(f"select * from {name}").fetchall() for name in names}


@contextmanager
def listening(records: list[logging.LogRecord]) -> Iterator[None]:
    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    handler, root, ours = Keep(), logging.getLogger(), logging.getLogger("complaintkit")
    before = ours.level
    root.addHandler(handler)  # whoever logs, also a library under us
    ours.setLevel(logging.DEBUG)  # ... and however little it matters
    try:
        yield
    finally:
        ours.setLevel(before)
        root.removeHandler(handler)


def commitments(complaint: Complaint) -> st.SearchStrategy[str]:
    """The ids of what is owed or was, and one that is none."""
    return st.sampled_from([owed.id for owed in complaint.commitments] or ["none"])


class DeskMachine(RuleBasedStateMachine):
    """Complaints worked by people who make mistakes, on both stores."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.desks = self.open(Path(self._folder.name))
        self.refs: list[str] = []
        self.seen: dict[tuple[str, str], int] = {}
        self.answered: list[tuple[str, Any, Actor, Any]] = []
        self.fired: set[str] = set()
        self.logs: list[logging.LogRecord] = []
        self._listening = listening(self.logs)
        self._listening.__enter__()

    def open(self, folder: Path) -> Desks:
        """The two desks."""
        return Desks(folder)

    def teardown(self) -> None:
        self.everything_is_sound()
        self._listening.__exit__(None, None, None)
        self.desks.close()
        self._folder.cleanup()

    # What people do ------------------------------------------------------------------------------

    @initialize()
    def first(self) -> None:
        self.register(True, False)

    @rule(reachable=st.booleans(), captured=st.booleans())
    @precondition(lambda self: len(self.refs) < 3)
    def register(self, reachable: bool, captured: bool) -> None:
        fields: dict[str, Any] = {
            "narrative": text("They charged me twice."),
            "name": text("Dana"),
            "person": lives.PERSON.id,
            "reach": f"{MARK}@example.org" if reachable else None,
            "unit": "billing",
        }
        command = (
            c.CaptureComplaint(channel="phone", **fields)
            if captured
            else c.RegisterComplaint(owner=lives.HANDLER.id, **fields)
        )
        outcome = self.give(command, lives.AGENT)
        assert outcome is not None
        self.refs.append(outcome.complaint.ref)

    @rule(minutes=st.integers(0, 59))
    def minutes_pass(self, minutes: int) -> None:
        self.desks.clock.advance(timedelta(minutes=minutes, microseconds=1))

    @rule(hours=st.integers(1, 24 * 40))
    def days_pass(self, hours: int) -> None:
        self.desks.clock.advance(timedelta(hours=hours))

    @rule(minutes=st.integers(1, 90))
    def the_clock_goes_back(self, minutes: int) -> None:
        self.desks.clock.advance(timedelta(minutes=-minutes))

    @rule(data=st.data(), who=st.sampled_from(lives.CREW))
    def what_is_allowed_can_be_done(self, data: st.DataObject, who: Actor) -> None:
        """An option that is possible and well filled in is never refused for the chart, a role or a state."""
        ref = data.draw(st.sampled_from(self.refs))
        options = self.desks.both(lambda desk: desk.allowed(ref, who))
        possible = [option for option in options if option.possible]
        assert all(option.reasons for option in options if not option.possible)
        if not possible:
            return
        option = data.draw(st.sampled_from(possible))
        complaint = self.get(ref)
        command = self.fill(data, COMMANDS[option.command], complaint)
        try:
            self.give(command, who)
        except CommandRefused as refusal:
            assert "4.7" not in {reason.rule for reason in refusal.reasons}, "allowed said that this role may"
            assert all("not possible in" not in reason.text for reason in refusal.reasons), "the chart knows a way"

    @rule(data=st.data(), steps=st.integers(3, 12))
    def a_complaint_moves_on(self, data: st.DataObject, steps: int) -> None:
        """Whoever may take it further does: so that every state is reached within a short run."""
        ref = data.draw(st.sampled_from(self.refs))
        for _ in range(steps):
            complaint = self.get(ref)
            ways = [
                (who, option.command)
                for who in lives.CREW
                for option in self.desks.desks[0].allowed(ref, who)
                if option.possible and useful(option.command, complaint)
            ]
            if not ways:
                return
            who, name = data.draw(st.sampled_from(ways))
            self.attempt(self.fill(data, COMMANDS[name], complaint, well=True), who)

    @rule(data=st.data(), who=st.sampled_from(lives.CREW), name=st.sampled_from(sorted(COMMANDS)))
    def anything_is_tried(self, data: st.DataObject, who: Actor, name: str) -> None:
        ref = data.draw(st.sampled_from(self.refs))
        if name not in {
            "settle-commitments",
            "escalate-undelivered",
            "resume-learning",
            "import-record",
            "correct-record",
        }:
            self.attempt(self.fill(data, COMMANDS[name], self.get(ref)), who)

    @rule(data=st.data(), apart=st.booleans())
    @precondition(lambda self: len(self.refs) > 1)
    def a_matter_was_told_twice(self, data: st.DataObject, apart: bool) -> None:
        """A duplicate is merged, the person asks under its reference, and perhaps it is taken out again."""
        one, other = data.draw(st.permutations(self.refs))[:2]
        self.attempt(c.MakePromise(complaint=one, due=self.desks.clock.now() + timedelta(hours=5)), lives.AGENT)
        self.attempt(c.MergeDuplicate(complaint=one, survivor=other, shared=text("The same charge")), lives.HANDLER)
        self.attempt(c.RecordContact(complaint=one, text=text("Any news?")), lives.AGENT)
        if apart:
            self.attempt(c.UnmergeComplaint(complaint=one, reason=text("Two charges")), lives.LEADER)

    @rule(data=st.data(), who=st.sampled_from((lives.HANDLER, lives.AGENT)))
    def an_agent_acts_on_what_they_saw(self, data: st.DataObject, who: Actor) -> None:
        """Two agents read and act: whoever acts on an old version is told so."""
        ref = data.draw(st.sampled_from(self.refs))
        if data.draw(st.booleans()):
            self.seen[who.id, ref] = self.get(ref).version
            return
        version = self.seen.get((who.id, ref), 0)
        command = c.SetIssues(complaint=ref, issues=(c.NewIssue(statement=text("Charged twice")),))
        before = self.counts()
        try:
            self.give(command, who, version=version)
            assert version == self.get(ref).version - 1
        except StaleVersion:
            assert version != self.get(ref).version
            assert self.counts() == before
        except CommandRefused:
            assert version == self.get(ref).version

    @rule(data=st.data())
    @precondition(lambda self: self.answered)
    def a_command_is_repeated(self, data: st.DataObject) -> None:
        key, command, by, first = data.draw(st.sampled_from(self.answered))
        before = self.counts()
        for again in (command, c.to_dict(command)):
            try:
                outcome = self.desks.both(lambda desk, again=again: strip(desk.handle(again, by, key)))
                assert outcome[:2] == first[:2]
                assert outcome[2]
            except CommandRefused as refusal:
                assert str(refusal) == first
            except CommandConflict:  # what tells a repetition from a conflict goes with the texts
                assert any(record.type == "texts-erased" for record in self.desks.stores[0].journal(-1, 1_000_000))
        assert self.counts() == before

    @rule(data=st.data())
    @precondition(lambda self: self.answered)
    def a_command_id_is_used_for_something_else(self, data: st.DataObject) -> None:
        key, command, by, _ = data.draw(st.sampled_from(self.answered))
        other = c.OpenExternalReview(complaint=data.draw(st.sampled_from(self.refs)), body="other-body")
        before = self.counts()
        for changed, who in ((other, by), (command, Actor("somebody-else", by.role))):
            if (changed, who) != (command, by):
                with pytest.raises(CommandConflict):
                    self.desks.both(lambda desk, changed=changed, who=who: desk.handle(changed, who, key))
        assert self.counts() == before

    @rule(data=st.data(), who=st.sampled_from(lives.CREW), name=st.sampled_from(sorted(COMMANDS)))
    def a_preview_writes_nothing_and_tells_the_truth(self, data: st.DataObject, who: Actor, name: str) -> None:
        ref = data.draw(st.sampled_from(self.refs))
        if name in BY_NOBODY:
            return
        command = self.fill(data, COMMANDS[name], self.get(ref))
        before = self.counts(), self.desks.tables()
        try:
            seen = self.desks.both(lambda desk: told(desk.preview(command, who)))
        except ComplaintKitError as error:
            seen = type(error)
        assert (self.counts(), self.desks.tables()) == before
        try:
            events = [entry.event.event_type for entry in self.give(command, who).entries]
        except CommandRefused as refusal:
            assert seen == refusal.reasons
        except ComplaintKitError as error:
            assert seen is type(error)
        else:
            assert seen == events

    @rule()
    def time_takes_effect(self) -> None:
        before = {timer.key for timer in self.due()}
        self.desks.both(lambda desk: desk.tick())
        after = {timer.key for timer in self.due()}
        now = self.desks.clock.now()
        assert [timer.stream for timer in self.desks.stores[0].due(now).timers] == [BOOK_STREAM]  # the last sweep
        self.fired |= (before - after) & self.wanted().keys()

    @rule(failures=st.integers(0, 2), retryable=st.booleans())
    def letters_are_sent(self, failures: int, retryable: bool) -> None:
        for notifier in self.desks.notifiers:
            notifier.fail_next(failures, retryable=retryable)
        self.desks.both(lambda desk: tuple(desk.dispatch()))
        for notifier in self.desks.notifiers:
            notifier.fail_next(0)
        assert [m.key for m in self.desks.notifiers[0].messages] == [m.key for m in self.desks.notifiers[1].messages]

    @rule(data=st.data(), who=st.sampled_from((lives.HANDLER, lives.PERSON, lives.REVIEWER)))
    def texts_are_revealed(self, data: st.DataObject, who: Actor) -> None:
        ref = data.draw(st.sampled_from(self.refs))
        texts = self.desks.both(lambda desk: dict(desk.reveal(ref, who, "handle")))
        assert all(MARK in value for value in texts.values())

    @rule(who=st.sampled_from((OFFICER, lives.MANAGER)))
    def texts_are_erased(self, who: Actor) -> None:
        """Two people ask; what goes is only text: complaints, figures and what is due stay as they were."""
        before = self.figures()
        with suppress(ComplaintKitError):
            self.desks.both(lambda desk: desk.erase(lives.PERSON.id, who).erasure.stage)
        assert self.figures() == before
        for desk in self.desks.desks:
            assert verify_book(desk.store).sound

    def figures(self) -> Any:
        """The complaints as they stand, and the tables from which every statistic is made."""
        desk = self.desks.desks[0]
        facts = read_facts(desk.store, self.desks.clock.now(), desk.profile.calendar)
        rows = [sorted(map(str, fetched(frame))) for frame in (facts.complaints, facts.commitments)]
        return [self.get(row.stream) for row in desk.store.find(Query())], rows

    # How a command is filled in ---------------------------------------------------------------------

    def fill(self, data: st.DataObject, command: type, complaint: Complaint, *, well: bool = False) -> Any:
        """A command of this kind about a complaint, mostly well, sometimes badly."""
        fields = {"complaint": complaint.ref, **self.particulars(data, command, complaint, well=well)}
        names = {field.name for field in attrs.fields(command)}
        if "words" in names and (well or data.draw(st.integers(0, 9))):
            fields["words"] = text("In my own words")
        if "conflict" in names and not well:
            fields["conflict"] = data.draw(st.integers(0, 9)) == 0
        return command(**{name: value for name, value in fields.items() if name in names})

    def particulars(  # noqa: C901
        self, data: st.DataObject, command: type, complaint: Complaint, *, well: bool
    ) -> dict[str, Any]:
        draw = data.draw
        match command:
            case c.SetIssues:
                count = 2 if well else draw(st.sampled_from((1, 2, 0)))
                return {"issues": tuple(c.NewIssue(statement=text(f"Issue {n}")) for n in range(count))}
            case c.RecordTriage:
                levels = {d.fact: 0 if well else draw(st.sampled_from((0, 0, 0, 1, d.top))) for d in Dimension}
                return {"levels": levels, "note": text("Seen"), "is_minor": draw(st.booleans())}
            case c.OverridePriority:
                return {
                    "band": draw(st.sampled_from(Band)),
                    "reason": text("Seen"),
                    "hazard_ended": draw(st.booleans()),
                }
            case c.RejectOverride:
                return {"reason": text("It is not")}
            case c.DeclareUrgency:
                return {"urgency": draw(st.sampled_from(Band))}
            case c.ReassignComplaint:
                owner = draw(st.sampled_from((None, lives.HANDLER.id, lives.AGENT.id, lives.PERSON.id)))
                return {"owner": owner, "reason": "absence", "handover": text("On file")}
            case c.DeclareConflict:
                others = (None, lives.AGENT.id, "handler-99")
                return {
                    "decision": draw(st.sampled_from(ConflictDecision)), "person": draw(st.sampled_from(others)),
                    "measures": text("Watched"),
                }  # fmt: skip
            case c.TryEarlyResolution:
                return {"paraphrase": text("Understood")}
            case c.SkipEarlyResolution | c.ConcludeWithoutAction:
                return {"reason": "not_wanted"}
            case c.AgreeResolution:
                return {"terms": text("Ten back")}
            case c.SelectApproach:
                settled = (Approach.DESK_REVIEW, Approach.DESK_REVIEW, Approach.CONCILIATION)
                return {"approach": draw(st.sampled_from(settled)), "reason": text("On file")}
            case c.AddEvidence:
                numbers = tuple(issue.no for issue in complaint.issues)[
                    0 if well else draw(st.sampled_from((0, 0, 1))) :
                ]
                return {
                    "kind": EvidenceKind.DOCUMENT, "description": text("Ledger"), "source": "billing",
                    "digest": "sha256:0a", "issues": numbers, "lawful_basis": "contract",
                }  # fmt: skip
            case c.CompleteEvidence:
                return {"exhausted": tuple(issue.no for issue in complaint.issues), "note": text("Searched")}
            case c.TakeImmediateAction:
                return {"what": text("The valve is shut"), "why": text("It is hot")}
            case c.AskLiaison:
                return {
                    "unit": "billing", "liaison": lives.LIAISON.id, "question": text("How often?"),
                    "lawful_basis": "contract",
                }  # fmt: skip
            case c.AnswerLiaison:
                questions = [question.id for question in complaint.inquiry.questions] or ["none"]
                return {
                    "question": draw(st.sampled_from(questions)), "answer": text("Twice"), "digest": "sha256:0b",
                    "description": text("Their list"), "quality": draw(st.sampled_from(AnswerQuality)),
                }  # fmt: skip
            case c.RequestInformation:
                until = self.desks.clock.now() + timedelta(hours=draw(st.integers(1, 400)))
                return {"questions": text("When?"), "why": text("It decides"), "until": until}
            case c.RecordInformation:
                return {"information": text("On Monday")}
            case c.InviteComment:
                return {
                    "points": text("You did it"), "basis": text("The list"), "in_person": draw(st.booleans()),
                    "issues": tuple(issue.no for issue in complaint.issues),
                    "party": draw(st.sampled_from((None, "clerk-11"))),
                }  # fmt: skip
            case c.RecordComment:
                invited = [each.id for each in complaint.inquiry.invitations] or ["none"]
                return {"invitation": draw(st.sampled_from(invited)), "comment": text("I did not")}
            case c.SeekMoreEvidence:
                return {"gap": text("The photo")}
            case c.ProceedToReport:
                return {"note": text("Possible")}
            case c.SubmitReport:
                return {"findings": self.findings(data, complaint)}
            case c.ReturnReport:
                return {"reasons": text("Unclear")}
            case c.IssueOutcome:
                return {"explanation": text("We looked into it.")}
            case c.RequestInternalReview:
                return {"reviewer": lives.REVIEWER.id, "discretion": draw(st.booleans())}
            case c.DecideReview:
                outcome = draw(st.sampled_from(ReviewOutcome))
                changed = outcome in (ReviewOutcome.VARIED, ReviewOutcome.SUBSTITUTED) and complaint.inquiry.report
                findings = self.findings(data, complaint) if changed else ()
                return {
                    "outcome": outcome, "reasons": text("Seen again"), "findings": findings,
                    "remit_to": draw(st.sampled_from(("assessment", "evidence"))),
                }  # fmt: skip
            case c.MergeDuplicate:
                fields = {"survivor": draw(st.sampled_from(self.refs)), "shared": text("The same charge")}
                return fields | ({} if well or draw(st.booleans()) else {"consent": text("Both agreed")})
            case c.UnmergeComplaint:
                return {"reason": text("Two charges")}
            case c.RecordContact:
                return {"text": text("Any news?")}
            case c.OpenExternalReview | c.RecordDetermination | c.RecordExternalReturn:
                return {"body": draw(st.sampled_from(("ombudsman", "regulator")))}
            case c.ReopenComplaint:
                return {"reason": draw(st.sampled_from(ReopenReason)), "clock": draw(st.sampled_from(ClockEffect))}
            case c.RegisterComplaint:
                return {"owner": lives.HANDLER.id}
            case c.CaptureComplaint:
                return {"channel": "phone", "narrative": text("Another one")}
            case c.JudgeCommitment | c.KeepCommitment:
                return {"commitment": draw(commitments(complaint))}
            case c.RaiseSignal:
                rungs = ("warning", "breach", "escalation-1", "unknown")
                return {"commitment": draw(commitments(complaint)), "rung": draw(st.sampled_from(rungs))}
            case c.ExtendCommitment:
                return {
                    "commitment": draw(commitments(complaint)), "count": draw(st.integers(1, 6)),
                    "reason": text("An expert is ill"), "notified_at": self.desks.clock.now(),
                }  # fmt: skip
            case c.MakePromise:
                return {"due": self.desks.clock.now() + timedelta(hours=draw(st.integers(-1, 50)))}
            case c.PauseClocks:
                until = self.desks.clock.now() + timedelta(hours=draw(st.integers(1, 400)))
                return {"reason": draw(st.sampled_from(HoldReason)), "until": until}
            case c.PlaceLegalHold | c.ReleaseLegalHold:
                return {"matter": draw(st.sampled_from(("suit-1", "suit-2")))}
            case c.CorrectFacts:
                return self.right_facts(data) | {"reason": text("Typed wrongly")}
            case c.RedactText | c.MarkPrivileged | c.LiftPrivilege:
                spans = draw(st.sampled_from(((), ((0, 2),), ((0, 1), (1, 2)), ((2, 1),), ((0, 9_999),))))
                marks = draw(st.sampled_from(("litigation", "legal_advice", "erased")))
                return {"text": draw(self.references(complaint)), "spans": spans, "ground": marks}
            case c.ReviseCommitments:
                return {"because": draw(st.sampled_from(("policy", "calendar")))}
            case c.RecordDelivery:
                letters = [notice.id for notice in complaint.notices] or ["none"]
                return {"notice": draw(st.sampled_from(letters)), "status": draw(st.sampled_from(DeliveryStatus))}
            case _:
                return {}

    def right_facts(self, data: st.DataObject) -> dict[str, Any]:
        """Facts that are put right: mostly others than those that stand."""
        draw, now = data.draw, self.desks.clock.now()
        facts = draw(st.sampled_from((
            {"channel": "phone"}, {"channel": "letter", "attribute.topic": "fee"}, {"issue.1.category": "delay"},
            {"person": lives.PERSON.id}, {"owner": "clerk-11"}, {},
        )))  # fmt: skip
        received = now - timedelta(hours=draw(st.integers(0, 400)))
        name = draw(st.sampled_from(("narrative", "reach", "issue.1.statement")))
        words = {name: text(draw(st.sampled_from(("They charged me twice.", "They charged me thrice."))))}
        return {
            "facts": facts | ({"received_at": received} if draw(st.booleans()) else {}),
            "texts": words if draw(st.booleans()) else {},
            "absent": draw(st.sampled_from(((), (), ("unit",), ("reach",)))),
            "notified_at": draw(st.sampled_from((None, now))),
        }

    @rule(data=st.data(), who=st.sampled_from((lives.HANDLER, lives.LEADER)))
    def a_fact_was_written_down_wrongly(self, data: st.DataObject, who: Actor) -> None:
        """INV-72: what it said stands beside what it says, and one entry tells both."""
        ref = data.draw(st.sampled_from(self.refs))
        command = c.CorrectFacts(complaint=ref, reason=text("Typed wrongly"), **self.right_facts(data))
        before = self.get(ref)
        try:
            outcome = self.give(command, who)
        except CommandRefused:
            assert self.get(ref) == before
            return
        assert outcome is not None
        event: Any = outcome.entries[0].event
        right = event.corrections
        assert [correction_of(before, each.fact, None).before for each in right] == [each.before for each in right]
        after = outcome.complaint
        assert [correction_of(after, each.fact, None).before for each in right] == [each.after for each in right]

    def references(self, complaint: Complaint) -> st.SearchStrategy[str]:
        """What the complaint has of texts."""
        return st.sampled_from([item.ref for item in personals(complaint) if item.ref])

    def findings(self, data: st.DataObject, complaint: Complaint) -> tuple[c.Finding, ...]:
        items = tuple(item.id for item in complaint.inquiry.evidence)
        return tuple(
            c.Finding(
                issue=issue.no,
                value=data.draw(st.sampled_from(FindingValue)),
                reasons=Personal(text("It shows.")),
                evidence=items,
                gravity=data.draw(st.sampled_from(Gravity)),
                perceived_cause="slow",
                sought=Personal(text("A photo")),
                one_item_reason=Personal(text("It is the original.")),
            )
            for issue in complaint.issues
        )

    def give(self, command: Any, who: Actor, *, version: int | None = None) -> Outcome | None:
        """Give a command to both desks and remember its answer."""
        key = f"key-{len(self.answered)}"
        before = self.counts()
        try:
            outcomes: list[Outcome] = []
            self.desks.both(
                lambda desk: strip(outcomes.append(desk.handle(command, who, key, version)) or outcomes[-1])
            )
        except CommandRefused as refusal:
            self.answered.append((key, command, who, str(refusal)))
            assert self.counts() == (before[0] + 1, before[1])
            raise
        except NotAvailableYet as error:
            assert any(name in str(error) for name in NOT_YET)
            raise
        outcome = outcomes[0]
        self.answered.append((key, command, who, strip(outcome)))
        assert outcome.entries, "no success without its entry"
        assert self.counts() == (before[0] + len(outcome.entries), before[1] + len(outcome.entries))
        assert self.get(outcome.complaint.ref) == outcome.complaint, "what was decided is what the journal says"
        return outcome

    def attempt(self, command: Any, who: Actor) -> None:
        with suppress(ComplaintKitError):
            self.give(command, who)

    def get(self, ref: str) -> Complaint:
        found: Complaint = self.desks.both(lambda desk: desk.get(ref, lives.SYSTEM))
        return found

    def due(self) -> list[Any]:
        return timers(self.desks.stores[0])

    def counts(self) -> tuple[int, int]:
        """How many entries there are, and how many of them belong to complaints."""
        log = self.desks.stores[0].journal(-1, 1_000_000)
        return len(log), sum(record.ver is not None for record in log)

    # What must hold -----------------------------------------------------------------------------------

    @invariant()
    def both_stores_have_the_same_journal(self) -> None:
        first, second = (store.journal(-1, 1_000_000) for store in self.desks.stores)
        assert list(first) == list(second)

    @invariant()
    def somebody_who_may_owns_every_complaint(self) -> None:
        """INV-07, INV-35: one owner at every instant, and never one with a part or an interest in it."""
        for row in self.desks.stores[0].find(Query()):
            complaint = self.get(row.stream)
            if complaint.registered and complaint.is_open:
                assert complaint.owner
                assert complaint.owner not in complaint.excluded

    def wanted(self) -> dict[str, Any]:
        """The timers that the complaints ask for as they stand."""
        complaints = [self.get(row.stream) for row in self.desks.stores[0].find(Query())]
        profile = self.desks.desks[0].profile
        return {key: timer for complaint in complaints for key, timer in timers_of(complaint, profile).items()}

    @invariant()
    def rows_follow_from_the_fold(self) -> None:
        wanted = self.wanted()
        self.fired &= wanted.keys()  # what is wanted again later is set again
        for store in self.desks.stores:
            rows = {row.stream: row for row in store.find(Query())}
            for ref in {record.stream for record in store.journal(-1, 1_000_000) if is_complaint_ref(record.stream)}:
                complaint = read_stream(store.entries(ref))
                assert complaint is not None
                assert rows[ref] == summary_of(complaint)
                assert [record.ver for record in store.entries(ref)] == list(range(1, complaint.version + 1))
            kept = {timer.key: timer for timer in timers(store)}
            assert kept == {key: timer for key, timer in wanted.items() if key not in self.fired}
            assert verify_rows(store, self.desks.desks[0].profile) == RowCheck(len(rows), 0, ())

    @invariant()
    def what_is_merged_is_with_its_survivor(self) -> None:
        """INV-51: no circle, the earliest receipt, and every contact and promise in exactly one place."""
        found = {ref: self.get(ref) for ref in self.refs}
        for complaint in found.values():
            way = [complaint.ref]
            while (into := found[way[-1]].merged_into) is not None:
                assert way[-1] in {joined.ref for joined in found[into].joined}
                assert into not in way
                way.append(into)
            assert all(complaint.received_at <= joined.received_at for joined in complaint.joined)
        contacts = [contact.id for complaint in found.values() for contact in complaint.contacts]
        owed = [each.id for complaint in found.values() for each in complaint.commitments]
        assert len(contacts) == len(set(contacts))
        assert len(owed) == len(set(owed))

    def everything_is_sound(self) -> None:
        for desk, store in zip(self.desks.desks, self.desks.stores, strict=True):
            log = list(store.journal(-1, 1_000_000))
            assert [record.seq for record in log] == list(range(len(log)))
            assert [record.recorded_at for record in log] == sorted(record.recorded_at for record in log)
            with store.transaction() as unit:
                head = unit.head()
            assert verify_log(f"complaintkit/{store.book}", log, head.frontier).sound
            self.nothing_leaks(desk, log)
        for name, rows in self.desks.tables().items():
            if name != "complaintkit_vault":
                assert MARK not in repr(rows), name
        written = logging.Formatter()  # with the traceback, where there is one
        assert MARK not in repr([(written.format(record), record.args) for record in self.logs])

    def nothing_leaks(self, desk: ComplaintDesk, log: list[Any]) -> None:
        for record in log:
            assert MARK.encode() not in record.body
        for ref in self.refs:
            assert MARK not in repr(desk.get(ref, lives.SYSTEM))
        assert MARK not in repr([command for _, command, _, _ in self.answered])
        assert MARK not in repr([answer for *_, answer in self.answered])
        kept = getattr(desk.store, "kept", None)
        if kept is not None:
            assert MARK not in repr((kept._outbox, kept._timers, kept._summaries, kept._answers, kept._claims))


def strip(outcome: Outcome) -> tuple[Complaint, tuple[Any, ...], bool]:
    """What must be the same on both desks, and when a command is repeated."""
    return outcome.complaint, outcome.entries, outcome.repeated


def told(preview: Any) -> Any:
    """What a preview says: the names of the events, or the reasons."""
    return preview.refusal.reasons if preview.refusal else [event.event_type for event in preview.events]


TestDesk = DeskMachine.TestCase
# A step drives two desks and reads everything back, an erasure all figures too: the long run takes 60 lives.
TestDesk.settings = settings(max_examples=min(settings().max_examples // 2, 60))
