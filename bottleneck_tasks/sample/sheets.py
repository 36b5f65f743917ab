"""The three exports as rows of plain values: what compose invents, tables repeats and workbooks writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["COLUMNS", "Cell", "Month", "Placed", "Sheet"]

Cell: TypeAlias = "int | float | str | datetime | None"
Sheet: TypeAlias = Literal["erp", "liaison", "web"]

COLUMNS: dict[Sheet, tuple[str, ...]] = {
    "erp": ("product_id", "onsale_web", "price", "stock_quantity", "stock_status"),
    "liaison": ("product_id", "id_web"),
    "web": (
        "sku", "virtual", "downloadable", "rating_count", "average_rating", "total_sales", "tax_status", "tax_class",
        "post_author", "post_date", "post_date_gmt", "post_content", "post_title", "post_excerpt", "post_status",
        "comment_status", "ping_status", "post_password", "post_name", "post_modified", "post_modified_gmt",
        "post_content_filtered", "post_parent", "guid", "menu_order", "post_type", "post_mime_type", "comment_count",
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """One row of a sheet, and its place in the month.

    A larger sample repeats whole months; the last, partial one takes the rows whose place, 0 to 713, it reaches, so
    that each kind of row keeps its proportion.
    """

    place: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """Rows of the three sheets, in the order of the sheets, without their headers."""

    erp: list[Placed]
    liaison: list[Placed]
    web: list[Placed]

    def rows(self, sheet: Sheet) -> list[Placed]:
        """Return the rows of one sheet."""
        return {"erp": self.erp, "liaison": self.liaison, "web": self.web}[sheet]
