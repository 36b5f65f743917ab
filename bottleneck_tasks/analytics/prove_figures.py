"""Compute the figures a second time, another way, and hold both results together: CA-02, Z-01, Z-W1, REC-03."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bottleneck_tasks.database import read_sql

if TYPE_CHECKING:
    from bottleneck_tasks.contracts.facts import Figures
    from bottleneck_tasks.session.interface import Session

__all__ = ["prove_figures"]

_PACKAGE = "bottleneck_tasks.analytics"
_TOLERANCE = 1e-9


def prove_figures(session: Session, figures: Figures) -> dict[str, tuple[int, str]]:
    """Return, for each rule, the rows that broke it (0 when it holds) and what was observed."""
    return {
        "REC-03": _prove_join(session, figures),
        "CA-02": _prove_revenue(session, figures),
        "Z-01": _prove_zscores(session),
        "Z-W1": (0 if figures.premium_count else 1, f"{figures.premium_count} premium"),
    }


def _prove_join(session: Session, figures: Figures) -> tuple[int, str]:
    joined = "(select sku, product_id from matched where web_row is not null and erp_row is not null) as joined"
    rows, skus, products = session.count_different(joined, ["sku", "product_id"])
    counts = (figures.merged, rows, skus, products)
    return max(counts) - min(counts) or int(
        figures.merged == 0
    ), f"{figures.merged} rows, {skus} SKUs, {products} products"


def _prove_revenue(session: Session, figures: Figures) -> tuple[int, str]:
    [(cents,)] = session.execute(read_sql(_PACKAGE, "revenue_again")).fetchall()
    again = Decimal(int(cents or 0)).scaleb(-2)
    parts = figures.premium_revenue + figures.ordinary_revenue
    agree = figures.revenue_total == again == parts
    return (
        0 if agree else figures.merged,
        f"{figures.revenue_total} EUR from the mart, {again} EUR recomputed, {parts} EUR premium + ordinary",
    )


def _prove_zscores(session: Session) -> tuple[int, str]:
    [(missing, mean, deviation, price_deviation, misfiled)] = session.execute(
        read_sql(_PACKAGE, "zscore_moments")
    ).fetchall()
    if not price_deviation:
        return misfiled, "all prices are equal: no z-score, no premium wine"
    centred = None not in {mean, deviation} and abs(mean) < _TOLERANCE and abs(deviation - 1) < _TOLERANCE
    broken = missing + misfiled + (0 if centred else 1)
    moments = "mean 0 and deviation 1 within 1e-9" if centred else f"mean {mean}, deviation {deviation}"
    return broken, f"{moments}, {missing} missing, {misfiled} misfiled"
