"""Read a table from an .xlsx workbook with python-calamine; the sheet is found by its header."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING

from bottleneck_tasks.errors import ContractError, UnsafeWorkbookError
from bottleneck_tasks.ingest.cells import to_table
from bottleneck_tasks.ingest.choose_sheet import HEADER_SEARCH, Candidate, choose_sheet
from bottleneck_tasks.ingest.lighten import lightened
from bottleneck_tasks.ingest.sheet import Sheet
from bottleneck_tasks.ingest.sheet_entry import sheet_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from python_calamine import CalamineSheet, CalamineWorkbook

    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.ingest.guard import Guarded
    from bottleneck_tasks.settings import Limits

__all__ = ["read_workbook"]

_RESAVE = "open it, save it again as .xlsx, and retry"


def read_workbook(path: Path, contract: SourceContract, *, name: str, guarded: Guarded, limits: Limits) -> Sheet:
    """Find the sheet whose header has every required column and return its cells.

    A visible sheet is preferred to a hidden one; other sheets are passed over. calamine reads an error cell
    (`#N/A`) and a formula that was never computed as empty: `guarded` names them. Of a large sheet it is given the columns of
    the contract only, in a workbook that is written beside `path` for as long as it is read.

    Raises UnsafeWorkbookError (65, SRC-01) when the workbook cannot be parsed, ContractError (65, SRC-03) when no
    sheet, or more than one visible sheet, has the columns.
    """
    import python_calamine as calamine

    wanted = partial(_wanted, contract=contract, name=name)
    with (
        lightened(path, guarded.plain, wanted, name=name, limits=limits) as light,
        _mapped(name),
        calamine.load_workbook(str(light)) as workbook,
    ):
        chosen, header = choose_sheet(_candidates(workbook), contract, name=name)
        sheet = chosen.sheet
        first_row, first_column = sheet.start or (0, 0)
        header_row = first_row + header.index + 1
        header.require(contract, file=name, sheet=sheet.name, row=header_row)
        errors = guarded.flagged.get(sheet_entry(path, sheet.name)) if guarded.flagged else None
        by_column = _by_column(errors or {}, first_column)
        table = to_table(
            chain(islice(sheet.iter_rows(), header_row, None), _rows_below(sheet, by_column)),
            contract.columns,
            header.positions,
            first_row=header_row + 1,
            errors=by_column,
        )
        return Sheet(name=sheet.name, header=header, header_row=header_row, table=table)


def _wanted(heads: Path, *, contract: SourceContract, name: str) -> tuple[str, set[int]] | None:
    """The entry of the sheet that will be read, and its columns, from a workbook of the first rows.

    None when they do not tell, or the sheet has no other columns.
    """
    import python_calamine as calamine

    with _mapped(name), calamine.load_workbook(str(heads)) as workbook:
        try:
            chosen, header = choose_sheet(_candidates(workbook), contract, name=name)
        except (ContractError, UnsafeWorkbookError):
            return None
        first_column = (chosen.sheet.start or (0, 0))[1]
        columns = {first_column + position for position in header.positions.values()}
        if header.missing or header.repeated or len(columns) == chosen.sheet.width:
            return None
        return sheet_entry(heads, chosen.title), columns


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


def _candidates(workbook: CalamineWorkbook) -> Iterator[Candidate]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    for number, metadata in enumerate(workbook.sheets_metadata):
        if metadata.typ == SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_index(number)
            visible = metadata.visible == SheetVisibleEnum.Visible
            yield Candidate(sheet.name, visible, sheet.to_python(nrows=HEADER_SEARCH), sheet)


def _by_column(errors: Mapping[tuple[int, int], str], first_column: int) -> dict[int, dict[int, str]]:
    columns: dict[int, dict[int, str]] = {}
    for (row, column), text in errors.items():
        columns.setdefault(column - first_column, {})[row] = text
    return columns
