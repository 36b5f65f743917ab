"""The month in one sentence, the same in the workbook and in the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.delivery.french import euros, plural, spaced

if TYPE_CHECKING:
    from bottleneck_tasks.delivery.material import Material

__all__ = ["headline"]


def headline(material: Material) -> str:
    """`En novembre 2026, 714 produits font 70 568,60 € de chiffre d'affaires à date...`."""
    figures = material.figures
    products = plural(figures.merged, "produit fait", "produits font")
    premium = plural(figures.premium_count, "vin premium", "vins premium")
    ordinary = plural(figures.ordinary_count, "ordinaire", "ordinaires")
    start = f"En {material.month.french}, {products}" if material.month else products
    return spaced(
        f"{start} {euros(figures.revenue_total)} de chiffre d'affaires à date : "
        f"{premium} ({euros(figures.premium_revenue)}) et {ordinary} ({euros(figures.ordinary_revenue)})."
    )
