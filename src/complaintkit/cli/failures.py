"""What is said when something goes wrong, and the exit codes.

==== ==========================================================================
code meaning
==== ==========================================================================
0    done, and nothing was found against it
1    a negative finding: a refused command, a faulty log, a false proof, a letter that failed
2    the command line is wrong
3    data or storage: a file, a book or a value that cannot be used
4    a conflict: a stale version, or a command id that was used before
130  interrupted
141  the reader of the output has gone
==== ==========================================================================
"""

from __future__ import annotations

from typing import Final

from complaintkit.cli.output import note, write_json
from complaintkit.errors import (
    CommandRefused,
    ComplaintKitError,
    Conflict,
    ForkDetected,
    NotAvailableYet,
    ProofRefused,
    UsageError,
)

OK: Final = 0
FINDING: Final = 1
USAGE: Final = 2
DATA: Final = 3
CONFLICT: Final = 4
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

#: What is told in one message; everything else is a mistake of ours and keeps its traceback.
TOLD: Final = (ComplaintKitError, OSError)

_CODES: Final[tuple[tuple[type[Exception], int], ...]] = (
    (CommandRefused, FINDING),
    (NotAvailableYet, FINDING),
    (ForkDetected, FINDING),
    (ProofRefused, FINDING),
    (UsageError, USAGE),
    (Conflict, CONFLICT),
)


def exit_code(error: Exception) -> int:
    """The exit code of an error.

    >>> from complaintkit.errors import StaleVersion
    >>> exit_code(StaleVersion("read again"))
    4
    """
    return next((code for kind, code in _CODES if isinstance(error, kind)), DATA)


def report(error: Exception, *, as_json: bool) -> None:
    """Say what is wrong: on standard error, or with ``--json`` as the one document on standard output."""
    told = error if isinstance(error, ComplaintKitError) else _of_the_system(error)
    if as_json:
        write_json({"error": told.to_dict()})
    else:
        note(f"complaintkit: {told}")


def _of_the_system(error: Exception) -> ComplaintKitError:
    """An error of the operating system: the file, and the reason in its words."""
    name, reason = getattr(error, "filename", None), getattr(error, "strerror", None)
    place = f"{name}: " if name else ""
    return ComplaintKitError(f"{place}{reason or type(error).__name__}", hint="check the path and its permissions")
