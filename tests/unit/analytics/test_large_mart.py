"""The mart of a month too large to be held: joined and sorted while DuckDB spills, in order all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bottleneck_tasks.analytics.stage import _prepare
from bottleneck_tasks.session.open_session import open_session
from bottleneck_tasks.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

_PRODUCTS = 250_000
_SETTINGS = Settings.of({"resources": {"threads": 2, "memory_limit": "140MB"}})
_CLEAN = {
    "erp": "id as product_id, 1::bigint as onsale_web, (10 + id % 90)::decimal(12, 2) as price, "
    "(id % 7)::bigint as stock_quantity, 'instock' as stock_status",
    "liaison": "id as product_id, case when id % 10 < 9 then 'S' || id end as id_web",
    "web": "'S' || id as sku, 'Domaine de la Grande Treille, Cuvée ' || id as post_title, (id % 5)::bigint as total_sales",
}


def test_the_mart_of_a_large_month_is_in_order(tmp_path: Path) -> None:
    """Each export in an order of its own: the rows of the file are sorted by product, each with its own title and sales."""
    for step, (name, columns) in zip((99_991, 99_993, 99_997), _CLEAN.items(), strict=True):
        rows = f"select range * {step} % {_PRODUCTS} as id, range + 2 as source_row from range({_PRODUCTS})"
        duckdb.sql(f"select source_row, {columns} from ({rows})").write_parquet(str(tmp_path / f"{name}.parquet"))
    (tmp_path / "spilled").mkdir()
    with open_session(_SETTINGS) as session:
        _prepare(session, tmp_path, _SETTINGS, spill=tmp_path / "spilled")
    mart = pq.read_table(tmp_path / "spilled" / "mart.parquet")
    ids = [number for number in range(_PRODUCTS) if number % 10 < 9]
    assert mart["product_id"].to_pylist() == ids
    assert mart["sku"].to_pylist() == [f"S{number}" for number in ids]
    assert mart["post_title"].to_pylist() == [f"Domaine de la Grande Treille, Cuvée {number}" for number in ids]
    assert mart["revenue"].equals(pc.multiply(mart["price"], mart["total_sales"]).cast(pa.decimal128(38, 2)))
    assert mart["total_sales"].to_pylist() == [number % 5 for number in ids]
