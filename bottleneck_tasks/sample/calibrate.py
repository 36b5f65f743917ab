"""Prices and units sold whose totals are the reference month's, whatever the seed.

Two calibrations, both exact, neither of which can move the premium rule:
- premium: eight sellers are drawn, the ninth, which sold one unit, takes the price that completes the revenue;
- ordinary: the prices and the quantities are drawn apart, then quantities change hands between two products until
  the revenue is exact. The prices, hence the z-scores, and the quantities stay the same sets of numbers.
Grain: one `Product` per linked web product. Units: tenths of a euro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.sample import reference
from bottleneck_tasks.sample.product import Product

if TYPE_CHECKING:
    from bottleneck_tasks.sample.draw import Draw

__all__ = ["calibrated_products"]

_ORSANNE = reference.HOUSE
_ORDINARY_HEAD = (
    # price, sales, sold out; these products, four premium ones among them, are the twenty that sell most
    (254, 41, False), (295, 36, True), (284, 35, True), (250, 37, False), (430, 24, False), (451, 22, True),
    (366, 25, True), (605, 16, True), (479, 17, True), (720, 10, True), (705, 10, False),
)  # fmt: skip
_PREMIUM_HEAD = ((1750, 13, False), (1270, 11, False), (2160, 5, True), (1460, 5, False))
_PREMIUM_SELLERS = ((1900, 3), (1080, 2), (1150, 2))
_HEAD_JITTER = 5
_LARGEST_TAIL_REVENUE = 6_500
"""Below the twentieth product's revenue, so that the head stays the head."""

_PREMIUM_PRICES = ((0, 930), (300, 1040), (600, 1170), (850, 1350), (950, 1750), (1000, 2160))
_ORDINARY_PRICES = (
    (0, 54), (50, 84), (100, 98), (200, 125), (300, 155), (400, 187), (500, 226), (600, 273), (700, 344),
    (800, 450), (900, 575), (950, 660), (975, 735), (1000, 840),
)  # fmt: skip
_TAIL_QUANTITIES = {
    2: 44, 3: 48, 4: 31, 5: 23, 6: 24, 7: 18, 8: 11, 9: 10, 10: 9, 11: 7, 12: 13, 13: 6, 14: 5, 15: 4, 16: 2, 17: 2,
    18: 6, 19: 5, 20: 3, 21: 1, 22: 2, 24: 1, 26: 1, 29: 1, 30: 1, 32: 1, 33: 1, 38: 2, 42: 1, 44: 1,
}  # fmt: skip
_GIFT_CARD = (250, 10)
_SLACK = 50
"""An exchange may lose 5 EUR: without it the last cents could wait for an exchange that does not exist."""
_WITHIN_ONE_EXCHANGE = 150


def calibrated_products(draw: Draw) -> list[Product]:
    """Return the 714 products: 30 premium with 9 sellers, 684 ordinary with 376, the gift card among them."""
    premium = _premium_products(draw)
    head = _truncated_products() + _ordinary_head(draw)
    gift = Product(price=_GIFT_CARD[0], sales=_GIFT_CARD[1], kind="gift")
    tail_target = reference.ORDINARY_REVENUE_TENTHS - gift.revenue - sum(product.revenue for product in head)
    sellers = reference.LINKED - reference.NEVER_SOLD - sum(1 for one in premium if one.sales) - len(head) - 1
    count = reference.LINKED - len(premium) - len(head) - 1
    tail = _tail_products(draw, count, sellers=sellers)
    _exchange_quantities([one for one in tail if one.sales], tail_target, draw=draw)
    return [*premium, *head, gift, *tail]


