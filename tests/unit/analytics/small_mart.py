"""A mart of a few products, held against one plausibility rule."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bottleneck_tasks.analytics.stage import _prepare
from bottleneck_tasks.contracts.types import MONEY
from bottleneck_tasks.findings import add_rules
from tests.unit.quality.stages import emptied, one_thread

__all__ = ["Product", "housed", "judge_mart", "priced", "sold", "stocked"]

_SESSION = duckdb.connect(config={"threads": 1})

Product = tuple[str, str, int] | tuple[str, str, int, int]
"""Title, price in EUR, counter of sales, stock (1 by default)."""


def judge_mart(
    rule: str, products: list[Product], *, ids: dict[int, tuple[int, str]] | None = None, threshold: float = 2.0,
    **plausibility: Any,
) -> dict[int, str]:  # fmt: skip
    """The message of each product that the rule names, by place from 1 on, in a mart of these products alone.

    The product in place n has product_id n and the SKU `Sn`, or those of `ids`.
    """
    numbers = range(1, len(products) + 1)
    rows = [number + 1 for number in numbers]
    titles, prices, sales, stocks = zip(*((*product, 1)[:4] for product in products), strict=True)
    keys = {number: (number, f"S{number}") for number in numbers} | (ids or {})
    product_ids, skus, none = (
        [key for key, _ in keys.values()],
        [sku for _, sku in keys.values()],
        pa.nulls(len(rows), pa.string()),
    )
    tables = {
        "erp": pa.table({
            "source_row": rows, "product_id": product_ids, "onsale_web": [1] * len(rows),
            "price": pa.array([Decimal(price) for price in prices], MONEY), "stock_quantity": list(stocks),
            "stock_status": ["instock"] * len(rows),
        }),
        "liaison": pa.table({"source_row": rows, "product_id": product_ids, "id_web": skus}),
        "web": pa.table({
            "source_row": rows, "sku": skus, "post_title": pa.array(titles, pa.string()), "total_sales": list(sales),
            "post_status": none, "post_name": none, "guid": none, "post_date": none,
        }),
    }  # fmt: skip
    limits = {"min_products": 3, "steady_products": 1, **plausibility}
    settings = one_thread(plausibility=limits, premium={"zscore_threshold": threshold})
    with tempfile.TemporaryDirectory() as folder, emptied(_SESSION) as connection:
        for name, table in tables.items():
            pq.write_table(table, Path(folder) / f"{name}.parquet")
        _prepare(connection, Path(folder), settings)
        add_rules(connection, "bottleneck_tasks.analytics", [rule])
        found = connection.execute("select source_row - 1, message from findings").fetchall()
    assert len(found) == len(dict(found))
    return dict(found)


def priced(*prices: str) -> list[Product]:
    return [(f"Maison{number} Vin{number}", price, 1) for number, price in enumerate(prices)]


def sold(*sales: int) -> list[Product]:
    return [(f"Maison{number} Vin{number}", "10", sold) for number, sold in enumerate(sales)]


def stocked(*stocks: int) -> list[Product]:
    return [(f"Maison{number} Vin{number}", "10", 1, stock) for number, stock in enumerate(stocks)]


def housed(*prices: str) -> list[Product]:
    return [(f"Clos Rose {number}", price, 1) for number, price in enumerate(prices)]
