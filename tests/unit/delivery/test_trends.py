"""The months as the page tells them, in French."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bottleneck_tasks.delivery.messages import french_message
from bottleneck_tasks.delivery.trends import trends

_OWN: dict[str, Any] = {
    "compared_with": "2026-09", "revenue": "1494.80", "units": 70, "new_products_revenue": "154.80", "counters_down": 1,
    "new": [{"product_id": 1, "sku": "9", "title": "Vin <neuf>"}], "gone": [], "renumbered": [],
}  # fmt: skip


def _month(month: str, own: str | None, dormant: int | None = None) -> dict[str, Any]:
    return {
        "month": month, "revenue_to_date": "70568.60", "own_revenue": own, "products": 714, "premium": 30,
        "premium_share": 0.0976, "rejected": 2, "dormant": dormant, "sold_out_best": 9,
    }  # fmt: skip


def test_without_a_history_there_is_nothing_to_tell() -> None:
    """A single month has no trend."""
    assert trends(None) is None


def test_the_month_is_told_in_sentences() -> None:
    """Bottles, amount, what came and went, and what is not counted."""
    told = trends({"series": [_month("2026-10", "1494.80")], "up": [], "down": [], "own_revenue": _OWN})
    assert told is not None
    assert told.own_revenue == Decimal("1494.80")
    text = " ".join(told.sentences).replace("\u00a0", " ").replace("\u202f", " ")
    assert "70 bouteilles vendues depuis septembre 2026, pour 1 494,80 € au prix du mois" in text
    assert "1 nouveau produit, 0 produit retiré" in text
    assert "1 compteur a baissé" in text
    assert told.charts == ()


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"revenue": None, "units": None}, "Le mois précédent manque à l'historique"),
        ({"compared_with": None, "revenue": None}, "Premier mois connu"),
    ],
)
def test_what_is_not_known_is_said(own: dict[str, Any], said: str) -> None:
    """No amount stands where none can be known."""
    told = trends({"series": [], "up": [], "down": [], "own_revenue": {**_OWN, **own}})
    assert told is not None
    assert told.own_revenue is None
    assert said in told.sentences[0]


def test_charts_draw_the_months_that_are_known() -> None:
    """One bar a known month; a series that nobody knows is not drawn."""
    series = [_month("2026-08", None), _month("2026-09", "1000.00"), _month("2026-10", "1494.80")]
    told = trends({"series": series, "up": [], "down": [], "own_revenue": _OWN})
    assert told is not None
    titles = [chart.title for chart in told.charts]
    assert titles[0] == "Chiffre d'affaires du mois"
    assert "Stock qui dort depuis six mois" not in titles
    assert str(told.charts[0].image).count("<rect") == 2
    assert "octobre 2026" in told.charts[0].caption
    assert "septembre 2026" in told.charts[0].caption


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("price of product_id 5 is 50.00 EUR, 5.00 in 2026-09 (10.0 times, limit 2.0); 3 sold, 135.00 EUR of revenue",
         "le prix du produit 5 est de 50.00 EUR, 5.00 EUR en 2026-09 (10.0 fois, limite 2.0) ; ventes : 3, soit 135.00 EUR de CA"),
        ("total_sales of SKU 12 is 0, 8 in 2026-09 (limit: not below); its sales of the month are not counted",
         "le compteur du SKU 12 est de 0, de 8 en 2026-09 (limite : jamais moins) ; ses ventes du mois ne sont pas comptées"),
        ("product_id 1 has id_web 12, which was of product_id 2 in 2026-09 when it had 13",
         "le produit 1 a l'id_web 12, celui du produit 2 en 2026-09 ; il avait alors 13"),
        ("no month before it is known", "aucun mois antérieur n'est connu"),
        ("2026-09 is not in the history: compared with 2026-08, no revenue of its own",
         "2026-09 manque à l'historique : comparé à 2026-08, sans chiffre d'affaires du mois"),
        ("erp.xlsx is the file delivered for 2026-09; web.xlsx holds the rows delivered for 2026-08, saved again",
         "erp.xlsx : fichier déjà livré pour 2026-09 ; web.xlsx : lignes déjà livrées pour 2026-08, fichier enregistré à nouveau"),
        ("revenue to date 100, 200 in 2026-09, plausible 150 to 250 (fixed limit, revenue 0.25)",
         "CA à date 100, 200 en 2026-09, plausible de 150 à 250 (limite fixe, revenue 0,25)"),
        ("erp rows 700, 825 in 2026-09, plausible 742.5 to 907.5 (robust z -9.3, robust limit, rows 0.1)",
         "erp (lignes) 700, 825 en 2026-09, plausible de 742,5 à 907,5 (z robuste -9,3, limite robuste, rows 0,1)"),
    ],
)  # fmt: skip
def test_what_the_history_says_is_french(english: str, french: str) -> None:
    """Both numbers and the limit stay; the words change."""
    said = french_message(english).replace("\u00a0€", " EUR").replace(",00 EUR", ".00 EUR")
    assert said == french
