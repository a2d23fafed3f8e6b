"""``complaintkit policy check``: every problem of a file at once, each with its line."""

from __future__ import annotations

import warnings
from argparse import Namespace
from typing import NamedTuple

from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, common
from complaintkit.errors import CalendarWarning, PolicyRefused, PolicyWarning, Problem
from complaintkit.policy.trial import Subject, load_subject

EXAMPLES = """\
  complaintkit policy check ours.toml
  complaintkit policy check policies/*.toml --json

A file is a profile, a pack or decision tables of one's own; its keys tell which. Warnings alone do not fail.
"""


class Checked(NamedTuple):
    """What was found in one file."""

    file: str
    subject: Subject | None
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="a TOML file, or a name of the library")
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Load every file, and say what is wrong with each."""
    checked = [_check(file) for file in args.files]
    wrong = sum(1 for each in checked if each.problems)
    lines = [line for each in checked for line in _lines(each)]
    data = {"sound": not wrong, "files": [_data(each) for each in checked]}
    return Answer(data, lines, code=1 if wrong else 0)


def _check(file: str) -> Checked:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            subject: Subject | None = load_subject(file)
            problems: tuple[Problem, ...] = ()
        except PolicyRefused as error:
            subject, problems = None, error.problems
    told = (str(each.message) for each in found if issubclass(each.category, PolicyWarning | CalendarWarning))
    return Checked(file, subject, problems, tuple(dict.fromkeys(told)))


def _lines(checked: Checked) -> list[str]:
    lines = [str(problem) for problem in checked.problems]
    lines += [f"{checked.file}: warning: {warning}" for warning in checked.warnings]
    if checked.subject is not None:
        lines.append(f"{checked.file}: sound, {checked.subject.label}")
    return lines


def _data(checked: Checked) -> dict[str, object]:
    return {
        "file": checked.file,
        "policy": checked.subject.label if checked.subject else None,
        "problems": [problem._asdict() for problem in checked.problems],
        "warnings": list(checked.warnings),
    }
