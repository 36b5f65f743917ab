"""Write every deliverable of a run into a staging folder and read each back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.delivery.insights import insights
from bottleneck_tasks.delivery.large_tables import write_large_tables
from bottleneck_tasks.delivery.read_back import assumed, read_back
from bottleneck_tasks.delivery.render_html import render_html
from bottleneck_tasks.delivery.tables import CSV_TABLES, quarantined
from bottleneck_tasks.delivery.write_csv import write_csv
from bottleneck_tasks.delivery.write_json import write_checks, write_summary
from bottleneck_tasks.delivery.write_parquet import write_parquet
from bottleneck_tasks.delivery.write_xls import write_xls
from bottleneck_tasks.delivery.write_xlsx import write_xlsx
from bottleneck_tasks.errors import BottleneckError, DataError
from bottleneck_tasks.ledger import IN_MEMORY_ROWS
from bottleneck_tasks.settings_sections import Resources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Severity
    from bottleneck_tasks.delivery.insights import Insights
    from bottleneck_tasks.delivery.material import Material

__all__ = ["Delivered", "write_deliverables"]

_ALL = 7 + len(CSV_TABLES)
"""Files written when no workbook is left out: two workbooks, the tables, the quarantine, Parquet, three documents."""


class Delivered(Struct, frozen=True, kw_only=True):
    """The files by name, and the checks of this stage: OUT-01, and a warning for each workbook left out."""

    files: dict[str, Path]
    checks: tuple[Check, ...]

    @property
    def warnings(self) -> tuple[Check, ...]:
        """The checks that are not as they should be."""
        return tuple(check for check in self.checks if check.result != "pass")


def write_deliverables(
    *, material: Material, folder: Path, dialect: str = "standard", severity: Severity | None = None,
    resources: Resources | None = None,
) -> Delivered:  # fmt: skip
    """Write the deliverables into an empty folder; `severity` is that of OUT-01, the catalogue's by default.

    A workbook that cannot hold the products is left out with a warning, and so is a page that cannot be drawn: figures
    are not withheld for a picture of them. The files say that they were read back; when one is not as computed, the
    returned check says so and the documents are written again with it.
    """
    known = insights(material=material, resources=resources)
    files: dict[str, Path] = {}
    left_out: list[Check] = []

    def whole() -> Material:
        said = assumed(material, _ALL - len(left_out), severity)
        return replace(material, checks=(*material.checks, *left_out, said))

    page = folder / "quality_report.html"
    if undrawn := _draw_page(whole(), known, page):
        left_out.append(undrawn)
    for name, write in (("report.xls", write_xls), ("revenue_report.xlsx", partial(write_xlsx, insights=known))):
        if warning := _attempt(write, whole(), folder / name):
            left_out.append(warning)
        else:
            files[name] = folder / name
    files |= _write_tables(material, folder, dialect, resources or Resources())
    if not undrawn:
        files[page.name] = page
        if left_out:
            _draw_page(whole(), known, page)
    files |= _write_documents(whole(), folder)
    outcome = read_back(material=whole(), files=files, dialect=dialect, severity=severity, resources=resources)
    if outcome.result != "pass":
        said = replace(material, checks=(*material.checks, *left_out, outcome))
        _write_documents(said, folder)
        _draw_page(said, known, page)
    return Delivered(files=files, checks=(*left_out, outcome))


def _attempt(write: Callable[..., None], material: Material, out: Path) -> Check | None:
    """Write a workbook, or return the warning that it cannot hold the products."""
    products = material.figures.merged
    if material.mart_file:
        return _left_out(
            out, "XLS-ROWS" if out.suffix == ".xls" else "XLSX-ROWS", "holds every product", rows=products,
            observed=f"{out.name} is written for at most {IN_MEMORY_ROWS} products and there are {products}",
            next_step="use merged_with_revenue.csv or merged_with_revenue.parquet, which hold them all",
        )  # fmt: skip
    try:
        write(material=material, out=out)
    except DataError as error:
        return _left_out(
            out, error.code, "holds every product", observed=error.what, rows=products,
            next_step=error.next_step,
        )  # fmt: skip
    return None


def _draw_page(material: Material, known: Insights, out: Path) -> Check | None:
    """Draw the page, or return the warning that it could not be drawn; the disk being full is no such reason."""
    try:
        render_html(material=material, insights=known, out=out)
    except (BottleneckError, OSError):
        raise
    except Exception as fault:  # noqa: BLE001 - whatever the template or a chart stumbles over
        out.unlink(missing_ok=True)
        return _left_out(
            out, "HTML-PAGE", "is drawn", observed=f"{type(fault).__name__}: {fault}", rows=1,
            next_step="report it with the run directory; checks.json and the workbooks hold the same figures",
        )  # fmt: skip
    return None


def _left_out(out: Path, rule: str, holds: str, *, observed: str, rows: int, next_step: str) -> Check:
    """The warning that a deliverable is missing, and why."""
    return Check(
        id=rule,
        stage="delivery",
        severity="warn",
        statement=f"{out.name} {holds}",
        expected=f"{out.name} written",
        observed=observed,
        rows=rows,
        result="warn",
        next_step=next_step,
    )


def _write_tables(material: Material, folder: Path, dialect: str, resources: Resources) -> dict[str, Path]:
    write_csv(table=quarantined(material.quarantine), out=folder / "quarantine.csv", dialect=dialect)
    files = {"quarantine.csv": folder / "quarantine.csv"}
    if material.mart_file:
        return write_large_tables(material.mart_file, folder, dialect=dialect, resources=resources) | files
    for name, cut in CSV_TABLES.items():
        write_csv(table=cut(material.mart), out=folder / name, dialect=dialect)
    write_parquet(material=material, out=folder / "merged_with_revenue.parquet")
    return {name: folder / name for name in (*CSV_TABLES, "quarantine.csv", "merged_with_revenue.parquet")}


def _write_documents(material: Material, folder: Path) -> dict[str, Path]:
    documents: dict[str, Callable[..., None]] = {"checks.json": write_checks, "summary.json": write_summary}
    for name, write in documents.items():
        write(material=material, out=folder / name)
    return {name: folder / name for name in documents}
