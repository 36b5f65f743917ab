"""The month in bare DuckDB, for comparison only: no rule, no ledger, no quarantine. What is left of ours is its checks.

python duckdb_month.py SOURCE KIND OUT
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import duckdb

source, kind, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
out.mkdir(parents=True, exist_ok=True)
WINE = "product_id, sku, post_title, price, total_sales, revenue, zscore, stock_quantity, stock_status"
MERGED = "product_id, sku, post_title, onsale_web, stock_quantity, stock_status, total_sales, price, revenue, zscore, is_premium"
database = duckdb.connect(config={"threads": 2, "memory_limit": "2GB", "temp_directory": tempfile.mkdtemp(dir=out)})


def rows(name: str) -> str:
    """One export, in SQL."""
    path = source / f"{name}.{kind}"
    return f"read_parquet('{path}')" if kind == "parquet" else f"read_csv('{path}', types = {{'sku': 'varchar'}})"


database.execute(
    f"""
    create table mart as
    with web as (
        select distinct sku, post_title, total_sales from {rows("web")} where post_type = 'product' and sku is not null
    ),
    liaison as (
        select distinct product_id, cast(id_web as varchar) as id_web from {rows("liaison")} where id_web is not null
    ),
    erp as (
        select distinct product_id, onsale_web, cast(price as decimal(12, 2)) as price, stock_quantity, stock_status
        from {rows("erp")}
    ),
    priced as (
        select *, price * total_sales as revenue
        from web inner join liaison on sku = id_web inner join erp using (product_id)
    ),
    level as (select avg(price) as mean, stddev_samp(price) as deviation from priced),
    scored as (select *, (price - mean) / deviation as zscore from priced cross join level)
    select {MERGED.replace("is_premium", "zscore > 2 as is_premium")} from scored order by product_id
    """
)
for name, columns, which in (
    ("vins_premium.csv", WINE, "where is_premium order by revenue desc, product_id"),
    ("vins_ordinaires.csv", WINE, "where not is_premium order by revenue desc, product_id"),
    ("merged_with_revenue.csv", MERGED, ""),
    ("merged_with_revenue.parquet", MERGED, ""),
):
    database.execute(f"copy (select {columns} from mart {which}) to '{out / name}'")
found = database.execute("select count(*), sum(revenue), count(*) filter (where is_premium) from mart").fetchall()[0]
print(json.dumps({"merged": found[0], "revenue_total": f"{found[1]:.2f}", "premium_count": found[2]}))
