"""CA-W1 to CA-W6 at their bounds: what is named one cent past a bound, what is not at it, and what the message says."""

from __future__ import annotations

import math
import statistics
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.analytics.small_mart import housed, judge_mart, priced, sold, stocked

if TYPE_CHECKING:
    from tests.unit.analytics.small_mart import Product

_ARTICLES = ("de", "du", "des", "d'", "la", "le", "les", "et", "&", "del", "von", "di")
_FAR = {"zscore_high": 99.0, "zscore_low": 99.0, "house_ratio": 99.0}

_ROBUST = {"zscore_high": 99.0, "zscore_low": 99.0}


@pytest.mark.parametrize(
    ("rule", "products", "settings", "named"),
    [
        ("CA-W1", housed("10", "10", "10", "55"), _ROBUST, set()),
        ("CA-W1", housed("10", "10", "10", "55.01"), _ROBUST, {4}),
        ("CA-W1", housed("10", "10", "10", "1.82"), _ROBUST, set()),
        ("CA-W1", housed("10", "10", "10", "1.81"), _ROBUST, {4}),
        ("CA-W1", housed("10", "10", "90"), _ROBUST, set()),
        ("CA-W1", housed("10", "10", "90"), {**_ROBUST, "house_products": 3}, {3}),
        ("CA-W1", housed("10", "10", "10", "90"), {**_ROBUST, "min_products": 4}, {4}),
        ("CA-W1", housed("10", "10", "10", "90"), {**_ROBUST, "min_products": 5}, set()),
        ("CA-W1", priced("10", "10", "10", "9000"), {}, set()),
        ("CA-W2", sold(5, 5, 5, 5), {"revenue_share": 0.25}, set()),
        ("CA-W2", sold(5, 5, 5, 6), {"revenue_share": 0.25}, {4}),
        ("CA-W2", sold(5, 5, 5, 6), {"revenue_share": 0.25, "min_products": 4}, {4}),
        ("CA-W2", sold(5, 5, 5, 6), {"revenue_share": 0.25, "min_products": 5}, set()),
        ("CA-W2", sold(5, 5, 5, 15), {"revenue_share": 0.25, "steady_products": 8}, set()),
        ("CA-W2", sold(5, 5, 5, 16), {"revenue_share": 0.25, "steady_products": 8}, {4}),
        ("CA-W2", sold(5, 5, 5, 6), {"revenue_share": 0.25, "steady_products": 3}, {4}),
        ("CA-W3", sold(10, 50, 3, 12, 1), {"sales_ratio": 2.5, "steady_products": 10}, set()),
        ("CA-W3", sold(10, 51, 3, 12, 1), {"sales_ratio": 2.5, "steady_products": 10}, {2}),
        ("CA-W3", sold(10, 26, 3, 12, 1), {"sales_ratio": 2.5, "steady_products": 3}, {2}),
        ("CA-W3", sold(10, 25, 3, 12, 1), {"sales_ratio": 2.5}, set()),
        ("CA-W3", sold(10, 26, 3, 12, 1), {"sales_ratio": 2.5}, {2}),
        ("CA-W3", sold(0, 2, 0, 0), {"sales_ratio": 2.5}, set()),
        ("CA-W3", sold(0, 3, 0, 0), {"sales_ratio": 2.5}, {2}),
        ("CA-W3", sold(0, 3, 0, 0), {"sales_ratio": 2.5, "min_products": 4}, {2}),
        ("CA-W3", sold(0, 3, 0, 0), {"sales_ratio": 2.5, "min_products": 5}, set()),
        ("CA-W3", sold(0, 0, 0), {}, {1, 2, 3}),
        ("CA-W3", sold(4, 4, 4), {}, {1, 2, 3}),
        ("CA-W3", sold(4, 4, 5), {}, set()),
        ("CA-W3", sold(4, 4, 4), {"min_products": 4}, set()),
        ("CA-W3", sold(0, *range(4, 44, 2)), {}, {*range(1, 22)}),
        ("CA-W3", sold(0, *range(4, 42, 2)), {}, set()),
        ("CA-W3", sold(1, *range(4, 44, 2)), {}, set()),
        ("CA-W3", sold(0, *range(3, 63, 3)), {}, {*range(1, 22)}),
        ("CA-W3", sold(0, *range(5, 105, 5)), {}, {*range(1, 22)}),
        ("CA-W3", sold(*[1, 2, 3] * 7), {}, {*range(1, 22)}),
        ("CA-W3", sold(*[1, 2, 3] * 6), {}, set()),
        ("CA-W3", sold(*[1, 2, 3, 4] * 5), {}, set()),
        ("CA-W3", sold(0, *[1, 3] * 10), {}, set()),
        ("CA-W4", priced("1.5", "5", "90"), {}, set()),
        ("CA-W4", priced("7", "5", "90"), {}, {1, 2, 3}),
        ("CA-W4", priced("7", "5", "90"), {"min_products": 4}, set()),
        ("CA-W4", priced("1", "4.99", "90"), {}, {1, 2, 3}),
        ("CA-W4", priced("1.01", "100", "900"), {}, set()),
        ("CA-W4", priced("1", "100.01", "900"), {}, {1, 2, 3}),
        ("CA-W4", priced("5", "10", "95"), {}, set()),
        ("CA-W4", priced("1", "1", "1", "9"), {"min_products": 4}, {1, 2, 3, 4}),
        ("CA-W4", priced("1", "1", "1", "9"), {"min_products": 5}, set()),
        ("CA-W4", priced("10.01", "10.54", "20", "30.05", "30.5"), {}, set()),
        ("CA-W4", priced("10.01", "10.54", "20.02", "30.05", "30.5"), {}, {1, 2, 3, 4, 5}),
        ("CA-W4", priced("10.01", "10.54", "20.02", "30.05", "30.5"), {"odd_cents_share": 0.6}, set()),
        ("CA-W5", priced("10", "12", "12", "12", "11"), {"equal_prices": 3}, {2, 3, 4}),
        ("CA-W5", priced("12", "10", "10", "10", "11"), {"equal_prices": 3}, {2, 3, 4}),
        ("CA-W5", priced("10", "12", "12", "12", "11"), {"equal_prices": 4}, set()),
        ("CA-W5", priced("10", "12", "12", "12", "11"), {"equal_prices": 3, "min_products": 6}, set()),
        ("CA-W5", priced("10", "12", "12", "12", "11"), {"equal_prices": 3, "min_products": 5}, {2, 3, 4}),
        ("CA-W5", priced("10", "12", "12", "12", "13"), {"equal_prices": 3}, set()),
        ("CA-W5", priced("13", "12", "12", "12", "10"), {"equal_prices": 3}, set()),
        ("CA-W5", priced("12", "11", "12", "11"), {"equal_prices": 3, "even_steps": 2}, set()),
        ("CA-W5", priced("9", "10", "11", "12", "8"), {"even_steps": 3}, {1, 2, 3, 4}),
        ("CA-W5", priced("9", "10", "11", "12", "8"), {"even_steps": 4}, set()),
        ("CA-W5", priced("9", "9", "11", "12", "8"), {"even_steps": 2}, set()),
        ("CA-W5", priced(*["10", "12", "10", "12", "10"], *["11"] * 11), {"equal_prices": 3}, {*range(6, 17)}),
        ("CA-W5", priced(*["10", "12", "10", "12", "10"], *["11"] * 12), {"equal_prices": 3}, set()),
        ("CA-W5", priced(*["12", "10", "12", "10", "12"], *["11"] * 11), {"equal_prices": 3}, {*range(6, 17)}),
        ("CA-W5", priced(*["12", "10", "12", "10", "12"], *["11"] * 12), {"equal_prices": 3}, set()),
        ("CA-W5", priced(*map(str, [*range(10, 20)] * 3)), {}, set()),
        ("CA-W5", sold(3, 5, 5, 5, 4), {"equal_prices": 3}, {2, 3, 4}),
        ("CA-W5", sold(3, 0, 0, 0, 4), {"equal_prices": 3}, set()),
        ("CA-W5", sold(8, 4, 2, 0, 3), {"even_steps": 2}, {2, 3, 4}),
        ("CA-W5", stocked(3, 5, 5, 5, 4), {"equal_prices": 3}, {2, 3, 4}),
        ("CA-W5", stocked(3, 0, 0, 0, 4), {"equal_prices": 3}, set()),
        ("CA-W5", stocked(3, 1, 0, -1, 4), {"even_steps": 2}, {2, 3, 4}),
        ("CA-W6", stocked(10, 50, 3, 10, 1), {"stock_ratio": 5}, set()),
        ("CA-W6", stocked(10, 51, 3, 10, 1), {"stock_ratio": 5}, {2}),
        ("CA-W6", stocked(10, 51, 3, 10, 1), {"stock_ratio": 5, "min_products": 6}, set()),
        ("CA-W6", stocked(0, 5, 0, 0), {"stock_ratio": 5}, set()),
        ("CA-W6", stocked(0, 6, -1, 0), {"stock_ratio": 5}, {2}),
        ("CA-W6", stocked(0, -1, 0, -3), {}, {1, 2, 3, 4}),
        ("CA-W6", stocked(7, 7, 7), {}, {1, 2, 3}),
        ("CA-W6", stocked(7, 7, 8), {}, set()),
        ("CA-W6", stocked(0, *range(10, 210, 10)), {}, {*range(1, 22)}),
        ("CA-W6", stocked(0, *range(10, 200, 10)), {}, set()),
        ("CA-W6", stocked(1, *range(10, 210, 10)), {}, set()),
        ("CA-W4", priced("10.99", "10.49", "20.19", "30.09", "30.5"), {}, set()),
        ("CA-W3", sold(0, *[1] * 20), {}, {*range(1, 22)}),
        ("CA-W3", sold(0, *[1] * 19), {}, set()),
        ("CA-W3", sold(0, *[1] * 20, 2), {"sales_ratio": 9}, set()),
        ("CA-W3", sold(0, *range(7, 147, 7)), {}, {*range(1, 22)}),
    ],
)
def test_a_bound_is_no_fault_and_one_step_past_it_is(
    rule: str, products: list[Product], settings: dict[str, Any], named: set[int]
) -> None:
    """Ratios, shares, levels and counters warn strictly past their bound, from exactly `min_products` products on."""
    assert set(judge_mart(rule, products, **settings)) == named


