"""What the five slides say, in French, whatever they are drawn with."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from bottleneck_tasks.delivery.french import count, decimal, euros, percent, plural, spaced
from bottleneck_tasks.delivery.messages import next_step, title
from bottleneck_tasks.delivery.sentences import headline

if TYPE_CHECKING:
    from bottleneck_tasks.delivery.insights import Insights, Ranked
    from bottleneck_tasks.delivery.material import Material

__all__ = ["Bars", "Brief", "Slide", "Table", "slides_of"]

_ROWS, _PRODUCTS, _NAME, _LABEL = 6, 5, 56, 36
"""Warnings and products of a table, characters of a product's name in a table and beside a bar: what a slide holds."""


class Bars(Struct, frozen=True, kw_only=True):
    """A bar chart: labels, values, the text of each, and which bar stands out; `unit` follows a value."""

    title: str
    unit: str = ""
    rows: tuple[tuple[str, float, str], ...]
    marked: int | None = None


class Table(Struct, frozen=True, kw_only=True):
    """A short table of text; every column after the first is a number."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Slide(Struct, frozen=True, kw_only=True):
    """One message: `facts` are (figure, what it is); at most one of `bars` and `tables` is drawn beside them."""

    title: str
    message: str
    facts: tuple[tuple[str, str], ...]
    bars: Bars | None = None
    tables: tuple[Table, ...] = ()


class Brief(Struct, frozen=True, kw_only=True):
    """The slides, and what stands at the foot of each."""

    title: str
    footer: str
    slides: tuple[Slide, ...]


def slides_of(material: Material, insights: Insights) -> Brief:
    """The five slides: the month, concentration, stock, premium, quality and what to decide."""
    month = f" · {material.month.french}" if material.month else ""
    return Brief(
        title=f"Chiffre d'affaires{month}",
        footer=f"bottleneck-tasks {material.version} · exécution {material.run_id}",
        slides=(
            _month(material),
            _concentration(insights),
            _stock(insights),
            _premium(material, insights),
            _quality(material, insights),
        ),
    )


def _month(material: Material) -> Slide:
    figures = material.figures
    return Slide(
        title="Le mois en une phrase",
        message=headline(material),
        facts=(
            (euros(figures.revenue_total), "chiffre d'affaires à date, toutes taxes comprises"),
            (count(figures.merged), "produits rapprochés entre l'ERP et la boutique"),
            (count(figures.premium_count), f"vins premium, {euros(figures.premium_revenue)}"),
            (count(figures.ordinary_count), f"vins ordinaires, {euros(figures.ordinary_revenue)}"),
        ),
    )


def _concentration(insights: Insights) -> Slide:
    measures, house = insights.measures, insights.house
    facts = [
        (percent(measures.share(measures.top_revenue)), f"du chiffre d'affaires vient des 20 premiers produits ({euros(measures.top_revenue)})"),
        (count(measures.products_for_80), f"produits sur {count(measures.products)} font 80 % du chiffre d'affaires"),
    ]  # fmt: skip
    if house:
        facts.append((percent(measures.share(house.revenue)), f"vient d'une seule maison, {house.house}"))
    rows = tuple((_name(row, _LABEL), float(row.revenue), euros(row.revenue, 0)) for row in insights.best)
    return Slide(
        title="Une poignée de produits fait le chiffre",
        message=spaced(
            f"{plural(measures.products_for_80, 'produit porte', 'produits portent')} 80 % du chiffre d'affaires : les perdre coûte cher."
        ),
        facts=tuple(facts),
        bars=Bars(title="Meilleures ventes", unit="€", rows=rows) if rows else None,
    )


def _stock(insights: Insights) -> Slide:
    measures = insights.measures
    missing = Table(
        title="À réapprovisionner",
        header=("Produit", "Ventes", "CA"),
        rows=tuple((_name(row), count(row.total_sales), euros(row.revenue)) for row in insights.sold_out[:_PRODUCTS]),
    )
    asleep = Table(
        title="Stock jamais vendu",
        header=("Produit", "Stock", "Valeur"),
        rows=tuple((_name(row), count(row.stock), euros(row.stock_value)) for row in insights.unsold[:_PRODUCTS]),
    )
    return Slide(
        title="Ce qui manque, ce qui dort",
        message=spaced(
            f"{plural(measures.sold_out, 'produit qui se vend est épuisé', 'produits qui se vendent sont épuisés')} ; "
            f"{euros(measures.unsold_value)} de stock n'a jamais trouvé d'acheteur."
        ),
        facts=(
            (percent(measures.share(measures.sold_out_revenue)), f"du chiffre d'affaires ({euros(measures.sold_out_revenue)}) est fait par des produits épuisés, dont {count(measures.sold_out_in_top)} des 20 premiers"),
            (count(measures.never_sold), f"produits sur {count(measures.products)} n'ont jamais été vendus"),
            (percent(measures.unsold_share), f"de la valeur du stock dort ({plural(measures.unsold_in_stock, 'produit', 'produits')})"),
        ),
        tables=(missing, asleep),
    )  # fmt: skip


def _premium(material: Material, insights: Insights) -> Slide:
    measures, tried, threshold = insights.measures, insights.sensitivity, material.figures.premium_threshold
    rules = (
        ("z > 1,5", tried.z_15, 1.5), ("z > 2", tried.z_20, 2.0), ("z > 2,5", tried.z_25, 2.5), ("z > 3", tried.z_30, 3.0),
        ("clôture IQR", tried.iqr, None), ("MAD > 3,5", tried.mad, None), ("log z > 2", tried.log_z, None),
    )  # fmt: skip
    marked = next((place for place, (_, _, cut) in enumerate(rules) if cut == threshold), None)
    numbers = [number for _, number, _ in rules]
    return Slide(
        title="Premium est une règle de prix",
        message=spaced(
            f"Un prix à plus de {decimal(threshold, 1)} écarts-types de la moyenne rend un produit premium : "
            f"selon la règle, {count(min(numbers))} à {count(max(numbers))} produits le seraient."
        ),
        facts=(
            (percent(measures.share(measures.premium_revenue)), f"du chiffre d'affaires est premium ({euros(measures.premium_revenue)})"),
            (f"{count(measures.premium_never_sold)} sur {count(measures.premium)}", "produits premium n'ont jamais été vendus"),
            (count(measures.premium_spirits), "sont des spiritueux, d'après leur titre"),
        ),
        bars=Bars(title="Produits premium selon la règle", rows=tuple((label, float(number), count(number)) for label, number, _ in rules), marked=marked),
    )  # fmt: skip


def _quality(material: Material, insights: Insights) -> Slide:
    results = Counter(check.result for check in material.checks)
    named = [check for check in material.checks if check.result in {"block", "warn", "allowed"}]
    rows = tuple((title(check.id, check.statement), count(check.rows), next_step(check)) for check in named[:_ROWS])
    left = f" (les {_ROWS} premiers)" if len(named) > _ROWS else ""
    doubts = plural(len(insights.suspects), "prix à vérifier", "prix à vérifier") if insights.suspects else ""
    return Slide(
        title="Ce qui a été contrôlé, ce qu'il faut décider",
        message=spaced(
            f"{plural(results['pass'], 'contrôle conforme', 'contrôles conformes')}, "
            f"{plural(results['warn'], 'avertissement', 'avertissements')}"
            f"{f', {doubts}' if doubts else ''} : aucune ligne n'a disparu sans raison."
        ),
        facts=(
            (count(sum(source.rows for source in material.sources)), "lignes lues dans les trois exports"),
            (count(sum(line.quarantined for line in material.ledger)), "lignes rejetées, dans aucun chiffre"),
        ),
        tables=(Table(title=f"À corriger{left}", header=("Avertissement", "Lignes", "À faire"), rows=rows),),
    )


def _name(row: Ranked, length: int = _NAME) -> str:
    name = row.post_title or row.sku
    return name if len(name) <= length else name[: length - 2].rstrip() + " …"
