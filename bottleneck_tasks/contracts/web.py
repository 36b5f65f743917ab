"""The web shop's export (WooCommerce): titles and sales. Grain of the clean dataset: one row a SKU."""

from __future__ import annotations

from typing import ClassVar

import pandera.pyarrow as pa
from pandera.pyarrow import Field

__all__ = ["CleanWeb", "RawWeb"]


class RawWeb(pa.DataFrameModel):
    """Cells as read, as text, with the row number that Excel shows: products, attachments and blank rows."""

    source_row: int = Field(ge=1, unique=True, description="row number as Excel shows it")
    sku: str = Field(nullable=True, metadata={"required": True, "text": "identifier"})
    post_type: str = Field(nullable=True, metadata={"required": True})
    post_title: str = Field(nullable=True, metadata={"required": True, "text": "label"})
    total_sales: str = Field(nullable=True, metadata={"required": True})
    post_status: str = Field(nullable=True, metadata={"required": False})
    post_name: str = Field(nullable=True, metadata={"required": False})
    guid: str = Field(nullable=True, metadata={"required": False})
    post_date: str = Field(nullable=True, metadata={"required": False})

    class Config:
        """The raw dataset of the web; `ignored` columns belong to WooCommerce and are not read."""

        name = "raw_web"
        metadata: ClassVar[dict[str, list[str]]] = {
            "ignored": [
                "virtual",
                "downloadable",
                "rating_count",
                "average_rating",
                "tax_status",
                "tax_class",
                "post_author",
                "post_date_gmt",
                "post_content",
                "post_excerpt",
                "comment_status",
                "ping_status",
                "post_password",
                "post_modified",
                "post_modified_gmt",
                "post_content_filtered",
                "post_parent",
                "menu_order",
                "post_mime_type",
                "comment_count",
            ]
        }


class CleanWeb(pa.DataFrameModel):
    """Product rows with a SKU, one a SKU. `total_sales` is WooCommerce's counter since the product's creation."""

    source_row: int = Field(ge=1, unique=True, description="row number as Excel shows it")
    sku: str = Field(
        unique=True,
        description="article number on the web",
        metadata={"empty": "WEB-W1", "unreadable": "WEB-03", "duplicate": "WEB-01"},
    )
    post_title: str = Field(
        nullable=True, description="product title, without HTML entities", metadata={"empty": "WEB-W6"}
    )
    total_sales: int = Field(
        ge=0,
        description="units sold since the product was created",
        metadata={"empty": "WEB-02", "unreadable": "WEB-02", "violated": "WEB-02", "unit": "bottles"},
    )
    post_status: str = Field(nullable=True, description="publish, draft, private ...")
    post_name: str = Field(nullable=True, description="slug of the product page")
    guid: str = Field(nullable=True, description="address of the product page")
    post_date: str = Field(nullable=True, description="creation date, as written in the export")

    class Config:
        """The clean dataset of the web."""

        name = "clean_web"
        strict = True