def _premium_products(draw: Draw) -> list[Product]:
    """Four of the head, four more sellers, one that completes the revenue, 21 that never sold."""
    sellers = [
        Product(price=_jittered(draw, price), sales=sales, premium=True, head=True, sold_out=sold_out)
        for price, sales, sold_out in _PREMIUM_HEAD
    ]
    sellers[0].kind = "spirit"
    sellers.append(Product(price=1320, sales=2, premium=True, house=_ORSANNE))
    sellers += [Product(price=_jittered(draw, price), sales=sales, premium=True) for price, sales in _PREMIUM_SELLERS]
    missing = reference.PREMIUM_REVENUE_TENTHS - sum(product.revenue for product in sellers)
    sellers.append(Product(price=missing, sales=1, premium=True))
    unsold = draw.along(_PREMIUM_PRICES, reference.PREMIUM - len(sellers))
    return sellers + [Product(price=price, sales=0, premium=True) for price in unsold]


def _truncated_products() -> list[Product]:
    """Three best sellers whose attachment row has lost a digit, and the rest of the first house."""
    return [
        Product(
            price=490, sales=96, head=True, sold_out=True, house=_ORSANNE, attachment_sales=6, attachment_first=False
        ),
        Product(price=490, sales=87, head=True, house=_ORSANNE, attachment_sales=7, attachment_first=True),
        Product(price=166, sales=62, head=True, attachment_sales=2, attachment_first=True),
        Product(price=520, sales=31, head=True, house=_ORSANNE),
        Product(price=385, sales=40, head=True, house=_ORSANNE),
    ]


def _ordinary_head(draw: Draw) -> list[Product]:
    return [
        Product(price=_jittered(draw, price), sales=sales, head=True, sold_out=sold_out)
        for price, sales, sold_out in _ORDINARY_HEAD
    ]


def _jittered(draw: Draw, price: int) -> int:
    return price + draw.between(-_HEAD_JITTER, _HEAD_JITTER)


def _tail_products(draw: Draw, count: int, *, sellers: int) -> list[Product]:
    """Draw the ordinary prices; the cheaper half sells more often; large quantities go to cheap wines."""
    tail = [Product(price=price, sales=0) for price in draw.along(_ORDINARY_PRICES, count)]
    chances = sorted((draw.below(1000) + 600 * rank // count, rank) for rank in range(count))
    free = draw.shuffled([tail[rank] for _, rank in chances[:sellers]])
    for quantity in _tail_quantities(sellers):
        product = next(one for one in free if one.price * quantity <= _LARGEST_TAIL_REVENUE)
        product.sales = quantity
        free.remove(product)
    return tail


def _tail_quantities(sellers: int) -> list[int]:
    """Return one quantity per seller, largest first; whatever the table leaves sold one unit."""
    several = [quantity for quantity, count in _TAIL_QUANTITIES.items() for _ in range(count)]
    return sorted(several + [1] * (sellers - len(several)), reverse=True)


def _exchange_quantities(sellers: list[Product], target: int, *, draw: Draw) -> None:
    """Exchange quantities between two sellers until their revenue is exactly `target` tenths of a euro."""
    missing = target - sum(product.revenue for product in sellers)
    while missing and not _exchange_exactly(sellers, missing):
        one, other = draw.one_of(sellers), draw.one_of(sellers)
        gain = (other.sales - one.sales) * (one.price - other.price)
        dearest = max(one.price * other.sales, other.price * one.sales)
        if abs(missing - gain) < abs(missing) + _SLACK and dearest <= _LARGEST_TAIL_REVENUE:
            one.sales, other.sales = other.sales, one.sales
            missing -= gain


def _exchange_exactly(sellers: list[Product], missing: int) -> bool:
    """Close the last few euros with one exchange between a product sold once and one sold twice, if one fits."""
    if abs(missing) > _WITHIN_ONE_EXCHANGE:
        return False
    once = {product.price: product for product in sellers if product.sales == 1}
    for twice in (product for product in sellers if product.sales == 2):  # noqa: PLR2004 - sold twice
        partner = once.get(twice.price + missing)
        if partner is not None:
            partner.sales, twice.sales = twice.sales, partner.sales
            return True
    return False
