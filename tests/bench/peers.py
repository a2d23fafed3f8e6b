"""The peers, each used as its own documentation uses it; imported only where they run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from tests.bench.script import MOVES

STATES = ("received", *dict.fromkeys(target for _, target in MOVES))


@frozen
class Moved:
    """The event object that a peer makes of each transition."""

    event: str
    target: str


def is_open(place: str) -> bool:
    """The first guard of both sides: the complaint is not closed."""
    return place != "closed"


def is_owned(owner: str) -> bool:
    """The second guard of both sides: somebody is accountable."""
    return owner != ""


def statemachine_life() -> Callable[[], list[Moved]]:
    """python-statemachine: an instance of a native chart, and ten events sent to it."""
    from statemachine import State, StateMachine

    states = {name: State(name, value=name, initial=name == STATES[0], final=name == STATES[-1]) for name in STATES}
    source, body = STATES[0], dict(states)
    for name, target in MOVES:
        body[name] = states[source].to(states[target], cond=["is_open", "is_owned"])
        source = target

    def on_transition(self: Any, event: str, target: Any) -> None:
        self.happened.append(Moved(str(event), target.value))

    def begin(self: Any) -> None:
        self.happened, self.owner = [], "handler-2"
        StateMachine.__init__(self)

    body |= {
        "__init__": begin,
        "on_transition": on_transition,
        "is_open": lambda self: is_open(str(self.current_state_value)),
        "is_owned": lambda self: is_owned(self.owner),
    }
    chart: Any = type("Peer", (StateMachine,), body)

    def live() -> list[Moved]:
        machine = chart()
        for name, _ in MOVES:
            machine.send(name)
        happened: list[Moved] = machine.happened
        return happened

    return live


class Core:
    """What an Automat machine carries: the place, the owner, and what has happened."""

    __slots__ = ("happened", "owner", "place")

    def __init__(self) -> None:
        self.place, self.owner = "received", "handler-2"
        self.happened: list[Moved] = []


def automat_life() -> Callable[[], list[Moved]]:
    """Automat: a machine from a builder of typed states, and ten inputs called on it."""
    from automat import TypeMachineBuilder

    inputs: Any = type("Moves", (), {name: _input(name) for name, _ in MOVES})
    builder = TypeMachineBuilder(inputs, Core)
    states = {name: builder.state(name) for name in STATES}
    source = STATES[0]
    for name, target in MOVES:
        states[source].upon(getattr(inputs, name)).to(states[target])(_output(name, target))
        source = target
    build = builder.build()

    def live() -> list[Moved]:
        core = Core()
        machine = build(core)
        for name, _ in MOVES:
            getattr(machine, name)()
        return core.happened

    return live


def _input(name: str) -> Callable[[Any], None]:
    def method(self: Any) -> None: ...

    method.__name__ = name
    return method


def _output(name: str, target: str) -> Callable[[Any, Core], None]:
    def output(machine: Any, core: Core) -> None:
        if not (is_open(core.place) and is_owned(core.owner)):
            raise ValueError(name)
        core.place = target
        core.happened.append(Moved(name, target))

    return output


def zen_table(case: Mapping[str, int], rules: Sequence[Mapping[str, str]], output: str) -> Callable[[], object]:
    """zen-engine: a decision table that collects, with a column for each fact of the case, asked about the case."""
    import zen

    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": name, "name": name, "field": name} for name in case],
        "rules": rules,
        "outputs": [{"id": output, "name": output, "field": output}],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    return lambda: decision.evaluate(dict(case))
