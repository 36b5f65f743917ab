"""Numbers and outcomes as a French reader expects them, without asking the locale of the machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.delivery.wording import EXPECTED, NEXT_STEPS

if TYPE_CHECKING:
    from decimal import Decimal

    from bottleneck_tasks.contracts.check import Check

__all__ = ["RESULTS", "SEVERITIES", "STAGES", "count", "decimal", "euros", "expected", "next_step", "observed", "percent", "plural", "spaced", "title"]  # fmt: skip

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
    "ledger": "Registre",
    "delivery": "Livraison",
}
_THIN = "\u202f"
_HARD = "\u00a0"
_ROWS = re.compile(r"([0-9]+) rows?( not so)?")


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


def title(rule: str, statement: str = "") -> str:
    """The French title of a rule, or the statement of one that the catalogue does not know."""
    return RULES[rule].french if rule in RULES else statement


def expected(check: Check) -> str:
    """What the rule expects, in French; an expectation that is not the catalogue's is shown as it is."""
    known = check.id in RULES and RULES[check.id].expected == check.expected
    return EXPECTED.get(check.id, check.expected) if known else check.expected


def observed(check: Check) -> str:
    """What the rule saw; the two usual texts in French, a particular one as it is."""
    if check.observed == "as expected":
        return "conforme"
    counted = _ROWS.fullmatch(check.observed)
    return plural(int(counted[1]), "ligne en écart", "lignes en écart") if counted else check.observed


def spaced(text: str) -> str:
    """The same text with the no-break spaces that French typography asks for."""
    return text.replace(" ;", f"{_HARD};").replace(" :", f"{_HARD}:")


def next_step(check: Check) -> str:
    """What to do about a broken rule, in French where the catalogue's advice is unchanged."""
    known = check.id in RULES and RULES[check.id].next_step == check.next_step
    return NEXT_STEPS.get(check.id, check.next_step) if known else check.next_step
