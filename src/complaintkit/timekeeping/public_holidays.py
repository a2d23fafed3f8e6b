"""Public holidays from the ``holidays`` package: the only door to it.

They are asked for once, by the host, and frozen into a calendar; what a deadline rests on never changes
because a package was upgraded. The package is the extra ``complaintkit[holidays]``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from complaintkit.errors import CalendarRefused, MissingExtra
from complaintkit.timekeeping.schedule import Holiday

#: The subdivision that stands for "only what holds in the whole country".
NATIONWIDE = ""


def public_holidays(country: str, subdivision: str | None = None, *, years: tuple[int, int]) -> tuple[Holiday, ...]:
    """The public holidays of ``country`` (and ``subdivision``) from the first to the last of ``years``.

    The codes are those of ISO 3166, such as ``GB`` and ``ENG``. Where the parts of a country differ, one
    must be named; ``NATIONWIDE`` takes only what they have in common. Days that the package merely
    estimates are marked, so that deadlines over them are provisional.

    Raises ``CalendarRefused`` for an unknown place, a missing subdivision and years that the package does
    not know, ``MissingExtra`` when it is not installed.
    """
    place = _ask(country, subdivision or None, years)
    if subdivision is None and place.subdivisions:
        _refuse_if_parts_differ(country, place, years)
    label = str(getattr(place, "estimated_label", "%s")).replace("%s", "").strip()
    found = (
        Holiday(day=day, name=str(name), estimated="estimated" in name or bool(label and label in name))
        for day, name in place.items()
    )
    return tuple(sorted(found, key=lambda holiday: holiday.day))


def _ask(country: str, subdivision: str | None, years: tuple[int, int]) -> Any:
    """What the package says of one place, in English where it can."""
    package = _package()
    options: dict[str, Any] = {"subdiv": subdivision, "years": range(years[0], years[1] + 1), "expand": False}
    try:
        place = package.country_holidays(country, **options)
        if "en_US" in place.supported_languages:
            place = package.country_holidays(country, language="en_US", **options)
    except RuntimeError:  # what the package raises for a code it does not know is one
        raise CalendarRefused(
            "the country or its subdivision is not known to the holidays package", hint="use codes such as GB, ENG"
        ) from None
    if not place.start_year <= years[0] <= years[1] <= place.end_year:
        known = f"{place.start_year} to {place.end_year}"
        raise CalendarRefused(f"the holidays package knows {country} from {known}", hint="ask for fewer years")
    return place


def _package() -> Any:
    """The holidays package."""
    try:
        return import_module("holidays")
    except ImportError:
        raise MissingExtra("complaintkit[holidays]", "a calendar of public holidays") from None


def _refuse_if_parts_differ(country: str, place: Any, years: tuple[int, int]) -> None:
    """Refuse to guess where a holiday depends on the part of the country."""
    if any(set(_ask(country, part, years)) != set(place) for part in place.subdivisions):
        parts = ", ".join(map(str, place.subdivisions))
        raise CalendarRefused(
            f"the holidays of {country} differ between its parts", hint=f"name one of {parts}, or NATIONWIDE"
        )
