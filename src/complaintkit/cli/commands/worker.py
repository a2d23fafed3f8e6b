"""``complaintkit worker``: carry out what falls due and send what is to be sent, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from attrs import define

from complaintkit.cli.desks import opened
from complaintkit.cli.evidence import checkpoints_of, signer
from complaintkit.cli.failures import FINDING, OK
from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, a_number, common, on_a_book
from complaintkit.cli.senders import a_sender, sender_of
from complaintkit.desk import Checkpoints, ComplaintDesk
from complaintkit.errors import ClockInDoubt, StoreError, UsageError
from complaintkit.ports import Store
from complaintkit.vocabulary import DeliveryStatus

_log = logging.getLogger("complaintkit")
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

EXAMPLES = """\
  complaintkit worker --letters out/ --book book.db --once
  complaintkit worker --smtp mail.example.org --sender complaints@example.org --book /srv/book.db
  complaintkit worker --smtp mail.example.org --sign log.key --anchors /mnt/elsewhere --book /srv/book.db
  complaintkit worker --webhook https://crm.example.org/letters --interval 10 --book /srv/book.db
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument(
        "--interval", metavar="SECONDS", type=a_number, default=60, help="the rest between two rounds (default: 60)"
    )
    parser.add_argument("--once", action="store_true", help="one round, and then end")
    parser.add_argument("--quiet", action="store_true", help="log warnings only")
    parser.add_argument("--sign", metavar="FILE", type=Path, help="sign checkpoints with this private key of the log")
    parser.add_argument("--anchors", metavar="FOLDER", type=Path, help="where they are kept, best on another machine")
    a_sender(parser)
    on_a_book(parser)
    common(parser, run, EXAMPLES)


@define
class Tally:
    """What a worker has done, and whether something speaks against it."""

    rounds: int = 0
    fired: int = 0
    sent: int = 0
    failed: int = 0
    later: int = 0
    sound: bool = True


def run(args: Namespace) -> Answer:
    """Round after round; SIGTERM and SIGINT end it after the letter in hand. Several may run on one book."""
    done, signing = Tally(), _signing(args)
    with _logging(args.quiet), _told_to_stop() as stop, opened(args, notifier=sender_of(args), signing=signing) as desk:
        while True:
            _round(desk, done, stop)
            if args.once or stop.wait(args.interval):
                break
        _log.info("stopped after %s rounds", done.rounds)
    data = {"rounds": done.rounds, "fired": done.fired, "sent": done.sent, "failed": done.failed, "later": done.later}
    line = ", ".join(f"{count} {what}" for what, count in data.items())
    return Answer(data, [line], code=OK if done.sound or not args.once else FINDING)


def _signing(args: Namespace) -> Callable[[Store], Checkpoints] | None:
    """What signs a checkpoint whenever one is due; with it a book that is older than the last one is only read."""
    key = signer(args)
    if (key is None) is not (args.anchors is None):
        raise UsageError("--sign and --anchors belong together", hint="name the key of the log and a folder outside")
    return None if key is None else lambda store: checkpoints_of(store, key, args.sign, args.anchors)


def _round(desk: ComplaintDesk, done: Tally, stop: threading.Event) -> None:
    """What has fallen due, then letter after letter; a store that is busy or out of reach is left to the next round."""
    done.rounds += 1
    try:
        _tick(desk, done)
        while not stop.is_set() and (sent := desk.dispatch(1)):
            for each in sent:
                _log.info("%s of %s: %s", each.rule.value, each.complaint, each.status or "to be tried again")
                _count(done, each.status)
    except StoreError as error:
        if not error.retryable:
            raise
        done.sound = False
        _log.warning("this round ended early: %s", error.code)


def _tick(desk: ComplaintDesk, done: Tally) -> None:
    """A clock in doubt fires nothing, and keeps no letter back."""
    try:
        fired = desk.tick()
    except ClockInDoubt as error:
        done.sound = False
        _log.warning("nothing was fired: %s; look at the clock, then: complaintkit tick --confirm-clock", error.code)
        return
    done.fired += fired
    if fired:
        _log.info("%s fell due", fired)


def _count(done: Tally, status: DeliveryStatus | None) -> None:
    done.later += status is None
    done.failed += status is DeliveryStatus.FAILED
    done.sent += status in (DeliveryStatus.DISPATCHED, DeliveryStatus.DELIVERED)
    done.sound = done.sound and status in (DeliveryStatus.DISPATCHED, DeliveryStatus.DELIVERED)


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that the first signal sets; a second one ends the process as if nobody had listened."""
    stop = threading.Event()
    before: dict[Any, Any] = {}

    def end(_number: int, _frame: object) -> None:
        stop.set()
        _give_back(before)

    with suppress(ValueError):  # outside the main thread nobody listens for signals
        for each in _SIGNALS:
            before[each] = signal.signal(each, end)
    try:
        yield stop
    finally:
        _give_back(before)


def _give_back(before: dict[Any, Any]) -> None:
    for each, handler in before.items():
        signal.signal(each, handler)


@contextmanager
def _logging(quiet: bool) -> Iterator[None]:
    """Ids and codes on standard error, one line each, while the worker runs."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level = _log.level
    _log.addHandler(handler)
    _log.setLevel(logging.WARNING if quiet else logging.INFO)
    try:
        yield
    finally:
        _log.removeHandler(handler)
        _log.setLevel(level)
