"""The figures of a month that the next months are held against: what each is called, its rule and its tolerance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from bottleneck_tasks.history.facts import MonthFacts

__all__ = ["Figure", "figures_of"]

_FEW_ROWS, _FEW_PRODUCTS, _FEW_PREMIUM = 15.0, 20.0, 6.0
"""Moves of a few rows are the life of a shop, however small the shop is."""
_FEW_EUROS, _CENTS = 500.0, 1.0


class Figure(Struct, frozen=True):
    """A value, the rule that judges it, the setting that bounds it; `slack` is in the figure's own unit."""

    value: float
    rule: str
    setting: str
    slack: float = 0.0
    relative: bool = True
    only_up: bool = False


def figures_of(facts: MonthFacts) -> dict[str, Figure]:
    """Every figure by its name, rows first: counts, EUR, shares from 0 to 1, of which those of empty cells only matter upwards."""
    amounts = facts.figures
    figures = {
        f"{name} rows": Figure(float(record.rows), "DRIFT-ROWS", "rows", _FEW_ROWS)
        for name, record in facts.sources.items()
    }
    figures["products"] = Figure(float(amounts.merged), "DRIFT-ROWS", "rows", _FEW_ROWS)
    for name, record in facts.sources.items():
        for column, share in record.nulls.items():
            slack = _FEW_ROWS / max(record.rows, 1)
            figures[f"empty {name}.{column}"] = Figure(
                share, "DRIFT-NULLS", "nulls", slack, relative=False, only_up=True
            )
    figures["revenue to date"] = Figure(float(amounts.revenue_total), "DRIFT-REVENUE", "revenue", _FEW_EUROS)
    if amounts.price_mean is not None:
        figures["mean price"] = Figure(amounts.price_mean, "DRIFT-MEAN", "price_mean", _CENTS)
    for name in ("unmatched", "on_sale_unlinked", "rejected"):
        figures[f"{name.replace('_', ' ')} rows"] = Figure(
            float(facts.counts[name]), "DRIFT-UNMATCHED", "unmatched", _FEW_PRODUCTS, only_up=True
        )
    figures["premium wines"] = Figure(float(amounts.premium_count), "Z-W1-HISTORY", "premium", _FEW_PREMIUM)
    return figures
