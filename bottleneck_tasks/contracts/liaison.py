"""The liaison workbook: ties a product of the ERP to a SKU of the web. Grain: one row a product."""

from __future__ import annotations

import pandera.pyarrow as pa
from pandera.pyarrow import Field

__all__ = ["CleanLiaison", "RawLiaison"]


class RawLiaison(pa.DataFrameModel):
    """Cells as read, as text, with the row number that Excel shows."""

    source_row: int = Field(ge=1, unique=True, description="row number as Excel shows it")
    product_id: str = Field(nullable=True, metadata={"required": True})
    id_web: str = Field(nullable=True, metadata={"required": True, "text": "identifier"})

    class Config:
        """The raw dataset of the liaison."""

        name = "raw_liaison"


class CleanLiaison(pa.DataFrameModel):
    """Typed rows, one a product; `id_web` is text because some SKUs are (`13127-1`), and is empty off the web."""

    source_row: int = Field(ge=1, unique=True, description="row number as Excel shows it")
    product_id: int = Field(
        unique=True,
        description="product number in the ERP",
        metadata={"empty": "LIA-01", "unreadable": "LIA-01", "duplicate": "LIA-02"},
    )
    id_web: str = Field(
        nullable=True,
        description="SKU of the product on the web",
        metadata={"unreadable": "LIA-05", "duplicate": "LIA-03"},
    )

    @pa.check("id_web", name="used_once")
    @classmethod
    def used_once(cls, data: pa.PyArrowData) -> bool:
        """`unique` would count empty cells as copies of one another."""
        given = data.table.column(data.key).drop_null()
        return len(given) == len(given.unique())

    class Config:
        """The clean dataset of the liaison."""

        name = "clean_liaison"
        strict = True
