"""Read a table from an .xls workbook with xlrd: pure Python, so that no damaged file ends the process.

It tells what calamine reads as empty: an error cell (`#N/A`) keeps its text.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.errors import BottleneckError, UnsafeWorkbookError
from bottleneck_tasks.ingest.cells import ErrorCell, to_table
from bottleneck_tasks.ingest.choose_sheet import HEADER_SEARCH, Candidate, choose_sheet
from bottleneck_tasks.ingest.ole import workbook_stream
from bottleneck_tasks.ingest.records import keep_cells
from bottleneck_tasks.ingest.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import xlrd

    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.settings import Limits

__all__ = ["read_xls"]

_UNREADABLE_DATE = "#####"
"""What Excel shows for a date it cannot."""


def read_xls(path: Path, contract: SourceContract, *, name: str, limits: Limits) -> Sheet:
    """Find the sheet whose header has every required column and return its cells.

    Raises UnsafeWorkbookError (65): SRC-01 when the workbook cannot be parsed, SRC-02 when it is too large;
    ContractError (65, SRC-03) when no sheet, or more than one visible sheet, has the columns.
    """
    import xlrd

    content = keep_cells(workbook_stream(path, name=name), name=name, limits=limits)
    try:
        with xlrd.open_workbook(
            file_contents=content, logfile=io.StringIO(), on_demand=True, ragged_rows=True
        ) as workbook:
            return _read(workbook, contract, name)
    except BottleneckError:
        raise
    except Exception as error:
        raise UnsafeWorkbookError(
            "SRC-01",
            f"the workbook cannot be read ({error or type(error).__name__})",
            "open it, save it again as .xlsx, and retry",
            file=name,
        ) from error


def _read(workbook: xlrd.Book, contract: SourceContract, name: str) -> Sheet:
    chosen, header = choose_sheet(_candidates(workbook), contract, name=name)
    first_row, sheet = chosen.sheet
    header_row = first_row + header.index + 1
    header.require(contract, file=name, sheet=chosen.title, row=header_row)
    table = to_table(_rows(sheet, header_row), contract.columns, header.positions, first_row=header_row + 1)
    return Sheet(name=chosen.title, header=header, header_row=header_row, table=table)


def _candidates(workbook: xlrd.Book) -> Iterator[Candidate]:
    for title in workbook.sheet_names():
        sheet = workbook.sheet_by_name(title)
        first = next((row for row in range(sheet.nrows) if any(value != "" for value in sheet.row_values(row))), 0)
        head = [sheet.row_values(row) for row in range(first, min(first + HEADER_SEARCH, sheet.nrows))]
        yield Candidate(title, sheet.visibility == 0, head, (first, sheet))


def _rows(sheet: xlrd.sheet.Sheet, first: int) -> Iterator[list[Any]]:
    """The rows from index `first`, each as long as the widest."""
    import xlrd

    plain = {xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}
    for row in range(first, sheet.nrows):
        values, types = sheet.row_values(row), sheet.row_types(row)
        if not plain.issuperset(types):
            values = [
                value if kind in plain else _value(value, kind, sheet.book.datemode)
                for value, kind in zip(values, types, strict=True)
            ]
        yield values + [""] * (sheet.ncols - len(values))


def _value(value: Any, kind: int, epoch: int) -> object:
    import xlrd

    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return ErrorCell(xlrd.error_text_from_code.get(value, "#ERROR"))
    try:
        moment: dt.datetime = xlrd.xldate_as_datetime(value, epoch)
    except (OverflowError, ValueError):
        return ErrorCell(_UNREADABLE_DATE)
    if value < 1:
        return moment.time() if value >= 0 else ErrorCell(_UNREADABLE_DATE)
    return moment if moment.time() != dt.time() else moment.date()
