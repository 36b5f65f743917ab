"""Money and scores: the mart and the figures of the same prices, equal to the last digit on both engines."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottleneck_tasks.analytics.compute_figures import compute_figures
from bottleneck_tasks.analytics.prove_figures import prove_figures
from bottleneck_tasks.analytics.stage import _prepare
from bottleneck_tasks.contracts.types import MONEY
from bottleneck_tasks.findings import add_rules
from bottleneck_tasks.session.open_session import open_session
from tests.spark.months import DUCKDB, GENERATE, SPARK

if TYPE_CHECKING:
    from bottleneck_tasks.settings import Settings

pytestmark = pytest.mark.slow

_PRICES = (
    st.decimals("0.01", "9999999999.99", places=2)
    | st.decimals("5", "90", places=2)
    | st.sampled_from([Decimal(text) for text in ("8.45", "16.90", "10.00", "0.01", "24.20")])
)
_TITLES = st.sampled_from(["Clos Rose 1", "Clos Rose 2", "Clos de la Rose", "Vin", None])
_PRODUCTS = st.lists(st.tuples(_PRICES, st.integers(0, 10**6), _TITLES), min_size=8, max_size=40)


def _computed(settings: Settings, clean: Path) -> dict[str, Any]:
    with open_session(settings) as session:
        _prepare(session, clean, settings)
        add_rules(session, "bottleneck_tasks.analytics", ["CA-W1", "CA-W2", "CA-W3", "CA-W4"])
        figures = compute_figures(session, threshold=2.0)
        return {
            "figures": figures,
            "proofs": prove_figures(session, figures),
            "mart": session.execute("select * from mart order by product_id").fetchall(),
            "findings": session.execute("select * from findings order by rule, source_row").fetchall(),
        }


@contextmanager
def _clean(products: list[tuple[Decimal, int, str | None]]) -> Any:
    numbers = range(1, len(products) + 1)
    prices, sales, titles = zip(*products, strict=True)
    skus, none = [f"S{number}" for number in numbers], pa.nulls(len(products), pa.string())
    rows = pa.array([number + 1 for number in numbers], pa.int64())
    ones = pa.array([1] * len(products), pa.int64())
    tables = {
        "erp": {"source_row": rows, "product_id": pa.array(numbers, pa.int64()), "onsale_web": ones,
                "price": pa.array(prices, MONEY), "stock_quantity": ones, "stock_status": ["instock"] * len(products)},
        "liaison": {"source_row": rows, "product_id": pa.array(numbers, pa.int64()), "id_web": skus},
        "web": {"source_row": rows, "sku": skus, "post_title": pa.array(titles, pa.string()),
                "total_sales": pa.array(sales, pa.int64()), "post_status": none, "post_name": none, "guid": none,
                "post_date": none},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name, columns in tables.items():
            pq.write_table(pa.table(columns), Path(folder) / f"{name}.parquet")
        yield Path(folder)


@settings(max_examples=3, phases=GENERATE)
@given(products=_PRODUCTS)
def test_prices_make_the_same_mart_and_figures(products: list[tuple[Decimal, int, str | None]]) -> None:
    """Revenue, z-scores, mean, deviation and the warnings with their numbers: nothing is compared with a tolerance."""
    with _clean(products) as folder:
        on_duckdb, on_spark = _computed(DUCKDB, folder), _computed(SPARK, folder)
    assert {name: (value, on_spark[name]) for name, value in on_duckdb.items() if on_spark[name] != value} == {}
