"""Money and scores: what the mart computes is what plain Python computes, exactly where it is exact."""

from __future__ import annotations

import statistics
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from bottleneck_tasks.analytics.compute_figures import compute_figures
from bottleneck_tasks.analytics.prove_figures import prove_figures
from bottleneck_tasks.analytics.stage import _prepare
from bottleneck_tasks.contracts.types import MONEY
from tests.unit.quality.stages import emptied, one_thread

if TYPE_CHECKING:
    from bottleneck_tasks.contracts.facts import Figures

_SESSION = duckdb.connect(config={"threads": 1})
_PRICES = st.decimals("0.01", "9999999999.99", places=2) | st.decimals("5", "90", places=2)
_SALES = st.integers(0, 10**6)
_PRODUCTS = st.lists(st.tuples(_PRICES, _SALES), min_size=1, max_size=12)


@dataclass(frozen=True, slots=True)
class _Result:
    mart: list[dict[str, Any]]
    figures: Figures
    broken: set[str]


def _compute(products: list[tuple[Decimal, int]], *, threshold: float = 2.0) -> _Result:
    """The mart of clean tables with one product for each price and count, through the stage's own SQL."""
    numbers = range(1, len(products) + 1)
    rows = [number + 1 for number in numbers]
    skus = [f"S{number}" for number in numbers]
    none = pa.nulls(len(products), pa.string())
    tables = {
        "erp": pa.table({
            "source_row": rows, "product_id": list(numbers), "onsale_web": [1] * len(products),
            "price": pa.array([price for price, _ in products], MONEY), "stock_quantity": [1] * len(products),
            "stock_status": ["instock"] * len(products),
        }),
        "liaison": pa.table({"source_row": rows, "product_id": list(numbers), "id_web": skus}),
        "web": pa.table({
            "source_row": rows, "sku": skus, "post_title": none, "total_sales": [sales for _, sales in products],
            "post_status": none, "post_name": none, "guid": none, "post_date": none,
        }),
    }  # fmt: skip
    settings = one_thread(premium={"zscore_threshold": threshold})
    with tempfile.TemporaryDirectory() as folder, emptied(_SESSION) as connection:
        for name, table in tables.items():
            pq.write_table(table, Path(folder) / f"{name}.parquet")
        _prepare(connection, Path(folder), settings)
        figures = compute_figures(connection, threshold=threshold)
        broken = {rule for rule, (count, _) in prove_figures(connection, figures).items() if count}
        cursor = connection.execute("select * from mart order by product_id")
        names = [column[0] for column in cursor.description or ()]
        mart = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return _Result(mart, figures, broken)


@given(_PRODUCTS)
def test_revenue_is_the_exact_sum_of_plain_decimals(products: list[tuple[Decimal, int]]) -> None:
    """Per product and in total, to the cent, up to ten thousand million euros a bottle; premium and ordinary add up."""
    result = _compute(products)
    assert [row["revenue"] for row in result.mart] == [price * sales for price, sales in products]
    figures = result.figures
    assert figures.revenue_total == sum(price * sales for price, sales in products)
    assert figures.premium_revenue + figures.ordinary_revenue == figures.revenue_total
    assert figures.premium_count + figures.ordinary_count == figures.merged == len(products)


@given(_PRODUCTS)
def test_the_proofs_never_doubt_a_right_result(products: list[tuple[Decimal, int]]) -> None:
    """Whatever the prices, the second computation agrees with the first: no month is stopped by a rounding error."""
    assert _compute(products).broken - {"Z-W1"} == set()


@given(_PRODUCTS, _PRICES, _SALES)
def test_a_product_more_adds_exactly_its_revenue(
    products: list[tuple[Decimal, int]], price: Decimal, sales: int
) -> None:
    """No other row changes its revenue, and the total moves by price x sales."""
    before, after = _compute(products), _compute([*products, (price, sales)])
    assert after.figures.revenue_total - before.figures.revenue_total == price * sales
    assert [row["revenue"] for row in after.mart[:-1]] == [row["revenue"] for row in before.mart]


@given(_PRODUCTS, st.sampled_from([0.5, 1.0, 1.5, 2.0]))
def test_zscores_agree_with_the_standard_library(products: list[tuple[Decimal, int]], threshold: float) -> None:
    """Sample deviation, within 1e-9; premium is strictly above the threshold; equal prices have no score."""
    prices = [price for price, _ in products]
    result = _compute(products, threshold=threshold)
    deviation = statistics.stdev(prices) if len(set(prices)) > 1 else None
    for row, price in zip(result.mart, prices, strict=True):
        if deviation is None:
            assert (row["zscore"], row["is_premium"]) == (None, False)
        else:
            expected = (price - statistics.mean(prices)) / deviation
            assert abs(Decimal(row["zscore"]) - expected) < Decimal("1e-9")
            assert row["is_premium"] is (row["zscore"] > threshold)
    if deviation is not None:
        assert result.figures.price_deviation is not None
        assert abs(result.figures.price_deviation - float(deviation)) <= 1e-9 * float(deviation)


def test_a_zscore_equal_to_the_threshold_is_ordinary() -> None:
    """One price of 20 among three of 10 has a z-score of exactly 1.5: premium above it, strictly."""
    products = [(Decimal(20), 1), (Decimal(10), 1), (Decimal(10), 1), (Decimal(10), 1)]
    assert _compute(products).mart[0]["zscore"] == 1.5
    assert _compute(products, threshold=1.5).figures.premium_count == 0
    assert _compute(products, threshold=1.4999).figures.premium_count == 1
