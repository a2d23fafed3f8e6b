"""The list of steps: every module of receive, respond and learn, and the two rooms below them.

Nothing registers itself by being imported; what is not in this list does not exist for the desk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from complaintkit.commitments import clocks, extensions, pauses, promises, revisions, signals
from complaintkit.complaint.step import Decides, Evolve
from complaintkit.errors import UnknownName
from complaintkit.journal import Book, Event, event, type_name
from complaintkit.learn import evaluation
from complaintkit.letters import delivery
from complaintkit.privacy import erasure
from complaintkit.receive import (
    acknowledgement,
    assessment,
    contacts,
    correction,
    duplicates,
    history,
    intake,
    priority,
    responsibility,
)
from complaintkit.respond import (
    closing,
    comment,
    early_resolution,
    external,
    immediate_action,
    information,
    inquiry,
    legal_hold,
    liaison,
    outcome,
    report,
    review,
    withholding,
)

#: The modules of the process, in its order.
STEPS: Final = (
    intake,
    acknowledgement,
    assessment,
    priority,
    responsibility,
    contacts,
    duplicates,
    correction,
    history,
    immediate_action,
    information,
    early_resolution,
    inquiry,
    liaison,
    comment,
    report,
    outcome,
    review,
    external,
    closing,
    legal_hold,
    withholding,
    evaluation,
    clocks,
    promises,
    pauses,
    extensions,
    revisions,
    signals,
    delivery,
)


@event
class AttemptRefused:
    """Somebody tried what a guard, a role or a duty refuses (INV-06); of the book, never folded."""

    complaint: str
    command: str
    rules: tuple[str, ...]


@event
class TextRevealed:
    """Somebody read personal texts of a complaint, for a stated purpose (INV-18); of the book, never folded.

    ``refs`` are the ``items`` texts that they read; ``to`` is who got them (None: who has read them, nobody else).
    """

    schema = 2

    complaint: str
    purpose: str
    items: int
    refs: tuple[str, ...] = ()
    to: str | None = None


@event
class EpochBegun:
    """The log had to begin anew: it was not the one that had been signed (an old backup, or two copies).

    ``checkpoint`` is the text of the last checkpoint known of the epoch before, ``lost`` how many of its entries
    are missing here (None: the log is another one, not an older one); ``reason`` is a code or a ticket number.
    """

    epoch: int
    checkpoint: str
    reason: str
    approved_by: tuple[str, ...]
    lost: int | None


#: How each command is decided.
DECIDES: Final[dict[type, Decides]] = {each.command: each for step in STEPS for each in step.DECIDES}
#: How each event changes a complaint.
EVOLVES: Final[dict[type, Evolve]] = {cls: evolve for step in STEPS for cls, evolve in step.EVOLVES.items()}
#: The command classes by stored name.
COMMANDS: Final[dict[str, type]] = {type_name(cls): cls for cls in DECIDES}
#: The event classes by stored name.
EVENTS: Final[dict[str, type[Event]]] = {
    type_name(cls): cls for cls in (*EVOLVES, AttemptRefused, TextRevealed, EpochBegun, *erasure.EVENTS)
}


def _corrections_of_schema_1(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a source said, as the facts that it corrected; what each said before stands in the entries before."""
    said = {name: data[name] for name in ("received_at", "channel")} | {"attributes": json.dumps(data["attributes"])}
    said |= {f"milestone.{name}": None for name in data["dropped"]}
    right = [{"fact": name, "after": value} for name, value in said.items()]
    right.append({"fact": "narrative", "text_after": data["narrative"]})
    return {"corrections": right, "reason": None, "notified_at": None}


#: How entries are read; a change of a stored shape adds its upcaster here.
BOOK: Final = Book(
    events=EVENTS,
    upcasters={
        ("text-revealed", 1): lambda data: data | {"refs": [], "to": None},
        ("record-corrected", 1): _corrections_of_schema_1,
    },
)

#: Chart events whose step is not available in this version, with the command that will carry them.
NOT_YET: Final[dict[str, str]] = {
    "split": "split-complaint",
    "reclassify_keep": "reclassify-complaint",
    "reclassify_conclude": "reclassify-complaint",
    "reclassify_upgrade": "reclassify-complaint",
    "conclude_feedback": "conclude-feedback",
    "open_disclosure": "open-disclosure",
    "refer_out": "refer-complaint",
    "decline": "decline-complaint",
    "approach_investigate": "plan-investigation",
    "approach_refer": "refer-complaint",
    "approve_plan": "approve-plan",
    "transfer_for_authority": "transfer-for-authority",
    "grant_authority": "grant-authority",
    "interview": "record-interview",
    "abandon": "abandon-complaint",
}


def decides_for(command: Any) -> Decides:
    """How a command is decided; raises :class:`~complaintkit.errors.UnknownName` for what nobody can command."""
    how = DECIDES.get(type(command))
    if how is None or not how.by:
        raise UnknownName(f"{type(command).__name__[:60]} is no command", hint="see complaintkit.commands")
    return how
