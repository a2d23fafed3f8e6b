"""One tree of typed errors: what is wrong, where, and what to do about it.

Every error carries a stable ``code``, a ``hint`` that says what to do next and, for refusals, the
list of ``reasons``. Messages name ids and codes only: a name or a narrative never stands in an
error (DESIGN rule "personal data never in exceptions").
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class Reason(NamedTuple):
    """One reason why something is refused.

    ``rule`` is the id of the domain rule (``G-12``, ``IT-05``, ``SoD-2`` ...), ``text`` a sentence in
    English without personal data.

    >>> str(Reason("G-12", "early resolution is not permitted on this track"))
    'G-12: early resolution is not permitted on this track'
    """

    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


class Problem(NamedTuple):
    """One problem of a file that a person wrote: where it is and what is wrong.

    >>> str(Problem("policy.toml", 9, "band.rules[1].floor", "'urgnet' is not a band"))
    "policy.toml:9: band.rules[1].floor: 'urgnet' is not a band"
    """

    file: str
    line: int
    path: str
    text: str
    column: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")
        return f"{place}: {self.path}: {self.text}" if self.path else f"{place}: {self.text}"


class ComplaintKitError(Exception):
    """The root of every error that complaintkit raises on purpose.

    >>> error = ComplaintKitError("something is wrong", hint="do this")
    >>> error.code, str(error)
    ('complaintkit', 'something is wrong (do this)')
    """

    code = "complaintkit"
    #: True where the same call may succeed when it is simply made again.
    retryable = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message

    def to_dict(self) -> dict[str, object]:
        """The error as plain data, for ``--json`` and for hosts that answer over HTTP.

        >>> MalformedInput("no zone", hint="add an offset").to_dict()
        {'code': 'malformed-input', 'message': 'no zone', 'hint': 'add an offset'}
        """
        return {"code": self.code, "message": self.message, "hint": self.hint}


class MalformedInput(ComplaintKitError, ValueError):
    """What was handed in cannot be understood; nothing was written."""

    code = "malformed-input"


class UnknownName(MalformedInput):
    """A command, event, field or code that does not exist was named."""

    code = "unknown-name"


class NotInForce(MalformedInput):
    """No edition of a rule is in force on the date that chooses one."""

    code = "not-in-force"


class NaiveDatetime(MalformedInput):
    """A datetime without a zone was handed in; an instant needs one (V-02)."""

    code = "naive-datetime"


class HostileText(MalformedInput):
    """A text that cannot be stored as text (NUL, lone surrogates) or is longer than the limit."""

    code = "hostile-text"


class AttachmentRefused(MalformedInput):
    """The bytes of an attachment are not those that were announced, too many, or of no type; nothing was kept."""

    code = "attachment-refused"


class UsageError(MalformedInput):
    """The command line is wrong; nothing was done."""

    code = "usage"


class UnknownComplaint(ComplaintKitError, LookupError):
    """No complaint has this reference."""

    code = "unknown-complaint"


class MissingAttachment(ComplaintKitError, LookupError):
    """The bytes of an item of evidence are not where the host keeps them."""

    code = "missing-attachment"


class Conflict(ComplaintKitError):
    """The complaint or the command id is not what the caller believes it is."""

    code = "conflict"


class StaleVersion(Conflict):
    """Somebody else changed the complaint since the caller read it."""

    code = "stale-version"


class CommandConflict(Conflict):
    """The same command id was used before with other content."""

    code = "command-conflict"


class CommandRefused(ComplaintKitError):
    """A guard, a role or a duty refuses the command; ``reasons`` holds all of them (INV-06).

    ``allowed`` names the commands that are possible instead.
    """

    code = "command-refused"

    def __init__(self, message: str, reasons: Sequence[Reason], *, allowed: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reasons = tuple(reasons)
        self.allowed = tuple(allowed)

    def __str__(self) -> str:
        why = "; ".join(map(str, self.reasons))
        instead = f" Allowed now: {', '.join(self.allowed)}." if self.allowed else ""
        return f"{self.message}: {why}.{instead}" + (f" ({self.hint})" if self.hint else "")

    def to_dict(self) -> dict[str, object]:
        """The refusal with each reason and what is allowed instead."""
        reasons = [reason._asdict() for reason in self.reasons]
        return super().to_dict() | {"reasons": reasons, "allowed": list(self.allowed)}


class ErasureHeld(CommandRefused):
    """A legal hold or a duty to keep stands against an erasure; it is carried out when nothing does any more.

    ``until`` is when the first complaint can be erased by what is known today, None where nobody knows.
    """

    code = "erasure-held"

    def __init__(self, reasons: Sequence[Reason], until: datetime | None) -> None:
        super().__init__("nothing can be erased yet", reasons, hint="it is kept in mind: tick() erases what it may")
        self.until = until

    def to_dict(self) -> dict[str, object]:
        """The refusal with each reason and the date."""
        return super().to_dict() | {"until": self.until.isoformat() if self.until else None}


class TextErased(ComplaintKitError, KeyError):
    """A personal text was erased; that it was there, and what was decided on it, is still in the journal."""

    code = "text-erased"

    __str__ = ComplaintKitError.__str__


class NotAvailableYet(ComplaintKitError):
    """The command is part of the model, but this version cannot carry it out yet."""

    code = "not-available-yet"


class FileRefused(ComplaintKitError):
    """A file that a person wrote was read and is refused; ``problems`` lists every one at once."""

    code = "file-refused"

    def __init__(self, message: str, problems: Sequence[Problem], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        return super().__str__() + lines

    def to_dict(self) -> dict[str, object]:
        """The refusal with every problem as file, line, column, path and text."""
        return super().to_dict() | {"problems": [problem._asdict() for problem in self.problems]}


class PolicyRefused(FileRefused):
    """A policy profile is wrong; nothing of it is used."""

    code = "policy-refused"


class PolicyWarning(UserWarning):
    """A policy is usable, but something in it is not certain: a limit nobody read in the law itself."""


class MappingRefused(FileRefused):
    """A mapping profile of an import is wrong; nothing of it is used."""

    code = "mapping-refused"


class ImportRefused(FileRefused):
    """A file of records cannot be taken in; nothing of it was."""

    code = "import-refused"


class CalendarRefused(ComplaintKitError, ValueError):
    """A working calendar is wrong, or is asked about a time that it does not know."""

    code = "calendar-refused"


class CalendarWarning(UserWarning):
    """A working calendar is usable, but something in it is probably a slip of the pen."""


class StoreError(ComplaintKitError):
    """The store could not do its work; nothing of the transaction was kept."""

    code = "store-error"


class StoreBusy(StoreError):
    """Another writer holds the store; make the same call with the same command id again."""

    code = "store-busy"
    retryable = True


class StoreUnreachable(StoreError):
    """The database cannot be reached, or went away; where that was at the commit, only the same call again can tell."""

    code = "store-unreachable"
    retryable = True


class MissingTables(StoreError):
    """The database does not have the tables of complaintkit."""

    code = "missing-tables"


class StoreReadOnly(StoreError):
    """The database or its folder cannot be written."""

    code = "store-read-only"


class StoreFull(StoreError):
    """The disk is full."""

    code = "store-full"


class NetworkFileSystem(StoreError):
    """The file of a store lies on another machine's disk, where SQLite cannot keep it whole."""

    code = "network-file-system"


