"""The amount of a remedy: entries under heads, added up in one order, rounded once (R-50, R-56 to R-58).

Every entry can be worked out again from its own inputs, so that the explanation of an amount is the amount.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from attrs import evolve, frozen

from complaintkit.errors import MalformedInput
from complaintkit.money import Exact, Money, Rounding, total
from complaintkit.policy.identity import canonical
from complaintkit.policy.verdict import Line


class Head(StrEnum):
    """What money is for, in the order of the total (R-56)."""

    LEGAL_DUTY = "legal_duty"
    """Owed by law: paid without acceptance, waiver or offset (R-30)."""
    LOSS = "loss"
    INTEREST = "interest"
    DISTRESS = "distress"
    FEES = "fees"
    GOODWILL = "goodwill"
    """Without finding or duty: a line of its own, outside the total (R-26, R-56)."""


class Cut(StrEnum):
    """For what a loss may be reduced (R-45): never for complaining, tone or vulnerability."""

    AVOIDABLE_CONTRIBUTION = "avoidable_contribution"
    FAILURE_TO_MITIGATE = "failure_to_mitigate"


def _plain(inputs: Mapping[str, Any]) -> Fraction:
    return Fraction(inputs["amount"])


def _difference(inputs: Mapping[str, Any]) -> Fraction:
    return Fraction(inputs["paid"] - inputs["should_have_paid"])


def _reduced(inputs: Mapping[str, Any]) -> Fraction:
    return -Fraction(inputs["amount"] * inputs["percent"], 100)


def _simple_interest(inputs: Mapping[str, Any]) -> Fraction:
    return Fraction(inputs["percent"]) * Fraction(inputs["amount"] * inputs["days"], 100 * inputs["year"])


def _capped(inputs: Mapping[str, Any]) -> Fraction:
    return Fraction(min(inputs["units"] * inputs["rate"], inputs["cap"]))


#: How each rule makes its amount, in minor units, from its inputs alone.
FORMULAS: Final[Mapping[str, Callable[[Mapping[str, Any]], Fraction]]] = {
    "R-26": _plain,
    "R-30": _plain,
    "R-33": _plain,
    "R-45": _reduced,
    "R-46": lambda inputs: -_plain(inputs),
    "R-50": _difference,
    "R-51": _simple_interest,
    "R-52": _simple_interest,
    "R-54": _plain,
    "R-55": _capped,
}


@frozen(kw_only=True)
class Entry:
    """One component: its head, the rule that made it, what went in, and exactly what came out in minor units.

    ``issue`` names the issue it is for; ``undisputed`` parts are paid at once (R-31).
    """

    head: Head
    rule: str
    currency: str
    inputs: Mapping[str, int | str]
    exact: Fraction
    issue: str = ""
    undisputed: bool = False

    @classmethod
    def of(cls, head: Head, rule: str, currency: str, inputs: Mapping[str, int | str]) -> Entry:
        """The entry that a rule makes of its inputs."""
        return cls(head=head, rule=rule, currency=currency, inputs=inputs, exact=FORMULAS[rule](inputs))

    def for_issue(self, issue: str, *, undisputed: bool = False) -> Entry:
        """The same entry for one issue of the complaint."""
        return evolve(self, issue=issue, undisputed=undisputed)

    @property
    def line(self) -> Line:
        """The entry as a line of an explanation."""
        told = {"head": self.head.value, "issue": self.issue, "currency": self.currency, "undisputed": self.undisputed}
        return Line(self.rule, {**self.inputs, **told}, str(self.exact), "remedy.entry")


def restored(paid: Money, should_have_paid: Money) -> Entry:
    """One item of restitution: what was paid less what should have been (R-50); negative where the person gained."""
    (paid - should_have_paid)  # refuses two currencies
    inputs = {"paid": paid.minor, "should_have_paid": should_have_paid.minor}
    return Entry.of(Head.LOSS, "R-50", paid.currency, inputs)


def reduced(loss: Entry, percent: int, cut: Cut) -> Entry:
    """What comes off a loss for the person's own avoidable part in it (R-45)."""
    if loss.head is not Head.LOSS or not 0 < percent <= 100:
        raise MalformedInput("a loss is reduced by 1 to 100 percent", hint="hand in an entry of the head loss")
    if loss.exact.denominator != 1:
        raise MalformedInput("this loss is no whole amount", hint="reduce what restored() gives")
    inputs = {"amount": int(loss.exact), "percent": percent, "cut": cut.value}
    return Entry.of(Head.LOSS, "R-45", loss.currency, inputs).for_issue(loss.issue)


