"""T1 to T5, S6: what working time costs, and finding what is due among a million open commitments.

All on one office, Monday to Friday, 09:00 to 17:00, with holidays. T1: businesstimedelta adds 40 working hours in
London. T2: the same from UTC to another zone and back, beside the standard library's ``datetime + timedelta``, which
knows no calendar. T3: elapsed working time over 30 days; worktimecalc is the only peer found whose cost does not grow
with the gap. T4: the n-th working day, beside numpy's compiled ``busday_offset``. T5: a million deadlines at once, to
the second; numpy's count whole days only.

Beside them: pandas (T1.pandas: ``CustomBusinessHour``), workalendar (T4.workalendar: ``add_working_days``) and
business-duration (T3.bd: ``businessDuration`` in hours). Their marks are ours to pass, not theirs to be measured by.

S6: one tick where nothing is due yet: the look-up, and the row that remembers the sweep. The peer scans a table of as
many open deadlines in bare sqlite3.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import ComplaintDesk
from complaintkit.ports import Batch, Timer
from complaintkit.timekeeping import FrozenClock, WorkingCalendar, format_instant
from tests.bench.measure import Growth, Row, Side, Sides, Sizes, both, installed, seconds, with_peer

_WEEK = ("mon", "tue", "wed", "thu", "fri")
_HOURS = {day: [["09:00", "17:00"]] for day in _WEEK}
_HOLIDAYS = [date(year, month, day) for year in range(2024, 2030) for month, day in ((1, 1), (4, 3), (5, 4), (12, 25))]
_HERE = WorkingCalendar.from_dict({"tz": "UTC", "weekly": _HOURS, "holidays": _HOLIDAYS})
_LONDON = WorkingCalendar.from_dict({"tz": "Europe/London", "weekly": _HOURS, "holidays": _HOLIDAYS})
_ABROAD = WorkingCalendar.from_dict({"tz": "America/New_York", "weekly": _HOURS})
_START = datetime(2026, 3, 3, 10, 30, tzinfo=UTC)
_OFTEN = 50
_FORTY = 40 * 3600

Work = Callable[[], object]


def _calls(ours: Work, module: str, peer: Callable[[], Work]) -> Sides:
    """Short work on both sides, called often enough for a clock to see it."""

    @contextmanager
    def sides(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
        ours()  # the table of the years is built once
        times = sizes.repeat * _OFTEN
        theirs = peer() if installed(module) else None
        yield lambda: seconds(ours, times), None if theirs is None else lambda: seconds(theirs, times)

    return sides


def _businesstimedelta() -> Work:
    import businesstimedelta as bt
    import pytz

    zone = pytz.timezone("Europe/London")
    workday = bt.WorkDayRule(start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4], tz=zone)
    rules = bt.Rules([workday, bt.HolidayRule(dict.fromkeys(_HOLIDAYS, "holiday"), tz=zone)])
    start, budget = _START.astimezone(zone), bt.BusinessTimeDelta(rules, hours=40)
    return lambda: start + budget


def _timedelta() -> Work:
    zone, budget = ZoneInfo("America/New_York"), timedelta(hours=40)
    return lambda: (_START.astimezone(zone) + budget).astimezone(UTC)


def _worktimecalc() -> Work:
    from worktimecalc.calc import WorkTimeCalculator

    calc, end = WorkTimeCalculator(9, 17, "mon tue wed thu fri"), _END.replace(tzinfo=None)
    start = _START.replace(tzinfo=None)
    return lambda: calc(start, end).seconds


def _busday_offset() -> Work:
    import numpy as np

    day, calendar = np.datetime64("2026-03-03"), np.busdaycalendar(holidays=_HOLIDAYS)
    return lambda: np.busday_offset(day, 20, busdaycal=calendar)


def _pandas() -> Work:
    import pandas as pd

    start, hour = pd.Timestamp("2026-03-03 10:30"), pd.offsets.CustomBusinessHour(n=40, start="09:00", end="17:00")
    return lambda: start + hour


def _workalendar() -> Work:
    from workalendar.core import Calendar, WesternMixin

    class Office(WesternMixin, Calendar):
        pass

    office, day = Office(), date(2026, 3, 3)
    return lambda: office.add_working_days(day, 20)


def _business_duration() -> Work:
    from business_duration import businessDuration

    start, end = _START.replace(tzinfo=None), _END.replace(tzinfo=None)
    return lambda: businessDuration(start, end, time(9), time(17), unit="hour")


_END = _START + timedelta(days=30)
_DAY = date(2026, 3, 3)


def _starts(number: int) -> Any:
    import numpy as np

    return np.datetime64("2026-03-03T10:30:00", "s") + np.random.default_rng(7).integers(0, 63_000_000, number)


def _array(sizes: Sizes, share: int = 1) -> Work:
    starts = _starts(_million(sizes) // share)
    return lambda: _HERE.add_many(starts, _FORTY)


def _busdays(sizes: Sizes) -> Work:
    import numpy as np

    days, calendar = _starts(_million(sizes)).astype("datetime64[D]"), np.busdaycalendar(holidays=_HOLIDAYS)
    return lambda: np.busday_offset(days, 5, roll="forward", busdaycal=calendar)


def _million(sizes: Sizes) -> int:
    return 1_000_000 if sizes.log >= 100_000 else sizes.log


def _growth(large: Work, small: Work) -> Sides:
    small()
    return _calls(large, "datetime", lambda: small)


@contextmanager
def _ticks(sizes: Sizes, share: int = 1) -> Iterator[Side]:
    """A desk on a book with many timers that are not due yet."""
    with TemporaryDirectory() as folder, SqliteStore(Path(folder) / "book.db") as store:
        number = _million(sizes) // share
        for first in range(0, number, 10_000):
            rows = [_timer(n) for n in range(first, min(first + 10_000, number))]
            with store.transaction() as unit:
                unit.head()
                unit.commit(Batch(timers=rows))
        desk = ComplaintDesk(store, clock=FrozenClock(_START), plaintext_vault=True)
        desk.tick()
        yield lambda: seconds(desk.tick, sizes.repeat)


def _timer(n: int) -> Timer:
    due = _START + timedelta(minutes=1, seconds=n)
    return Timer(f"C-{n}|breach", f"C-{n}", format_instant(due), b'{"type":"judge-commitment"}')


@contextmanager
def _scanned(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
    with closing(sqlite3.connect(":memory:")) as peer, _ticks(sizes) as ours:
        peer.execute("create table open (id integer primary key, due text not null, done integer not null)")
        rows = ((format_instant(_START + timedelta(minutes=1, seconds=n)),) for n in range(_million(sizes)))
        peer.executemany("insert into open (due, done) values (?, 0)", rows)
        now = format_instant(_START)
        query = "select min(due) from open where done = 0 and due <= ?"
        yield ours, lambda: seconds(lambda: peer.execute(query, (now,)).fetchone(), sizes.repeat)


@contextmanager
def _more_open(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
    with _ticks(sizes) as large, _ticks(sizes, 10) as small:
        yield large, small


ROWS = (
    Row(
        id="T1", work="add 40 working hours", peer="businesstimedelta", gate=1 / 200, aim=1 / 600,
        sides=_calls(lambda: _LONDON.add(_START, _FORTY), "businesstimedelta", _businesstimedelta),
        growths=(
            Growth(what="320 h beside 4 h", limit=1.1, sides=_growth(
                lambda: _HERE.add(_START, 320 * 3600), lambda: _HERE.add(_START, 4 * 3600))),
        ),
    ),
    Row(
        id="T1.pandas", work="the same", peer="pandas CustomBusinessHour", gate=1.0, aim=1 / 10,
        sides=_calls(lambda: _HERE.add(_START, _FORTY), "pandas", _pandas),
    ),
    Row(
        id="T2", work="the same, from UTC to another zone", peer="datetime + timedelta", gate=6.0, aim=2.0,
        sides=_calls(lambda: _ABROAD.add(_START, _FORTY), "datetime", _timedelta),
    ),
    Row(
        id="T3", work="elapsed working time over 30 days", peer="worktimecalc", gate=1 / 4, aim=1 / 12,
        sides=_calls(lambda: _HERE.elapsed(_START, _END), "worktimecalc", _worktimecalc),
        growths=(
            Growth(what="3 years beside 3 days", limit=1.2, sides=_growth(
                lambda: _HERE.elapsed(_START, _START + timedelta(days=1095)),
                lambda: _HERE.elapsed(_START, _START + timedelta(days=3)))),
        ),
    ),
    Row(
        id="T3.bd", work="the same", peer="business-duration", gate=1.0, aim=1 / 100,
        sides=_calls(lambda: _HERE.elapsed(_START, _END), "business_duration", _business_duration),
    ),
    Row(
        id="T4", work="the 20th working day", peer="numpy.busday_offset, scalar", gate=1 / 3, aim=1 / 10,
        sides=_calls(lambda: _HERE.working_day(_DAY, 20), "numpy", _busday_offset),
        growths=(
            Growth(what="the 500th beside the 5th", limit=1.2, sides=_growth(
                lambda: _HERE.working_day(_DAY, 500), lambda: _HERE.working_day(_DAY, 5))),
        ),
    ),
    Row(
        id="T4.workalendar", work="the same", peer="workalendar", gate=1.0, aim=1 / 100,
        sides=_calls(lambda: _HERE.working_day(_DAY, 20), "workalendar", _workalendar),
    ),
    Row(
        id="T5", work="a million deadlines in one call", peer="numpy.busday_offset, whole days", gate=1.5, aim=0.6,
        sides=both(_array, with_peer("numpy", _busdays)),
        growths=(
            Growth(what="ten times as many", limit=13.0, sides=both(_array, lambda sizes: _array(sizes, 10))),
        ),
    ),
    Row(
        id="S6", work="one tick among a million open commitments", peer="scan of a million rows, sqlite3",
        gate=1 / 9, aim=1 / 30, sides=_scanned,
        growths=(Growth(what="ten times as many open", limit=1.5, sides=_more_open),),
    ),
)  # fmt: skip
