"""Workbooks are read cell by cell as Excel shows them, wherever the table stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from bottleneck_tasks.errors import ContractError, UnsafeWorkbookError
from tests.unit.ingest.files import (
    HEADER,
    LIAISON,
    edit_entry,
    ingest_cells,
    ingest_rows,
    write_sheets,
    write_xls,
    write_xlsx,
)

if TYPE_CHECKING:
    from pathlib import Path

from tests.unit.ingest.files import Rows

_WRITERS = {"xlsx": write_xlsx, "xls": write_xls}


def _cell(folder: Path, value: Any, kind: str = "xlsx") -> str | None:
    """The text read from the id_web of one row."""
    file = _WRITERS[kind](folder / f"liaison.{kind}", [["product_id", "id_web"], [1, value]])
    text: str | None = ingest_rows(folder, "liaison", file)[1][0]["id_web"]
    return text


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (15298, "15298"), (24.2, "24.2"), (0.1, "0.1"), (-8, "-8"), (0, "0"), (1e15, "1e+15"),
        (0.1 + 0.2, "0.3"), (123456789.012345, "123456789.012345"), (True, "1"),
        (False, "0"), ("13127-1", "13127-1"), ("007", "007"), ("1E+05", "1E+05"), ("49,00", "49,00"), (" x ", " x "),
        ("a\u00a0b\u200b", "a\u00a0b\u200b"), ("NaN", "NaN"), ("été", "été"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_each_type_of_cell_has_one_text(tmp_path: Path, kind: str, value: Any, text: str | None) -> None:
    """What a cell shows is what is read, in both formats."""
    assert _cell(tmp_path, value, kind) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.datetime(2018, 2, 12, 13, 58, 13), "2018-02-12 13:58:13"),
        (dt.date(2018, 2, 12), "2018-02-12"),
        (dt.time(13, 58), "13:58:00"),
        (dt.timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_dates_are_read_as_dates(tmp_path: Path, value: Any, text: str) -> None:
    """A cell in a date format is no number."""
    assert _cell(tmp_path, value) == text


def test_the_1904_epoch_moves_no_date(tmp_path: Path) -> None:
    """A workbook of an old Mac shows the same day."""
    workbook = openpyxl.Workbook()
    workbook.epoch = dt.datetime(1904, 1, 1)
    sheet = workbook.active
    assert sheet is not None
    for row in (["product_id", "id_web"], [1, dt.date(2018, 2, 12)]):
        sheet.append(row)
    workbook.save(tmp_path / "liaison.xlsx")
    assert ingest_cells(tmp_path, tmp_path / "liaison.xlsx")[0][2] == "2018-02-12"


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
@pytest.mark.parametrize("at", [(1, 1), (4, 3), (1, 27), (30, 1)])
def test_the_table_may_stand_anywhere(tmp_path: Path, kind: str, at: tuple[int, int]) -> None:
    """Row numbers stay those that Excel shows when the sheet does not begin at A1."""
    file = _WRITERS[kind](tmp_path / f"liaison.{kind}", LIAISON, at=at)
    facts, rows = ingest_rows(tmp_path, "liaison", file)
    assert facts.header_row == at[0]
    assert [tuple(row.values()) for row in rows] == [(at[0] + 1, "1", "101"), (at[0] + 2, "2", "13127-1")]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_titles_above_the_header_and_blank_rows_keep_the_numbers(tmp_path: Path, kind: str) -> None:
    """The header is on row 4, a blank row in the middle counts, blanks at the end do not."""
    rows: Rows = [["Export"], [], ["le 15"], LIAISON[0], LIAISON[1], [None, None], LIAISON[2], ["", ""], [None]]
    facts, read = ingest_rows(tmp_path, "liaison", _WRITERS[kind](tmp_path / f"liaison.{kind}", rows))
    assert facts.header_row == 4
    assert [row["source_row"] for row in read if row["product_id"]] == [5, 7]
    assert facts.rows in {3, 4}


def test_a_header_below_row_20_is_not_found(tmp_path: Path) -> None:
    """The search ends: a table further down is refused, not read by chance."""
    file = write_xlsx(tmp_path / "liaison.xlsx", [["x"] for _ in range(20)] + LIAISON)
    with pytest.raises(ContractError, match="lacks the columns product_id, id_web"):
        ingest_rows(tmp_path, "liaison", file)


@pytest.mark.parametrize(
    ("sheets", "hidden", "chosen"),
    [
        ({"Lisez-moi": [["bonjour"]], "Données": LIAISON}, (), "Données"),
        ({"Vide": [], "Données": LIAISON}, (), "Données"),
        ({"Ancien": LIAISON, "Données": LIAISON}, ("Ancien",), "Données"),
        ({"Lisez-moi": [["bonjour"]], "Caché": LIAISON}, ("Caché",), "Caché"),
        ({"Résumé": [["product_id", "total"], [1, 2]], "D": LIAISON}, (), "D"),
    ],
)
def test_the_sheet_is_found_by_its_header(
    tmp_path: Path, sheets: dict[str, Rows], hidden: tuple[str, ...], chosen: str
) -> None:
    """Sheets before it, empty, hidden or half alike do not matter."""
    facts, rows = ingest_rows(tmp_path, "liaison", write_sheets(tmp_path / "liaison.xlsx", sheets, hidden=hidden))
    assert facts.sheet == chosen
    assert len(rows) == 2


def test_two_sheets_with_the_columns_are_refused(tmp_path: Path) -> None:
    """Exit 65, SRC-03: the run never picks one of two tables."""
    file = write_sheets(tmp_path / "liaison.xlsx", {"Octobre": LIAISON, "Novembre": LIAISON})
    with pytest.raises(ContractError) as caught:
        ingest_rows(tmp_path, "liaison", file)
    error = caught.value
    assert (error.exit_code, error.code) == (65, "SRC-03")
    assert error.what == "2 sheets could be the liaison export: 'Octobre', 'Novembre'"
    assert error.next_step == "keep one of them in the workbook"
    assert error.facts == {"file": "liaison.xlsx"}


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_missing_column_names_file_sheet_row_and_closest_name(tmp_path: Path, kind: str) -> None:
    """Exit 65, SRC-03, on the row where the header stands."""
    file = _WRITERS[kind](
        tmp_path / f"erp d'été.{kind}", [[*HEADER[:2], "prix", *HEADER[3:]], [1, 1, 2, 3, "x"]], at=(3, 2)
    )
    with pytest.raises(ContractError) as caught:
        ingest_rows(tmp_path, "erp", file)
    assert caught.value.what == "the erp export lacks the column price"
    assert caught.value.next_step == "rename 'prix' to 'price' in the export"
    assert caught.value.facts == {"file": f"erp d'été.{kind}", "sheet": "Feuille", "row": 3}


def test_a_workbook_of_charts_only_has_no_sheet_of_cells(tmp_path: Path) -> None:
    """A chart sheet is no table."""
    workbook = openpyxl.Workbook()
    workbook.create_chartsheet("Graphique")
    workbook.save(tmp_path / "x.xlsx")

    def drop(content: bytes) -> bytes:
        start = content.index(b"<sheet ")
        return content[:start] + content[content.index(b"/>", start) + 2 :]

    file = edit_entry(tmp_path / "x.xlsx", "xl/workbook.xml", drop).rename(tmp_path / "liaison.xlsx")
    with pytest.raises(UnsafeWorkbookError) as caught:
        ingest_rows(tmp_path, "liaison", file)
    assert caught.value.what == "the workbook has no sheet of cells"
    assert caught.value.next_step == "export the file again"
