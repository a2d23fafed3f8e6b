"""decide, evolve and allowed: pure functions over state, command and context.

``decide`` gives (stream, event) pairs or a refusal with all its reasons; ``evolve`` folds one event.
Neither does I/O, reads a clock or draws randomness, so a replay gives the same events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import attrs
from attrs import frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Participation
from complaintkit.complaint.step import AnyEvent, Context, Decides, Elsewhere, Happened, Past, given
from complaintkit.errors import NotAvailableYet, Reason
from complaintkit.journal import Entry, type_name
from complaintkit.lifecycle.reactions import reactions_to
from complaintkit.lifecycle.steps import DECIDES, EVOLVES, NOT_YET, decides_for
from complaintkit.lifecycle.table import handling_table, state_key
from complaintkit.values import Actor
from complaintkit.vocabulary import Handling, Role


@frozen
class Refusal:
    """Why a command is refused: every reason, and what is allowed instead."""

    command: str
    reasons: tuple[Reason, ...]
    allowed: tuple[str, ...]


class Decision(NamedTuple):
    """What a command brings: (stream, event) pairs with their times, and the states after them.

    ``complaint`` is the one that the command is about, ``others`` are the further ones that it names.
    """

    pairs: tuple[tuple[str, Happened], ...]
    complaint: Complaint
    others: Mapping[str, Complaint]


def decide(complaint: Complaint | None, command: Any, ctx: Context) -> Decision | Refusal:
    """Decide a command: the chart, the role and every guard are asked, then the step turns it into events.

    Raises :class:`~complaintkit.errors.UnknownName` for what is no command and
    :class:`~complaintkit.errors.NotAvailableYet` for a path that this version does not have.
    """
    how = decides_for(command)
    ctx, reasons = _look_up(complaint, command, how, ctx)
    reasons = reasons or tuple(_objections(complaint, command, how, ctx))
    reasons += tuple(_duties(complaint, how, ctx))
    if reasons:
        names = tuple(option.command for option in allowed(complaint, ctx) if option.possible)
        return Refusal(type_name(type(command)), reasons, names)
    return _carry_out(complaint, command, how, ctx)


def _look_up(
    complaint: Complaint | None, command: Any, how: Decides, ctx: Context
) -> tuple[Context, tuple[Reason, ...]]:
    """Ask the table where the command leads; a command beside the chart keeps its place."""
    place = complaint.handling if complaint else None
    if how.move is None:
        return changed(ctx, target=place or Handling.RECEIVED), ()
    move = how.move if isinstance(how.move, str) else how.move(complaint, command)
    if move in NOT_YET:
        raise NotAvailableYet(f"{how.ev} {move} is not available yet", hint="see 'not available yet' in the docs")
    target = handling_table().target(state_key(place), move)
    if target is None:
        return ctx, (Reason(how.ev, f"not possible in {state_key(place)}"),)
    return changed(ctx, target=Handling(target)), ()


def _objections(complaint: Complaint | None, command: Any, how: Decides, ctx: Context) -> Iterator[Reason]:
    for guard in (*how.requires, *how.guards):
        reason = guard(complaint, command, ctx)
        if reason is not None:
            yield reason


def _duties(complaint: Complaint | None, how: Decides, ctx: Context) -> Iterator[Reason]:
    """Who may: the role of the domain's table, a complainant in their own matter, never the respondent (SoD-6)."""
    if how.by.isdisjoint(ctx.actor.roles):
        needed = ", ".join(sorted(role.value for role in how.by))
        yield Reason("4.7", f"{ctx.actor.role.value} may not do this; it takes {needed}")
    if complaint is not None and is_stranger(complaint, ctx.actor):
        yield Reason("4.7", "a complainant acts on their own complaints only")
    named = (*ctx.others.values(),) if complaint is None else (complaint, *ctx.others.values())
    if any(is_respondent(each, ctx.actor) for each in named):
        yield Reason("SoD-6", "the person complained about takes no part (IT-27)")
    if complaint is not None and is_recused(complaint, ctx.actor):
        yield Reason("INV-36", "who has a conflict of interest takes no part")


def is_recused(complaint: Complaint, actor: Actor) -> bool:
    """Whether an actor has a conflict of interest and takes no part any more (E-18)."""
    return actor.id in complaint.recused


def is_stranger(complaint: Complaint, actor: Actor) -> bool:
    """Whether an actor is the complainant of something else."""
    return actor.role is Role.COMPLAINANT and actor.id not in complaint.persons


def is_respondent(complaint: Complaint, actor: Actor) -> bool:
    """Whether an actor is the subject of the complaint (RO-22)."""
    return actor.role is Role.RESPONDENT or any(issue.respondent == actor.id for issue in complaint.issues)


#: The states of a decision by stream; the complaint that a command creates is not there yet.
States = dict[str, Complaint | None]


def _carry_out(complaint: Complaint | None, command: Any, how: Decides, ctx: Context) -> Decision:
    pairs: list[tuple[str, Happened]] = []
    states: States = {**ctx.others, ctx.ref: complaint}
    _apply(states, how.decide(complaint, command, ctx), pairs, ctx)
    return _decision(states, pairs, ctx)


