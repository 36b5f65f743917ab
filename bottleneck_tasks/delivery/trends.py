"""The months in the report: the month's own sales, twelve-month charts, products that move, stock that sleeps.

Reads what the history stage left (`Material.trends`); without a history there is nothing to show.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bottleneck_tasks.delivery import svg
from bottleneck_tasks.delivery.charts import Chart
from bottleneck_tasks.delivery.french import count, euros, percent, plural, spaced
from bottleneck_tasks.month import Month

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Trends", "trends"]

_LABELS = 7
"""Months named under a chart, the newest always among them: more would cover each other on a phone."""

_SERIES: tuple[tuple[str, str, str, Callable[[Any], str]], ...] = (
    ("own_revenue", "Chiffre d'affaires du mois", "CA du mois, €", lambda value: euros(Decimal(value))),
    ("revenue_to_date", "Chiffre d'affaires à date", "CA à date, €", lambda value: euros(Decimal(value))),
    ("products", "Produits en boutique", "produits", count),
    ("premium_share", "Part premium du chiffre d'affaires", "part premium, %", percent),
    ("rejected", "Lignes rejetées", "lignes", count),
    ("dormant", "Stock qui dort depuis six mois", "produits", count),
    ("sold_out_best", "Épuisés parmi les 20 meilleurs", "produits", count),
)
_SHOWN = 10


class Trends(Struct, frozen=True, kw_only=True):
    """What the page says of the months: sentences, charts, and the products that moved, came and went."""

    own_revenue: Decimal | None
    sentences: tuple[str, ...]
    charts: tuple[Chart, ...]
    up: tuple[dict[str, Any], ...]
    down: tuple[dict[str, Any], ...]
    new: tuple[dict[str, Any], ...]
    gone: tuple[dict[str, Any], ...]


def trends(known: Mapping[str, Any] | None) -> Trends | None:
    """The months in French, None without a history. Charts need two months, each series only those it knows."""
    if known is None:
        return None
    own = known["own_revenue"]
    return Trends(
        own_revenue=None if own["revenue"] is None else Decimal(own["revenue"]),
        sentences=tuple(spaced(text) for text in _sentences(own)),
        charts=tuple(_charts(known["series"])) if len(known["series"]) > 1 else (),
        up=_amounts(known["up"]),
        down=_amounts(known["down"]),
        new=tuple(own["new"][:_SHOWN]),
        gone=tuple(own["gone"][:_SHOWN]),
    )


def _sentences(own: Mapping[str, Any]) -> list[str]:
    if own["compared_with"] is None:
        return ["Premier mois connu : ses ventes propres ne se distinguent pas encore du cumul."]
    before = Month.parse(own["compared_with"]).french
    if own["revenue"] is None:
        said = [
            f"Le mois précédent manque à l'historique (dernier connu : {before}) : les ventes du mois ne sont pas calculées."
        ]
    else:
        said = [
            f"{plural(own['units'], 'bouteille vendue', 'bouteilles vendues')} depuis {before}, "
            f"pour {euros(Decimal(own['revenue']))} au prix du mois"
            + (f", dont {euros(Decimal(own['new_products_revenue']))} de nouveaux produits." if own["new"] else ".")
        ]
    changes = [
        plural(len(own["new"]), "nouveau produit", "nouveaux produits"),
        plural(len(own["gone"]), "produit retiré", "produits retirés"),
        plural(len(own["renumbered"]), "produit renuméroté", "produits renumérotés"),
    ]
    said.append(f"Depuis {before} : {', '.join(changes)}.")
    if own["counters_down"]:
        said.append(
            f"{plural(own['counters_down'], 'compteur a', 'compteurs ont')} baissé : ces ventes ne sont pas comptées."
        )
    return said


def _charts(series: Sequence[Mapping[str, Any]]) -> list[Chart]:
    drawn = []
    for name, title, axis, shown in _SERIES:
        values = [(place, entry["month"], entry[name]) for place, entry in enumerate(series) if entry[name] is not None]
        if values:
            drawn.append(_chart(name, title, axis, shown, values=values, months=[entry["month"] for entry in series]))
    return drawn


def _chart(
    name: str, title: str, axis: str, shown: Callable[[Any], str], *,
    values: Sequence[tuple[int, str, Any]], months: Sequence[str],
) -> Chart:  # fmt: skip
    """One bar a month; a month that is not known keeps its place."""
    scale = 100 if name == "premium_share" else 1
    steps = svg.ticks(max(float(value) * scale for _, _, value in values))
    frame = svg.Frame.of(
        (0, len(months)),
        (0, steps[-1]),
        x_ticks=[
            (place + 0.5, f"{month[5:]}/{month[2:4]}")
            for place, month in enumerate(months)
            if (len(months) - 1 - place) % -(-len(months) // _LABELS) == 0
        ],
        y_ticks=[
            (step, count(round(step)) if step == round(step) else f"{step:g}".replace(".", ",")) for step in steps
        ],
        titles=("mois", axis),
    )
    bars = [
        (
            place + 0.1,
            place + 0.9,
            max(float(value) * scale, 0.0),
            "bar",
            f"{Month.parse(month).french} : {shown(value)}",
        )
        for place, month, value in values
    ]
    caption = f"{shown(values[-1][2])} en {Month.parse(values[-1][1]).french}"
    if len(values) > 1:
        caption += f", {shown(values[-2][2])} en {Month.parse(values[-2][1]).french}"
    text = spaced(f"{caption}.")
    return Chart(
        title, text, svg.chart(f"trend-{name.replace('_', '-')}", title, text, frame.draw(), svg.columns(frame, bars))
    )


def _amounts(products: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {**product, **{name: Decimal(product[name]) for name in ("sales", "sales_before", "move")}}
        for product in products
    )
