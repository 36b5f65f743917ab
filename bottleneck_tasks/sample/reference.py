"""The figures of the reference month: the only place in the product that knows them.

Why: the sample must reproduce the month that the documentation talks about. The pipeline must not: a gate that
holds one of these numbers would refuse every other month.
Units: counts are rows, `*_tenths` are tenths of a euro (the catalogue never prices finer than 0.10 EUR).
"""

from __future__ import annotations

__all__ = [
    "ABSENT_FROM_WEB",
    "BLANK_ROWS",
    "HOUSE",
    "LINKED",
    "NEVER_SOLD",
    "NEVER_SOLD_OUT_OF_STOCK",
    "OILS",
    "ORDINARY_REVENUE_TENTHS",
    "PREMIUM",
    "PREMIUM_REVENUE_TENTHS",
    "PREMIUM_SPIRITS",
    "SHORT_SKUS",
    "SOLD_OUT_SELLERS",
    "SPIRITS",
    "UNLINKED",
    "WITHOUT_SKU_SALES",
]

LINKED = 714
"""Products on the web that have a SKU, a liaison and a price."""
ABSENT_FROM_WEB = 20
"""Liaison rows whose id_web is not in WEB; one of them is text."""
UNLINKED = 91
"""ERP rows without id_web; 825 = 714 + 20 + 91."""
BLANK_ROWS = 83
WITHOUT_SKU_SALES = (3, 10)

PREMIUM = 30
PREMIUM_REVENUE_TENTHS = 68_844
ORDINARY_REVENUE_TENTHS = 636_842

SPIRITS = 36
PREMIUM_SPIRITS = 7
OILS = 3
SHORT_SKUS = 13

NEVER_SOLD = 329
NEVER_SOLD_OUT_OF_STOCK = 73
"""The other 256 never sold although they are in stock."""
SOLD_OUT_SELLERS = 66
"""Out of stock and sold at least once; the gift card, which has no stock, is not one of them."""

HOUSE = "Champagne Orsanne"
"""The invented house that makes 17.6 % of the revenue."""