_SPREAD = ("8", "9.5", "11", "12", "14.2", "15", "17.3", "19", "21", "400")


@pytest.mark.parametrize(("price", "bound"), [("400", "zscore_high"), ("0.4", "zscore_low")])
def test_the_robust_zscore_is_that_of_the_log_price(price: str, bound: str) -> None:
    """Distance of the log price to its median, in median deviations times 1.4826: named just past it, on its side only."""
    products = priced(*_SPREAD[:-1], price)
    logs = [math.log(float(each)) for _, each, _ in products]
    centre = statistics.median(logs)
    robust = abs(logs[-1] - centre) / (1.4826 * statistics.median(abs(each - centre) for each in logs))
    assert set(judge_mart("CA-W1", products, **{**_FAR, bound: robust * 0.9999})) == {10}
    assert judge_mart("CA-W1", products, **{**_FAR, bound: robust * 1.0001}) == {}


def test_the_message_says_what_the_month_would_be_without_the_price() -> None:
    """Robust z, ratio to the house, revenue and premium wines without it: each as plain Python computes it."""
    prices = ["20", "20", "21", "21", "22", "22", "23", "24", "24", "25", "90", "92", "2000"]
    products = [(f"Clos Rose {number}", price, number + 1) for number, price in enumerate(prices)]
    message = judge_mart("CA-W1", products)[13]
    logs = [math.log(float(price)) for price in prices]
    centre = statistics.median(logs)
    robust = (logs[-1] - centre) / (1.4826 * statistics.median(abs(each - centre) for each in logs))
    others = [float(price) for price in prices[:-1]]
    premium = sum((each - statistics.mean(others)) / statistics.stdev(others) > 2 for each in others)
    ratio = 2000 / statistics.median(float(price) for price in prices)
    revenue = sum(Decimal(price) * sold for _, price, sold in products[:-1])
    assert message == (
        f"price of product_id 13 is 2000.00 EUR, robust z {round(robust, 1)}, {round(ratio, 1)} times the median of "
        f"clos rose; without it revenue is {revenue}.00 EUR, premium wines {premium}"
    )