def owed_by_law(amount: Money) -> Entry:
    """A legal-duty component (R-30)."""
    return _stated(Head.LEGAL_DUTY, "R-30", amount)


def fee_refunded(amount: Money) -> Entry:
    """A fee that the failure caused (R-33)."""
    return _stated(Head.FEES, "R-33", amount)


def goodwill(amount: Money) -> Entry:
    """A gesture without finding or duty (R-26)."""
    return _stated(Head.GOODWILL, "R-26", amount)


def already_paid(head: Head, amount: Money) -> Entry:
    """What was paid before under the same head; it is deducted once (R-46, R-56)."""
    return Entry.of(head, "R-46", amount.currency, {"amount": _not_negative(amount).minor})


def time_and_trouble(units: int, rate: Money, cap: Money) -> Entry:
    """Effort by the unit, up to a cap (R-55); never beside a distress band for the same issue."""
    _not_negative(cap - rate + rate)
    inputs = {"units": units, "rate": _not_negative(rate).minor, "cap": cap.minor}
    return Entry.of(Head.DISTRESS, "R-55", rate.currency, inputs)


def _stated(head: Head, rule: str, amount: Money) -> Entry:
    return Entry.of(head, rule, amount.currency, {"amount": _not_negative(amount).minor})


def _not_negative(amount: Money) -> Money:
    if amount.minor < 0:
        raise MalformedInput("this amount must not be negative", hint="nobody is billed for having complained (R-58)")
    return amount


@frozen(kw_only=True)
class Calculation:
    """What a remedy comes to; made by :func:`calculate`.

    ``heads`` are the amounts of each head, none of them negative; ``total`` adds them up but for goodwill;
    ``digest`` is what an approval binds to (R-62): any change of any entry changes it.
    """

    currency: str
    entries: tuple[Entry, ...]
    rounding: Rounding
    heads: Mapping[Head, Money]
    digest: str

    @property
    def total(self) -> Money:
        """Everything owed (R-56); goodwill is outside."""
        return total([money for head, money in self.heads.items() if head is not Head.GOODWILL], self.currency)

    @property
    def payable(self) -> Money:
        """The total and the goodwill."""
        return total(self.heads.values(), self.currency)

    @property
    def due_at_once(self) -> Money:
        """What waits for nobody's acceptance: legal duty (R-30), and undisputed parts up to their head (R-31)."""
        now = [entry for entry in self.entries if entry.head is Head.LEGAL_DUTY or entry.undisputed]
        heads = calculate(self.currency, now, self.rounding).heads
        return total([min(money, self.heads[head]) for head, money in heads.items()], self.currency)

    @property
    def explanation(self) -> tuple[Line, ...]:
        """A line for each entry and each head, a head below nothing told as such, and the total."""
        heads = [
            Line(
                "R-58" if exact < 0 else "R-56",
                {"head": head.value, "exact": str(exact)},
                self.heads[head].minor,
                "remedy.head",
            )
            for head, exact in _sums(self.entries).items()
        ]
        return (*(entry.line for entry in self.entries), *heads, Line("R-56", {}, self.total.minor, "remedy.total"))


