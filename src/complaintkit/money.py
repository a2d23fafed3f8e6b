"""Money: whole minor units of one currency, exact until somebody says how to round.

Nothing here is ever a float, nothing is rounded in silence, and two currencies are never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from functools import total_ordering
from typing import Final

from attrs import field, frozen

from complaintkit.errors import MalformedInput, UnknownName

#: A number without a float in it: how much of something.
Exact = int | Fraction | Decimal

_TWO: Final = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
    "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR "
    "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN "
    "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
    "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG"
)
_NONE: Final = "BIF CLP DJF GNF IRR ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
#: How many digits stand behind the point. The rial has none in use; its hundredth exists on paper only.
DIGITS: Final[Mapping[str, int]] = {
    code: digits for digits, codes in enumerate((_NONE, "", _TWO, _THREE)) for code in codes.split()
}
#: Units in which people count a currency: ten rials are a toman.
SPOKEN: Final[Mapping[str, tuple[str, int]]] = {"IRT": ("IRR", 10)}


class Rounding(StrEnum):
    """Where an amount goes that lies between two minor units."""

    HALF_UP = "half_up"
    """To the nearer one; from the middle away from zero."""
    HALF_EVEN = "half_even"
    UP = "up"
    """Away from zero."""
    DOWN = "down"
    """Towards zero."""

    def whole(self, number: Exact) -> int:
        """A number rounded this way.

        >>> [Rounding.HALF_UP.whole(Fraction(n, 2)) for n in (1, 3, -1)]
        [1, 2, -1]
        >>> [Rounding.HALF_EVEN.whole(Fraction(n, 2)) for n in (1, 3, -1)]
        [0, 2, 0]
        """
        exact = Fraction(number)
        down, rest = divmod(abs(exact), 1)
        up = {
            Rounding.HALF_UP: rest >= Fraction(1, 2),
            Rounding.HALF_EVEN: rest > Fraction(1, 2) or (rest == Fraction(1, 2) and down % 2 == 1),
            Rounding.UP: rest > 0,
            Rounding.DOWN: False,
        }[self]
        return (down + up) * (-1 if exact < 0 else 1)


def _known(currency: str) -> str:
    if currency not in DIGITS:
        raise UnknownName(f"there is no currency {str(currency)[:20]!r}", hint="use its ISO 4217 code, such as GBP")
    return currency


def _whole(minor: int) -> int:
    if type(minor) is not int:
        raise MalformedInput(
            "an amount of money is a whole number of minor units", hint='write Money.of("12.50", "GBP")'
        )
    return minor


@total_ordering
@frozen(order=False)
class Money:
    """``minor`` minor units of ``currency``: pence, agorot, rials.

    >>> Money.of("12.50", "GBP") + Money(5, "GBP")
    Money('12.55', 'GBP')
    >>> Money.of("250", "IRT"), Money.of("1.250", "KWD").minor
    (Money('2500', 'IRR'), 1250)
    >>> Money.of("0.005", "GBP")
    Traceback (most recent call last):
    complaintkit.errors.MalformedInput: an amount in GBP has at most 2 digits behind the point (round it first)
    """

    minor: int = field(validator=lambda _, __, value: _whole(value))
    currency: str = field(validator=lambda _, __, value: _known(value))

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """An amount as people write it, in a currency or in a spoken unit of one (``IRT``); never rounded.

        Raises ``MalformedInput`` for what is no number or has too many digits, ``UnknownName`` for the currency.
        """
        code, size = SPOKEN.get(currency, (currency, 1))
        scale = size * 10 ** DIGITS[_known(code)]
        try:
            exact = Fraction(Decimal(amount)) * scale if not isinstance(amount, float) else None
        except (InvalidOperation, ValueError, OverflowError, TypeError):
            exact = None
        if exact is None:
            raise MalformedInput("an amount of money is a text or a whole number", hint='such as "12.50"')
        if exact.denominator != 1:
            digits = DIGITS[code]
            raise MalformedInput(
                f"an amount in {code} has at most {digits} digits behind the point", hint="round it first"
            )
        return cls(exact.numerator, code)

    @classmethod
    def rounded(cls, minor: Exact, currency: str, rounding: Rounding) -> Money:
        """An exact number of minor units, rounded as is said.

        >>> Money.rounded(Fraction(25, 2), "GBP", Rounding.HALF_UP)
        Money('0.13', 'GBP')
        """
        return cls(rounding.whole(minor), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in whole units, with all its digits."""
        return Decimal(self.minor).scaleb(-DIGITS[self.currency])

    def spoken(self, unit: str) -> Decimal:
        """The amount in a spoken unit of its currency.

        >>> Money(2505, "IRR").spoken("IRT")
        Decimal('250.5')
        """
        code, size = SPOKEN.get(unit, ("", 1))
        if code != self.currency:
            raise UnknownName(f"{self.currency} is not counted in {str(unit)[:20]!r}", hint="IRT counts IRR")
        return self.amount / size

    def times(self, factor: Exact, rounding: Rounding) -> Money:
        """The amount times a factor, rounded as is said."""
        return Money.rounded(self.minor * Fraction(factor), self.currency, rounding)

    def allocate(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """The amount in parts by whole weights that are not negative; the parts add up to it exactly.

        Each part differs from its exact share by less than one minor unit; what is left over goes to the largest
        remainders, among equals to the first.

        >>> [str(part) for part in Money.of("1.00", "GBP").allocate([1, 1, 1])]
        ['GBP 0.34', 'GBP 0.33', 'GBP 0.33']
        """
        total = sum(weights)
        if total <= 0 or any(type(weight) is not int or weight < 0 for weight in weights):
            raise MalformedInput("weights are whole numbers, none negative and not all 0", hint="such as [2, 1]")
        sign = -1 if self.minor < 0 else 1
        shares = [divmod(abs(self.minor) * weight, total) for weight in weights]
        left = abs(self.minor) - sum(whole for whole, _ in shares)
        first = sorted(range(len(shares)), key=lambda place: -shares[place][1])[:left]
        return tuple(Money(sign * (whole + (place in first)), self.currency) for place, (whole, _) in enumerate(shares))

    def _minor_of(self, other: Money) -> int:
        if other.currency != self.currency:
            raise MalformedInput(
                f"{self.currency} and {other.currency} cannot be added or compared",
                hint="convert once, at payment, with the rate and its date (R-57)",
            )
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._minor_of(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._minor_of(other)

    def __bool__(self) -> bool:
        return bool(self.minor)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f}"

    def __repr__(self) -> str:
        return f"Money({f'{self.amount:f}'!r}, {self.currency!r})"


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency; nothing of it where there are none.

    >>> total([], "ILS"), total([Money(150, "ILS"), Money(50, "ILS")], "ILS")
    (Money('0.00', 'ILS'), Money('2.00', 'ILS'))
    """
    whole = Money(0, currency)
    for amount in amounts:
        whole += amount
    return whole
