"""What the report draws of the last twelve months: revenue, products, premium share, rejects, movers, sleeping stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottleneck_tasks.database import read_sql
from bottleneck_tasks.history.compare import sales_by_month

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from bottleneck_tasks.history.facts import MonthFacts

__all__ = ["trends"]

_MONTHS, _SHOWN, _DORMANT_MONTHS = 12, 5, 6


def trends(
    connection: duckdb.DuckDBPyConnection, months: Sequence[MonthFacts], *, own: Mapping[str, Any]
) -> dict[str, Any]:
    """The series of the last twelve known months, oldest first, and the products that moved; JSON shape.

    Amounts are decimal strings in EUR, `premium_share` is of revenue to date (0 to 1). A month's own revenue is None
    where the month before it is not known; `dormant` counts products in stock without a sale for six months, and is
    None while fewer are known.
    """
    connection.execute(f"set variable dormant_months = {_DORMANT_MONTHS}")
    life = {row[0]: row[1:] for row in connection.execute(read_sql(__package__, "trend_of_products")).fetchall()}
    sales = sales_by_month(connection)
    series = []
    for facts in months[-_MONTHS:]:
        figures = facts.figures
        dormant, sold_out = life.get(str(facts.month), (None, 0))
        revenue = sales.get(facts.month.position)
        share = figures.premium_revenue / figures.revenue_total if figures.revenue_total else figures.revenue_total
        series.append(
            {
                "month": str(facts.month),
                "revenue_to_date": format(figures.revenue_total, "f"),
                "own_revenue": None if revenue is None else format(revenue, "f"),
                "products": figures.merged,
                "premium": figures.premium_count,
                "premium_share": round(float(share), 6),
                "rejected": facts.counts["rejected"],
                "dormant": dormant,
                "sold_out_best": sold_out,
            }
        )
    moved = _moved(connection, months[-1].month.position)
    return {
        "series": series,
        "up": [entry for entry in moved if entry["move"][0] != "-"][:_SHOWN],
        "down": [entry for entry in reversed(moved) if entry["move"][0] == "-"][:_SHOWN],
        "own_revenue": dict(own),
    }


def _moved(connection: duckdb.DuckDBPyConnection, position: int) -> list[dict[str, Any]]:
    result = connection.execute(read_sql(__package__, "movers"), [position])
    names = [column[0] for column in result.description or []]
    amounts = {"sales", "sales_before", "move"}
    return [
        {name: format(value, "f") if name in amounts else value for name, value in zip(names, row, strict=True)}
        for row in result.fetchall()
    ]
