"""The parts of README.md and docs/ that say what the code says, made from the code.

A page holds such a part between ``<!-- made: name -->`` and ``<!-- end -->``. ``python -m tests.pages`` writes them
anew after a change of the code; ``test_pages`` fails where somebody forgot.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any, Final

import attrs

from complaintkit import errors
from complaintkit.cli.commands import diagram
from complaintkit.complaint.step import Decides
from complaintkit.journal import type_name
from complaintkit.lifecycle import charts
from complaintkit.lifecycle.steps import EVENTS, EVOLVES, NOT_YET, STEPS
from complaintkit.lifecycle.table import handling_table
from complaintkit.vocabulary import Role
from tests.chart_picture import draw
from tests.conftest import ROOT

PAGES: Final = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PICTURE: Final = ROOT / "docs" / "reference" / "handling.svg"
MADE: Final = re.compile(r"(?<=^<!-- made: )(?P<name>[a-z-]+)( -->\n).*?(?=^<!-- end -->$)", re.MULTILINE | re.DOTALL)


def main() -> None:
    """Write every part and the picture."""
    for page in PAGES:
        page.write_text(remade(page.read_text(encoding="utf-8")), encoding="utf-8")
    PICTURE.write_text(picture(), encoding="utf-8")


def remade(text: str) -> str:
    """A page with its parts as the code has them today."""
    return MADE.sub(lambda found: f"{found['name']}{found[2]}{PARTS[found['name']]()}", text)


def picture() -> str:
    """The picture of the handling chart."""
    return draw(*diagram.read_chart("handling"))


def chart() -> str:
    """The handling chart as ``complaintkit diagram`` draws it, without merging, which is possible nearly everywhere."""
    places, moves = diagram.read_chart("handling")
    shown = [move for move in moves if move.available and move.source != move.target]
    lines = diagram.DRAW["mermaid"](places, [move for move in shown if move.ev not in {"EV-12", "EV-41"}])
    return "```mermaid\n" + "".join(f"{line}\n" for line in lines) + "```\n"


def states() -> str:
    """Every state of the handling chart with what may happen in it."""
    rows = []
    for state in charts.HandlingChart.states:
        moves = handling_table().targets[str(state.value)]
        leads = {
            target: [e for e, to in moves.items() if to == target and e not in NOT_YET] for target in moves.values()
        }
        ways = "; ".join(f"{', '.join(map(_words, events))} → **{to}**" for to, events in leads.items() if events)
        rows.append((f"`{state.value}`", state.phase.value, state.step or "", ways))
    return _table(("state", "phase", "step", "what may happen, and where it leads"), rows)


def commands() -> str:
    """Every command that somebody may give, step by step."""
    return "\n".join(line for step in STEPS for line in _step(step))


def _step(step: ModuleType) -> Iterator[str]:
    given = [how for how in step.DECIDES if how.by]
    if given:
        yield f"## {re.split('[:(]', _first(step))[0].strip()}\n"
    for how in given:
        yield from _command(how)


def _command(how: Decides) -> Iterator[str]:
    where = [state for state, moves in handling_table().targets.items() if {*moves} & {*how.chart_events} - {*NOT_YET}]
    yield f"### `{type_name(how.command)}`\n"
    yield f"{{py:class}}`{how.command.__name__} <{how.command.__module__}.{how.command.__name__}>`"
    yield f": {_first(how.command)}\n"
    yield f"- who: {', '.join(f'{_words(role.name)} ({role.value})' for role in sorted(how.by))}"
    if how.move is not None:
        yield f"- from: {', '.join(where)}"
    yield f"- it needs: {', '.join(_needed(how.command)) or 'nothing else'}"
    yield from (f"- asks: {_first(guard)}" for guard in (*how.requires, *how.guards))
    yield ""


def _needed(cls: Any) -> list[str]:
    return [f"`{a.name}`" for a in attrs.fields(cls) if a.default is attrs.NOTHING and a.name != "complaint"]


def events() -> str:
    """Every event that a journal entry can carry."""
    rows = [(f"`{name}`", cls.schema, "" if cls in EVOLVES else "book", _first(cls)) for name, cls in EVENTS.items()]
    return _table(("event", "schema", "of", "what happened"), rows)


def not_yet() -> str:
    """What this version refuses as not available yet."""
    rows = [
        (f"`{command}`", ", ".join(sorted({charts.EV_IDS[e] for e in NOT_YET if NOT_YET[e] == command})))
        for command in sorted(set(NOT_YET.values()))
    ]
    return _table(("command", "of the domain"), rows)


def roles() -> str:
    """Every role by its stored word and its name on the command line."""
    return _table(("stored", "on the command line"), [(role.value, f"`{_words(role.name, '-')}`") for role in Role])


def error_codes() -> str:
    """Every error with its code."""
    found = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.ComplaintKitError)]
    ordered = sorted(found, key=lambda cls: inspect.getsourcelines(cls)[1])
    rows = [(f"`{cls.code}`", f"{{py:class}}`~complaintkit.errors.{cls.__name__}`", _first(cls)) for cls in ordered]
    return _table(("code", "error", "what it says"), rows)


def _first(thing: Any) -> str:
    """The first paragraph of a docstring, as it may stand in a page."""
    text = " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())
    return re.sub(r":\w+:`~?([^`]+)`", lambda found: f"`{found[1].rpartition('.')[2]}`", text.replace("``", "`"))


def _words(name: str, between: str = " ") -> str:
    return name.lower().replace("_", between)


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [[*heads], ["---" for _ in heads], *(map(str, row) for row in rows)]
    return "\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in lines) + "\n"


#: How each part is made.
PARTS: Final[dict[str, Callable[[], str]]] = {
    "chart": chart,
    "states": states,
    "commands": commands,
    "events": events,
    "not-yet": not_yet,
    "roles": roles,
    "errors": error_codes,
}

if __name__ == "__main__":
    main()
