"""Stock that deserves a look between two months: best sellers that are sold out, and stock that nobody buys.

Grain: one row a product of the web shop that the liaison ties to the ERP. Reads the clean datasets of a run whose quality
stage is done; needs no revenue mart.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.database import read_sql, session

if TYPE_CHECKING:
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["StockToWatch", "stock_to_watch"]

_SHOWN = 20


class StockToWatch(Struct, frozen=True, kw_only=True):
    """Products as `title (product_id)` with what counts, best sellers first; the value is at the ERP's prices, in EUR."""

    sold_out: tuple[str, ...]
    dormant: tuple[str, ...]
    dormant_products: int
    dormant_value: Decimal

    def to_dict(self) -> dict[str, Any]:
        """The shape of `bottleneck stock --json`: the value as a decimal string."""
        return {**asdict(self), "sold_out_products": len(self.sold_out), "dormant_value": str(self.dormant_value)}


def stock_to_watch(run: Run, *, settings: Settings, best_sellers: int = 50) -> StockToWatch:
    """Judge the stock of a run by its sales; `best_sellers` products with the most revenue must not be sold out.

    At most 20 dormant products are listed, those with the most money in them; all are counted.
    Raises UsageError (64) when the quality stage has not run.
    """
    clean = run.folder("quality")
    with session(settings.resources) as connection:
        for name in SOURCES:
            connection.execute(f"create table {name} as from read_parquet(?)", [str(clean / f"{name}.parquet")])
        connection.execute(f"set variable best_sellers = {int(best_sellers)}")
        rows = connection.execute(read_sql("bottleneck_tasks", "stock_to_watch")).fetchall()
    sold_out = [row for row in rows if row[0] == "sold_out"]
    dormant = [row for row in rows if row[0] == "dormant"]
    return StockToWatch(
        sold_out=tuple(f"{title} ({key}) : {sales} vendus" for _, key, title, sales, *_ in sold_out),
        dormant=tuple(f"{title} ({key}) : {stock} en stock" for _, key, title, _, stock, *_ in dormant[:_SHOWN]),
        dormant_products=len(dormant),
        dormant_value=sum((stock * (price or Decimal(0)) for *_, stock, price, _ in dormant), Decimal("0.00")),
    )
