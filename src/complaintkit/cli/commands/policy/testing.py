"""``complaintkit policy test``: the tests that stand in a policy, one line each, and what they leave untested."""

from __future__ import annotations

from argparse import Namespace

from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, common
from complaintkit.policy.trial import Trial, Tried, try_out

EXAMPLES = """\
  complaintkit policy test ours.toml
  complaintkit policy test ours.toml --json
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("file", metavar="FILE", help="a TOML file, or a name of the library")
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Run the tests, and say how each ended."""
    trial = try_out(args.file)
    data = {
        "policy": trial.subject.label,
        "passed": trial.passed,
        "tests": [_data(each) for each in trial.tried],
        "coverage": coverage_data(trial),
    }
    lines = [line for each in trial.tried for line in _lines(each, args.file)]
    return Answer(data, [*lines, *_sum(trial), *coverage_lines(trial)], code=0 if trial.passed else 1)


def _data(tried: Tried) -> dict[str, object]:
    case = tried.case
    return {"name": case.name, "line": case.line, "passed": tried.passed, "failures": list(tried.failures)}


def _lines(tried: Tried, file: str) -> list[str]:
    if tried.passed:
        return [f"passed  {tried.case.name}"]
    return [f"FAILED  {tried.case.name} ({file}:{tried.case.line})", *(f"        {each}" for each in tried.failures)]


def _sum(trial: Trial) -> list[str]:
    failed = sum(1 for each in trial.tried if not each.passed)
    if not trial.tried:
        return [f"{trial.subject.label} has no tests: write [[tests]] tables into it"]
    return ["", f"{len(trial.tried)} tests of {trial.subject.label}, {failed} failed"]


def coverage_lines(trial: Trial) -> list[str]:
    """How many rules the tests fire, and the ones that none of them does."""
    fired = len(trial.rules) - len(trial.unfired)
    lines = [f"{fired} of {len(trial.rules)} rules fired ({trial.percent} %)"]
    return lines + [f"  no test fires {rule}" for rule in trial.unfired]


def coverage_data(trial: Trial) -> dict[str, object]:
    """The same as plain data."""
    return {"rules": len(trial.rules), "percent": trial.percent, "unfired": list(trial.unfired)}
