"""The mart: what the reports are made of. Grain: one row a product sold on the web."""

from __future__ import annotations

from decimal import Decimal

import pandera.pyarrow as pa
from pandera.pyarrow import Field

from bottleneck_tasks.contracts.types import Money

__all__ = ["RevenueMart"]


class RevenueMart(pa.DataFrameModel):
    """ERP x liaison x web, with revenue to date, z-score of price and the premium flag."""

    product_id: int = Field(unique=True, description="product number in the ERP")
    sku: str = Field(unique=True, description="article number on the web")
    post_title: str = Field(nullable=True, description="product title")
    onsale_web: int = Field(nullable=True, isin=[0, 1], description="1 when the product is on sale on the web")
    stock_quantity: int = Field(nullable=True, description="units in stock", metadata={"unit": "bottles"})
    stock_status: str = Field(nullable=True, description="stock status shown on the web")
    total_sales: int = Field(
        ge=0,
        description="units sold since creation",
        metadata={"violated": "CA-01", "empty": "CA-01", "unit": "bottles"},
    )
    price: Money = Field(
        gt=Decimal(0),
        description="unit price",
        metadata={"violated": "CA-01", "empty": "CA-01", "unit": "EUR incl. tax"},
    )
    revenue: Money = Field(
        ge=Decimal(0), description="price x total_sales, revenue to date", metadata={"unit": "EUR incl. tax"}
    )
    zscore: float = Field(
        nullable=True, description="(price - mean) / sample standard deviation; empty when the deviation is zero"
    )
    is_premium: bool = Field(description="zscore above the threshold, strictly")
    erp_row: int = Field(ge=1, description="row of the ERP export")
    liaison_row: int = Field(ge=1, description="row of the liaison workbook")
    web_row: int = Field(ge=1, description="row of the web export")

    class Config:
        """The revenue mart."""

        name = "revenue_mart"
        strict = True
