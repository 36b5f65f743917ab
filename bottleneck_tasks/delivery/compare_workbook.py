"""Hold a written workbook against the tables it was made from, cell by cell, with another library than wrote it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.delivery.escape import escape, fit_cell, natural, visible
from bottleneck_tasks.delivery.messages import french_message
from bottleneck_tasks.delivery.sheet import LETTERS
from bottleneck_tasks.delivery.tables import ordinary_wines, premium_wines, quarantined, report
from bottleneck_tasks.delivery.write_xls import totals
from bottleneck_tasks.delivery.write_xlsx import SHEETS
from bottleneck_tasks.delivery.xlsx_limits import NOT_COMPUTED, REJECT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pyarrow as pa

    from bottleneck_tasks.delivery.material import Material

__all__ = ["compare_xls", "compare_xlsx"]

_Rows = list[list[Any]]


def compare_xls(material: Material, path: Path) -> str | None:
    """The first difference of report.xls, or None."""
    sheets = _read(path)
    if list(sheets) != ["CA par produit", "CA total"]:
        return f"sheets are {', '.join(sheets)}"
    expected = _expected(report(material.mart), lambda text: fit_cell(escape(text)))
    lines: _Rows = [["Indicateur", "Valeur"], *([label, float(value)] for label, value in totals(material.figures))]
    return (
        _difference("CA par produit", sheets["CA par produit"], expected)
        or _difference("CA total", sheets["CA total"], lines)
        or _total(sheets["CA par produit"], "revenue", material.figures.revenue_total)
    )


def compare_xlsx(material: Material, path: Path) -> str | None:
    """The first difference of revenue_report.xlsx, or None."""
    sheets, figures = _read(path), material.figures
    if tuple(sheets) != SHEETS:
        return f"sheets are {', '.join(sheets)}"
    tables = {
        "CA par produit": (report(material.mart), figures.revenue_total),
        "Vins premium": (premium_wines(material.mart), figures.premium_revenue),
        "Vins ordinaires": (ordinary_wines(material.mart), figures.ordinary_revenue),
    }
    for title, (table, total) in tables.items():
        expected = _expected(table, lambda text: visible(fit_cell(text)))
        found = _difference(title, sheets[title], expected) or _total(sheets[title], "revenue", total)
        if found:
            return found
    return _summary(sheets["Synthèse"], material) or _lists(material, sheets)


def _summary(rows: _Rows, material: Material) -> str | None:
    figures = material.figures
    wanted = (
        ("CA total", figures.revenue_total),
        ("CA des vins premium", figures.premium_revenue),
        ("CA des vins ordinaires", figures.ordinary_revenue),
        ("Nombre de produits", figures.merged),
        ("Nombre de vins premium", figures.premium_count),
        ("Nombre de vins ordinaires", figures.ordinary_count),
    )
    values = {row[0]: row[1:4] for row in rows[:11]}
    for label, value in wanted:
        if values.get(label) != [float(value), float(value), 0]:
            return f"Synthèse, {label}: {values.get(label)} instead of {value}"
    if material.trends:
        own = material.trends["own_revenue"]["revenue"]
        found = values.get("CA du mois", [None])[0]
        if found != (NOT_COMPUTED if own is None else float(own)):
            return f"Synthèse, CA du mois: {found} instead of {own}"
    return None


def _lists(material: Material, sheets: dict[str, _Rows]) -> str | None:
    checks = [row[0] for row in sheets["Contrôles"][1:]]
    if checks != [check.id for check in material.checks]:
        return f"Contrôles: {len(checks)} checks instead of {len(material.checks)}, or in another order"
    shown = quarantined(material.quarantine).slice(0, REJECT_LIMIT)
    messages = [visible(fit_cell(french_message(message or ""))) for message in shown["message"].to_pylist()]
    written = [row[6] for row in sheets["Rejets"][1 : len(messages) + 1]]
    return (
        None if written == messages else f"Rejets: {len(written)} rows differ from the {len(messages)} rejected cells"
    )


def _read(path: Path) -> dict[str, _Rows]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _expected(table: pa.Table, text: Callable[[str], str]) -> _Rows:
    columns = [
        _as_read(column.to_pylist(), name, text) for name, column in zip(table.column_names, table.columns, strict=True)
    ]
    return [table.column_names, *(list(row) for row in zip(*columns, strict=True))]


def _as_read(values: list[Any], name: str, text: Callable[[str], str]) -> list[Any]:
    """A column as the reader gives it: numbers as floats, nothing as an empty text."""
    if name == "sku":
        values = [natural(value) for value in values]
    return ["" if value is None else text(value) if isinstance(value, str) else float(value) for value in values]


def _difference(title: str, found: _Rows, expected: _Rows) -> str | None:
    if len(found) != len(expected):
        return f"{title}: {len(found)} rows instead of {len(expected)}"
    width = len(expected[0])
    for number, (row, wanted) in enumerate(zip(found, expected, strict=True), start=1):
        cells: Sequence[Any] = row + [""] * (width - len(row))
        if cells != wanted:
            column = next(
                (index for index, (one, other) in enumerate(zip(cells, wanted, strict=False)) if one != other), width
            )
            return (
                f"{title}!{LETTERS[column]}{number}: {[*cells, None][column]!r} instead of {[*wanted, None][column]!r}"
            )
    return None


def _total(rows: _Rows, name: str, total: Decimal) -> str | None:
    place = rows[0].index(name)
    found = sum((Decimal(repr(row[place])) for row in rows[1:]), Decimal(0))
    return None if found == total else f"sum of {name} is {found} instead of {total}"
