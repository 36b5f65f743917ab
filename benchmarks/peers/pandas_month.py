"""The month in straightforward pandas, for comparison only: no rule, no ledger, no quarantine, amounts as floats.

python pandas_month.py SOURCE KIND OUT
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd

source, kind, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
out.mkdir(parents=True, exist_ok=True)
COLUMNS = {
    "erp": ["product_id", "onsale_web", "price", "stock_quantity", "stock_status"],
    "web": ["sku", "post_type", "post_title", "total_sales", "post_status"],
    "liaison": ["product_id", "id_web"],
}


def read(name: str) -> pd.DataFrame:
    """One export, the columns that are used."""
    path = source / f"{name}.{kind}"
    if kind == "parquet":
        return pd.read_parquet(path, columns=COLUMNS[name])
    texts = dict.fromkeys(("sku", "id_web"), "str")
    return pd.read_csv(path, usecols=COLUMNS[name], dtype=texts, low_memory=False)


erp = read("erp").drop_duplicates()
erp["price"] = erp["price"].astype("float64")
web = read("web")
web = web[(web["post_type"] == "product") & web["sku"].notna()].drop_duplicates()
liaison = read("liaison").dropna(subset=["id_web"]).drop_duplicates()
mart = web.merge(liaison, left_on="sku", right_on="id_web").merge(erp, on="product_id")
mart["revenue"] = (mart["price"] * mart["total_sales"]).round(2)
mart["zscore"] = (mart["price"] - mart["price"].mean()) / mart["price"].std()
mart["is_premium"] = mart["zscore"] > 2  # noqa: PLR2004 - the rule of the month
mart = mart.drop(columns=["post_type", "post_status", "id_web"])
by_revenue = mart.sort_values(["revenue", "product_id"], ascending=[False, True])
by_revenue[by_revenue["is_premium"]].to_csv(out / "vins_premium.csv", index=False)
by_revenue[~by_revenue["is_premium"]].to_csv(out / "vins_ordinaires.csv", index=False)
mart = mart.sort_values("product_id")
mart.to_csv(out / "merged_with_revenue.csv", index=False)
mart.to_parquet(out / "merged_with_revenue.parquet", index=False)
print(
    json.dumps(
        {
            "merged": len(mart),
            "revenue_total": f"{mart['revenue'].sum():.2f}",
            "premium_count": int(mart["is_premium"].sum()),
        }
    )
)
