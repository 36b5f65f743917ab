"""OUT-01: every written file is read again and held against what was computed."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.delivery.compare_csv import compare_csv
from bottleneck_tasks.delivery.compare_workbook import compare_xls, compare_xlsx
from bottleneck_tasks.delivery.french import euros
from bottleneck_tasks.delivery.large_tables import LARGE_TABLES, compare_large
from bottleneck_tasks.delivery.tables import CSV_TABLES, merged, quarantined
from bottleneck_tasks.delivery.write_json import summary_of
from bottleneck_tasks.run import read_table
from bottleneck_tasks.settings_sections import Resources

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Severity
    from bottleneck_tasks.delivery.material import Material

__all__ = ["assumed", "read_back"]


def read_back(
    *, material: Material, files: Mapping[str, Path], dialect: str = "standard", severity: Severity | None = None,
    resources: Resources | None = None,
) -> Check:  # fmt: skip
    """Read `files` (by deliverable name) and compare rows, columns and totals with the material.

    Returns the check OUT-01; when it is broken, `observed` names the first difference and `rows` counts the files
    that differ.
    """
    compare = partial(_compare, material, dialect=dialect, resources=resources or Resources())
    broken = [f"{name}: {found}" for name, path in files.items() if (found := compare(name, path))]
    if not broken:
        return assumed(material, len(files), severity)
    return _check(observed=broken[0], rows=len(broken), severity=severity)


def assumed(material: Material, files: int, severity: Severity | None = None) -> Check:
    """The check as it stands when every file reads back: what the files themselves can say of it."""
    figures = material.figures
    text = f"{files} files read back, {figures.merged} products, {figures.revenue_total} EUR"
    return _check(observed=text, rows=0, severity=severity)


def _check(*, observed: str, rows: int, severity: Severity | None) -> Check:
    rule = RULES["OUT-01"]
    gravity = severity or rule.severity
    return Check(
        id=rule.id,
        stage=rule.stage,
        severity=gravity,
        statement=rule.statement,
        expected=rule.expected,
        observed=observed,
        rows=rows,
        result=gravity if rows else "pass",
        next_step=rule.next_step,
    )


def _compare(material: Material, name: str, path: Path, *, dialect: str, resources: Resources) -> str | None:
    try:
        if material.mart_file and name in LARGE_TABLES:
            return compare_large(material.mart_file, path, dialect=dialect, resources=resources)
        return _difference(material, name, path, dialect)
    except Exception as error:  # noqa: BLE001  (whatever a reader raises on our own file is the finding)
        return f"cannot be read back: {type(error).__name__} {error}".splitlines()[0]


def _difference(material: Material, name: str, path: Path, dialect: str) -> str | None:
    figures = material.figures
    totals = {
        "vins_premium.csv": figures.premium_revenue,
        "vins_ordinaires.csv": figures.ordinary_revenue,
        "merged_with_revenue.csv": figures.revenue_total,
    }
    match name:
        case "report.xls":
            return compare_xls(material, path)
        case "revenue_report.xlsx":
            return compare_xlsx(material, path)
        case _ if name in CSV_TABLES:
            return compare_csv(CSV_TABLES[name](material.mart), path, dialect=dialect, total=totals.get(name))
        case "quarantine.csv":
            return compare_csv(quarantined(material.quarantine), path, dialect=dialect)
        case "merged_with_revenue.parquet":
            return _parquet(material, path)
        case _:
            return _document(material, name, path)


def _parquet(material: Material, path: Path) -> str | None:
    found, wanted = read_table(path), merged(material.mart)
    if found.schema != wanted.schema:
        return "the schema differs"
    if found.num_rows != wanted.num_rows:
        return f"{found.num_rows} rows instead of {wanted.num_rows}"
    differing = [column for column in wanted.column_names if not found[column].equals(wanted[column])]
    return f"column {differing[0]} differs" if differing else None


def _document(material: Material, name: str, path: Path) -> str | None:
    text = path.read_text(encoding="utf-8")
    if name.endswith(".html"):
        whole = text.endswith("</html>\n") and euros(material.figures.revenue_total) in text
        return None if whole else "the page is cut or lacks the revenue"
    content = json.loads(text)
    if name == "summary.json":
        wanted = json.loads(json.dumps(summary_of(material)))
        return next((f"{key} differs" for key in wanted if content.get(key) != wanted[key]), None)
    results = [(entry["id"], entry["result"]) for entry in content]
    return None if results == [(check.id, check.result) for check in material.checks] else "the checks differ"
