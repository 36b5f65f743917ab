"""Read a table from an .xlsx or .xls workbook with python-calamine; the sheet is found by its header."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.errors import ContractError, UnsafeWorkbookError
from bottleneck_tasks.ingest.header import Header, best_header
from bottleneck_tasks.ingest.sheet import Sheet

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from python_calamine import CalamineSheet, CalamineWorkbook

    from bottleneck_tasks.contracts.registry import SourceContract

__all__ = ["read_workbook"]

_HEADER_SEARCH = 20
"""Rows of a sheet among which its header is looked for."""


def read_workbook(path: Path, contract: SourceContract, *, name: str, error_cells: bool = False) -> Sheet:
    """Find the sheet whose header has every required column and return its cells.

    A visible sheet is preferred to a hidden one; other sheets are passed over. calamine reads an error cell
    (`#N/A`) as empty, so with `error_cells` the workbook is read again with openpyxl to name them.

    Raises UnsafeWorkbookError (65, SRC-01) when the workbook cannot be parsed, ContractError (65, SRC-03) when no
    sheet, or more than one visible sheet, has the columns.
    """
    import python_calamine as calamine

    try:
        with calamine.load_workbook(str(path)) as workbook:
            sheet, header = _choose(workbook, contract, name)
            rows = sheet.to_python()
            first_row, first_column = sheet.start or (0, 0)
            title = sheet.name
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise UnsafeWorkbookError(
            "SRC-01", f"the workbook cannot be read ({error})", "open it, save it again as .xlsx, and retry", file=name
        ) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise UnsafeWorkbookError(
            "SRC-01", "the workbook is damaged", "open it, save it again as .xlsx, and retry", file=name
        ) from error
    header.require(contract, file=name, sheet=title, row=first_row + header.index + 1)
    start = header.index + 1
    errors = _error_cells(path, title) if error_cells else {}
    table = _to_table(
        rows[start:],
        header,
        first_row=first_row + start + 1,
        errors={(row, column - first_column): text for (row, column), text in errors.items()},
    )
    return Sheet(
        name=title,
        header=header,
        header_row=first_row + header.index + 1,
        query=_query(header, contract),
        tables={"cells": table},
    )


def _choose(workbook: CalamineWorkbook, contract: SourceContract, name: str) -> tuple[CalamineSheet, Header]:
    found: list[tuple[bool, CalamineSheet, Header]] = []
    best: tuple[CalamineSheet, Header] | None = None
    for number, metadata in enumerate(workbook.sheets_metadata):
        if "WorkSheet" not in str(metadata.typ):
            continue
        sheet = workbook.get_sheet_by_index(number)
        header = best_header(islice(sheet.iter_rows(), _HEADER_SEARCH), contract)
        if not header.missing:
            found.append(("Visible" in str(metadata.visible), sheet, header))
        if best is None or len(header.missing) < len(best[1].missing):
            best = sheet, header
    shown = [entry for entry in found if entry[0]] or found
    if len(shown) > 1:
        names = ", ".join(repr(sheet.name) for _, sheet, _ in shown)
        raise ContractError(
            "SRC-03", f"{len(shown)} sheets could be the {contract.name} export: {names}",
            "keep one of them in the workbook", file=name,
        )  # fmt: skip
    if shown:
        return shown[0][1], shown[0][2]
    if best is None:
        raise UnsafeWorkbookError("SRC-01", "the workbook has no sheet of cells", "export the file again", file=name)
    return best


def _error_cells(path: Path, title: str) -> dict[tuple[int, int], str]:
    import openpyxl

    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    return {
        (cell.row, cell.column - 1): str(cell.value)
        for row in workbook[title].iter_rows()
        for cell in row
        if getattr(cell, "data_type", "") == "e" and cell.row is not None and cell.column is not None
    }


def _to_table(rows: list[list[Any]], header: Header, *, first_row: int, errors: dict[tuple[int, int], str]) -> pa.Table:
    import pyarrow as pa

    arrays: dict[str, pa.Array] = {"source_row": pa.array(range(first_row, first_row + len(rows)), pa.int64())}
    columns = list(zip(*rows, strict=True)) if rows else [()] * (max(header.positions.values(), default=-1) + 1)
    for name, position in header.positions.items():
        values = list(columns[position])
        for (row, column), text in errors.items():
            if column == position and 0 <= row - first_row < len(values):
                values[row - first_row] = _ErrorCell(text)
        arrays[f"{name}_number"] = pa.array(
            [value if type(value) in _NUMBERS else None for value in values], pa.float64()
        )
        arrays[f"{name}_text"] = pa.array(
            [None if type(value) in _NUMBERS or value == "" else _as_text(value) for value in values], pa.string()
        )
        arrays[f"{name}_cell"] = pa.array(
            [None if value == "" else _CELL_OF_TYPE.get(type(value), "date") for value in values], pa.string()
        )
    return pa.table(arrays)


class _ErrorCell(str):
    """The text of an error cell, `#N/A` for example."""

    __slots__ = ()


_NUMBERS = {float, int}
_CELL_OF_TYPE: dict[type, str] = {
    float: "number", int: "number", str: "text", bool: "boolean", _ErrorCell: "error",
}  # fmt: skip


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def _query(header: Header, contract: SourceContract) -> str:
    """Numbers are written with the 15 significant digits that Excel itself keeps: 24.2, 15298."""
    columns = ["source_row"]
    for name in contract.columns:
        if name in header.positions:
            columns.append(f"coalesce({name}_text, format('{{:.15g}}', {name}_number)) as {name}, {name}_cell")
        else:
            columns.append(f"cast(null as varchar) as {name}, cast(null as varchar) as {name}_cell")
    return f"select {', '.join(columns)} from cells"
