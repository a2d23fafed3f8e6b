"""Reading a calendar from a mapping (from TOML or JSON), strictly: anything unknown is refused."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from complaintkit.errors import CalendarRefused, CalendarWarning, MalformedInput
from complaintkit.timekeeping.hours import DAY, Spans, read_date, read_spans, read_week
from complaintkit.timekeeping.schedule import EVERY_YEAR, Holiday, Period, Schedule, SharedSchedule, WeeklySchedule
from complaintkit.timekeeping.zones import zone_named

#: The keys of a calendar, of one that unites several, of its periods and of its holidays.
KEYS = {"id", "note", "tz", "weekly", "weekend", "holidays", "years", "periods", "dated"}
SHARED_KEYS = {"id", "note", "all_of"}
PERIOD_KEYS = {"from", "to", "weekly", "weekend"}
HOLIDAY_KEYS = {"date", "name", "estimated"}
_MINUTE = 60


def read_schedule(mapping: object, where: str = "calendar") -> Schedule:
    """The schedule that ``mapping`` describes; ``where`` names it in refusals.

    Raises ``CalendarRefused`` for a missing or unknown zone, an unknown key, reversed or overlapping
    spans, a date outside ``years`` and a calendar that never opens.
    """
    table = _table(mapping, where)
    if "all_of" in table:
        return _read_shared(table, where)
    _refuse_unknown(table, KEYS, where)
    schedule = WeeklySchedule(
        zone=_read_zone(table, where),
        week=read_week(table.get("weekly"), table.get("weekend"), where),
        periods=_read_periods(table.get("periods", ()), f"{where}.periods"),
        holidays=_read_holidays(table.get("holidays", ()), f"{where}.holidays"),
        dated=_read_dated(table.get("dated", {}), f"{where}.dated"),
        years=_read_years(table.get("years"), f"{where}.years"),
    )
    _check(schedule, where)
    return schedule


def read_name(mapping: object) -> str:
    """The ``id`` of a calendar, empty when it has none."""
    name = _table(mapping, "calendar").get("id", "")
    if isinstance(name, str):
        return name
    raise CalendarRefused("calendar.id: a text is needed", hint='such as id = "head-office"')


def _read_shared(table: Mapping[str, object], where: str) -> Schedule:
    """Several calendars as one that is open when all of them are."""
    _refuse_unknown(table, SHARED_KEYS, where)
    parts = _items(table["all_of"], f"{where}.all_of")
    return share([read_schedule(part, f"{where}.all_of[{number}]") for number, part in enumerate(parts)], where)


def share(parts: Sequence[Schedule], where: str) -> Schedule:
    """The schedule that is open only when all ``parts`` are; they must share their zone."""
    if not parts or len({part.zone.key for part in parts}) > 1:
        raise CalendarRefused(f"{where}: calendars can only be united in one zone", hint="give all parts the same tz")
    shared = SharedSchedule(parts=tuple(parts))
    if shared.years[0] > shared.years[1]:
        raise CalendarRefused(f"{where}: no year is known to all parts", hint="give the parts years in common")
    return shared


def _read_zone(table: Mapping[str, object], where: str) -> ZoneInfo:
    """The zone, which every calendar must name."""
    name = table.get("tz")
    if not isinstance(name, str) or not name:
        raise CalendarRefused(f"{where}: no time zone", hint='give it tz, such as tz = "Europe/London"')
    try:
        return zone_named(name)
    except MalformedInput as error:
        raise CalendarRefused(f"{where}.tz: {error.message}", hint=error.hint) from None


def _read_periods(value: object, where: str) -> tuple[Period, ...]:
    """The periods in order; two of them never hold on the same date."""
    periods = sorted((_read_period(item, where) for item in _items(value, where)), key=lambda period: period.first)
    for one, other in pairwise(periods):
        if other.first <= one.last:
            raise CalendarRefused(f"{where}: two periods hold on {other.first}", hint="end the first one with to")
    return tuple(periods)


def _read_period(item: object, where: str) -> Period:
    """One period with its own weekly hours."""
    table = _table(item, where)
    _refuse_unknown(table, PERIOD_KEYS, where)
    first = read_date(table.get("from"), f"{where}.from")
    last = read_date(table["to"], f"{where}.to") if "to" in table else date.max
    if last < first:
        raise CalendarRefused(f"{where}: a period ends before it begins", hint="exchange from and to")
    return Period(first=first, last=last, week=read_week(table.get("weekly"), table.get("weekend"), where))


def _read_holidays(value: object, where: str) -> dict[int, Holiday]:
    """The holidays by their ordinal; of two on one date the first named one stays."""
    found: dict[int, Holiday] = {}
    for item in _items(value, where):
        holiday = _read_holiday(item, where)
        known = found.get(holiday.day.toordinal())
        if known is None or not known.name:
            found[holiday.day.toordinal()] = holiday
    return found


def _read_holiday(item: object, where: str) -> Holiday:
    """One holiday: a date, or a table with ``date``, ``name`` and ``estimated``."""
    if not isinstance(item, Mapping):
        return Holiday(day=read_date(item, where))
    _refuse_unknown(item, HOLIDAY_KEYS, where)
    name, estimated = item.get("name", ""), item.get("estimated", False)
    if not isinstance(name, str) or not isinstance(estimated, bool):
        raise CalendarRefused(f"{where}: name is a text and estimated true or false", hint="correct the holiday")
    return Holiday(day=read_date(item.get("date"), where), name=name, estimated=estimated)


def _read_dated(value: object, where: str) -> dict[int, Spans]:
    """Hours for single dates: half days, one-off openings, one-off closures."""
    table = _table(value, where)
    return {read_date(day, where).toordinal(): read_spans(spans, f"{where}.{day}") for day, spans in table.items()}


def _read_years(value: object, where: str) -> tuple[int, int]:
    """The first and last year; absent, the lists are complete for every year."""
    if value is None:
        return EVERY_YEAR
    years = _items(value, where)
    if len(years) == 2:
        first, last = years
        if type(first) is int and type(last) is int and EVERY_YEAR[0] <= first <= last <= EVERY_YEAR[1]:
            return first, last
    raise CalendarRefused(f"{where}: the first and the last known year are needed", hint="such as [2020, 2027]")


def _check(schedule: WeeklySchedule, where: str) -> None:
    """What can only be seen when all is read."""
    for day in _named_days(schedule):
        if not schedule.years[0] <= date.fromordinal(day).year <= schedule.years[1]:
            raise CalendarRefused(f"{where}: {date.fromordinal(day)} lies outside its years", hint="extend years")
    if not schedule.ever_opens():
        raise CalendarRefused(f"{where}: it never opens", hint="give it opening hours; no deadline would ever come")
    if any(0 < DAY - end <= _MINUTE for spans in schedule.spans() for _, end in spans):
        warnings.warn(f"{where}: a span ends at 23:59, write 24:00", CalendarWarning, stacklevel=5)


def _named_days(schedule: WeeklySchedule) -> list[int]:
    """The ordinals of all dates that the schedule names."""
    return [*schedule.holidays, *schedule.dated]


def _refuse_unknown(table: Mapping[str, object], known: set[str], where: str) -> None:
    """Refuse keys that mean nothing here, rather than to overlook a slip of the pen."""
    unknown = sorted(str(key) for key in table if key not in known)
    if unknown:
        raise CalendarRefused(f"{where}: {unknown[0]!r} is not known", hint=f"known are {', '.join(sorted(known))}")


def _table(value: object, where: str) -> Mapping[str, object]:
    """``value`` when it is a mapping, else a refusal."""
    if isinstance(value, Mapping):
        return value
    raise CalendarRefused(f"{where}: a table is needed here", hint='such as {"tz": "Europe/London", ...}')


def _items(value: object, where: str) -> list[object]:
    """The items of a list, else a refusal."""
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return list(value)
    raise CalendarRefused(f"{where}: a list is needed here", hint="put the values into [ ]")
