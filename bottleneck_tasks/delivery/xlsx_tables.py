"""The table sheets of revenue_report.xlsx: header in row 1, one record a row, nothing else, so that machines read them too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from openpyxl.formatting import rule as rules
from openpyxl.styles import Font, PatternFill

from bottleneck_tasks.delivery import french, messages
from bottleneck_tasks.delivery.escape import natural
from bottleneck_tasks.delivery.sheet import LETTERS, Sheet
from bottleneck_tasks.delivery.tables import QUARANTINE_COLUMNS
from bottleneck_tasks.delivery.xlsx_limits import REJECT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.delivery.xlsx_style import Styles

__all__ = ["Column", "check_rows", "checks_sheet", "print_on_a4", "products_sheet", "rejects_sheet"]

_RULES: Any = rules  # openpyxl leaves these constructors untyped
_SOFT_RED, _SOFT_AMBER, _SOFT_GREEN = "F8D7DA", "FFF0CC", "DFF0E0"
_WIDTHS = {
    "product_id": 13, "sku": 22, "post_title": 62, "onsale_web": 13, "stock_quantity": 16, "stock_status": 14,
    "total_sales": 13, "price": 13, "revenue": 15, "zscore": 11,
}  # fmt: skip


class Column(Struct, frozen=True):
    """One column of a table sheet; `width` in characters."""

    name: str
    width: float
    style: int
    values: Sequence[Any]


def products_sheet(worksheet: Any, styles: Styles, table: pa.Table) -> Sheet:
    """Fill a sheet with products; article numbers that are whole numbers are numbers."""
    looks = {
        "product_id": styles.code, "sku": styles.code, "post_title": styles.text, "stock_status": styles.text,
        "price": styles.euro, "revenue": styles.euro, "zscore": styles.score,
    }  # fmt: skip
    values = table.to_pydict()
    values["sku"] = [natural(sku) for sku in values["sku"]]
    columns = [Column(name, _WIDTHS[name], looks.get(name, styles.whole), cells) for name, cells in values.items()]
    sheet = _table(worksheet, styles, columns)
    if table.num_rows:
        _highlight(worksheet, table)
    return sheet


def _highlight(worksheet: Any, table: pa.Table) -> None:
    last = table.num_rows + 1
    place = {name: LETTERS[index] for index, name in enumerate(table.column_names)}
    revenue, stock, sales = place["revenue"], place["stock_quantity"], place["total_sales"]
    worksheet.conditional_formatting.add(
        f"{revenue}2:{revenue}{last}", _RULES.DataBarRule("num", 0, "max", color="D9A5B3", showValue=True, minLength=0)
    )
    worksheet.conditional_formatting.add(
        f"{stock}2:{stock}{last}", _RULES.CellIsRule(operator="lessThan", formula=["0"], font=Font(color="B00020"), fill=_fill(_SOFT_RED))
    )  # fmt: skip
    worksheet.conditional_formatting.add(
        f"{stock}2:{stock}{last}",
        _RULES.FormulaRule(formula=[f"AND(${stock}2=0,${sales}2>0)"], fill=_fill(_SOFT_AMBER)),
    )


def check_rows(checks: Sequence[Check]) -> list[tuple[Any, ...]]:
    """One row a check: id, French title, stage, severity, expected, observed, rows, result, what to do, why accepted."""
    return [
        (
            check.id,
            messages.title(check.id, check.statement),
            french.STAGES.get(check.stage, check.stage),
            french.SEVERITIES.get(check.severity, check.severity),
            messages.expected(check),
            natural(messages.observed(check)),
            check.rows,
            french.RESULTS.get(check.result, check.result),
            "" if check.result == "pass" else messages.next_step(check),
            check.because or "",
        )
        for check in checks
    ]


def checks_sheet(worksheet: Any, styles: Styles, checks: Sequence[Check]) -> Sheet:
    """Fill "Contrôles": every rule, its limit, what was seen and what to do."""
    names = (
        "Règle",
        "Intitulé",
        "Étape",
        "Gravité",
        "Attendu",
        "Observé",
        "Lignes",
        "Résultat",
        "À faire",
        "Accepté car",
    )
    widths = (16, 44, 11, 12, 34, 28, 9, 15, 46, 24)
    looks = [styles.wrapped] * len(names)
    looks[0], looks[6] = styles.strong, styles.centred
    cells = list(zip(*check_rows(checks), strict=True)) or [()] * len(names)
    sheet = _table(worksheet, styles, [Column(*column) for column in zip(names, widths, looks, cells, strict=True)])
    for word, colour in (("bloquant", _SOFT_RED), ("avertissement", _SOFT_AMBER), ("conforme", _SOFT_GREEN)):
        rule = _RULES.FormulaRule(formula=[f'$H2="{word}"'], fill=_fill(colour))
        worksheet.conditional_formatting.add(f"H2:H{max(len(checks) + 1, 2)}", rule)
    return sheet


def rejects_sheet(worksheet: Any, styles: Styles, quarantine: pa.Table) -> Sheet:
    """Fill "Rejets": the rows in no figure, with the rule and the address of the cell."""
    titles = ("Source", "Feuille", "Ligne", "Colonne", "Valeur", "Règle", "Message")
    widths = (12, 18, 9, 18, 30, 12, 80)
    values = quarantine.slice(0, REJECT_LIMIT).select(QUARANTINE_COLUMNS).to_pydict()
    values["value"] = [natural(value) for value in values["value"]]
    values["message"] = [messages.french_message(message or "") for message in values["message"]]
    looks = [styles.wrapped] * len(titles)
    looks[2], looks[4] = styles.centred, styles.code
    sheet = _table(
        worksheet, styles, [Column(*column) for column in zip(titles, widths, looks, values.values(), strict=True)]
    )
    if quarantine.num_rows > REJECT_LIMIT:
        left = french.count(quarantine.num_rows - REJECT_LIMIT)
        sheet.put(REJECT_LIMIT + 2, 1, f"… et {left} autres lignes : voir quarantine.csv", styles.note)
    if not quarantine.num_rows:
        sheet.put(2, 1, "Aucun rejet", styles.note)
    return sheet


def _table(worksheet: Any, styles: Styles, columns: Sequence[Column]) -> Sheet:
    sheet = Sheet()
    numeric = {styles.whole, styles.euro, styles.score}
    for index, column in enumerate(columns, start=1):
        sheet.put(1, index, column.name, styles.header_right if column.style in numeric else styles.header)
    sheet.heights[1] = 24
    if columns[0].values:
        sheet.put_table(2, [column.values for column in columns], [column.style for column in columns])
    for letter, column in zip(LETTERS, columns, strict=False):
        worksheet.column_dimensions[letter].width = column.width
    if any(column.style == styles.wrapped for column in columns):
        sheet.heights.update(_heights(columns))
    worksheet.freeze_panes = "A2"
    worksheet.auto_filter.ref = sheet.reference
    worksheet.print_title_rows = "1:1"
    worksheet.print_area = sheet.reference
    print_on_a4(worksheet)
    return sheet


def _heights(columns: Sequence[Column]) -> dict[int, float]:
    """Rows tall enough for their wrapped text: readers do not all compute it."""
    lines = ([-(-len(str(value or "")) // int(column.width * 0.95)) for value in column.values] for column in columns)
    return {row: 15.0 * max(1, *counts) for row, counts in enumerate(zip(*lines, strict=True), start=2)}


def print_on_a4(worksheet: Any) -> None:
    """Landscape, one page wide, page numbers."""
    worksheet.page_setup.orientation, worksheet.page_setup.paperSize = "landscape", "9"
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.page_margins.left = worksheet.page_margins.right = 0.4
    worksheet.page_margins.top, worksheet.page_margins.bottom = 0.5, 0.7
    worksheet.page_margins.footer = 0.3
    worksheet.oddFooter.left.text, worksheet.oddFooter.right.text = "&A", "Page &P sur &N"


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour, bgColor=colour)
