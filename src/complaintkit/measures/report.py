"""The report: one page that needs nothing else, and the same figures as JSON and CSV.

The same facts give the same bytes: nothing is random, nothing reads a clock.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from attrs import frozen

from complaintkit.errors import MissingExtra
from complaintkit.measures import sections as parts
from complaintkit.measures.contents import Section
from complaintkit.measures.facts import FIELDS, Facts
from complaintkit.measures.measure import Measure, Period, Scale
from complaintkit.measures.phrasing import Phrases
from complaintkit.ports import Store
from complaintkit.timekeeping import format_instant, local_day
from complaintkit.vocabulary import Language
from complaintkit.wording import direction, known_language, one_line

#: How many fields of the host are shown where nobody says which.
_FIELDS_SHOWN = 8
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t")


@frozen(kw_only=True)
class Report:
    """A report in one language: its sections, and the names of those for which there was nothing to count."""

    facts: Facts
    period: Period
    phrases: Phrases
    sections: tuple[Section, ...]
    skipped: tuple[str, ...]

    @property
    def figures(self) -> Iterator[tuple[Section, Measure]]:
        """Every figure with its section."""
        return ((section, figure) for section in self.sections for figure in section.figures)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        language = self.phrases.language
        return {
            "report": 1, "language": language.value, "at": format_instant(self.facts.at),
            "calendar": f"{self.facts.calendar.id}#{self.facts.calendar.digest}",
            "period": {"first": self.period.first.isoformat(), "last": self.period.last.isoformat()},
            "sections": [
                {"id": section.id, "title": section.title, "notes": list(section.notes),
                 "figures": [figure.to_dict(language) for figure in section.figures]}
                for section in self.sections
            ],
            "skipped": list(self.skipped),
        }  # fmt: skip

    def json(self) -> str:
        """The report as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def csv(self) -> str:
        """Every figure as one line of a table; what a spreadsheet would take for a formula gets an apostrophe."""
        written = io.StringIO()
        table = csv.writer(written, lineterminator="\n")
        table.writerow(_COLUMNS)
        table.writerows(_line(section, figure) for section, figure in self.figures)
        return written.getvalue()

    def html(self) -> str:
        """The report as one page."""
        try:
            import jinja2
            import markupsafe
        except ImportError:
            raise MissingExtra("complaintkit[learn]", "the report") from None
        source = (files("complaintkit.measures") / "templates" / "report.html").read_text(encoding="utf-8")
        page = jinja2.Environment(
            autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        ).from_string(source)
        return page.render(
            report=self, say=self.phrases.say, phrases=self.phrases, cards=list(_cards(self)), defined=_defined(self),
            at=local_day(self.facts.at, self.facts.calendar.zone), direction=direction(self.phrases.language),
            drawn=markupsafe.Markup, label=one_line,
        ) + "\n"  # fmt: skip


def write_report(
    facts: Facts, folder: Path | str, *, language: Language | str = Language.ENGLISH, period: Period | None = None,
    fields: Sequence[str] | None = None, store: Store | None = None,
) -> Path:  # fmt: skip
    """Write ``report.html``, ``report.json`` and ``report.csv`` into a folder; returns the path of the page.

    ``period`` is what it speaks of (default: all), ``fields`` by what complaints are counted (default: what repeats),
    ``store`` the book whose vault is searched for equal texts (default: it is left out).
    Raises ``MissingExtra`` without ``complaintkit[learn]``.
    """
    report = build_report(facts, language=language, period=period, fields=fields, store=store)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("report.html", report.html()), ("report.json", report.json()), ("report.csv", report.csv())):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder / "report.html"


def build_report(
    facts: Facts, *, language: Language | str = Language.ENGLISH, period: Period | None = None,
    fields: Sequence[str] | None = None, store: Store | None = None,
) -> Report:  # fmt: skip
    """The report as an object; the arguments are those of :func:`write_report`."""
    phrases, period = Phrases(known_language(language)), period or facts.whole
    asked = list(_asked(parts.Ask(facts, period, phrases), fields, store))
    return Report(
        facts=facts, period=period, phrases=phrases,
        sections=tuple(section for _, section in asked if section is not None),
        skipped=tuple(title for title, section in asked if section is None and title),
    )  # fmt: skip


def _asked(ask: parts.Ask, fields: Sequence[str] | None, store: Store | None) -> Iterator[tuple[str, Section | None]]:
    """Each section with the title under which it is missed where it is None; "" where nobody misses it."""
    title = ask.phrases.say
    yield title("section.volume"), parts.volume_section(ask)
    yield title("section.acknowledgement"), parts.acknowledgement_section(ask)
    yield title("section.final_due"), parts.final_section(ask, "due")
    yield "", parts.final_section(ask, "due_as_moved")
    yield title("section.final_closed"), parts.final_section(ask, "closed")
    yield "", parts.final_section(ask, "source")
    yield title("section.time_calendar"), parts.time_section(ask, "calendar")
    yield "", parts.time_section(ask, "working")
    for milestone in sorted(ask.facts.milestones):
        yield "", parts.milestone_section(ask, milestone)
    yield from _by_fields(ask, fields)
    yield "" if store is None else title("section.duplicates"), parts.duplicates_section(ask, store)


def _by_fields(ask: parts.Ask, fields: Sequence[str] | None) -> Iterator[tuple[str, Section | None]]:
    """The fields that were asked for, or our own and those of the host whose values repeat."""
    if fields is not None:
        for field in fields:
            yield ask.phrases.field(field), parts.field_section(ask, field)
        return
    for field in FIELDS:
        yield "", parts.field_section(ask, field)
    shown = 0
    for field in ask.facts.fields[len(FIELDS) :]:
        section = parts.field_section(ask, field, repeating=True) if shown < _FIELDS_SHOWN else None
        shown += section is not None
        yield ask.phrases.field(field), section


def _cards(report: Report) -> Iterator[tuple[str, str, str, Measure]]:
    """The figures at a glance: name, value, what it rests on, and the measure."""
    phrases = report.phrases
    for section in report.sections:
        if section.id in ("volume", "acknowledgement", "final_due", "final_source", "time_calendar"):
            figure = section.about
            value, basis = phrases.value(figure), [phrases.interval(figure)]
            if figure.scale is Scale.SECONDS and figure.value is not None:
                value = phrases.say("report.median", days=value)
            if figure.scale is not Scale.COUNT:
                basis.insert(0, phrases.say("report.of_n", counted=figure.numerator, all=figure.denominator))
            yield figure.text("name", phrases.language), value, " · ".join(filter(None, basis)), figure


def _defined(report: Report) -> list[Measure]:
    """One figure of each measure that is used, in the order of their ids."""
    used = {figure.id: figure for _, figure in report.figures}
    return [used[name] for name in sorted(used)]


_COLUMNS = (
    "section", "measure", "version", "segment", "scale", "numerator", "denominator", "value", "low", "high", "excluded",
    "unit", "time_basis", "period_first", "period_last",
)  # fmt: skip


def _line(section: Section, figure: Measure) -> list[Any]:
    said = figure.to_dict()
    interval = said["interval"] or {"low": None, "high": None}
    segment = "; ".join(f"{name}={value}" for name, value in figure.segment)
    excluded = "; ".join(f"{reason}={count}" for reason, count in figure.excluded)
    return [
        _inert(section.id), figure.id, figure.version, _inert(segment), figure.scale.value, figure.numerator,
        figure.denominator, said["value"], interval["low"], interval["high"], excluded, figure.unit.value,
        figure.basis.value, figure.period.first.isoformat(), figure.period.last.isoformat(),
    ]  # fmt: skip


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
