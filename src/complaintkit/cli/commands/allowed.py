"""``complaintkit allowed``: what may happen next, what it needs, and why not the rest."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from complaintkit.cli.desks import actor, opened
from complaintkit.cli.output import Answer, Heading, table, words
from complaintkit.cli.parsing import Parser, an_actor, common, on_a_book
from complaintkit.cli.views import reason_data
from complaintkit.lifecycle import Option
from complaintkit.values import Actor

EXAMPLES = """\
  complaintkit allowed C-W4P1-AZ00-A7SS-W --as case-handler --actor handler-2 --book book.db
  complaintkit allowed --as front-line-agent --actor agent-7      how a complaint begins
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("ref", metavar="REF", nargs="?", help="the complaint; without it, how one begins")
    an_actor(parser, required=True)
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Ask the desk, and sort the answer: now, not now, not in this version."""
    by = actor(args)
    with opened(args) as desk:
        state = words(desk.get(args.ref, by).handling) if args.ref else None
        options = desk.allowed(args.ref, by)
    data = {"complaint": args.ref, "options": [_data(option) for option in options]}
    return Answer(data, _lines(options, by, f"{args.ref} is {state}" if state else "A complaint begins"))


def _data(option: Option) -> dict[str, object]:
    return {
        "command": option.command,
        "ev": option.ev,
        "possible": option.possible,
        "available": _available(option),
        "needs": list(option.needs),
        "by": list(option.by),
        "reasons": [reason_data(reason) for reason in option.reasons],
    }


def _available(option: Option) -> bool:
    """Whether this version can carry it out at all; where it cannot, nobody may give it."""
    return bool(option.by)


def _lines(options: Sequence[Option], by: Actor, where: str) -> list[str]:
    now = [option for option in options if option.possible]
    not_now = [option for option in options if not option.possible and _available(option)]
    later = [option.command for option in options if not _available(option)]
    lines = [f"{where}. What {by.id} may do as {words(by.role)} ({by.role.value}):", ""]
    lines += table(("now", "rule", "it needs"), [(o.command, o.ev, ", ".join(o.needs)) for o in now])
    if not_now:
        lines += ["", *table(("not now", "rule", "why not"), _why_not(not_now))]
    if later:
        lines += ["", Heading("not available yet in this version"), f"{', '.join(later)}"]
    return lines


def _why_not(options: Sequence[Option]) -> list[tuple[str, str, str]]:
    """One row for each reason, named once."""
    return [
        (option.command if first else "", option.ev if first else "", str(reason))
        for option in options
        for first, reason in zip((True, *[False] * len(option.reasons)), option.reasons, strict=False)
    ]
