"""revenue_report.xlsx, the workbook a manager opens: six sheets, native charts, figures proved by formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.delivery.tables import ordinary_wines, premium_wines, quarantined, report
from bottleneck_tasks.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.delivery.insights import Insights
    from bottleneck_tasks.delivery.material import Material

__all__ = ["ROW_LIMIT", "SHEETS", "write_xlsx"]

SHEETS = ("Synthèse", "CA par produit", "Vins premium", "Vins ordinaires", "Contrôles", "Rejets")
ROW_LIMIT = 1_048_575
"""Products that a sheet can hold under its header."""


def write_xlsx(*, material: Material, out: Path, insights: Insights | None = None) -> None:
    """Write the workbook; `insights` are computed from the mart when the caller has none.

    Raises DataError (65, XLSX-ROWS) before anything is written when a sheet cannot hold the products.
    """
    products = material.mart.num_rows
    if products > ROW_LIMIT:
        raise DataError(
            "XLSX-ROWS",
            f"revenue_report.xlsx holds at most {ROW_LIMIT} products and there are {products}",
            "use merged_with_revenue.csv or merged_with_revenue.parquet, which hold them all",
            file=out.name,
        )
    from bottleneck_tasks.delivery.insights import insights as compute

    _write(material, out, insights or compute(material=material))


def _write(material: Material, out: Path, insights: Insights) -> None:
    from openpyxl import Workbook

    from bottleneck_tasks.delivery.workbook import save_workbook
    from bottleneck_tasks.delivery.xlsx_style import Styles
    from bottleneck_tasks.delivery.xlsx_summary import summary_sheet
    from bottleneck_tasks.delivery.xlsx_tables import checks_sheet, products_sheet, rejects_sheet

    book = Workbook()
    book.remove(book.worksheets[0])
    for title in SHEETS:
        book.create_sheet(title)
    styles = Styles.of(book)
    for title, colour in zip(SHEETS, ("7B1E3A", "7B1E3A", "C69214", "A08C92", "3B7D4F", "B00020"), strict=True):
        book[title].sheet_properties.tabColor = colour
    sheets = {
        "Synthèse": summary_sheet(book["Synthèse"], styles, material, insights),
        "CA par produit": products_sheet(book["CA par produit"], styles, report(material.mart)),
        "Vins premium": products_sheet(book["Vins premium"], styles, premium_wines(material.mart)),
        "Vins ordinaires": products_sheet(book["Vins ordinaires"], styles, ordinary_wines(material.mart)),
        "Contrôles": checks_sheet(book["Contrôles"], styles, material.checks),
        "Rejets": rejects_sheet(book["Rejets"], styles, quarantined(material.quarantine)),
    }
    book.properties.creator = f"bottleneck-tasks {material.version}"
    book.properties.title = "Chiffre d'affaires par produit"
    save_workbook(book, sheets, out)
