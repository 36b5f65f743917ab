"""The ERP export: prices and stocks. Grain: one row a product, key `product_id`."""

from __future__ import annotations

import pandera.pyarrow as pa
from pandera.pyarrow import Field

from bottleneck_tasks.contracts.types import Money

__all__ = ["CleanErp", "RawErp"]


class RawErp(pa.DataFrameModel):
    """Cells as read, as text, with the row number that Excel shows."""

    source_row: int = Field(ge=1, unique=True, description="row number as Excel shows it")
    product_id: str = Field(nullable=True, metadata={"required": True})
    onsale_web: str = Field(nullable=True, metadata={"required": True})
    price: str = Field(nullable=True, metadata={"required": True})
    stock_quantity: str = Field(nullable=True, metadata={"required": True})
    stock_status: str = Field(nullable=True, metadata={"required": True})

    class Config:
        """The raw dataset of the ERP."""

        name = "raw_erp"


class CleanErp(pa.DataFrameModel):
    """Typed rows, one a product. A price may be negative or missing here: it is judged where it reaches revenue."""

    source_row: int = Field(ge=1, unique=True, description="row number as Excel shows it")
    product_id: int = Field(
        unique=True,
        description="product number in the ERP",
        metadata={"empty": "ERP-01", "unreadable": "ERP-01", "duplicate": "ERP-02"},
    )
    onsale_web: int = Field(
        nullable=True,
        isin=[0, 1],
        description="1 when the product is on sale on the web",
        metadata={"empty": "ERP-W3", "unreadable": "ERP-W2"},
    )
    price: Money = Field(
        nullable=True,
        description="unit price, EUR including tax",
        metadata={"empty": "ERP-W3", "unreadable": "ERP-W2", "unit": "EUR incl. tax"},
    )
    stock_quantity: int = Field(
        nullable=True,
        description="units in stock",
        metadata={"empty": "ERP-W3", "unreadable": "ERP-W2", "unit": "bottles"},
    )
    stock_status: str = Field(
        nullable=True,
        isin=["instock", "outofstock", "onbackorder"],
        description="stock status shown on the web",
        metadata={"empty": "ERP-W3", "unreadable": "ERP-W2"},
    )

    class Config:
        """The clean dataset of the ERP."""

        name = "clean_erp"
        strict = True
