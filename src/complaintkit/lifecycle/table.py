"""Chart in, table out: each chart is compiled once, and commands look moves up in it.

A python-statemachine instance costs hundreds of microseconds; a lookup costs a tenth of one. A property
test drives chart and table side by side over every state and event.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from complaintkit.errors import ComplaintKitError
from complaintkit.vocabulary import Handling

#: The value of the state before a complaint exists.
START: Final = "start"


@frozen
class Table:
    """A compiled chart: ``targets[state][event]`` is where the event leads, and nothing else is legal.

    >>> handling_table().targets["received"]["begin_assessment"]
    'assessing'
    """

    targets: Mapping[str, Mapping[str, str]]

    def events(self, state: str) -> tuple[str, ...]:
        """The events that are legal in a state, in the order of the chart."""
        return tuple(self.targets[state])

    def target(self, state: str, event: str) -> str | None:
        """Where an event leads, or None where it is illegal or unknown."""
        return self.targets.get(state, {}).get(event)


def compile_chart(chart: Any) -> Table:
    """Compile a chart class; refuses two targets for one event in one state, conditions and callbacks' work.

    Raises :class:`~complaintkit.errors.ComplaintKitError` naming the state and the event.
    """
    targets: dict[str, dict[str, str]] = {}
    for state in chart.states:
        row = targets.setdefault(str(state.value), {})
        for transition in state.transitions:
            for event in transition.events:
                _add(row, str(state.value), str(event), str(transition.target.value))
    return Table(MappingProxyType({state: MappingProxyType(row) for state, row in targets.items()}))


def _add(row: dict[str, str], state: str, event: str, target: str) -> None:
    if row.get(event, target) != target:
        raise ComplaintKitError(
            f"{event} has two targets in {state}: {row[event]} and {target}",
            hint="give each result an event of its own",
        )
    row[event] = target


@cache
def handling_table() -> Table:
    """The compiled handling chart."""
    from complaintkit.lifecycle.charts import HandlingChart

    return compile_chart(HandlingChart)


@cache
def learning_table() -> Table:
    """The compiled chart of region E."""
    from complaintkit.lifecycle.charts import LearningChart

    return compile_chart(LearningChart)


def state_key(handling: Handling | None) -> str:
    """The chart's value for a place: ``start`` before there is a complaint."""
    return START if handling is None else handling.value
