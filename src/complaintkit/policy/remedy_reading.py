"""Reading what a profile settles about remedies and the second person, and amounts of money anywhere in it."""

from __future__ import annotations

from complaintkit.errors import MalformedInput
from complaintkit.money import DIGITS, Money, Rounding
from complaintkit.policy.duties import read_unit
from complaintkit.policy.section import Section
from complaintkit.policy.settings import ApologyProtection, OfferRules, Remedies, SecondPerson, SecondWay
from complaintkit.timekeeping import CalendarDays, Unit, WorkingDays, write_term


def read_remedies(section: Section) -> Remedies:
    """The remedies of a profile."""
    interest, distress = None, None
    if "interest" in section or "distress" in section:
        from complaintkit.policy.money_reading import read_distress, read_interest

        interest = read_interest(section.table("interest")) if "interest" in section else None
        distress = read_distress(section.table("distress")) if "distress" in section else None
    return Remedies(
        rounding=section.choice("rounding", Rounding),
        offer=_offer(section.table("offer")),
        interest=interest,
        distress=distress,
    )


def _offer(section: Section) -> OfferRules:
    """The rules of an offer; in its times a profile may be kinder than R-70, never harder."""
    return OfferRules(
        expires_after=_at_least(section, "expires_after", CalendarDays(30)),
        paid_within=_at_most(section, "paid_within", WorkingDays(10)),
        advice_within=_at_least(section, "advice_within", WorkingDays(10)),
        offset_against_arrears=section.flag("offset_against_arrears", False),
        confidentiality=section.flag("confidentiality", False),
        apology_protection=section.choice("apology_protection", ApologyProtection, ApologyProtection.NONE),
    )


def _at_least(section: Section, key: str, least: CalendarDays | WorkingDays) -> Unit:
    unit = read_unit(section, key)
    if not isinstance(unit, type(least)) or unit.n < least.n:
        section.problem(f"must be at least {_written(least)} (R-70)", key)
    return unit


def _at_most(section: Section, key: str, most: WorkingDays) -> Unit:
    unit = read_unit(section, key)
    if not isinstance(unit, type(most)) or unit.n > most.n:
        section.problem(f"must be at most {_written(most)} (R-70)", key)
    return unit


def _written(unit: CalendarDays | WorkingDays) -> str:
    """A unit as a profile writes it."""
    return " and ".join(f"{name} = {n}" for name, n in write_term(unit).items())


def read_second_person(section: Section) -> SecondPerson:
    """Where the second person comes from; a way without what it needs is refused (CF-05)."""
    way = section.choice("way", SecondWay)
    who = section.text("who") if way is SecondWay.EXTERNAL else section.text("who", "")
    if way is not SecondWay.DELAYED_SELF_APPROVAL:
        return SecondPerson(way=way, who=who)
    return SecondPerson(way=way, who=who, delay=read_unit(section, "delay"), below=read_limits(section.table("below")))


def read_currency(section: Section, code: str, key: str) -> str:
    """A currency that exists; one without digits stands in for a wrong one."""
    if code in DIGITS:
        return code
    section.problem(f"there is no currency {code!r}{section.near(code, DIGITS)}", key)
    return "XAF"


def read_minor(section: Section, key: str, currency: str) -> int:
    """An amount, written as a text, in minor units."""
    written = section.text(key)
    try:
        amount = Money.of(written, currency).minor if written else 0
    except MalformedInput as error:
        section.problem(str(error), key)
        return 0
    if amount < 0:
        section.problem("must not be negative", key)
    return amount


def read_limits(section: Section) -> dict[str, int]:
    """Amounts by currency, in minor units."""
    return {code: read_minor(section, code, read_currency(section, code, code)) for code in section}
