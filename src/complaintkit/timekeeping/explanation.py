"""How a date came about: every span and holiday, every pause and step, as data and in words (pain points 8 and 10).

A budget runs by the clock of its term: working time for terms in working days and hours, all time for the
others. The spans of an explanation are what was counted of that clock, and they add up to the budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from attrs import field, frozen

from complaintkit.timekeeping.budgets import Pause
from complaintkit.timekeeping.calendar import WorkingCalendar
from complaintkit.timekeeping.conventions import Moment, Reckoning, Standstill
from complaintkit.timekeeping.counting import is_instant, standstills
from complaintkit.timekeeping.instants import format_instant, instant
from complaintkit.timekeeping.parsing import write_term
from complaintkit.timekeeping.schedule import Holiday
from complaintkit.timekeeping.terms import Term
from complaintkit.timekeeping.units import WorkingDays, WorkingHours
from complaintkit.timekeeping.zones import at_wall, local_day
from complaintkit.vocabulary import Language
from complaintkit.wording import DateStyle, digits, say

#: Open at every instant: the clock of terms that count all time.
ALWAYS: Final = WorkingCalendar.from_dict({"id": "always", "tz": "UTC", "weekend": []})
_TICK: Final = timedelta(microseconds=1)


def clock_of(term: Term, calendar: WorkingCalendar) -> WorkingCalendar:
    """The calendar by whose time the budget of a term runs.

    >>> from complaintkit.timekeeping.units import Weeks
    >>> clock_of(Term(Weeks(8)), WorkingCalendar.from_dict({"tz": "UTC", "weekend": ["sat", "sun"]})).id
    'always'
    """
    return calendar if isinstance(term.unit, WorkingDays | WorkingHours) else ALWAYS


class Spent(NamedTuple):
    """A stretch that was counted, half-open, in UTC."""

    since: datetime
    until: datetime

    @property
    def seconds(self) -> int:
        """How much of the budget it used."""
        return round((self.until - self.since).total_seconds())


@frozen(kw_only=True)
class Why:
    """Why something is due when it is.

    ``spans`` are what was counted, ``holidays`` the days that were not, ``stood`` the stretches in which the
    clock stood; ``reckoning`` has the steps by which a term in days came to its last day, extensions and the
    roll among them. ``rule`` and ``source`` say who set the term, as far as that is known.
    """

    start: Moment
    term: Term
    reckoning: Reckoning
    calendar: WorkingCalendar = field(repr=False)
    spans: tuple[Spent, ...] = field(repr=False)
    holidays: tuple[Holiday, ...] = field(repr=False)
    stood: tuple[Pause, ...] = ()
    reasons: tuple[str, ...] = ()
    rule: str = ""
    source: str = ""

    @property
    def due(self) -> datetime:
        """The due instant, in UTC."""
        return self.reckoning.at

    @property
    def budget(self) -> int:
        """How many seconds were counted in all."""
        return sum(span.seconds for span in self.spans)

    def to_dict(self) -> dict[str, object]:
        """The same as plain data; instants in UTC, a start without a time as its date."""
        return {
            "due": format_instant(self.due),
            "start": format_instant(self.start) if is_instant(self.start) else self.start.isoformat(),
            "term": write_term(self.term),
            "rule": self.rule,
            "source": self.source,
            "steps": [step.to_dict() for step in self.reckoning.steps],
            "spans": [_pair(span) | {"seconds": span.seconds} for span in self.spans],
            "holidays": [holiday.to_dict() for holiday in self.holidays],
            "pauses": [_pair(pause) | {"reason": why} for pause, why in self._pauses()],
            "budget_seconds": self.budget,
            "provisional": self.reckoning.provisional,
            "calendar": {"id": self.calendar.id, "digest": self.calendar.digest, "zone": self.calendar.zone.key},
        }

    def _pauses(self) -> Iterator[tuple[Pause, str]]:
        yield from zip(self.stood, self.reasons or ("",) * len(self.stood), strict=True)

    def told(self, language: Language | str, style: DateStyle = DateStyle.GREGORIAN) -> tuple[str, ...]:
        """The same in words, one line for each thing that counted; local times of the calendar's zone."""
        return tuple(_Teller(self, Language(language), style).lines())


def explain(
    term: Term,
    start: Moment,
    calendar: WorkingCalendar,
    suspended: Iterable[Standstill] = (),
    *,
    reasons: tuple[str, ...] = (),
    rule: str = "",
    source: str = "",
) -> Why:
    """Reckon a term and say how: the arguments of ``Term.reckon``, with a reason for each suspension if known.

    >>> from datetime import UTC
    >>> office = WorkingCalendar.from_dict({"id": "office", "tz": "UTC", "weekly": {"mon": [["09:00", "17:00"]]}})
    >>> why = explain(Term(WorkingHours(9)), datetime(2026, 3, 2, 10, tzinfo=UTC), office)
    >>> [span.seconds // 3600 for span in why.spans], why.budget // 3600
    ([7, 2], 9)
    """
    stretches = tuple(suspended)
    reckoning = term.reckon(start, calendar, stretches)
    zone = term.conventions.zone_in(calendar)
    stood = tuple(standstills(stretches, zone))
    begin = instant(start) if is_instant(start) else at_wall(start, time(), zone)
    clock = clock_of(term, calendar)
    days = local_day(begin, calendar.zone), local_day(reckoning.at - _TICK, calendar.zone)
    return Why(
        start=start,
        term=term,
        reckoning=reckoning,
        calendar=calendar,
        spans=tuple(Spent(*span) for span in clock.spans(begin, reckoning.at, stood)),
        holidays=tuple(calendar.holidays_between(*days)) if clock is calendar else (),
        stood=stood,
        reasons=reasons if len(reasons) == len(stood) else (),
        rule=rule,
        source=source,
    )


