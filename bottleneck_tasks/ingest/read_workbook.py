"""Read a table from an .xlsx or .xls workbook with python-calamine; the sheet is found by its header."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING

from bottleneck_tasks.errors import ContractError, UnsafeWorkbookError
from bottleneck_tasks.ingest.cells import to_table
from bottleneck_tasks.ingest.header import Header, best_header
from bottleneck_tasks.ingest.sheet import Sheet
from bottleneck_tasks.ingest.sheet_entry import sheet_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from python_calamine import CalamineSheet, CalamineWorkbook

    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.ingest.scan import FlaggedCells

__all__ = ["read_workbook"]

_HEADER_SEARCH = 20
"""Rows of a sheet among which its header is looked for, from the first that is not empty."""

_RESAVE = "open it, save it again as .xlsx, and retry"


def read_workbook(path: Path, contract: SourceContract, *, name: str, flagged: FlaggedCells | None = None) -> Sheet:
    """Find the sheet whose header has every required column and return its cells.

    A visible sheet is preferred to a hidden one; other sheets are passed over. calamine reads an error cell
    (`#N/A`) and a formula that was never computed as empty: `flagged`, from the guard, names them.

    Raises UnsafeWorkbookError (65, SRC-01) when the workbook cannot be parsed, ContractError (65, SRC-03) when no
    sheet, or more than one visible sheet, has the columns.
    """
    import python_calamine as calamine

    with _mapped(name), calamine.load_workbook(str(path)) as workbook:
        sheet, header = _choose(workbook, contract, name)
        first_row, first_column = sheet.start or (0, 0)
        header_row = first_row + header.index + 1
        header.require(contract, file=name, sheet=sheet.name, row=header_row)
        errors = (flagged or {}).get(sheet_entry(path, sheet.name), {}) if flagged else {}
        by_column = _by_column(errors, first_column)
        table = to_table(
            chain(islice(sheet.iter_rows(), header_row, None), _rows_below(sheet, by_column)),
            header.positions,
            first_row=header_row + 1,
            errors=by_column,
        )
        return Sheet(
            name=sheet.name,
            header=header,
            header_row=header_row,
            query=_query(header, contract),
            tables={"cells": table},
        )


def _rows_below(sheet: CalamineSheet, errors: dict[int, dict[int, str]]) -> Iterator[list[str]]:
    """Empty rows under the used range, down to the last flagged cell: calamine ends where the values end."""
    used = sheet.end[0] + 1 if sheet.end else 0
    last = max((row for cells in errors.values() for row in cells), default=0)
    return repeat([""] * (sheet.end[1] + 1 if sheet.end else 0), max(0, last - used))


@contextmanager
def _mapped(name: str) -> Iterator[None]:
    """Turn what calamine raises, a Rust panic included, into our errors."""
    import python_calamine as calamine

    try:
        yield
    except calamine.PasswordError as error:
        raise UnsafeWorkbookError(
            "SRC-01", "the workbook is protected by a password", "save an unprotected copy and send that", file=name
        ) from error
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise UnsafeWorkbookError("SRC-01", f"the workbook cannot be read ({error})", _RESAVE, file=name) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise UnsafeWorkbookError("SRC-01", "the workbook is damaged", _RESAVE, file=name) from error


def _choose(workbook: CalamineWorkbook, contract: SourceContract, name: str) -> tuple[CalamineSheet, Header]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found: list[tuple[bool, CalamineSheet, Header]] = []
    best: tuple[CalamineSheet, Header] | None = None
    for number, metadata in enumerate(workbook.sheets_metadata):
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(number)
        header = best_header(sheet.to_python(nrows=_HEADER_SEARCH), contract)
        if not header.missing:
            found.append((metadata.visible == SheetVisibleEnum.Visible, sheet, header))
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


def _by_column(errors: Mapping[tuple[int, int], str], first_column: int) -> dict[int, dict[int, str]]:
    columns: dict[int, dict[int, str]] = {}
    for (row, column), text in errors.items():
        columns.setdefault(column - first_column, {})[row] = text
    return columns


def _query(header: Header, contract: SourceContract) -> str:
    """Numbers are written with the 15 significant digits that Excel itself keeps: 24.2, 15298."""
    columns = ["source_row"]
    for name in contract.columns:
        if name in header.positions:
            columns.append(f"coalesce({name}_text, format('{{:.15g}}', {name}_number)) as {name}, {name}_cell")
        else:
            columns.append(f"cast(null as varchar) as {name}, cast(null as varchar) as {name}_cell")
    return f"select {', '.join(columns)} from cells"
