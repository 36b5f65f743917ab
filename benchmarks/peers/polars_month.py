"""The month in straightforward polars, for comparison only: no rule, no ledger, no quarantine, amounts as floats.

python polars_month.py SOURCE KIND OUT
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl

source, kind, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
out.mkdir(parents=True, exist_ok=True)


def scan(name: str) -> pl.LazyFrame:
    """One export, read lazily."""
    path = source / f"{name}.{kind}"
    if kind == "parquet":
        return pl.scan_parquet(path)
    return pl.scan_csv(path, schema_overrides={"sku": pl.String, "id_web": pl.String}, infer_schema_length=10_000)


erp = scan("erp").unique().with_columns(pl.col("price").cast(pl.Float64))
web = (
    scan("web")
    .select("sku", "post_type", "post_title", "total_sales")
    .filter((pl.col("post_type") == "product") & pl.col("sku").is_not_null())
    .unique()
)
liaison = scan("liaison").filter(pl.col("id_web").is_not_null()).unique()
mart = (
    web.join(liaison, left_on="sku", right_on="id_web")
    .join(erp, on="product_id")
    .with_columns(
        (pl.col("price") * pl.col("total_sales")).round(2).alias("revenue"),
        ((pl.col("price") - pl.col("price").mean()) / pl.col("price").std()).alias("zscore"),
    )
    .with_columns((pl.col("zscore") > 2).alias("is_premium"))  # noqa: PLR2004 - the rule of the month
    .drop("post_type")
    .collect()
)
by_revenue = mart.sort(["revenue", "product_id"], descending=[True, False])
by_revenue.filter(pl.col("is_premium")).write_csv(out / "vins_premium.csv")
by_revenue.filter(~pl.col("is_premium")).write_csv(out / "vins_ordinaires.csv")
mart = mart.sort("product_id")
mart.write_csv(out / "merged_with_revenue.csv")
mart.write_parquet(out / "merged_with_revenue.parquet")
print(
    json.dumps(
        {
            "merged": mart.height,
            "revenue_total": f"{mart['revenue'].sum():.2f}",
            "premium_count": int(mart["is_premium"].sum()),
        }
    )
)