def calculate(currency: str, entries: Iterable[Entry], rounding: Rounding = Rounding.HALF_UP) -> Calculation:
    """Add entries up, head by head (R-56): exact until each head is rounded once, a negative head becomes 0 (R-58).

    Raises ``MalformedInput`` for another currency, and where distress by band and by effort stand for one issue
    (R-55).

    >>> paid, due = Money.of("130", "GBP"), Money.of("100", "GBP")
    >>> found = calculate("GBP", [restored(paid, due), goodwill(Money.of("5", "GBP"))])
    >>> found.total, found.payable
    (Money('30.00', 'GBP'), Money('35.00', 'GBP'))
    """
    kept = tuple(entries)
    if any(entry.currency != currency for entry in kept):
        raise MalformedInput(f"every entry must be in {currency}", hint="convert once, at payment (R-57)")
    banded, counted = ({entry.issue for entry in kept if entry.rule == rule} for rule in ("R-54", "R-55"))
    if banded & counted:
        raise MalformedInput("one effort is paid by band or by the unit, never both (R-55)", hint="leave one out")
    heads = {head: Money.rounded(max(exact, Fraction()), currency, rounding) for head, exact in _sums(kept).items()}
    content = {"currency": currency, "rounding": rounding.value, "lines": [entry.line.to_dict() for entry in kept]}
    digest = hashlib.sha256(canonical(content).encode()).hexdigest()
    return Calculation(currency=currency, entries=kept, rounding=rounding, heads=heads, digest=digest)


def _sums(entries: Iterable[Entry]) -> dict[Head, Fraction]:
    """What each head comes to, exactly, in the order of the total."""
    sums: dict[Head, Fraction] = {}
    for entry in sorted(entries, key=lambda entry: [*Head].index(entry.head)):
        sums[entry.head] = sums.get(entry.head, Fraction()) + entry.exact
    return sums


def recompute_amount(explanation: Iterable[Line], currency: str, rounding: Rounding = Rounding.HALF_UP) -> Calculation:
    """Work an amount out again from its explanation alone, each entry from its inputs (V-08, R-61).

    Raises ``MalformedInput`` where a line says that it came to something else.
    """
    entries = [_entry(line) for line in explanation if line.text_key == "remedy.entry"]
    return calculate(currency, entries, rounding)


def _entry(line: Line) -> Entry:
    inputs: dict[str, Any] = dict(line.inputs)
    head, issue, currency = Head(inputs.pop("head")), str(inputs.pop("issue")), str(inputs.pop("currency"))
    undisputed = bool(inputs.pop("undisputed"))
    entry = Entry.of(head, line.rule, currency, inputs).for_issue(issue, undisputed=undisputed)
    if str(entry.exact) != line.contribution:
        raise MalformedInput(f"a line of {line.rule} does not add up: {entry.exact} is not {line.contribution}")
    return entry


@frozen(kw_only=True)
class Payment:
    """What is paid for an amount in another currency: converted once, with the rate and its day (R-57)."""

    owed: Money
    paid: Money
    rate: Fraction
    on: date


def convert(owed: Money, currency: str, rate: Exact, on: date, rounding: Rounding = Rounding.HALF_UP) -> Payment:
    """The payment of what is owed in ``currency``, at ``rate`` whole units of it for one whole unit owed."""
    if Fraction(rate) <= 0:
        raise MalformedInput("a rate of exchange is more than nothing", hint="units paid for one unit owed")
    one = Money.of(1, currency)
    paid = Money.rounded(Fraction(owed.amount) * Fraction(rate) * one.minor, currency, rounding)
    return Payment(owed=owed, paid=paid, rate=Fraction(rate), on=on)


@frozen(kw_only=True)
class PaidOut:
    """What a person receives: everything that is owed but for the tax ``withheld`` from the interest (R-56)."""

    withheld: Money
    paid: Money


def pay_out(calculation: Calculation, withholding: Callable[[Money], Money]) -> PaidOut:
    """What is paid where tax must be withheld: ``withholding`` gives the tax on some interest, by the host's own law.

    It is asked about the interest alone; no other head is touched. Raises ``MalformedInput`` for a tax that is below
    nothing or more than the interest.

    >>> entry = Entry.of(Head.INTEREST, "R-51", "GBP", {"amount": 120000, "percent": "8", "days": 719, "year": 365})
    >>> pay_out(calculate("GBP", [entry]), lambda interest: interest.times(Fraction(1, 5), Rounding.DOWN))
    PaidOut(withheld=Money('37.82', 'GBP'), paid=Money('151.29', 'GBP'))
    """
    interest = calculation.heads.get(Head.INTEREST, Money(0, calculation.currency))
    withheld = withholding(interest)
    if not 0 <= withheld.minor <= interest.minor:
        raise MalformedInput("tax is withheld from the interest, and is no more than it", hint="give the tax on it")
    return PaidOut(withheld=withheld, paid=calculation.payable - withheld)