@pytest.mark.parametrize("others", [[*range(20, 28), 60], [20, 20, 20, 20, 21, 22, 22, 22, 60]])
@pytest.mark.parametrize(("factor", "premium"), [(0.999, 1), (1.001, 0)])
def test_premium_wines_without_a_price_are_counted_by_their_zscore_among_the_others(
    factor: float, premium: int, others: list[int]
) -> None:
    """The count turns where the z-score of the next price, as plain Python computes it, meets the threshold."""
    zscore = (others[-1] - statistics.mean(others)) / statistics.stdev(others)
    products = priced(*(str(price) for price in others), "9000")
    messages = judge_mart("CA-W1", products, threshold=zscore * factor)
    assert messages[10].endswith(f"premium wines {premium}")


def test_only_the_twenty_farthest_prices_are_taken_out_one_by_one() -> None:
    """Of 21 outlying prices each is named; the one nearest to the others says nothing of premium wines."""
    outliers = [str(1000 + 10 * number) for number in range(21)]
    messages = judge_mart("CA-W1", priced(*(str(20 + number % 7) for number in range(60)), *outliers))
    assert set(messages) == set(range(61, 82))
    assert [number for number, message in messages.items() if "premium wines" not in message] == [61]


def test_a_price_far_below_the_others_is_as_far_as_one_above() -> None:
    """Of 21 outlying prices the cheapest is the farthest, and taken out; the nearest one is dear, and is not."""
    outliers = ["0.01", *(str(200 + 10 * number) for number in range(20))]
    messages = judge_mart("CA-W1", priced(*(str(20 + number % 7) for number in range(60)), *outliers))
    assert set(messages) == set(range(61, 82))
    assert [number for number, message in messages.items() if "premium wines" not in message] == [62]


