"""The records that the stages of the sample fill one after the other.

calibrate sets the money, traps the stock, the SKU and the status, catalogue the words and the dates, compose the rows.
Units: prices in tenths of a euro; stock and sales in units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["ErpOnly", "Product"]


@dataclass(kw_only=True, slots=True, eq=False)
class Product:
    """One web product; all but two of them have a SKU and an ERP row."""

    price: int
    sales: int
    premium: bool = False
    head: bool = False
    sold_out: bool = False
    house: str = ""
    kind: Literal["wine", "spirit", "oil", "gift"] = "wine"
    dear: bool = False
    attachment_sales: int | None = None
    attachment_first: bool | None = None
    stock: int = 0
    status: str = "outofstock"
    sku: int | str | None = None
    ampersand: bool = False
    twin: Product | None = None
    title: str = ""
    slug: str = ""
    excerpt: str = ""
    created: datetime | None = None
    modified: datetime | None = None

    @property
    def revenue(self) -> int:
        """Tenths of a euro."""
        return self.price * self.sales

    @property
    def plain(self) -> bool:
        """Whether no trap and no figure depends on this wine: a later trap may take it."""
        reserved = self.premium or self.head or self.sold_out or self.ampersand or self.kind != "wine"
        return not reserved and self.sku is None and self.twin is None


@dataclass(kw_only=True, slots=True, eq=False)
class ErpOnly:
    """An ERP row that never reaches the report: not linked, or linked to nothing on the web."""

    price: int
    stock: int = 0
    status: str = "outofstock"
    on_sale: int = 0
    sku: int | str | None = None