class StoreForked(StoreError):
    """The store was opened before a fork; two processes that share its handles would damage the file."""

    code = "store-forked"


class NewerSchema(StoreError):
    """The store was written by a newer version of complaintkit."""

    code = "newer-schema"


class CorruptStore(StoreError):
    """What is stored is not what was written; ``complaintkit audit verify`` names the place."""

    code = "corrupt-store"


class ProofRefused(ComplaintKitError, ValueError):
    """A proof, a signature or a checkpoint does not hold, or is none; nothing is proved by it."""

    code = "proof-refused"


class ForkDetected(ComplaintKitError):
    """The log is not the one that was signed or anchored before: older, or another (an old backup, two copies)."""

    code = "fork-detected"


class ClockInDoubt(ComplaintKitError):
    """The clock has jumped, or nobody has swept for very long: nothing was fired (DESIGN section 5)."""

    code = "clock-in-doubt"


class LetterRefused(ComplaintKitError):
    """A letter lacks a part that it owes, or says what it must not (INV-50); it does not go out.

    >>> print(LetterRefused("the letter N-14", [Reason("INV-50", "issue 2 is not answered")]))
    the letter N-14 cannot go out: INV-50: issue 2 is not answered
    """

    code = "letter-refused"

    def __init__(self, what: str, reasons: Sequence[Reason], *, hint: str = "") -> None:
        super().__init__(f"{what} cannot go out: {'; '.join(map(str, reasons))}", hint=hint)
        self.reasons = tuple(reasons)

    def to_dict(self) -> dict[str, object]:
        """The refusal with each reason."""
        return super().to_dict() | {"reasons": [reason._asdict() for reason in self.reasons]}


class DeliveryFailed(ComplaintKitError):
    """A notifier could not hand a message over."""

    code = "delivery-failed"


class MissingExtra(ComplaintKitError, ImportError):
    """A part of complaintkit needs a package that is not installed.

    >>> print(MissingExtra("complaintkit[learn]", "the report"))
    the report needs complaintkit[learn] (pip install 'complaintkit[learn]')
    """

    code = "missing-extra"

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f"{what} needs {extra}", hint=f"pip install '{extra}'")
        self.extra = extra
