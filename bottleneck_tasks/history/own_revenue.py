"""The month's own revenue: what each counter gained since the month before, at the price of the month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottleneck_tasks.database import read_sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from bottleneck_tasks.history.past import Recorded
    from bottleneck_tasks.month import Month

__all__ = ["own_revenue"]

_COLUMNS = ("product_id", "sku", "title")


def own_revenue(connection: duckdb.DuckDBPyConnection, month: Month, before: Sequence[Recorded]) -> dict[str, Any]:
    """Sales and revenue of the month alone, and the products that came, went or changed number; JSON shape.

    Amounts are decimal strings in EUR. `revenue` and `units` are None when the month before is not known: a longer
    gap is not guessed at. New products count in full, gone ones cannot, counters that went down count for nothing.
    """
    compared = before[-1].month if before else None
    known = compared == month.previous()
    units, sales, new_sales, down = connection.execute(
        "select coalesce(sum(units), 0), coalesce(sum(sales), 0), coalesce(sum(sales) filter (where status = 'new'), 0), "
        "count(*) filter (where counter < counter_before) from changes where month = ?",
        [str(month)],
    ).fetchall()[0]
    return {
        "compared_with": str(compared) if compared else None,
        "revenue": format(sales, "f") if known else None,
        "units": int(units) if known else None,
        "new_products_revenue": format(new_sales, "f") if known else None,
        "counters_down": down,
        "new": _products(connection, month, "new"),
        "gone": _gone(connection, compared),
        "renumbered": _renumbered(connection, month),
    }


def _products(connection: duckdb.DuckDBPyConnection, month: Month, status: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        "select product_id, sku, title from changes where month = ? and status = ? order by product_id",
        [str(month), status],
    ).fetchall()
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def _gone(connection: duckdb.DuckDBPyConnection, compared: Month | None) -> list[dict[str, Any]]:
    rows = connection.execute(read_sql(__package__, "gone"), [str(compared)]).fetchall()
    return [{**dict(zip(_COLUMNS, row[:3], strict=True)), "revenue": format(row[6], "f")} for row in rows]


def _renumbered(connection: duckdb.DuckDBPyConnection, month: Month) -> list[dict[str, Any]]:
    rows = connection.execute(
        "select product_id, sku, title, product_id_of_sku, sku_before from changes "
        "where month = ? and status in ('renumbered', 'relinked') order by product_id",
        [str(month)],
    ).fetchall()
    return [
        {**dict(zip(_COLUMNS, row[:3], strict=True)), "product_id_before": row[3], "sku_before": row[4]} for row in rows
    ]
