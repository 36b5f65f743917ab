"""The tables that several deliverables share: which columns, which rows, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

__all__ = [
    "CSV_TABLES",
    "QUARANTINE_COLUMNS",
    "REPORT_COLUMNS",
    "WINE_COLUMNS",
    "merged",
    "ordinary_wines",
    "premium_wines",
    "quarantined",
    "report",
]

REPORT_COLUMNS = (
    "product_id", "sku", "post_title", "onsale_web", "stock_quantity", "total_sales", "price", "revenue",
)  # fmt: skip
WINE_COLUMNS = (
    "product_id", "sku", "post_title", "price", "total_sales", "revenue", "zscore", "stock_quantity", "stock_status",
)  # fmt: skip
QUARANTINE_COLUMNS = ("source", "sheet", "row", "column", "value", "rule", "message")
_INTERNAL = ("erp_row", "liaison_row", "web_row")


def report(mart: pa.Table) -> pa.Table:
    """Every product, REPORT_COLUMNS, by revenue (EUR, to date) from the highest, then product_id."""
    return _by_revenue(mart).select(REPORT_COLUMNS)


def premium_wines(mart: pa.Table) -> pa.Table:
    """The products whose price stands out, WINE_COLUMNS, in the order of `report`."""
    return _by_revenue(mart.filter(mart["is_premium"])).select(WINE_COLUMNS)


def ordinary_wines(mart: pa.Table) -> pa.Table:
    """The other products, WINE_COLUMNS, in the order of `report`."""
    import pyarrow.compute as pc

    return _by_revenue(mart.filter(pc.invert(mart["is_premium"]))).select(WINE_COLUMNS)


def merged(mart: pa.Table) -> pa.Table:
    """The mart without the row numbers of its sources, by product_id."""
    columns = [name for name in mart.column_names if name not in _INTERNAL]
    return mart.select(columns).sort_by("product_id").replace_schema_metadata(None).combine_chunks()


def quarantined(quarantine: pa.Table) -> pa.Table:
    """The rejected rows, QUARANTINE_COLUMNS, by source, sheet, row, rule and column."""
    order = [(name, "ascending") for name in ("source", "sheet", "row", "rule", "column")]
    return quarantine.sort_by(order).select(QUARANTINE_COLUMNS)


def _by_revenue(mart: pa.Table) -> pa.Table:
    return mart.sort_by([("revenue", "descending"), ("product_id", "ascending")])


CSV_TABLES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "vins_premium.csv": premium_wines,
    "vins_ordinaires.csv": ordinary_wines,
    "merged_with_revenue.csv": merged,
}
"""The CSV files, each with the cut of the mart that it holds: written, read back, placed and traced by this name."""
