"""The traps of the reference month, each in its number: stock, status, SKU, and ERP rows that stay out of the report.

Each function takes products that `calibrate` has priced, and changes no price and no quantity sold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.sample import reference
from bottleneck_tasks.sample.product import ErpOnly, Product

if TYPE_CHECKING:
    from bottleneck_tasks.sample.draw import Draw

__all__ = [
    "absent_from_web",
    "choose_kinds",
    "mark_titles",
    "number_skus",
    "products_without_sku",
    "stock_up",
    "unlinked",
]

_UNSOLD_STOCK = ((0, 1), (150, 3), (400, 9), (600, 14), (800, 20), (950, 42), (1000, 120))
_SELLER_STOCK = ((0, 1), (150, 4), (400, 13), (600, 18), (800, 28), (950, 80), (1000, 300))
_OTHER_PRICES = ((0, 79), (300, 130), (600, 212), (850, 330), (1000, 870))
_SELDOM = 4
"""Spirits and oils sell a few units at most."""
_SPIRIT_PRICES = range(260, 790)
_DEAR_SPIRITS, _DEAR_SPIRIT_PRICES = 8, range(520, 790)
"""Spirits of the houses that make the premium ones, none of which costs more than 4.2 times these."""
_AMPERSANDS, _TWINS = 5, 3
_AMPERSAND_PRICES = range(260, 600)
_OIL_PRICES = range(130, 440)
_GIFT_SKU = "bon-cadeau-25-eur"
_FOUR_DIGIT_SKUS = 40


def choose_kinds(products: list[Product], draw: Draw) -> None:
    """Make 36 spirits, 7 of them premium, and 3 oils; the gift card is one already."""
    premium = [one for one in products if one.premium and not one.house]
    sold = [one for one in premium if one.sales and not one.head][-2:]
    unsold = [one for one in premium if not one.sales]
    already = sum(1 for one in premium if one.kind == "spirit") + len(sold)
    for product in sold + draw.some_of(unsold, reference.PREMIUM_SPIRITS - already):
        product.kind = "spirit"
    seldom = draw.shuffled([one for one in products if one.plain and one.sales <= _SELDOM])
    oils = [one for one in seldom if one.price in _OIL_PRICES][: reference.OILS]
    for product in oils:
        product.kind = "oil"
    spirits = [one for one in seldom if one.price in _SPIRIT_PRICES and one.kind == "wine"]
    dear = [one for one in spirits if one.price in _DEAR_SPIRIT_PRICES][:_DEAR_SPIRITS]
    for product in dear:
        product.kind, product.dear = "spirit", True
    others = [one for one in spirits if not one.dear]
    for product in others[: reference.SPIRITS - reference.PREMIUM_SPIRITS - len(dear)]:
        product.kind = "spirit"


def stock_up(products: list[Product], draw: Draw) -> None:
    """Give stock and status: 256 unsold in stock, 66 sold-out sellers, one negative stock, two contradictions.

    The sold-out sellers are spread over the revenues, so that what they earned hardly depends on the seed.
    """
    unsold = draw.shuffled([one for one in products if not one.sales])
    _fill(unsold[reference.NEVER_SOLD_OUT_OF_STOCK :], _UNSOLD_STOCK, draw=draw)
    sellers = [one for one in products if one.sales and one.kind != "gift"]
    already = sum(1 for one in sellers if one.sold_out)
    candidates = sorted((one for one in sellers if not one.head and not one.premium), key=lambda one: one.revenue)
    count = reference.SOLD_OUT_SELLERS - already
    slices = [candidates[rank * len(candidates) // count :][: len(candidates) // count] for rank in range(count)]
    chosen = draw.shuffled([draw.one_of(one) for one in slices])
    for product in chosen:
        product.sold_out = True
    next(one for one in chosen if one.sales == 1).stock = -1
    in_stock = [one for one in sellers if not one.sold_out]
    _fill(in_stock, _SELLER_STOCK, draw=draw)
    draw.one_of([one for one in in_stock if one.plain and one.stock > 1]).status = "outofstock"
    next(one for one in products if one.kind == "gift").status = "instock"


def _fill(products: list[Product], curve: tuple[tuple[int, int], ...], *, draw: Draw) -> None:
    for product, stock in zip(products, draw.shuffled(draw.along(curve, len(products))), strict=True):
        product.stock, product.status = stock, "instock"


def mark_titles(products: list[Product], draw: Draw) -> None:
    """Choose five champagnes written with `&amp;`, and three pairs that share a title and almost a price."""
    champagnes = [one for one in products if one.plain and one.price in _AMPERSAND_PRICES]
    for product in draw.some_of(champagnes, _AMPERSANDS):
        product.ampersand = True
    ranked = sorted((one for one in products if one.plain), key=lambda one: one.price)
    for one, other in draw.some_of([*zip(ranked[::2], ranked[1::2], strict=False)], _TWINS):
        other.twin = one


def number_skus(products: list[Product], others: list[ErpOnly], *, draw: Draw) -> None:
    """Give every linked row its SKU: numbers of two to five digits, and three texts.

    Two texts end in `-1` after the number of another product: reading the number alone joins the wrong rows.
    """
    gift = next(one for one in products if one.kind == "gift")
    gift.sku = _GIFT_SKU
    suffixed = next(one for one in products if one.twin is not None)
    numbered = draw.shuffled([one for one in products if one is not gift and one is not suffixed])
    short = draw.some_of(range(12, 899), reference.SHORT_SKUS)
    four_digits = draw.some_of(range(1100, 9900), _FOUR_DIGIT_SKUS)
    five_digits = draw.some_of(range(11_000, 19_900), len(numbered) + len(others))
    for product, number in zip(numbered, short + four_digits + five_digits, strict=False):
        product.sku = number
    suffixed.sku = f"{numbered[-1].sku}-1"
    others[0].sku = f"{numbered[-2].sku}-1"
    for other, number in zip(others[1:], five_digits[::-1], strict=False):
        other.sku = number


def absent_from_web(draw: Draw) -> list[ErpOnly]:
    """Return 20 rows that the liaison links to nothing on the web: all off sale, two of them in stock."""
    prices = draw.shuffled(draw.along(_OTHER_PRICES, reference.ABSENT_FROM_WEB))
    rows = [ErpOnly(price=price) for price in prices]
    for row in rows[:2]:
        row.stock, row.status = draw.between(2, 15), "instock"
    return rows


def unlinked(draw: Draw) -> list[ErpOnly]:
    """Return 91 rows without id_web: 3 on sale, 4 contradictions, 2 negative prices, 1 negative stock, 62 in stock."""
    prices = draw.shuffled(draw.along(_OTHER_PRICES, reference.UNLINKED))
    rows = [ErpOnly(price=price) for price in prices]
    on_sale, contradictory, in_stock, sold_out = rows[:3], rows[3:7], rows[7:69], rows[69:]
    for row in on_sale:
        row.on_sale = 1
    for row in contradictory:
        row.stock = draw.between(1, 48)
    for row in in_stock:
        row.stock, row.status = draw.between(1, 36), "instock"
    in_stock[0].price, in_stock[0].stock = -10, 192
    sold_out[0].price = -80
    sold_out[1].stock = -1
    return rows


def products_without_sku() -> list[Product]:
    """Return the two web products that sold, but that no SKU can link to a price."""
    return [Product(price=0, sales=sales) for sales in reference.WITHOUT_SKU_SALES]
