"""The grammar of a step: what every ``decide`` gets and gives, and the two lists that a step publishes.

A step module declares commands, events, ``decide`` functions and ``evolve`` functions, and ends with
``DECIDES`` (one :class:`Decides` for each command) and ``EVOLVES`` (one function for each event).
``lifecycle`` gathers the lists; nothing registers itself by being imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from attrs import field, frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.errors import ComplaintKitError, Reason
from complaintkit.values import Actor, Personal, derived_id
from complaintkit.vocabulary import Handling, Role

if TYPE_CHECKING:
    from complaintkit.policy import Profile

T = TypeVar("T")
#: A command is a frozen attrs class with keyword arguments; its fields are codes, ids and ``Personal`` texts.
Command = Any
#: An event is any frozen attrs class made with ``journal.event``; typed loosely here, below the journal.
AnyEvent = Any


@frozen(kw_only=True, slots=False)
class Context:
    """What a decision may know besides the state: who, when, under which policy; no I/O, no clock.

    ``now`` is the recording instant, ``occurred`` when it happened; ``target`` is where the chart leads;
    ``ref`` the complaint's reference, also before it exists; ``others`` are the further complaints that the
    command names, by reference, read under the same lock. ``texts`` are the complaint's sealed texts that the
    decision reads, by reference: what of ``Decides.reads`` is not among them was erased; ``erasing`` says, to the
    same decision, that an erasure of whoever complains is under way.
    """

    now: datetime
    occurred: datetime
    actor: Actor
    command_id: str
    ref: str
    profile: Profile = field(repr=False)
    target: Handling = Handling.DRAFT
    others: Mapping[str, Complaint] = field(factory=dict, repr=False)
    texts: Mapping[str, str] = field(factory=dict, repr=False)
    erasing: bool = False

    def id(self, *parts: object) -> str:
        """An id that a replay of the same command derives again."""
        return derived_id(self.command_id, *parts)


class Happened(NamedTuple):
    """An event with its own time, where that differs from the command's (imported history).

    ``occurred`` None says that the source does not tell when.
    """

    event: AnyEvent
    occurred: datetime | None


class Elsewhere(NamedTuple):
    """An event of another complaint that the command names: one of ``Context.others``."""

    ref: str
    event: AnyEvent


class Past(NamedTuple):
    """What an ``evolve`` may know of the entry that carries its event."""

    at: datetime
    occurred: datetime | None
    actor: Actor
    policy: str

    @property
    def when(self) -> datetime:
        """When it happened, or when it was recorded where that is unknown."""
        return self.occurred or self.at

    def at_time(self, occurred: datetime | None) -> Past:
        """The same for an event with a time of its own."""
        return self if occurred is self.occurred else self._replace(occurred=occurred)


#: Looks at state, command and context; a reason why not, or None. Pure and total.
Guard = Callable[[Any, Any, Context], Reason | None]
Decide = Callable[[Any, Any, Context], Iterable[Any]]
Evolve = Callable[[Any, Any, Past], Complaint]
Evolves = Mapping[type, Evolve]


@frozen(kw_only=True)
class Decides:
    """How one command is decided.

    ``ev`` is its id in the domain; ``by`` the roles that may give it; ``move`` the chart's event, or a
    function that chooses it from state and command (None: the command does not touch the handling chart);
    ``requires`` are guards over the state alone, so that ``allowed`` can ask them before there is a command;
    ``guards`` look at the command too; ``decide`` turns it into events. ``others`` says which further complaints
    a complaint and the command name; it is asked of each of those again, until no new one is named. ``reads``
    says which of the complaint's sealed texts the decision reads; mostly none.
    """

    command: type
    ev: str
    by: frozenset[Role]
    decide: Decide
    move: str | Callable[[Any, Any], str] | None = None
    moves: tuple[str, ...] = ()
    requires: tuple[Guard, ...] = ()
    guards: tuple[Guard, ...] = ()
    others: Callable[[Complaint, Any], Iterable[str]] | None = None
    reads: Callable[[Complaint], Iterable[Personal]] | None = None

    @property
    def chart_events(self) -> tuple[str, ...]:
        """Every chart event that this command may take."""
        return (self.move,) if isinstance(self.move, str) else self.moves


#: RO-03 to RO-13 and the specialists: people who work for the organisation.
STAFF = frozenset(role for role in Role if "RO-03" <= role.value <= "RO-19")
COMPLAINANT = frozenset((Role.COMPLAINANT, Role.REPRESENTATIVE))


def may(*roles: Role) -> frozenset[Role]:
    """The roles that may give a command."""
    return frozenset(roles)


def stay(complaint: Complaint, event: AnyEvent, _past: Past) -> Complaint:
    """The ``evolve`` of an event that records something and changes only the place it names."""
    return changed(complaint, handling=event.target)


def survivor_of(complaint: Complaint, _cmd: object) -> tuple[str, ...]:
    """The complaint with which a merged one is dealt with now; none for any other (``Decides.others``)."""
    return () if complaint.merged_into is None else (complaint.merged_into,)


def refuse(rule: str, text: str) -> Reason:
    """A reason for a refusal, in the words of a guard."""
    return Reason(rule, text)


def no_conflict(_complaint: Complaint, cmd: Any, _ctx: Context) -> Reason | None:
    """INV-35, INV-36: who declares a conflict of interest hands the complaint on."""
    return refuse("INV-36", "a conflict of interest is declared: somebody else must do this") if cmd.conflict else None


def given(value: T | None) -> T:
    """A value that a guard has made sure of; its absence is a mistake in a step's list of guards."""
    if value is None:
        raise ComplaintKitError("a step decided without its guard", hint="this is a mistake in complaintkit: report it")
    return value
