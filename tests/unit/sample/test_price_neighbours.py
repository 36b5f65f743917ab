"""No price of the sample stands out: neither from all prices, nor from its house, nor by its revenue."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.sample.conftest import Exports, Row

SEEDS = [*range(12), -3, 2**63]
PARTICLES = {"de", "du", "des", "d'", "la", "le", "les", "et", "&", "del", "von", "di"}
MANY_WINES = 4


def _house(title: str) -> str:
    words = title.lower().split(" ")
    return " ".join(words[: 3 if words[1] in PARTICLES else 2])


def _prices_by_house(merged: list[Row]) -> dict[str, list[float]]:
    prices = defaultdict(list)
    for row in merged:
        prices[_house(row["post_title"])].append(float(row["price"]))
    return prices


@pytest.mark.parametrize("seed", SEEDS)
def test_every_price_is_near_the_other_prices(seed: int, exports_of_seed: Callable[[int], Exports]) -> None:
    """The robust z of the logarithm of the price stays within what the real month shows."""
    logs = [math.log(row["price"]) for row in exports_of_seed(seed).merged]
    middle = statistics.median(logs)
    spread = 1.4826 * statistics.median(abs(one - middle) for one in logs)
    assert (min(logs) - middle) / spread >= -2.2
    assert (max(logs) - middle) / spread <= 2.8


@pytest.mark.parametrize("seed", SEEDS)
def test_every_price_fits_its_house(seed: int, exports_of_seed: Callable[[int], Exports]) -> None:
    """In a house of four products or more, no price is beyond 4.5 times or under a quarter of the median."""
    houses = _prices_by_house(exports_of_seed(seed).merged)
    large = {name: prices for name, prices in houses.items() if len(prices) >= MANY_WINES}
    ratios = {name: [price / statistics.median(prices) for price in prices] for name, prices in large.items()}
    assert len(large) > 30
    assert len(houses) - len(large) > 30
    assert {name: found for name, found in ratios.items() if min(found) < 0.25 or max(found) > 4.5} == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_premium_wines_come_from_dear_or_small_houses(seed: int, exports_of_seed: Callable[[int], Exports]) -> None:
    """Any house of four products or more that makes a premium wine is dearer than the median product."""
    merged = exports_of_seed(seed).merged
    prices = [float(row["price"]) for row in merged]
    premium = statistics.fmean(prices) + 2 * statistics.stdev(prices)
    large = [one for one in _prices_by_house(merged).values() if len(one) >= MANY_WINES and max(one) > premium]
    assert large
    assert min(statistics.median(one) for one in large) > statistics.median(prices)


@pytest.mark.parametrize("seed", SEEDS)
def test_products_that_share_a_title_have_almost_one_price(
    seed: int, exports_of_seed: Callable[[int], Exports]
) -> None:
    """The second product of a title does not leave the price range of the house."""
    prices = defaultdict(list)
    for row in exports_of_seed(seed).merged:
        prices[row["post_title"]].append(float(row["price"]))
    pairs = [both for both in prices.values() if len(both) > 1]
    assert len(pairs) == 3
    assert all(max(both) <= 1.1 * min(both) for both in pairs)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_product_makes_a_tenth_of_the_revenue(seed: int, exports_of_seed: Callable[[int], Exports]) -> None:
    """The best seller makes 6.7 % of the revenue, as in the real month."""
    revenues = [float(row["price"]) * row["total_sales"] for row in exports_of_seed(seed).merged]
    assert max(revenues) / sum(revenues) == pytest.approx(0.067, abs=0.001)
