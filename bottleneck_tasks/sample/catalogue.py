"""What the web shop says of each product: an invented title, its slug, an excerpt and dates.

Reads the kind, house, `&amp;` and twin marks of each product; every title is used once, except by a twin.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from bottleneck_tasks.sample import vocabulary as words
from bottleneck_tasks.sample.houses import Houses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bottleneck_tasks.sample.draw import Draw
    from bottleneck_tasks.sample.product import Product

__all__ = ["slug_of", "write_catalogue"]

_OPENED = 2018
_CREATED_IN_2019, _SOLD_SINCE_2019 = 164, 30
_CREATED_IN_2020, _SOLD_SINCE_2020 = 43, 5
"""How many products, and how many units they sold at most."""
_MODIFIED_YEAR, _MODIFIED_MONTH = 2020, 8
_FIRST_VINTAGE, _LAST_VINTAGE = 2009, 2019
_MARKUP_ONE_IN = 14
_LINE_BREAK_ONE_IN = 9


def write_catalogue(products: list[Product], draw: Draw) -> None:
    """Name, describe and date every product, in place."""
    _write_titles(products, draw)
    _write_slugs(products)
    for product in products:
        product.excerpt = _excerpt(draw)
    _write_dates(products, draw)


def _write_titles(products: list[Product], draw: Draw) -> None:
    names = {
        "gift": iter([words.GIFT_TITLE]),
        "oil": iter(draw.shuffled(words.OIL_TITLES)),
        "spirit": iter(draw.shuffled(words.SPIRIT_TITLES)),
        "dear spirit": iter(draw.shuffled(words.DEAR_SPIRIT_TITLES)),
        "premium spirit": iter(draw.shuffled(words.PREMIUM_SPIRIT_TITLES)),
        "house": iter(words.HOUSE_CUVEES),
        "ampersand": _ampersand_names(draw),
    }
    wine_name = _wine_namer(draw)
    for product in sorted(products, key=lambda one: one.revenue, reverse=True):
        naming = _naming(product)
        name = wine_name(product.price) if naming == "wine" else next(names[naming])
        product.title = f"{product.house} {name}" if product.house else name
    for product in products:
        if product.twin is not None:
            product.title = product.twin.title


def _naming(product: Product) -> str:
    if product.house:
        return "house"
    if product.kind == "wine":
        return "ampersand" if product.ampersand else "wine"
    if product.kind == "spirit" and product.premium:
        return "premium spirit"
    return "dear spirit" if product.dear else product.kind


def _wine_namer(draw: Draw) -> Callable[[int], str]:
    """Return a function from a price to a title that it has not given yet: house, appellation, cuvée, vintage."""
    houses, seen = Houses(draw), set[str]()

    def name_of(price: int) -> str:
        house = houses.of_price(price)
        while True:
            place, cuvee = draw.one_of(words.APPELLATIONS), draw.one_of(words.CUVEES)
            name = f"{house} {place} {cuvee} {draw.between(_FIRST_VINTAGE, _LAST_VINTAGE)}"
            if name not in seen:
                seen.add(name)
                return name

    return name_of


def _ampersand_names(draw: Draw) -> Iterator[str]:
    for cuvee in draw.shuffled(words.CUVEES):
        yield f"{words.AMPERSAND_HOUSE} {cuvee} Brut"


def _write_slugs(products: list[Product]) -> None:
    """Write the title as WooCommerce puts it in an address; the second of its name gets `-2`."""
    seen: set[str] = set()
    for product in products:
        slug = slug_of(product.title)
        product.slug = f"{slug}-2" if slug in seen else slug
        seen.add(slug)


def slug_of(title: str) -> str:
    """Return a title as WooCommerce puts it in an address."""
    plain = unicodedata.normalize("NFKD", title.replace("&amp;", " ")).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def _excerpt(draw: Draw) -> str:
    """Three sentences; one excerpt in fourteen is HTML on several lines, one in nine has a line break."""
    parts = (words.EXCERPT_ROBES, words.EXCERPT_NOSES, words.EXCERPT_MOUTHS)
    sentences = [draw.one_of(part) for part in parts]
    if not draw.below(_MARKUP_ONE_IN):
        body = "\n".join(f"<p>{sentence}</p>" for sentence in sentences)
        return f'<div class="degustation">\n{body}\n</div>'
    return ("\n" if not draw.below(_LINE_BREAK_ONE_IN) else " ").join(sentences)


def _write_dates(products: list[Product], draw: Draw) -> None:
    """Date the products so that the older ones have sold more: total_sales counts from the creation.

    No date falls in a week in which the clocks change, so that the month alone tells the GMT date.
    """
    years = _years_of_creation([one for one in products if one.sku is not None and not one.head], draw)
    for product in products:
        year = years.get(id(product), _OPENED)
        month = draw.between(2, 12) if year == _OPENED else draw.between(1, 7)
        product.created = _moment(year, month, draw)
        product.modified = _moment(_MODIFIED_YEAR, _MODIFIED_MONTH, draw)


def _years_of_creation(products: list[Product], draw: Draw) -> dict[int, int]:
    """Return 2019 or 2020 by identity of a product; any other is from the shop's first year."""
    newest = [one for one in products if one.sales <= _SOLD_SINCE_2020]
    years = {id(one): 2020 for one in draw.some_of(newest, _CREATED_IN_2020)}
    recent = [one for one in products if one.sales <= _SOLD_SINCE_2019 and id(one) not in years]
    return years | {id(one): 2019 for one in draw.some_of(recent, _CREATED_IN_2019)}


def _moment(year: int, month: int, draw: Draw) -> datetime:
    """Return a time of the shop, without zone as it exports it."""
    day, hour, minute, second = draw.between(1, 24), draw.between(8, 18), draw.below(60), draw.below(60)
    return datetime(year, month, day, hour, minute, second)