def _pair(stretch: tuple[datetime, datetime]) -> dict[str, object]:
    return {"from": format_instant(stretch[0]), "to": format_instant(stretch[1])}


def term_in_words(term: Term, language: Language | str) -> str:
    """The units of a term in a language, its extensions after it.

    >>> from complaintkit.timekeeping.units import Weeks, WorkingDays
    >>> term_in_words(Term(WorkingDays(10)).extended(Weeks(1)), "en")
    '10 working days + one week'
    """
    units = [term.unit, *term.extensions]
    return " + ".join(say(language, f"due.unit.{name}", n=n) for unit in units for name, n in _counted(unit))


@frozen
class _Teller:
    """One explanation in one language."""

    why: Why
    language: Language
    style: DateStyle

    def lines(self) -> Iterator[str]:
        yield self._say("result", **self._until(self.why.due))
        yield self._say("term", term=term_in_words(self.why.term, self.language))
        if self.why.rule or self.why.source:
            yield self._say("rule", rule=self.why.rule or "-", source=self.why.source or "-")
        yield from self._steps()
        yield from (self._say("holiday", date=day.day, name=day.name or "-") for day in self.why.holidays)
        yield from (self._pause(*pause) for pause in self.why._pauses())  # noqa: SLF001 (its own teller)
        yield from (self._span(span) for span in self.why.spans)
        yield self._say("sum", amount=self._amount(self.why.budget))
        yield self._say("calendar", id=self.why.calendar.id, digest=self.why.calendar.digest)
        if self.why.reckoning.provisional:
            yield self._say("provisional")

    def _say(self, key: str, **values: str | int | date) -> str:
        return say(self.language, f"due.{key}", calendar=self.style, **values)

    def _steps(self) -> Iterator[str]:
        if not self.why.reckoning.steps:
            yield self._say("start", **self._when(self.why.start))
        for step in self.why.reckoning.steps:
            yield self._say(f"step.{step.name}", date=step.day)

    def _pause(self, stretch: Pause, reason: str) -> str:
        told = say(self.language, f"labels.hold_reason.{reason}") if reason else "-"
        since, until = (self._when(at) for at in stretch)
        return self._say(
            "pause", date=since["date"], clock=since["clock"], end=until["date"], end_clock=until["clock"], reason=told
        )

    def _span(self, span: Spent) -> str:
        since, until = self._local(span.since), self._local(span.until)
        if until - since > timedelta(days=1) or span.until - span.since > timedelta(days=1):
            first, last = self._when(span.since), self._until(span.until)
            return self._say(
                "stretch", date=first["date"], clock=first["clock"], end=last["date"], end_clock=last["clock"],
                amount=self._amount(span.seconds),
            )  # fmt: skip
        shown = self._clock(until) if until.date() == since.date() else self._midnight(since, until)
        return self._say(
            "span", date=since.date(), since=self._clock(since), until=shown, amount=self._amount(span.seconds)
        )

    def _midnight(self, since: datetime, until: datetime) -> str:
        """The end of a span that runs over midnight, in the hours of the day on which it began."""
        hours = until.hour + 24 * (until.date() - since.date()).days
        return self._digits(f"{hours:02}:{until:%M}" + (f":{until:%S}" if until.second else ""))

    def _when(self, at: Moment) -> dict[str, str | int | date]:
        if not is_instant(at):
            return {"date": at, "clock": self._digits("00:00"), "zone": self.why.calendar.zone.key}
        local = self._local(at)
        return {"date": local.date(), "clock": self._clock(local), "zone": self.why.calendar.zone.key}

    def _until(self, at: datetime) -> dict[str, str | int | date]:
        """The end of something: midnight still belongs to the day before, as 24:00."""
        if self._local(at).time() != time():
            return self._when(at)
        return self._when(at - _TICK) | {"clock": self._digits("24:00")}

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.why.calendar.zone)

    def _clock(self, local: datetime) -> str:
        return self._digits(f"{local:%H:%M}" + (f":{local:%S}" if local.second else ""))

    def _amount(self, seconds: int) -> str:
        minutes, rest = divmod(seconds, 60)
        text = f"{minutes // 60}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")
        return self._digits(text)

    def _digits(self, text: str) -> str:
        return digits(self.language, text)


def _counted(unit: object) -> Iterator[tuple[str, int]]:
    for name, n in write_term(unit).items():  # type: ignore[arg-type]  # a term's units are units
        yield name, int(n)  # type: ignore[call-overload]
