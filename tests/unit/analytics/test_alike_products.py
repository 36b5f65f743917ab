"""CA-W1 and CA-W5 on what is far or alike without being a fault: dear ranges, common values, products entered together."""

from __future__ import annotations

import pytest

from tests.unit.analytics.small_mart import judge_mart, priced, stocked

_USUAL = [str(20 + number % 7) for number in range(60)]
"""Prices from 20 to 26 EUR: a robust z-score above 3 from 34 EUR on, below -2.5 from 15 EUR down."""


@pytest.mark.parametrize(
    ("prices", "far"),
    [
        (("60",), {"60"}),
        (("33.80", "43.90", "57", "74"), set()),
        (("33.80", "43.95", "50"), {"43.95", "50"}),
        (("39", "50", "66", "85"), {"39", "50", "66", "85"}),
        (("6",), {"6"}),
        (("15.39", "11.90", "9.20", "7.10"), set()),
        (("15.39", "11.80", "10"), {"11.80", "10"}),
        (("11", "5"), {"11", "5"}),
        (("15.50", "13", "10"), set()),
    ],
)
def test_a_range_of_prices_that_rises_in_small_steps_is_not_far(prices: tuple[str, ...], far: set[str]) -> None:
    """A far price is named when it, or a far one before it, is more than 1.3 times the next price towards the centre."""
    messages = judge_mart("CA-W1", priced(*_USUAL, *prices))
    assert {prices[place - 61] for place in messages} == far


def test_a_gap_between_ordinary_prices_makes_none_far() -> None:
    """A step of twice the price says nothing as long as the price is near the centre."""
    assert judge_mart("CA-W1", priced(*_USUAL, "60", "10"), zscore_high=99.0, zscore_low=99.0) == {}


@pytest.mark.parametrize(
    ("stocks", "named"),
    [
        ((12, 12, 12, 31, 12, 30, 24, 28, 20, 26, 18), {1, 2, 3}),
        ((12, 12, 12, 31, 12, 30, 12, 28, 20, 26, 18), set()),
        ((11, 12, 13, 31, 12, 30, 12, 28, 12, 26, 18), {1, 2, 3}),
    ],
)
def test_a_value_that_many_products_share_may_run_longer(stocks: tuple[int, ...], named: set[int]) -> None:
    """Three equal stocks of eleven are named with one more elsewhere, not with two; a series is, whatever it holds."""
    assert set(judge_mart("CA-W5", stocked(*stocks), equal_prices=3, even_steps=2)) == named


_BATCH = {9: (101, "5001"), 10: (102, "5002"), 11: (103, "5003")}
_ALIKE = {9, 10, 11}


@pytest.mark.parametrize(
    ("ids", "named"),
    [
        (_BATCH, set()),
        ({9: (101, "NEW-001"), 10: (102, "NEW-002"), 11: (103, "NEW-003")}, set()),
        ({9: (103, "5003"), 10: (101, "5001"), 11: (102, "5002")}, set()),
        ({9: (101, "a"), 10: (102, "b"), 11: (103, "c")}, _ALIKE),
        ({**_BATCH, 11: (104, "5004")}, _ALIKE),
        ({**_BATCH, 11: (103, "5009")}, _ALIKE),
        ({**_BATCH, 11: (104, "5003")}, _ALIKE),
        ({**_BATCH, 8: (100, "5000")}, _ALIKE),
        ({**_BATCH, 8: (104, "5004")}, _ALIKE),
        ({**_BATCH, 8: (100, "5009")}, set()),
        ({**_BATCH, 8: (104, "5009")}, set()),
        ({**_BATCH, 8: (99, "4999")}, set()),
    ],
)
@pytest.mark.parametrize("prices", [("19", "19", "19"), ("19", "18", "17")])
def test_products_entered_together_may_be_alike(
    prices: tuple[str, ...], ids: dict[int, tuple[int, str]], named: set[int]
) -> None:
    """Three products numbered one by one in both files, and no other beside them, share a price or a series of them."""
    products = priced("20", "24", "21", "25", "22", "26", "23", "27", *prices)
    assert set(judge_mart("CA-W5", products, ids=ids, equal_prices=3, even_steps=2)) == named


@pytest.mark.parametrize(("before", "named"), [(("27", "19"), set()), (("19", "19"), {7, 8, 9, 10, 11})])
def test_one_product_before_those_entered_together_may_be_alike_too(before: tuple[str, ...], named: set[int]) -> None:
    """One more of the same price is chance, two are not."""
    products = priced("20", "24", "21", "25", "22", "26", *before, "19", "19", "19")
    assert set(judge_mart("CA-W5", products, ids=_BATCH, equal_prices=3)) == named
