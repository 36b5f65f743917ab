"""Which datasets each rule is about: the one table behind the ODCS documents, the lineage and the dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.registry import DATASETS
from bottleneck_tasks.exports import EXPORTS

if TYPE_CHECKING:
    from bottleneck_tasks.contracts.rules import Rule

__all__ = ["CLEAN", "MART", "RAW", "columns_of", "datasets_of"]

RAW = tuple(name for name in DATASETS if name.startswith("raw_"))
CLEAN = tuple(name for name in DATASETS if name.startswith("clean_"))
MART = ("revenue_mart",)
_JUDGED_ON = {
    "SRC": RAW,
    "SRC-W2": tuple(f"raw_{name}" for name, export in EXPORTS.items() if export.may_repeat),
    **{export.rules: (f"clean_{name}",) for name, export in EXPORTS.items()},
    "NORM": CLEAN,
    "NORM-DECIMAL": ("clean_erp",),
    "NORM-CENT": ("clean_erp",),
    "NORM-HTML": ("clean_web",),
    "REC": MART,
    "CA": MART,
    "Z": MART,
    "EXP": MART,
    "DRIFT-ROWS": (*RAW, *MART),
    "DRIFT-NULLS": RAW,
    "DRIFT-GAP": MART,
    "DRIFT": MART,
    "LEDGER": (*CLEAN, *MART),
    "OUT": MART,
}
"""The datasets that a rule is about: by its id, or else by its family."""


def datasets_of(rule: Rule) -> tuple[str, ...]:
    """The datasets that a rule is about; an unknown family is a KeyError that the tests of the catalogue show."""
    return _JUDGED_ON.get(rule.id) or _JUDGED_ON[rule.id.split("-")[0]]


def columns_of(rule: Rule, dataset: str) -> dict[str, str]:
    """The columns whose contract names the rule, each with the situation: empty, unreadable, violated, duplicate."""
    return {
        name: situation
        for name, column in DATASETS[dataset].columns.items()
        for situation in ("empty", "unreadable", "violated", "duplicate")
        if column.metadata.get(situation) == rule.id
    }
