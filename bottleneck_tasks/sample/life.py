"""The life of the invented shop after the reference month: sales with a season, new and delisted wines, prices, restocks.

Why: rules that compare months must be tried on months that are as they should be. The first month is the reference
month as it is; each later one is the month before, a month older. Same seed, same months, on every Python version.
Units: prices in tenths of a euro, stock and sales in bottles.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from bottleneck_tasks.sample.catalogue import slug_of, write_catalogue
from bottleneck_tasks.sample.compose import compose_month, euros, web_cells
from bottleneck_tasks.sample.draw import Draw
from bottleneck_tasks.sample.product import Product
from bottleneck_tasks.sample.sheets import Cell, Month, Placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bottleneck_tasks.month import Month as CalendarMonth

__all__ = ["live"]

_SEASON = (70, 80, 90, 95, 100, 105, 85, 70, 100, 110, 150, 230)
"""Bottles sold in each month of the year, January first, in percent of an ordinary one."""
_TURNOVER_PER_MILLE = 35
"""Bottles of an ordinary month, of those sold since the shop opened."""
_NOISE_PERCENT = 8
_NEW, _DELISTED = (2, 7), (1, 4)
_PRICE_ONE_IN, _PRICE_RISE_ONE_IN, _RISING = 40, 5, 3
"""One price in 40 moves in a month; in March, one in five."""
_PRICE_STEP_PERCENT, _PRICE_ROOM_PERCENT = (-6, 8), (94, 112)
"""How far a price moves, and between which shares of its first price it stays."""
_RESTOCK_ONE_IN, _RESTOCK = 6, (6, 60)
_FIRST_NEW_SKU = 20_001
_NEXT_VINTAGE = 2020
_ORDINARY_PRICE = 800
_ANOTHER_STREAM = 1_000_003
_SKU, _TOTAL_SALES, _TITLE, _POST_TYPE = 0, 5, 12, 25
_ON_SALE, _PRICE, _STOCK, _STATUS = 1, 2, 3, 4


@dataclass(slots=True, eq=False)
class _Listed:
    """A wine on the web: its rows, its first price, how often it is chosen. Rows are shared with the sheets."""

    erp: list[Cell]
    product: list[Cell]
    attachment: list[Cell] | None
    first_price: int
    price: int
    stock: int
    sales: int
    weight: int


def live(seed: int, *, first: CalendarMonth, months: int) -> Iterator[tuple[CalendarMonth, Month]]:
    """Yield `months` consecutive months of the shop of `seed`, the reference month first."""
    shop, month = _Shop(seed), first
    for _ in range(months):
        yield month, shop.sheets()
        month = month.next()
        shop.grow_older(month)


class _Shop:
    """The three sheets as lists that can change, and the wines that are on sale."""

    def __init__(self, seed: int) -> None:
        start = compose_month(seed)
        self._draw = Draw(seed + _ANOTHER_STREAM)
        self._erp = {row.cells[0]: list(row.cells) for row in start.erp}
        self._liaison = [list(row.cells) for row in start.liaison]
        self._web = [list(row.cells) for row in start.web]
        self._next_sku = _FIRST_NEW_SKU
        self._next_id = max(key for key in self._erp if isinstance(key, int)) + 1
        self._listed = self._wines_on_sale()
        self._turnover = sum(wine.sales for wine in self._listed) * _TURNOVER_PER_MILLE // 1000

    def _wines_on_sale(self) -> list[_Listed]:
        rows = {(row[_SKU], row[_POST_TYPE]): row for row in self._web if row[_SKU] is not None}
        listed = []
        for product_id, sku in self._liaison:
            product = rows.get((sku, "product")) if sku is not None else None
            if product is not None:
                listed.append(_listed(self._erp[product_id], product, rows.get((sku, "attachment"))))
        return listed

    def sheets(self) -> Month:
        """The three exports as they are now."""
        return Month(
            erp=[Placed(place=0, cells=tuple(row)) for row in self._erp.values()],
            liaison=[Placed(place=0, cells=tuple(row)) for row in self._liaison],
            web=[Placed(place=0, cells=tuple(row)) for row in self._web],
        )

    def grow_older(self, month: CalendarMonth) -> None:
        """Let one month pass."""
        self._sell(month)
        self._move_prices(month)
        self._restock()
        self._delist()
        self._list_new(month)
        for wine in self._listed:
            _write_down(wine)

    def _sell(self, month: CalendarMonth) -> None:
        noise = 100 + self._draw.between(-_NOISE_PERCENT, _NOISE_PERCENT)
        bottles = self._turnover * _SEASON[month.number - 1] * noise // 10_000
        steps = list(accumulate(wine.weight for wine in self._listed))
        for _ in range(bottles):
            wine = self._listed[bisect_right(steps, self._draw.below(steps[-1]))]
            if wine.stock > 0:
                wine.stock -= 1
                wine.sales += 1

    def _move_prices(self, month: CalendarMonth) -> None:
        one_in = _PRICE_RISE_ONE_IN if month.number == _RISING else _PRICE_ONE_IN
        low, high = _PRICE_ROOM_PERCENT
        for wine in self._listed:
            if not self._draw.below(one_in):
                price = wine.price * (100 + self._draw.between(*_PRICE_STEP_PERCENT)) // 100
                wine.price = min(max(price, wine.first_price * low // 100), wine.first_price * high // 100)

    def _restock(self) -> None:
        for wine in self._listed:
            if wine.stock <= 0 and not self._draw.below(_RESTOCK_ONE_IN):
                wine.stock = self._draw.between(*_RESTOCK)
                wine.erp[_STATUS] = "instock"

    def _delist(self) -> None:
        """Take wines off the web; the ERP and the liaison still know them."""
        slow = sorted(self._listed, key=lambda wine: wine.weight)[: len(self._listed) // 2]
        for wine in self._draw.some_of(slow, self._draw.between(*_DELISTED)):
            wine.erp[_ON_SALE] = 0
            self._listed.remove(wine)
            self._web = [row for row in self._web if row is not wine.product and row is not wine.attachment]

    def _list_new(self, month: CalendarMonth) -> None:
        """List new vintages of wines that are there: a house keeps to its prices."""
        titled = [self._new_product() for _ in range(self._draw.between(*_NEW))]
        write_catalogue([product for product, _ in titled], self._draw)
        for product, title in titled:
            product.title, product.slug = title, slug_of(title)
            created = datetime(month.year, month.number, self._draw.between(1, 24), self._draw.between(8, 18))
            product.created = product.modified = created
            self._next_id += self._draw.between(1, 7)
            erp: list[Cell] = [self._next_id, 1, euros(product.price), product.stock, product.status]
            rows = [list(web_cells(product, kind)) for kind in ("product", "attachment")]
            self._erp[self._next_id] = erp
            self._liaison.append([self._next_id, product.sku])
            self._web += rows
            self._listed.append(_listed(erp, *rows))

    def _new_product(self) -> tuple[Product, str]:
        alike = self._draw.one_of([wine for wine in self._listed if wine.price < _ORDINARY_PRICE])
        stock = self._draw.between(6, 60)
        product = Product(price=alike.price, sales=self._draw.below(4), stock=stock, status="instock")
        product.sku = self._next_sku
        self._next_sku += self._draw.between(1, 9)
        name = str(alike.product[_TITLE]).rstrip("0123456789 ")
        return product, f"{name} {_NEXT_VINTAGE + self._next_sku % 5}"


def _listed(erp: list[Cell], product: list[Cell], attachment: list[Cell] | None) -> _Listed:
    price, stock, sales = erp[_PRICE], erp[_STOCK], product[_TOTAL_SALES]
    tenths = round(float(price) * 10) if isinstance(price, (int, float)) else 0
    sold = sales if isinstance(sales, int) else 0
    truncated = attachment is not None and attachment[_TOTAL_SALES] != sales
    return _Listed(
        erp=erp,
        product=product,
        attachment=None if truncated else attachment,
        first_price=tenths,
        price=tenths,
        stock=stock if isinstance(stock, int) else 0,
        sales=sold,
        weight=10 * sold + 3,
    )


def _write_down(wine: _Listed) -> None:
    wine.erp[_PRICE] = euros(wine.price)
    if wine.erp[_STOCK] != wine.stock:
        wine.erp[_STOCK] = wine.stock
        wine.erp[_STATUS] = "instock" if wine.stock > 0 else "outofstock"
    wine.product[_TOTAL_SALES] = wine.sales
    if wine.attachment is not None:
        wine.attachment[_TOTAL_SALES] = wine.sales
