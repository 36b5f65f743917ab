"""What a manager reads in the mart: concentration, unsold stock, empty shelves, the premium rule under test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
from msgspec import Struct

from bottleneck_tasks.database import parquet_rows, read_sql, session
from bottleneck_tasks.settings_sections import Resources

if TYPE_CHECKING:
    from decimal import Decimal

    import duckdb

    from bottleneck_tasks.delivery.material import Material

__all__ = ["SPIRITS", "House", "Insights", "Measures", "Ranked", "Sensitivity", "Suspect", "insights"]

SPIRITS = r"\b(armagnac|brandy|calvados|cognac|eaux?[- ]de[- ]vie|gin|grappa|liqueur|mezcal|pisco|rh?ums?|tequila|vodka|whisk(e)?y)\b"  # fmt: skip
"""Titles of spirits. A help to the reader only: the premium rule is about price and knows no product kind."""


class Measures(Struct, frozen=True, kw_only=True):
    """Counts of products and exact EUR amounts; `top` is the 20 products with the highest revenue."""

    products: int
    revenue: Decimal
    top_revenue: Decimal
    products_for_80: int
    never_sold: int
    unsold_in_stock: int
    unsold_value: Decimal
    stock_value: Decimal
    sold_out: int
    sold_out_revenue: Decimal
    sold_out_in_top: int
    best_is_sold_out: bool
    premium: int
    premium_revenue: Decimal
    premium_never_sold: int
    premium_spirits: int
    spirits: int

    def share(self, amount: Decimal) -> Decimal:
        """Part of the revenue, 0 to 1; 0 when there is none."""
        return amount / self.revenue if self.revenue else self.revenue

    @property
    def unsold_share(self) -> Decimal:
        """Part of the stock's value that never sold, 0 to 1."""
        return self.unsold_value / self.stock_value if self.stock_value else self.stock_value


class Ranked(Struct, frozen=True, kw_only=True):
    """One product of a short list; `stock_value` is price x stock, EUR."""

    product_id: int
    sku: str
    post_title: str | None
    price: Decimal
    total_sales: int
    revenue: Decimal
    stock: int
    stock_value: Decimal
    is_premium: bool


class Suspect(Struct, frozen=True, kw_only=True):
    """A product whose price CA-W1 names, and the revenue (EUR) and premium count of the month without it."""

    product_id: int
    sku: str
    post_title: str | None
    price: Decimal
    total_sales: int
    revenue: Decimal
    is_premium: bool
    revenue_without: Decimal
    premium_without: int


class House(Struct, frozen=True, kw_only=True):
    """The first words of titles that make the most revenue."""

    house: str
    revenue: Decimal
    products: int


class Sensitivity(Struct, frozen=True, kw_only=True):
    """Products that each rule would call premium; `iqr_fence` in EUR, None without prices."""

    z_15: int
    z_20: int
    z_25: int
    z_30: int
    iqr: int
    mad: int
    log_z: int
    iqr_fence: float | None


class Insights(Struct, frozen=True, kw_only=True):
    """Everything a report derives from the mart, of a size that does not grow with it."""

    measures: Measures
    house: House | None
    best: tuple[Ranked, ...]
    sold_out: tuple[Ranked, ...]
    unsold: tuple[Ranked, ...]
    suspects: tuple[Suspect, ...]
    sensitivity: Sensitivity
    pareto: tuple[tuple[float, float], ...]
    class_width: int
    price_classes: tuple[tuple[int, int, int, Decimal], ...]
    zscore_classes: tuple[tuple[int, int, int], ...]
    stock_and_sales: tuple[tuple[int, int, int, bool], ...]


def insights(*, material: Material, resources: Resources | None = None) -> Insights:
    """Compute every insight from the mart with DuckDB.

    `price_classes` are (class, products, premium, revenue) with class x `class_width` EUR as lower bound;
    `zscore_classes` (class, products, premium) in half units; `stock_and_sales` (stock, sales, products, premium).
    """
    with session(resources or Resources()) as connection:
        if material.mart_file:
            connection.execute(f"create view mart as from {parquet_rows(material.mart_file)}")
        else:
            connection.register("mart", material.mart)
        return _ask(connection, _suspects(connection, material))


def _ask(connection: duckdb.DuckDBPyConnection, suspects: tuple[Suspect, ...]) -> Insights:
    lists = _records(connection, "rank_products")
    houses = [House(**row) for row in _records(connection, "rank_houses")]
    highest = connection.execute("select coalesce(max(price), 0) from mart").fetchall()[0][0]
    width = _class_width(float(highest))
    return Insights(
        measures=Measures(**_records(connection, "measure_the_month", spirits=SPIRITS)[0]),
        house=houses[0] if houses and houses[0].revenue else None,
        best=_ranked(lists, "best"),
        sold_out=_ranked(lists, "sold_out"),
        unsold=_ranked(lists, "unsold"),
        suspects=suspects,
        sensitivity=Sensitivity(**_records(connection, "try_premium_rules")[0]),
        pareto=_tuples(connection, "cumulate_revenue"),
        class_width=width,
        price_classes=_tuples(connection, "class_prices", width=width),
        zscore_classes=_tuples(connection, "class_zscores"),
        stock_and_sales=_tuples(connection, "cross_stock_and_sales"),
    )


def _suspects(connection: duckdb.DuckDBPyConnection, material: Material) -> tuple[Suspect, ...]:
    named = material.findings.filter(pc.equal(material.findings["rule"], "CA-W1"))["row"].to_pylist()
    if not named:
        return ()
    values = {"rows": named, "threshold": material.figures.premium_threshold}
    return tuple(Suspect(**row) for row in _records(connection, "weigh_prices", **values))


def _class_width(highest: float) -> int:
    steps: list[int] = [step * 10**power for power in range(8) for step in (1, 2, 5)]
    return next((step for step in steps if highest / step <= 25), steps[-1])  # noqa: PLR2004  (bars that fit a chart)


def _tuples(connection: duckdb.DuckDBPyConnection, name: str, **values: Any) -> tuple[Any, ...]:
    return tuple(connection.execute(read_sql(__package__, name), values or None).fetchall())


def _records(connection: duckdb.DuckDBPyConnection, name: str, **values: Any) -> list[dict[str, Any]]:
    result = connection.execute(read_sql(__package__, name), values or None)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _ranked(lists: list[dict[str, Any]], name: str) -> tuple[Ranked, ...]:
    return tuple(Ranked(**{key: row[key] for key in Ranked.__struct_fields__}) for row in lists if row["list"] == name)
