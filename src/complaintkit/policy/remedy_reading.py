"""Reading what a profile settles about remedies and the second person, and amounts of money anywhere in it."""

from __future__ import annotations

from complaintkit.errors import MalformedInput
from complaintkit.money import DIGITS, Money, Rounding
from complaintkit.policy.duties import read_unit
from complaintkit.policy.section import Section
from complaintkit.policy.settings import ApologyProtection, OfferRules, Remedies, SecondPerson, SecondWay


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
    return OfferRules(
        expires_after=read_unit(section, "expires_after"),
        paid_within=read_unit(section, "paid_within"),
        advice_within=read_unit(section, "advice_within"),
        offset_against_arrears=section.flag("offset_against_arrears", False),
        confidentiality=section.flag("confidentiality", False),
        apology_protection=section.choice("apology_protection", ApologyProtection, ApologyProtection.NONE),
    )


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
