"""The charts of the page: what each shows, in French, drawn with svg.py."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import Struct

from bottleneck_tasks.delivery import svg
from bottleneck_tasks.delivery.french import count, decimal, euros, percent, plural, spaced

if TYPE_CHECKING:
    from markupsafe import Markup

    from bottleneck_tasks.contracts.facts import Figures
    from bottleneck_tasks.delivery.insights import Insights

__all__ = ["Chart", "charts"]


class Chart(Struct, frozen=True):
    """A drawing, its heading and the sentence that says what it shows."""

    title: str
    caption: str
    image: Markup


def charts(*, insights: Insights, figures: Figures) -> tuple[Chart, ...]:
    """Every chart that the month has data for."""
    if not insights.measures.products:
        return ()
    drawn = [_pareto(insights) if insights.pareto else None, _prices(insights, figures), _revenues(insights)]
    drawn += [_zscores(insights, figures) if insights.zscore_classes else None]
    drawn += [_stock_and_sales(insights), _sensitivity(insights, figures)]
    return tuple(chart for chart in drawn if chart)


def _drawing(name: str, title: str, caption: str, *parts: Markup) -> Chart:
    text = spaced(caption)
    return Chart(title, text, svg.chart(name, title, text, *parts))


def _pareto(insights: Insights) -> Chart:
    measures = insights.measures
    share = measures.products_for_80 / measures.products
    tenths = [(step / 5, percent(step / 5).replace(",0", "")) for step in range(6)]
    frame = svg.Frame.of(
        (0, 1), (0, 1), x_ticks=tenths, y_ticks=tenths, titles=("part des produits, du plus vendu au moins vendu", "part du CA"),
    )  # fmt: skip
    caption = (
        f"{plural(measures.products_for_80, 'produit fait', 'produits font')} 80 % du chiffre d'affaires ; "
        f"les 20 premiers en font {percent(measures.share(measures.top_revenue))}."
    )
    label = f"{plural(measures.products_for_80, 'produit', 'produits')} : 80 %"
    return _drawing(
        "pareto", "Concentration du chiffre d'affaires", caption,
        frame.draw(), svg.curve(frame, insights.pareto), svg.marker(frame, share, label, height=0.4),
    )  # fmt: skip


def _prices(insights: Insights, figures: Figures) -> Chart:
    width, rows = insights.class_width, insights.price_classes
    frame = _price_frame(insights, max(row[1] for row in rows), "produits")
    bars = [
        (place * width, (place + 1) * width, products, "bar", f"{place * width} à {(place + 1) * width} € : {products}")
        for place, products, _, _ in rows
    ]
    bars += [
        (place * width, (place + 1) * width, premium, "gold", f"dont premium : {premium}")
        for place, _, premium, _ in rows
        if premium
    ]
    limit = None
    if figures.price_mean is not None and figures.price_deviation:
        limit = figures.price_mean + figures.premium_threshold * figures.price_deviation
    parts = [frame.draw(), svg.columns(frame, bars)]
    caption = f"{plural(figures.premium_count, 'produit dépasse', 'produits dépassent')} le seuil premium."
    if limit is not None and frame.x.low <= limit <= frame.x.high:
        parts.append(svg.marker(frame, limit, f"seuil premium : {decimal(limit)} €"))
        caption = f"Au-dessus de {decimal(limit)} €, un produit est premium : {count(figures.premium_count)} le sont."
    return _drawing("prices", "Répartition des prix", caption, *parts)


def _revenues(insights: Insights) -> Chart:
    width, rows = insights.class_width, insights.price_classes
    frame = _price_frame(insights, float(max(row[3] for row in rows)), "CA, €")
    bars = [
        (
            place * width,
            (place + 1) * width,
            float(revenue),
            "bar",
            f"{place * width} à {(place + 1) * width} € : {euros(revenue)}",
        )
        for place, _, _, revenue in rows
    ]
    best = max(rows, key=lambda row: (row[3], -row[0]))
    caption = f"La classe de {count(best[0] * width)} à {count((best[0] + 1) * width)} € fait {euros(best[3])}."
    return _drawing(
        "revenues", "Chiffre d'affaires par classe de prix", caption, frame.draw(), svg.columns(frame, bars)
    )


def _price_frame(insights: Insights, highest: float, title: str) -> svg.Frame:
    width = insights.class_width
    last = (insights.price_classes[-1][0] + 1) * width
    first = min(insights.price_classes[0][0] * width, 0)
    steps = svg.ticks(highest)
    return svg.Frame.of(
        (first, last), (0, steps[-1]), x_ticks=[(tick, count(int(tick))) for tick in svg.ticks(last, 6) if tick <= last],
        y_ticks=[(tick, count(int(tick))) for tick in steps if tick == int(tick)], titles=("prix, €", title),
    )  # fmt: skip


def _zscores(insights: Insights, figures: Figures) -> Chart:
    rows = insights.zscore_classes
    low, high = rows[0][0] / 2, (rows[-1][0] + 1) / 2
    steps = svg.ticks(math.sqrt(max(row[1] for row in rows)))
    frame = svg.Frame.of(
        (low, high), (0, steps[-1]), x_ticks=[(tick, str(tick).replace("-", "\u2212")) for tick in range(math.ceil(low), math.floor(high) + 1)],
        y_ticks=[(tick, count(round(tick * tick))) for tick in steps], titles=("score z du prix", "produits (échelle en racine)"),
    )  # fmt: skip
    bars = [
        (place / 2, (place + 1) / 2, math.sqrt(products), "gold" if premium else "bar", f"{decimal(place / 2, 1)} à {decimal((place + 1) / 2, 1)} : {products}")
        for place, products, premium in rows
    ]  # fmt: skip
    threshold = decimal(figures.premium_threshold, 1)
    caption = f"Le score z dit à combien d'écarts-types un prix est de la moyenne ; premium au-dessus de {threshold}."
    parts = [frame.draw(), svg.columns(frame, bars)]
    if low <= figures.premium_threshold <= high:
        parts.append(svg.marker(frame, figures.premium_threshold, f"seuil : {threshold}"))
    return _drawing("zscores", "Scores z", caption, *parts)


def _stock_and_sales(insights: Insights) -> Chart:
    points = insights.stock_and_sales
    most_stock, most_sales = max(point[0] for point in points), max(point[1] for point in points)
    frame = svg.Frame.of(
        (-0.3, math.log1p(max(most_stock, 9))), (-0.3, math.log1p(max(most_sales, 9))),
        x_ticks=_powers(most_stock), y_ticks=_powers(most_sales),
        titles=("bouteilles en stock (échelle logarithmique)", "bouteilles vendues"),
    )  # fmt: skip
    circles = [
        (math.log1p(stock), math.log1p(sales), round(min(2 + math.sqrt(products) * 0.9, 12), 1), _tone(stock, sales, premium=premium))
        for stock, sales, products, premium in points
    ]  # fmt: skip
    measures = insights.measures
    caption = (
        f"En rouge, à gauche, ce qui se vend et manque ({count(measures.sold_out)}) ; "
        f"en bas, ce qui reste en stock sans vente ({count(measures.unsold_in_stock)}) ; en or, les premium."
    )
    return _drawing("stock", "Stock et ventes", caption, frame.draw(), svg.dots(frame, circles))


def _tone(stock: int, sales: int, *, premium: bool) -> str:
    if premium:
        return "dot gold"
    return "dot red" if stock == 0 and sales > 0 else "dot"


def _powers(highest: int) -> list[tuple[float, str]]:
    """0, 1, 3, 10... on a logarithmic axis, without those too near the one before to be read."""
    end = math.log1p(max(highest, 9))
    kept: list[tuple[float, str]] = []
    for mark in [0, *(step * 10**power for power in range(9) for step in (1, 3))]:
        place = math.log1p(mark)
        if place <= end and (not kept or place - kept[-1][0] > end * 0.095):
            kept.append((place, count(mark)))
    return kept


def _sensitivity(insights: Insights, figures: Figures) -> Chart:
    tried = insights.sensitivity
    rules = [
        ("z > 1,5", tried.z_15, 1.5), ("z > 2", tried.z_20, 2.0), ("z > 2,5", tried.z_25, 2.5), ("z > 3", tried.z_30, 3.0),
        ("clôture IQR", tried.iqr, None), ("MAD > 3,5", tried.mad, None), ("log z > 2", tried.log_z, None),
    ]  # fmt: skip
    rows = [
        (label, number, count(number), "gold" if cut == figures.premium_threshold else "bar")
        for label, number, cut in rules
    ]
    numbers = [number for _, number, _ in rules]
    caption = f"Selon la règle choisie, de {count(min(numbers))} à {count(max(numbers))} produits seraient premium."
    return _drawing("sensitivity", "Sensibilité de la règle premium", caption, svg.bars_across(rows, label_width=98))
