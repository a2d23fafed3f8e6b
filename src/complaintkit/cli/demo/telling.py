"""One complaint told as a story: what happened, in the order it happened, in sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintkit.complaint import Complaint
from complaintkit.desk import RevealedTexts
from complaintkit.journal import Entry
from complaintkit.vocabulary import NoticeRule

Sentence = Callable[[Any, RevealedTexts, ZoneInfo], str]

_LETTERS: Final = {
    NoticeRule.ACKNOWLEDGEMENT: "an acknowledgement",
    NoticeRule.PROGRESS: "word of progress",
    NoticeRule.INFORMATION_REQUEST: "a question",
    NoticeRule.HANDLER_CHANGED: "who looks after it now",
    NoticeRule.RESOLUTION: "what was agreed",
    NoticeRule.COMMENT_INVITATION: "an invitation to comment",
    NoticeRule.OUTCOME: "the outcome",
    NoticeRule.REVIEW_RECEIVED: "who will review it",
    NoticeRule.REVIEW_DECIDED: "what the review decided",
}


def _day(at: Any, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a} {at.astimezone(zone).day} {at.astimezone(zone):%b, %H:%M}"


def _plain(text: str) -> Sentence:
    return lambda _event, _texts, _zone: text


def _quoted(text: str, field: str) -> Sentence:
    return lambda event, texts, _zone: f"{text}: “{texts.of(getattr(event, field))}”"


def _kind(event: Any) -> str:
    return str(event.kind.value).replace("_", " ")


#: How each kind of event is told; what is not here goes without saying.
SENTENCES: Final[dict[str, Sentence]] = {
    "complaint-registered": lambda e, t, _: f"A complaint comes in: “{t.of(e.intake.narrative)}” {e.owner} owns it.",
    "commitment-made": lambda e, _, z: f"Promised: {_kind(e)} by {_day(e.due, z)}.",
    "commitment-moved": lambda e, _, z: f"It is more urgent than it looked: {_kind(e)} is now due {_day(e.due, z)}.",
    "commitment-met": lambda e, _, _z: f"Kept: {_kind(e)}.",
    "commitment-breached": lambda e, _, z: f"BROKEN: {_kind(e)} was due {_day(e.due, z)}.",
    "letter-sent": lambda e, _, _z: f"A letter leaves ({e.rule.value}): {_LETTERS[e.rule]}.",
    "assessment-begun": _plain("Somebody without a conflict of interest takes it on."),
    "issues-set": lambda e, t, _: f"The issue, in neutral words: “{t.of(e.issues[0].statement)}”",
    "triage-recorded": lambda e, _, _z: f"Priority {e.band.value} by {', '.join(e.rules)}; track {e.track.value}.",
    "immediate-action-taken": _quoted("At once", "what"),
    "information-requested": _quoted("Only the complainant can say", "questions"),
    "information-received": _quoted("The complainant", "information"),
    "information-request-lapsed": _plain("No answer comes; it is decided on what there is."),
    "liaison-asked": lambda e, t, _: f"{e.unit} is asked: “{t.of(e.text)}”",
    "liaison-answered": _quoted("The department", "answer"),
    "comment-invited": _quoted("Whoever it goes against hears", "points"),
    "comment-received": _quoted("They comment", "comment"),
    "early-resolution-tried": _quoted("The handler proposes", "proposal"),
    "early-resolution-failed": _plain("They do not agree."),
    "approach-selected": _quoted("A desk review it is", "reason"),
    "evidence-added": lambda e, t, _: f"Evidence: “{t.of(e.item.description)}”",
    "evidence-completed": _plain("The search is over."),
    "report-submitted": lambda e, t, _: f"Finding: {e.findings[0].value.value}. “{t.of(e.findings[0].reasons)}”",
    "report-approved": _plain("Somebody else approves the report."),
    "outcome-issued": lambda e, t, _: f"Outcome: {e.value.value}. “{t.of(e.explanation)}”",
    "evaluation-started": _plain("Learning from it begins, whatever the outcome."),
    "internal-review-requested": _quoted("The complainant", "words"),
    "internal-review-decided": lambda e, t, _: f"Review by {{by}}: {e.outcome.value}. “{t.of(e.reasons)}”",
    "outcome-accepted": _quoted("The complainant", "words"),
    "complaint-closed": _plain("Closed."),
}


def told(complaint: Complaint, entries: Sequence[Entry], texts: RevealedTexts, zone: ZoneInfo) -> Iterator[str]:
    """The lines of the story, ready to print."""
    yield f"The story of {complaint.ref}"
    before = ""
    for entry in entries:
        sentence = SENTENCES.get(entry.type)
        if sentence is None:
            continue
        when = _day(entry.occurred or entry.at, zone)
        text = sentence(entry.event, texts, zone).replace("{by}", entry.actor.id)
        yield textwrap.fill(
            text, 100, initial_indent=f"  {'' if when == before else when:<19}", subsequent_indent=" " * 21
        )
        before = when
