"""The handling chart as the domain document states it (lifecycle, tables 4.2 and 4.3, and EV-03), by hand.

Notation: ``ST-02..09`` is a range, ``-`` the place before there is a complaint, ``self`` keeps the place, ``open``
is every registered open state (ST-01..13), ``registered`` the same with ST-15. An event with several results has a
row for each.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# 4.2: state, name, phase, step of the ten. ST-14 is retired.
STATES = """
ST-00 | draft                  | receive | 0
ST-01 | received               | receive | 0
ST-02 | assessing              | receive | 1
ST-03 | early_resolution       | respond | 2
ST-04 | selecting_approach     | respond | 3
ST-05 | planning               | respond | 4
ST-06 | authorising            | respond | 5
ST-07 | gathering_evidence     | respond | 6
ST-08 | reassessing_resolution | respond | 7
ST-09 | reporting              | respond | 8
ST-10 | approving_actions      | respond | 9
ST-11 | informing_parties      | respond | 10
ST-12 | outcome_issued         | respond | 0
ST-13 | under_internal_review  | respond | 0
ST-15 | closed                 | learn   | 0
"""

# 4.3: event, from, to, who. EV-03 is of region B and keeps the place; "any internal" is RO-03..19.
# EV-06, EV-07 lead out of region C, which EV-05 entered: they are possible where EV-05 is.
# EV-08 is a re-triage after ST-02: in ST-01 nothing was triaged yet.
EVENTS = """
EV-01  | -                   | ST-00 | RO-01..03, RO-20
EV-02  | -, ST-00            | ST-01 | RO-03, RO-04, RO-20
EV-03  | open                | self  | RO-03, RO-04, RO-20
EV-04  | ST-01               | ST-02 | RO-04, RO-05
EV-05  | ST-02..09, ST-13    | self  | RO-04, RO-07
EV-06  | ST-02..09, ST-13    | self  | RO-01, RO-02, RO-20
EV-07  | ST-02..09, ST-13    | self  | RO-20
EV-08  | ST-02..13           | self  | RO-05
EV-09  | open                | self  | RO-05, RO-08
EV-10  | open                | self  | RO-03..19
EV-11  | open                | self  | RO-08, RO-12
EV-12  | ST-01..12           | ST-15 | RO-04
EV-13  | ST-02..09           | self  | RO-04, RO-05
EV-14  | ST-01, ST-02        | ST-02 | RO-05
EV-14  | ST-01, ST-02        | ST-15 | RO-05
EV-14  | open                | self  | RO-05
EV-15  | ST-02, ST-04, ST-08 | ST-11 | RO-05, RO-09
EV-16  | open                | self  | RO-01..19
EV-17  | ST-02, ST-04, ST-08 | ST-11 | RO-09
EV-18  | ST-02               | ST-03 | RO-03, RO-04
EV-19  | ST-03, ST-08        | ST-12 | RO-01..04
EV-20  | open                | self  | RO-03..19
EV-21  | ST-03               | ST-04 | RO-04, RO-20
EV-22  | ST-04               | ST-05 | RO-04, RO-08
EV-22  | ST-04               | ST-07 | RO-04, RO-08
EV-22  | ST-04               | ST-03 | RO-04, RO-08
EV-22  | ST-04               | ST-11 | RO-04, RO-08
EV-23  | ST-05               | ST-06 | RO-08, RO-09
EV-24  | ST-06               | self  | RO-08
EV-25  | ST-06               | ST-07 | RO-09
EV-26a | ST-02..10, ST-13    | self  | RO-04, RO-06, RO-07
EV-26b | ST-07               | self  | RO-04, RO-06, RO-07
EV-26c | ST-07               | self  | RO-04, RO-06, RO-07
EV-26d | ST-07               | self  | RO-04, RO-06, RO-07
EV-27  | ST-07               | ST-08 | RO-07
EV-28  | ST-08, ST-09        | ST-07 | RO-07, RO-09
EV-29  | ST-08               | ST-09 | RO-07
EV-30  | ST-09               | self  | RO-07
EV-31  | ST-09               | ST-10 | RO-07
EV-32  | ST-10               | ST-09 | RO-09
EV-33  | ST-10               | ST-11 | RO-09, RO-10
EV-34  | ST-11               | ST-12 | RO-04, RO-09
EV-35  | ST-12               | self  | RO-01, RO-02
EV-36  | ST-12, ST-15        | ST-13 | RO-01, RO-02
EV-37  | ST-13               | ST-12 | RO-11
EV-37  | ST-13               | ST-02 | RO-11
EV-37  | ST-13               | ST-07 | RO-11
EV-38  | registered          | self  | RO-21, RO-01
EV-39  | registered          | self  | RO-12
EV-55  | registered          | self  | RO-12
EV-56  | ST-02               | self  | RO-04, RO-05, RO-07
EV-56  | ST-03..10           | self  | RO-04, RO-05, RO-07
EV-40  | ST-02               | ST-04 | RO-04, RO-05
EV-41  | ST-15               | ST-01..12 | RO-04, RO-08
EV-42  | ST-01, ST-02        | ST-15 | RO-03, RO-04
EV-43  | ST-12               | ST-15 | RO-04, RO-20
EV-44  | ST-15               | ST-02 | RO-01, RO-02, RO-08
EV-45  | ST-00..12           | ST-15 | RO-01, RO-02
EV-45  | ST-13               | ST-12 | RO-01, RO-02
EV-46  | ST-02..04, ST-12    | ST-15 | RO-08
"""


class State(NamedTuple):
    id: str
    name: str
    phase: str
    step: int


class Row(NamedTuple):
    event: str
    moves: frozenset[tuple[str, str]]
    who: frozenset[str]


def states() -> dict[str, State]:
    """The states by id."""
    return {fields[0]: State(*fields[:3], int(fields[3])) for fields in _fields(STATES)}


def moves() -> dict[str, frozenset[tuple[str, str]]]:
    """Every (from, to) of each event, as state names; ``start`` is the place before there is a complaint."""
    found: dict[str, frozenset[tuple[str, str]]] = {}
    for event, sources, targets, _ in _fields(EVENTS):
        pairs = frozenset(
            (source, source if targets == "self" else target)
            for source in _places(sources)
            for target in (_places(targets) if targets != "self" else ("",))
        )
        found[event] = found.get(event, frozenset()) | pairs
    return found


def who() -> dict[str, frozenset[str]]:
    """The roles that may cause each event."""
    return {event: _roles(roles) for event, _, _, roles in _fields(EVENTS)}


def _fields(table: str) -> list[list[str]]:
    return [[field.strip() for field in line.split("|")] for line in table.strip().splitlines()]


def _places(text: str) -> list[str]:
    text = text.replace("open", "ST-01..13").replace("registered", "ST-01..13, ST-15")
    names = {state.id: state.name for state in states().values()} | {"-": "start"}
    return [names[place] for place in _range(text, "ST") if place in names]


def _roles(text: str) -> frozenset[str]:
    return frozenset(_range(text, "RO"))


def _range(text: str, prefix: str) -> list[str]:
    found = []
    for part in text.split(","):
        first, _, last = part.strip().partition("..")
        if not last:
            found.append(first)
            continue
        start = int(re.sub(r"\D", "", first))
        found += [f"{prefix}-{number:02}" for number in range(start, int(last) + 1)]
    return found