def test_an_article_is_nohouse() -> None:
    """`Clos de la` is no house of its own: after an article the third word is part of the name, else two words are."""
    products = [
        (f"Clos {article} {colour} {number}", price, 1)
        for article in _ARTICLES
        for colour, price in (("Rose", "20"), ("Vert", "200"))
        for number in range(4)
    ]
    assert judge_mart("CA-W1", products, **_ROBUST) == {}
    plain = [
        (f"Clos {colour} {number}", price, 1)
        for colour, price in (("Rose", "20"), ("Vert", "200"))
        for number in range(4)
    ]
    assert judge_mart("CA-W1", plain, **_ROBUST) == {}
    assert set(judge_mart("CA-W1", [*plain, ("CLOS ROSE 9", "200", 1)], **_ROBUST)) == {9}


@pytest.mark.parametrize(
    ("sales", "says"),
    [
        ((0, 0, 0), "no product has been sold"),
        ((4, 4, 4), "every product has sold 4"),
        ((*[1, 2, 3] * 6, 1, 2), "all products together have only 3 different counters"),
        ((0, *range(4, 44, 2)), "every counter is a multiple of 2"),
        ((0, *[2, 4] * 10), "every counter is a multiple of 2"),
        ((9, 40, 3, 12, 1), "SKU S2 has sold 40, the third best product 9"),
    ],
)
def test_counters_are_told_by_what_is_wrong_with_all_of_them(sales: tuple[int, ...], says: str) -> None:
    """The first reason that holds is given, from exactly twenty products sold on; one far counter is named by itself."""
    assert set(judge_mart("CA-W3", sold(*sales), sales_ratio=3).values()) == {says}