def replay(complaint: Complaint | None, pairs: Iterable[tuple[str, Happened]], ctx: Context) -> Decision:
    """A decision with exactly these happenings: for who must leave one out after all."""
    kept, states = tuple(pairs), {**ctx.others, ctx.ref: complaint}
    _fold(states, kept, ctx)
    return _decision(states, kept, ctx)


def _decision(states: States, pairs: Iterable[tuple[str, Happened]], ctx: Context) -> Decision:
    return Decision(tuple(pairs), given(states[ctx.ref]), {ref: given(states[ref]) for ref in ctx.others})


def _apply(states: States, events: Iterable[Any], pairs: list[tuple[str, Happened]], ctx: Context) -> None:
    """Fold the events in order, then decide in the same breath what follows from each."""
    happened = [_placed(each, ctx) for each in events]
    pairs += happened
    _fold(states, happened, ctx)
    for ref, each in happened:
        here = ctx if ref == ctx.ref else changed(ctx, ref=ref)
        for command in reactions_to(given(states[ref]), each.event, here):
            _follow(states, command, pairs, here)


def _placed(each: Any, ctx: Context) -> tuple[str, Happened]:
    """Of which stream an event is, and when it happened."""
    ref, event = each if isinstance(each, Elsewhere) else (ctx.ref, each)
    return ref, event if isinstance(event, Happened) else Happened(event, ctx.occurred)


def _fold(states: States, pairs: Iterable[tuple[str, Happened]], ctx: Context) -> None:
    """Fold each stream's events into its state."""
    past = Past(at=ctx.now, occurred=ctx.occurred, actor=ctx.actor, policy=ctx.profile.pin)
    streams: dict[str, list[tuple[AnyEvent, Past]]] = {}
    for ref, happened in pairs:
        streams.setdefault(ref, []).append((happened.event, past.at_time(happened.occurred)))
    for ref, events in streams.items():
        states[ref] = evolve(states[ref], ref, events)


def _follow(states: States, command: Any, pairs: list[tuple[str, Happened]], ctx: Context) -> None:
    """Decide a command that follows from an event, where the chart has a way for it."""
    how, state = DECIDES[type(command)], given(states[ctx.ref])
    here, illegal = _look_up(state, command, how, ctx)
    if not illegal:
        _apply(states, how.decide(state, command, here), pairs, here)


def evolve(complaint: Complaint | None, ref: str, happened: Iterable[tuple[AnyEvent, Past]]) -> Complaint | None:
    """Fold events into a state; the version counts them, and who took part is remembered (INV-60)."""
    version = complaint.version if complaint else 0
    acts = dict.fromkeys(complaint.participants) if complaint else {}
    for event, past in happened:
        complaint = EVOLVES[type(event)](complaint, event, past)
        version += 1
        if past.actor.takes_part:
            acts[Participation(past.actor.id, event.event_type)] = None
    return complaint and changed(complaint, ref=ref, version=version, participants=tuple(acts))


def fold(entries: Iterable[Entry], before: Complaint | None = None) -> Complaint | None:
    """The state that a stream's entries lead to, from its beginning or from a state ``before`` them; None for none."""
    entries = tuple(entries)
    ref = entries[0].stream if entries else ""
    return evolve(before, ref, ((e.event, Past(e.at, e.occurred, e.actor, e.policy)) for e in entries))


@frozen
class Option:
    """One thing that may happen next, or why it may not.

    ``command`` is its stored name, ``ev`` its id, ``needs`` the fields that must be given, ``by`` the roles;
    ``possible`` is False where ``reasons`` say why not, or where this version cannot carry it out yet.
    """

    command: str
    ev: str
    possible: bool
    needs: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


def allowed(complaint: Complaint | None, ctx: Context) -> tuple[Option, ...]:
    """What may happen next for this actor, what it needs, and why not the rest of what the chart allows."""
    legal = handling_table().events(state_key(complaint.handling if complaint else None))
    options = [_option(complaint, how, legal, ctx) for how in DECIDES.values() if how.by]
    missing = {NOT_YET[event]: event for event in legal if event in NOT_YET}
    later = [Option(name, event, False, reasons=(Reason("", "not available yet"),)) for name, event in missing.items()]
    return tuple(option for option in options if option is not None) + tuple(later)


def _option(complaint: Complaint | None, how: Decides, legal: tuple[str, ...], ctx: Context) -> Option | None:
    """The option of one command; None where the chart knows no way for it from here."""
    beside = how.move is None and complaint is not None and (how.requires != () or how.others is not None)
    if not beside and not any(move in legal and move not in NOT_YET for move in how.chart_events):
        return None
    reasons = [reason for guard in how.requires if (reason := guard(complaint, None, ctx))]
    reasons += list(_duties(complaint, how, ctx))
    return Option(
        type_name(how.command),
        how.ev,
        not reasons,
        _needed_fields(how.command),
        tuple(sorted(role.value for role in how.by)),
        tuple(reasons),
    )


def _needed_fields(cls: type) -> tuple[str, ...]:
    return tuple(a.name for a in attrs.fields(cls) if a.default is attrs.NOTHING and a.name != "complaint")
