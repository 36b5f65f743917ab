"""The figures a manager asks for, against plain Python."""

from __future__ import annotations

import statistics
from decimal import Decimal
from typing import TYPE_CHECKING

from bottleneck_tasks.delivery.insights import insights

if TYPE_CHECKING:
    from collections.abc import Callable

    from bottleneck_tasks.delivery.material import Material


def test_measures_agree_with_plain_python(month: Material) -> None:
    """Concentration, unsold stock, empty shelves and premium, recomputed row by row."""
    rows = sorted(month.mart.to_pylist(), key=lambda row: (-row["revenue"], row["product_id"]))
    found = insights(material=month).measures
    total = sum((row["revenue"] for row in rows), Decimal(0))
    unsold = [row for row in rows if row["total_sales"] == 0 and row["stock_quantity"] > 0]
    empty = [row for row in rows if row["total_sales"] > 0 and row["stock_quantity"] <= 0]
    reached, needed = Decimal(0), 0
    while reached < total * Decimal("0.8"):
        reached, needed = reached + rows[needed]["revenue"], needed + 1
    assert found.revenue == total == month.figures.revenue_total
    assert found.top_revenue == sum(row["revenue"] for row in rows[:20])
    assert found.products_for_80 == needed
    assert found.never_sold == sum(row["total_sales"] == 0 for row in rows)
    assert (found.unsold_in_stock, found.unsold_value) == (
        len(unsold),
        sum(row["price"] * row["stock_quantity"] for row in unsold),
    )
    assert (found.sold_out, found.sold_out_revenue) == (len(empty), sum(row["revenue"] for row in empty))
    assert (found.premium, found.premium_revenue) == (month.figures.premium_count, month.figures.premium_revenue)


def test_other_premium_rules_agree_with_statistics(month: Material) -> None:
    """The IQR fence and the z counts, with the statistics module."""
    rows = month.mart.to_pylist()
    prices = [float(row["price"]) for row in rows]
    low, _, high = statistics.quantiles(prices, n=4, method="inclusive")
    found = insights(material=month).sensitivity
    assert found.z_20 == month.figures.premium_count
    assert found.z_30 == sum(row["zscore"] > 3 for row in rows)
    assert found.iqr == sum(price > high + 1.5 * (high - low) for price in prices)


def test_lists_name_what_to_reorder_and_what_sleeps(small: Material) -> None:
    """Sold-out sellers by revenue, unsold stock by value, each at most ten."""
    found = insights(material=small)
    assert [row.sku for row in found.sold_out] == ["15298", "16"]
    assert [(row.sku, row.stock_value) for row in found.unsold] == [("007", Decimal("504.00"))]
    assert found.best[0].revenue == Decimal("490.00")
    assert found.measures.spirits == found.measures.premium_spirits == 1


def test_an_empty_month_has_zeros(make_material: Callable[..., Material]) -> None:
    """No product divides nothing by zero."""
    found = insights(material=make_material([]))
    assert found.measures.share(found.measures.top_revenue) == 0
    assert found.measures.unsold_share == 0
    assert (found.house, found.best, found.pareto) == (None, (), ())


def test_the_effect_of_a_price_that_stands_out_is_weighed(make_material: Callable[..., Material]) -> None:
    """Revenue and premium count without the product that CA-W1 names, against the statistics module."""
    prices = [20 + index % 9 for index in range(60)] + [60] * 4 + [900]
    named = ("CA-W1", "erp", "erp.xlsx", "Feuil1", 66, "price", "900", "price of product_id 4064 is 900.00 EUR")
    material = make_material(
        [(str(index), f"Vin {index}", f"{price}.00", 2, 1) for index, price in enumerate(prices)], quarantine=[named]
    )
    (found,) = insights(material=material).suspects
    others = prices[:-1]
    limit = statistics.fmean(others) + 2 * statistics.stdev(others)
    assert (found.product_id, found.revenue_without) == (4064, Decimal(2 * sum(others)))
    assert found.premium_without == sum(price > limit for price in others) == 4
    assert material.figures.premium_count == 1
