"""Figures in words and digits of a language, as the report shows them."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Final

from attrs import frozen

from complaintkit.measures.measure import ENOUGH, Measure, Period, Scale
from complaintkit.measures.statistic import Interval
from complaintkit.vocabulary import Band, Channel, FeedbackKind, Handling, Language, OutcomeValue
from complaintkit.wording import DateStyle, digits, label, names, number, one_line, say

_CODED: Final[dict[str, type[Enum]]] = {
    "kind": FeedbackKind, "channel": Channel, "language": Language, "band": Band, "outcome": OutcomeValue,
    "handling": Handling,
}  # fmt: skip
DAY: Final = 86_400
HOUR: Final = 3_600


@frozen
class Phrases:
    """Says figures in one language.

    >>> Phrases(Language.ENGLISH).percent(0.8401), Phrases(Language.PERSIAN).percent(0.8401)
    ('84.0%', '۸۴٫۰٪')
    """

    language: Language

    def say(self, key: str, **values: str | int | date) -> str:
        """A text of the catalogue of measures."""
        return say(self.language, f"measures.{key}", calendar=DateStyle.GREGORIAN, **values)

    def count(self, n: int) -> str:
        """A whole number, negative ones with their sign in front."""
        return number(self.language, n)

    def decimal(self, value: float, places: int = 1) -> str:
        """A number with decimals, thousands set apart."""
        written = f"{value:,.{places}f}"
        if self.language is Language.PERSIAN:
            written = digits(self.language, written.replace(",", "٬").replace(".", "٫"))
        return written

    def percent(self, share: float) -> str:
        """A share of one as a percentage."""
        sign = {Language.ENGLISH: "%", Language.HEBREW: "%", Language.PERSIAN: "٪"}[self.language]
        return self.decimal(share * 100) + sign

    def value(self, measure: Measure) -> str:
        """The value of a measure: why it is not shown where it is not (MC-4)."""
        if measure.value is None:
            reached = measure.denominator >= ENOUGH
            return self.say("report.unreached" if reached else "report.few") if measure.denominator else "–"
        return self.scaled(measure, measure.value)

    def scaled(self, measure: Measure, value: float) -> str:
        """A number on the scale of a measure."""
        if measure.scale is Scale.SHARE:
            return self.percent(value)
        return self.decimal(in_units(measure, value)) if measure.scale is not Scale.COUNT else self.count(int(value))

    def interval(self, measure: Measure) -> str:
        """The 95 % interval of a measure; empty where there is none."""
        if measure.interval is None or measure.interval == Interval(None, None):
            return ""
        low, high = measure.interval
        if high is None and low is not None:
            return self.say("report.from", low=self.scaled(measure, low))
        first = self.scaled(measure, low) if low is not None else self.say("report.unbounded")
        last = self.scaled(measure, high) if high is not None else self.say("report.unbounded")
        return self.say("report.range", low=first, high=last)

    def excluded(self, measure: Measure) -> str:
        """What was left out, in one sentence; empty where nothing was."""
        parts = [self.say(f"excluded.{reason}", count=count) for reason, count in measure.excluded]
        return self.say("report.left_out", what="; ".join(parts)) if parts else ""

    def period(self, period: Period) -> str:
        """A period by its two ISO dates."""
        return self.say("report.period", first=period.first.isoformat(),
                        last=period.last.isoformat())  # fmt: skip

    def field(self, name: str) -> str:
        """What a field is called; attributes of the host keep their own name."""
        if name.startswith("attribute:") or name not in (*_CODED, "unit", "category", "source"):
            return self.say("field.attribute", name=spoken(name.removeprefix("attribute:")))
        return self.say(f"field.{name}")

    def group(self, field: str, value: str) -> str:
        """A value of a field: coded ones by their label, others as they are, on one line."""
        if not value:
            return self.say("report.not_stated")
        if field == "month":
            return self.month(value)
        if field == "quantile" and value in ("P50", "P75", "P90"):
            return self.say(f"quantile.{value}")
        coded = _CODED.get(field)
        return label(self.language, coded(value)) if coded else one_line(value)

    def month(self, month: str) -> str:
        """A month of the Gregorian calendar.

        >>> Phrases(Language.ENGLISH).month("2026-04")
        'April 2026'
        """
        year, number_ = month.split("-")
        return f"{names(self.language, 'dates.months.gregorian')[int(number_) - 1]} {digits(self.language, year)}"


def spoken(name: str) -> str:
    """A name that programs gave to something, as people read it.

    >>> spoken("sent_to_company")
    'sent to company'
    """
    return one_line(name.replace("_", " "))


def in_units(measure: Measure, value: float) -> float:
    """Seconds as days, or as hours where they are working time; days as they are."""
    if measure.scale is Scale.SECONDS:
        return value / (HOUR if measure.id == "M-11.working" else DAY)
    return value
