"""L1, L2: what a decision costs, without any store.

Counted on both sides: one complaint comes into being and goes through the same ten moves; each move is looked up
in a table of states, asks the same two guards and makes one event object of two fields.

Ours is the public ``decide`` of :mod:`complaintkit.lifecycle`, so it counts more than that: the table is the whole
handling chart, the roles and the duties of whoever acts are asked too, and each decision ends with the next state
of the whole complaint (its version and who took part included), while a peer changes one attribute. The commands
are made before, as are the arguments of the peers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from attrs import frozen

from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Intake
from complaintkit.complaint.step import STAFF, Context, Decides, stay
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.lifecycle import Table, decide, engine, handling_table
from complaintkit.lifecycle.steps import DECIDES, EVOLVES
from complaintkit.policy import load_profile
from complaintkit.receive.intake import ComplaintRegistered
from complaintkit.vocabulary import Channel, FeedbackKind, Handling, Language
from tests.bench.measure import Growth, Row, Side, Sizes, both, seconds, with_peer
from tests.bench.peers import automat_life, is_open, is_owned, statemachine_life
from tests.bench.script import HANDLER, MOVES, moment


@frozen(kw_only=True)
class Move:
    """Go on by an event of the chart; before there is a complaint, register one."""

    move: str
    complaint: str | None = None


@event
class Moved:
    """The complaint has gone on."""

    target: Handling
    move: str


def _guard_open(complaint: Complaint | None, _command: Move, _ctx: Context) -> Reason | None:
    return None if complaint is None or is_open(complaint.handling) else Reason("G", "closed")


def _guard_owned(complaint: Complaint | None, _command: Move, _ctx: Context) -> Reason | None:
    return None if complaint is None or is_owned(complaint.owner or "") else Reason("G", "nobody's")


_INTAKE = Intake(channel=Channel.WEB_FORM, language=Language.ENGLISH, person="person-1")


def _decide(complaint: Complaint | None, command: Move, ctx: Context) -> Iterator[object]:
    if complaint is not None:
        yield Moved(target=ctx.target, move=command.move)
    else:
        yield ComplaintRegistered(
            target=ctx.target, kind=FeedbackKind.COMPLAINT, intake=_INTAKE, received_at=ctx.occurred,
            owner="handler-2", acknowledge=False, recording=None,
        )  # fmt: skip


_STEP = Decides(
    command=Move, ev="bench", by=STAFF, move=lambda _, command: command.move,
    guards=(_guard_open, _guard_owned), decide=_decide,
)  # fmt: skip


@contextmanager
def step_added() -> Iterator[None]:
    """Let the engine know the step of this module for a while."""
    with patch.dict(DECIDES, {Move: _STEP}), patch.dict(EVOLVES, {Moved: stay}):
        yield


def life_decided() -> Callable[[], Complaint]:
    """Our side: eleven decisions, each on the state that the one before has left."""
    profile = load_profile("standard")
    moves = [Move(move="register"), *(Move(move=name, complaint="C-1") for name, _ in MOVES)]
    contexts = [
        Context(now=moment(n), occurred=moment(n), actor=HANDLER, command_id=f"c-{n}", ref="C-1", profile=profile)
        for n in range(len(moves))
    ]
    given = list(zip(moves, contexts, strict=True))

    def live() -> Complaint:
        state = None
        for command, ctx in given:
            state = decide(state, command, ctx).complaint  # type: ignore[union-attr]
        assert state is not None
        return state

    return live


def _ours(_sizes: Sizes) -> Callable[[], object]:
    live = life_decided()

    def within() -> object:
        return live()

    return within


def _sides(module: str, peer: Callable[[], Callable[[], object]]):
    pair = both(_ours, with_peer(module, lambda _: peer()))

    @contextmanager
    def sides(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
        with step_added(), pair(sizes) as found:
            yield found

    return sides


def wider(table: Table, times: int) -> Table:
    """The same table among so many times its states, each with so many times its transitions."""
    more = {f"{move}_{n}": target for move, target in table.targets["received"].items() for n in range(times)}
    rows = {state: {**more, **row} for state, row in table.targets.items()}
    return Table({**{f"{state}_{n}": row for state, row in rows.items() for n in range(times)}, **rows})


@contextmanager
def _wide(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    live, wide = life_decided(), wider(handling_table(), 10)

    def among_many() -> float:
        with patch.object(engine, "handling_table", lambda: wide):
            return seconds(live, sizes.repeat)

    with step_added():
        yield among_many, lambda: seconds(live, sizes.repeat)


_GROWTH = Growth(what="in ten times the states and transitions", limit=1.1, sides=_wide)
ROWS = (
    Row(
        id="L1", work="one complaint created, ten transitions decided", peer="python-statemachine",
        gate=1 / 100, aim=1 / 400, sides=_sides("statemachine", statemachine_life), growths=(_GROWTH,),
    ),
    Row(
        id="L2", work="the same", peer="Automat",
        gate=1, aim=1 / 3, sides=_sides("automat", automat_life), growths=(_GROWTH,),
    ),
)  # fmt: skip
