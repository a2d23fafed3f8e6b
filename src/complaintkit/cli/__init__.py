"""The command line: ``complaintkit COMMAND ...``, one module of ``cli.commands`` for each command.

Data goes to standard output and messages to standard error. With ``--json`` standard output holds exactly one JSON
document, whatever happens. How a command ended is said by its exit code (see ``cli.failures``).

>>> main(["diagram", "learning", "--json", "--formt"])
{
  "error": {
    "code": "usage",
    "message": "there is no option --formt",
    "hint": "did you mean --format? see: complaintkit diagram --help"
  }
}
2
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType
from typing import Final

from complaintkit.cli.failures import BROKEN_PIPE, INTERRUPTED, OK, TOLD, USAGE, exit_code, report
from complaintkit.cli.output import Answer, note, show
from complaintkit.cli.parsing import Parser, suggestion
from complaintkit.errors import UsageError

#: By name: the module that carries it out, and what it is for.
Commands = Mapping[str, tuple[str, str]]
#: Each command, in the order of a newcomer's needs: the module that carries it out, and what it is for.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("demo", "work a year of fictional complaints, and leave a book, letters and a report"),
    "import": ("take_in", "take in the records of another system from a CSV file"),
    "show": ("show", "show a complaint: where it stands, what was promised, what happened"),
    "allowed": ("allowed", "say what may happen next, what it needs, and why not the rest"),
    "do": ("do", "carry out one command, given as JSON"),
    "attach": ("attach", "keep the bytes of evidence, and compare them with what is on file"),
    "find": ("find", "list complaints in the order in which they should be worked"),
    "due": ("due", "say when something is due, and why"),
    "tick": ("tick", "carry out what has fallen due by itself"),
    "dispatch": ("dispatch", "send the letters that are due, or write them as e-mail files"),
    "worker": ("worker", "carry out and send what falls due, until it is told to stop"),
    "report": ("report", "write the report: figures, charts, and the tables behind them"),
    "diagram": ("diagram", "draw the process as a state chart"),
    "erase": ("erase", "erase the personal texts of a person; two people must ask"),
    "export-person": ("export_person", "hand out what the book holds about a person: as data, and as a page"),
    "disclosures": ("disclosures", "list who has read or got which personal texts, and what for"),
    "retention": ("retention", "say which complaints are due for disposal, and why the others are kept"),
    "keys": ("keys", "encrypt a book, and rotate its keys"),
    "audit": ("audit", "verify that nothing in a book was changed, sign it, and prove it to others"),
    "doctor": ("doctor", "look at the file of a book, and bring an older one up"),
    "policy": ("policy", "check, explain, test and compare policies"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; ``argv`` is what follows the program's name.

    Nothing is raised for what a person did wrong: it is said in one message.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        note("interrupted; what was reported as done is kept")
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return BROKEN_PIPE
    return code


def _run(arguments: list[str]) -> int:
    """Parse, carry out and show; a typed error becomes a message and an exit code."""
    if not arguments:
        note(_root().format_help().rstrip())
        return USAGE
    try:
        with _warnings_as_notes():
            parser, rest = _parser(arguments)
            args = parser.read(rest)
            answer: Answer = args.run(args)
        show(answer, as_json=args.json)
    except SystemExit:  # argparse has shown a help or the version
        return OK
    except BrokenPipeError:
        raise
    except TOLD as error:
        report(error, as_json="--json" in arguments)
        return exit_code(error)
    return answer.code


def _parser(arguments: Sequence[str]) -> tuple[Parser, Sequence[str]]:
    """The parser of one command, and what is left for it to read; no other command's module is loaded."""
    name, rest = arguments[0], arguments[1:]
    if name in COMMANDS:
        module, purpose = COMMANDS[name]
        command = import_module(f"complaintkit.cli.commands.{module}")
        if hasattr(command, "VERBS"):
            return _verb(name, purpose, command.VERBS, rest)
        return _of(f"complaintkit {name}", purpose, command), rest
    if not name.startswith("-"):
        hint = suggestion(name, COMMANDS) or f"there are {', '.join(COMMANDS)}"
        raise UsageError(f"there is no command {name[:40]!r}", hint=f"{hint}; see: complaintkit --help")
    if name in ("-h", "--help", "--version"):
        _root().read([name])
    raise UsageError("options come after the command", hint="as in: complaintkit show REF --json")


def _of(prog: str, purpose: str, command: ModuleType) -> Parser:
    parser = Parser(prog=prog, description=f"{purpose[0].upper()}{purpose[1:]}.")
    command.configure(parser)
    return parser


def _verb(name: str, purpose: str, verbs: Commands, rest: Sequence[str]) -> tuple[Parser, Sequence[str]]:
    """The parser of one verb of a command that has several, such as ``policy check``."""
    if rest and rest[0] in verbs:
        module, told = verbs[rest[0]]
        command = import_module(f"complaintkit.cli.commands.{COMMANDS[name][0]}.{module}")
        return _of(f"complaintkit {name} {rest[0]}", told, command), rest[1:]
    if rest and rest[0] in ("-h", "--help"):
        example = f"examples:\n  complaintkit {name} {next(iter(verbs))} --help"
        epilog = f"verbs:\n{_listed(verbs)}\n\nEach answers with one JSON document where --json is added.\n\n{example}"
        usage = f"complaintkit {name} VERB ..."
        told = f"{purpose[0].upper()}{purpose[1:]}."
        return Parser(prog=f"complaintkit {name}", usage=usage, description=told, epilog=epilog), rest
    there = f"there are {', '.join(verbs)}"
    if not rest or rest[0].startswith("-"):
        raise UsageError(f"complaintkit {name} needs a verb", hint=there)
    hint = suggestion(rest[0], verbs) or there
    raise UsageError(f"complaintkit {name} has no {rest[0][:40]!r}", hint=f"{hint}; see: complaintkit {name} --help")


def _listed(commands: Commands) -> str:
    return "\n".join(f"  {name:<9} {purpose}" for name, (_, purpose) in commands.items())


def _root() -> Parser:
    """What ``complaintkit --help`` shows."""
    from complaintkit._version import __version__

    parser = Parser(
        prog="complaintkit",
        usage="complaintkit COMMAND ...",
        description="Handle complaints from the shell: receive, respond, learn.",
        epilog=f"commands:\n{_listed(COMMANDS)}\n\nEach has examples: complaintkit COMMAND --help",
    )
    parser.add_argument("--version", action="version", version=f"complaintkit {__version__}")
    return parser


@contextmanager
def _warnings_as_notes() -> Iterator[None]:
    """Say a warning in one line, without the place in our source."""
    with warnings.catch_warnings():
        warnings.showwarning = _note_warning
        yield


def _note_warning(message: Warning | str, *_: object, **__: object) -> None:
    note(f"warning: {message}")


def _forget_output() -> None:
    """Whoever read our output has gone: the interpreter's last flush goes nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
