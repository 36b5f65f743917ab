"""The three tables of the reference month, as rows of plain values in the order of the sheets.

Grain: ERP and LIAISON, one row per ERP product; WEB, one row per product, per attachment and per blank line.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bottleneck_tasks.sample import reference, traps
from bottleneck_tasks.sample.calibrate import calibrated_products
from bottleneck_tasks.sample.catalogue import write_catalogue
from bottleneck_tasks.sample.draw import Draw
from bottleneck_tasks.sample.product import ErpOnly, Product
from bottleneck_tasks.sample.sheets import Cell, Month, Placed

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["compose_month", "euros", "web_cells"]

_BLANK_ROW: tuple[Cell, ...] = (None, 0, 0, 0, *[None] * 24)
_SHOP = "https://cave.example"
_FIRST_PRODUCT_ID = 3_800
_SUMMER = range(4, 11)


def compose_month(seed: int) -> Month:
    """Invent the month of `seed`: calibrated products, every trap, 825 + 825 + 1,513 rows."""
    draw = Draw(seed)
    products = calibrated_products(draw)
    traps.choose_kinds(products, draw)
    traps.stock_up(products, draw)
    traps.mark_titles(products, draw)
    absent, unlinked = traps.absent_from_web(draw), traps.unlinked(draw)
    traps.number_skus(products, absent, draw=draw)
    without_sku = traps.products_without_sku()
    write_catalogue(products + without_sku, draw)
    products = draw.shuffled(products)
    others = [*_spread(absent), *_spread(draw.shuffled(unlinked))]
    erp, liaison = _stock_sheets(draw.shuffled([*enumerate(products), *others]), draw)
    return Month(erp=erp, liaison=liaison, web=_web_sheet(products, without_sku, draw=draw))


def _spread(rows: list[ErpOnly]) -> list[tuple[int, ErpOnly]]:
    return [(rank * reference.LINKED // len(rows), row) for rank, row in enumerate(rows)]


def _stock_sheets(rows: list[tuple[int, Product | ErpOnly]], draw: Draw) -> tuple[list[Placed], list[Placed]]:
    """Number the rows upwards and write them to ERP and LIAISON, in the same order."""
    erp, liaison = [], []
    product_id = _FIRST_PRODUCT_ID
    for place, row in rows:
        product_id += draw.between(1, 7)
        on_sale = row.on_sale if isinstance(row, ErpOnly) else 1
        erp.append(Placed(place=place, cells=(product_id, on_sale, euros(row.price), row.stock, row.status)))
        liaison.append(Placed(place=place, cells=(product_id, row.sku)))
    return erp, liaison


def euros(tenths: int) -> int | float:
    """Return a whole price as an integer, any other as a float: the cells of the export mix both."""
    return tenths / 10 if tenths % 10 else tenths // 10


def _web_sheet(products: list[Product], without_sku: list[Product], *, draw: Draw) -> list[Placed]:
    """Mix the product, attachment and blank rows; order the attachments that the truncation trap needs ordered."""
    rows = [(place, product, kind) for place, product in enumerate(products) for kind in ("product", "attachment")]
    rows += [(rank * reference.LINKED // 2, product, "product") for rank, product in enumerate(without_sku)]
    slots: list[tuple[int, Product | None, str]] = [*rows]
    slots += [(rank * reference.LINKED // reference.BLANK_ROWS, None, "") for rank in range(reference.BLANK_ROWS)]
    slots = draw.shuffled(slots)
    _order_truncated(slots)
    return [Placed(place=place, cells=web_cells(product, kind)) for place, product, kind in slots]


def _order_truncated(slots: list[tuple[int, Product | None, str]]) -> None:
    """Swap a truncated attachment with its product where it does not come on the side it should."""
    sides: dict[int, list[int]] = {}
    for index, (_, product, _) in enumerate(slots):
        if product is not None and product.attachment_first is not None:
            sides.setdefault(id(product), []).append(index)
    for first, second in sides.values():
        product, kind = slots[first][1:]
        if product is not None and product.attachment_first != (kind == "attachment"):
            slots[first], slots[second] = slots[second], slots[first]


def web_cells(product: Product | None, kind: str) -> tuple[Cell, ...]:
    """Return a row of the web sheet: the product itself, its attachment, or a blank line without a product."""
    if product is None or product.created is None or product.modified is None:
        return _BLANK_ROW
    attached = kind == "attachment"
    sales = product.attachment_sales if attached and product.attachment_sales is not None else product.sales
    return (
        product.sku, 0, 0, 0, 0, sales, None if attached else "taxable", None, 2, product.created,
        _gmt(product.created), None, product.title, None if attached else product.excerpt, "publish", "closed",
        "closed", None, product.slug, product.modified, _gmt(product.modified), None, 0,
        _guid(product, attached=attached), 0, kind, "image/jpeg" if attached else None, 0,
    )  # fmt: skip


def _gmt(paris: datetime) -> datetime:
    """Return the GMT time of a Paris time; the catalogue uses no day of a week in which the clocks change."""
    return paris - timedelta(hours=2 if paris.month in _SUMMER else 1)


def _guid(product: Product, *, attached: bool) -> str:
    if attached:
        return f"{_SHOP}/wp-content/uploads/2020/03/{product.slug}.jpg"
    return f"{_SHOP}/?post_type=product&#038;p={'' if product.sku is None else product.sku}"
