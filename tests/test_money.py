"""Money: exact in every currency, rounded only as is said, allocated without loss."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput, UnknownName
from complaintkit.money import DIGITS, Money, Rounding, total

ORACLE = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.UP: ROUND_UP,
    Rounding.DOWN: ROUND_DOWN,
}
minors = st.integers(-(10**14), 10**14)
currencies = st.sampled_from(sorted(DIGITS))
amounts = st.builds(Money, minors, currencies)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.5", "GBP", 1250),
        ("12.50", "ILS", 1250),
        ("1.234", "KWD", 1234),
        ("1.234", "BHD", 1234),
        ("5000000", "IRR", 5_000_000),
        ("500000", "IRT", 5_000_000),  # toman
        ("0.1", "IRT", 1),
        ("-3", "JPY", -3),
    ],
)
def test_amounts_as_people_write_them(text: str, currency: str, minor: int) -> None:
    assert Money.of(text, currency).minor == minor


@pytest.mark.parametrize("amount", ["12.505", "x", "", "NaN", "Infinity", 12.5, None])
def test_what_is_no_amount_is_refused(amount: Any) -> None:
    with pytest.raises(MalformedInput):
        Money.of(amount, "GBP")


@pytest.mark.parametrize("make", [Money, lambda n, code: Money.of(str(n), code)], ids=["minor units", "as written"])
@pytest.mark.parametrize("currency", ["XXX", "GPB", "gbp"])
def test_unknown_currencies_are_refused(make: Any, currency: str) -> None:
    with pytest.raises(UnknownName):
        make(1, currency)


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1)])
def test_minor_units_are_whole(minor: Any) -> None:
    with pytest.raises(MalformedInput):
        Money(minor, "GBP")


def test_two_currencies_never_meet() -> None:
    for together in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b):
        with pytest.raises(MalformedInput, match="convert once"):
            together(Money(1, "GBP"), Money(1, "ILS"))
    assert Money(1, "GBP") != Money(1, "ILS")


def test_only_rials_are_counted_in_tomans() -> None:
    assert Money(15, "IRR").spoken("IRT") == Decimal("1.5")
    with pytest.raises(UnknownName):
        Money(15, "GBP").spoken("IRT")


@given(amounts)
def test_what_is_written_is_read_back(money: Money) -> None:
    code, _, text = str(money).partition(" ")
    assert Money.of(text, code) == money
    assert eval(repr(money), {"Money": Money.of}) == money


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**4), st.sampled_from(Rounding))
def test_rounding_is_that_of_decimal(number: int, parts: int, rounding: Rounding) -> None:
    exact = Fraction(number, 2 * parts) if parts < 5 else Fraction(number, 1000)
    if exact.denominator % 3 == 0:
        return
    oracle = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), rounding=ORACLE[rounding])
    assert rounding.whole(exact) == int(oracle)
    assert Money.rounded(exact, "GBP", rounding).minor == int(oracle)


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_nothing_is_lost_when_it_is_allocated(money: Money, weights: list[int]) -> None:
    """[H: V-01 nothing lost in an allocation]"""
    parts = money.allocate(weights)
    assert total(parts, money.currency) == money
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - Fraction(money.minor * weight, sum(weights))) < 1
        assert weight or not part.minor


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 3], [1.5], [True]])
def test_weights_are_whole_and_not_negative(weights: Any) -> None:
    with pytest.raises(MalformedInput):
        Money(100, "GBP").allocate(weights)


@given(minors, minors, minors, currencies)
def test_money_adds_up_like_its_minor_units(a: int, b: int, c: int, currency: str) -> None:
    """[H: V-01 what is added can be taken away]"""
    x, y, z = Money(a, currency), Money(b, currency), Money(c, currency)
    assert (x + y) + z == x + (y + z) == total([z, y, x], currency)
    assert x - y == x + -y
    assert x + y - y == x
    assert (x < y, x <= y, x > y) == (a < b, a <= b, a > b)
    assert bool(x) is bool(a)


@given(amounts, st.integers(-50, 50), st.sampled_from(Rounding))
def test_a_whole_multiple_needs_no_rounding(money: Money, factor: int, rounding: Rounding) -> None:
    assert money.times(factor, rounding).minor == money.minor * factor
