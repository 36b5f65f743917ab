"""Numbers and names as a French reader expects them, without asking the locale of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["RESULTS", "SEVERITIES", "STAGES", "count", "decimal", "euros", "percent", "plural", "signed", "spaced"]  # fmt: skip

RESULTS = {
    "pass": "conforme",
    "info": "information",
    "warn": "avertissement",
    "allowed": "accepté",
    "block": "bloquant",
}
SEVERITIES = {"block": "bloquante", "warn": "alerte", "info": "information"}
STAGES = {
    "ingest": "Lecture",
    "quality": "Qualité",
    "analytics": "Calcul",
    "history": "Historique",
    "ledger": "Registre",
    "delivery": "Livraison",
}
_THIN = "\u202f"
_HARD = "\u00a0"
_MINUS = "\u2212"


def count(number: int) -> str:
    """`1 513`, with narrow no-break spaces."""
    return f"{number:,}".replace(",", _THIN)


def decimal(number: float | Decimal, places: int = 2) -> str:
    """`1 513,50`."""
    return f"{number:,.{places}f}".replace(",", _THIN).replace(".", ",")


def euros(amount: Decimal, places: int = 2) -> str:
    """`70 568,60 €`."""
    return f"{decimal(amount, places)}{_HARD}€"


def percent(share: float | Decimal) -> str:
    """`40,8 %` of a share between 0 and 1."""
    return f"{decimal(share * 100, 1)}{_HARD}%"


def plural(number: int, one: str, many: str) -> str:
    """`1 vin premium`, `30 vins premium`, `0 vin premium`."""
    return f"{count(number)} {one if number < 2 else many}"  # noqa: PLR2004  (French: zero is singular)


def spaced(text: str) -> str:
    """The same text with the no-break spaces that French typography asks for."""
    return text.replace(" ;", f"{_HARD};").replace(" :", f"{_HARD}:")


def signed(number: int) -> str:
    """`+16` or `0`: a difference, with the minus sign of print."""
    sign = "+" if number > 0 else _MINUS if number < 0 else ""
    return f"{sign}{count(abs(number))}"
