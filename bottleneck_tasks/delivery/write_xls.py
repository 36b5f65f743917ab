"""report.xls, the two-sheet report, in the format of Excel 97."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.delivery.escape import escape, fit_cell, natural
from bottleneck_tasks.delivery.tables import REPORT_COLUMNS, report
from bottleneck_tasks.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.contracts.facts import Figures
    from bottleneck_tasks.delivery.material import Material

__all__ = ["ROW_LIMIT", "totals", "write_xls"]

ROW_LIMIT = 65_535
"""Products that a sheet can hold under its header."""

_WIDTHS = (11, 12, 62, 12, 15, 12, 12, 14)
_EURO = '#,##0.00\\ "€"'
_EUROS, _CODES = {"price", "revenue"}, {"product_id", "sku"}


def write_xls(*, material: Material, out: Path) -> None:
    """Write "CA par produit" (by revenue from the highest) and "CA total".

    Raises DataError (65, XLS-ROWS) before anything is written when the sheet cannot hold the products.
    """
    products = material.mart.num_rows
    if products > ROW_LIMIT:
        raise DataError(
            "XLS-ROWS",
            f"report.xls holds at most {ROW_LIMIT} products and there are {products}",
            "use revenue_report.xlsx or merged_with_revenue.csv, which hold them all",
            file=out.name,
        )
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    _write_products(book.add_sheet("CA par produit"), material)
    _write_totals(book.add_sheet("CA total"), material.figures)
    book.save(str(out))


def totals(figures: Figures) -> tuple[tuple[str, Decimal | int], ...]:
    """The lines of the sheet "CA total", after its header."""
    return (
        ("CA total", figures.revenue_total),
        ("CA des vins premium", figures.premium_revenue),
        ("CA des vins ordinaires", figures.ordinary_revenue),
        ("Nombre de produits", figures.merged),
    )


def _write_products(sheet: Any, material: Material) -> None:
    (header, header_right), left, plain, euro = _styles()
    for index, (name, width) in enumerate(zip(REPORT_COLUMNS, _WIDTHS, strict=True)):
        sheet.write(0, index, name, header if name in _CODES | {"post_title"} else header_right)
        sheet.col(index).width = 256 * width
    columns = [_cells(name, values) for name, values in report(material.mart).to_pydict().items()]
    styles = [euro if name in _EUROS else left if name in _CODES else plain for name in REPORT_COLUMNS]
    for number, values in enumerate(zip(*columns, strict=True), start=1):
        row = sheet.row(number)
        for index, value in enumerate(values):
            if isinstance(value, str):
                row.set_cell_text(index, value, styles[index])
            elif value is not None:
                row.set_cell_number(index, value, styles[index])
    _print_setup(sheet)


def _cells(name: str, values: list[Any]) -> list[Any]:
    if name == "sku":
        values = [natural(value) for value in values]
    return [
        fit_cell(escape(value)) if isinstance(value, str) else float(value) if isinstance(value, Decimal) else value
        for value in values
    ]


def _write_totals(sheet: Any, figures: Figures) -> None:
    headers, _, plain, euro = _styles()
    for index, (name, width) in enumerate((("Indicateur", 30), ("Valeur", 16))):
        sheet.write(0, index, name, headers[index])
        sheet.col(index).width = 256 * width
    for number, (label, value) in enumerate(totals(figures), start=1):
        sheet.write(number, 0, label, plain)
        sheet.write(number, 1, float(value), euro if isinstance(value, Decimal) else plain)
    _print_setup(sheet)


def _styles() -> tuple[tuple[Any, Any], Any, Any, Any]:
    import xlwt

    left = xlwt.easyxf("align: horiz left")
    header = "font: bold on, colour white; pattern: pattern solid, fore_colour dark_red; align: vert centre"
    headers = xlwt.easyxf(header), xlwt.easyxf(f"{header}, horiz right")
    return headers, left, xlwt.Style.default_style, xlwt.easyxf(num_format_str=_EURO)


def _print_setup(sheet: Any) -> None:
    sheet.set_panes_frozen(True)
    sheet.set_horz_split_pos(1)
    sheet.set_portrait(False)
    sheet.set_fit_num_pages(1)
    sheet.fit_width_to_pages = 1
    sheet.fit_height_to_pages = 0
    sheet.paper_size_code = 9
    sheet.header_str = b""
    sheet.footer_str = b"&L&A&RPage &P sur &N"
