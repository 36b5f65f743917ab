"""checks.json and summary.json, for machines: stable key order, amounts as decimal strings."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.delivery import french, messages
from bottleneck_tasks.delivery.material import FINDING_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.delivery.material import Material

__all__ = ["FINDINGS_SHOWN", "summary_of", "write_checks", "write_json", "write_summary"]

FINDINGS_SHOWN = 200
"""Findings of one rule written to checks.json; `findings_total` counts them all."""


def write_json(*, content: Any, out: Path) -> None:
    """Write a document as UTF-8, indented, keys in the given order."""
    out.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")


def write_checks(*, material: Material, out: Path) -> None:
    """Write checks.json: every check; a rule with findings also has `findings_total` and its first `findings`."""
    write_json(content=[_entry(check, material) for check in material.checks], out=out)


def write_summary(*, material: Material, out: Path) -> None:
    """Write summary.json: month, rows per step, figures, checks by result, warnings, ledger."""
    write_json(content=summary_of(material), out=out)


def summary_of(material: Material) -> dict[str, Any]:
    """The content of summary.json: amounts as text in EUR with two decimals, counts, the checks that are not as expected."""
    results = Counter(str(check.result) for check in material.checks)
    return {
        "month": str(material.month) if material.month else None,
        "run_id": material.run_id,
        "version": material.version,
        "rows": _rows(material),
        **_figures(material),
        **({"own_revenue": material.trends["own_revenue"]} if material.trends else {}),
        "checks": {result: results[result] for result in french.RESULTS},
        "warnings": [_warning(check) for check in material.checks if check.result in {"warn", "allowed", "block"}],
        "ledger": [line.to_dict() for line in material.ledger],
        "sources": [source.to_dict() for source in material.sources],
    }


def _rows(material: Material) -> dict[str, int]:
    kept = {line.source: line.kept for line in material.ledger if line.stage == "quality"}
    return {
        **{source.source: source.rows for source in sorted(material.sources, key=lambda source: source.source)},
        **({"web_products": kept["web"]} if "web" in kept else {}),
        "merged": material.figures.merged,
        "premium": material.figures.premium_count,
        "ordinary": material.figures.ordinary_count,
        "quarantined": sum(line.quarantined for line in material.ledger),
    }


def _figures(material: Material) -> dict[str, Any]:
    figures = material.figures.to_dict()
    figures.pop("merged")
    return figures


def _warning(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": messages.title(check.id, check.statement),
        "result": check.result,
        "rows": check.rows,
        "observed": check.observed,
        "expected": check.expected,
        "next_step": check.next_step,
        "because": check.because,
    }


def _entry(check: Check, material: Material) -> dict[str, Any]:
    import pyarrow.compute as pc

    entry = check.to_dict()
    if check.result == "pass":
        return entry
    found = material.findings.filter(pc.equal(material.findings["rule"], check.id)).select(FINDING_COLUMNS)
    order = [(name, "ascending") for name in ("source", "sheet", "row", "column", "value")]
    first = found.sort_by(order).slice(0, FINDINGS_SHOWN).drop_columns("rule").to_pylist()
    return {**entry, "findings_total": found.num_rows, "findings": first}
