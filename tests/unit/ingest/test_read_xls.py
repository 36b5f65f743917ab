"""The older workbook format: the same cells as .xlsx, error cells included, and no damaged file that ends the process."""

from __future__ import annotations

import datetime as dt
import struct
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
import xlrd
import xlwt

from bottleneck_tasks.errors import BottleneckError, UnsafeWorkbookError
from bottleneck_tasks.ingest.ole import workbook_stream
from bottleneck_tasks.ingest.records import keep_cells
from bottleneck_tasks.settings import Limits
from tests.unit.ingest.files import HEADER, LIAISON, Rows, ingest_rows, write_xls, write_xlsx
from tests.unit.quality.stages import good_month, ingest_written, judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LONG: Rows = [*LIAISON, *([number, f"SKU {number}"] for number in range(3, 300))]


def _styled(path: Path, cells: dict[tuple[int, int], tuple[str, Any]]) -> Path:
    """A liaison workbook with cells written by the name of a method of xlwt's rows."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Feuille")
    for column, name in enumerate(LIAISON[0]):
        sheet.write(0, column, name)
    for (row, column), (method, value) in cells.items():
        getattr(sheet.row(row), f"set_cell_{method}")(column, value, xlwt.easyxf(num_format_str="dd/mm/yyyy"))
    workbook.save(str(path))
    return path


@pytest.mark.parametrize(
    ("code", "text"),
    [(0, "#NULL!"), (7, "#DIV/0!"), (15, "#VALUE!"), (23, "#REF!"), (29, "#NAME?"), (36, "#NUM!"), (42, "#N/A")],
)
def test_an_error_cell_keeps_its_text(tmp_path: Path, code: int, text: str) -> None:
    """An error is never taken for an empty cell."""
    file = _styled(tmp_path / "liaison.xls", {(1, 0): ("number", 1), (1, 1): ("error", code)})
    assert ingest_rows(tmp_path, "liaison", file)[1][0]["id_web"] == text


def test_a_formula_that_ended_in_an_error_keeps_its_text(tmp_path: Path) -> None:
    """A formula's last result is an error as much as a cell typed so."""

    def change(stream: bytearray) -> None:
        at = _record(stream, 0x06) + 6
        stream[at : at + 8] = bytes([2, 0, 7, 0, 0, 0, 0xFF, 0xFF])

    file = write_xls(tmp_path / "liaison.xls", [*_LONG, [300, xlwt.Formula("1/0")]])
    assert ingest_rows(tmp_path, "liaison", _edit_stream(file, change))[1][-1]["id_web"] == "#DIV/0!"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.datetime(2018, 2, 12), "2018-02-12"), (dt.datetime(2018, 2, 12, 13, 58, 13), "2018-02-12 13:58:13"),
        (dt.time(13, 58), "13:58:00"),
    ],
)  # fmt: skip
def test_a_date_is_no_number(tmp_path: Path, value: Any, text: str) -> None:
    """A cell in a date format is read as the date it shows."""
    file = _styled(tmp_path / "liaison.xls", {(1, 0): ("number", 1), (1, 1): ("date", value)})
    assert ingest_rows(tmp_path, "liaison", file)[1][0]["id_web"] == text


@pytest.mark.parametrize("number", [1e300, -5.0])
def test_a_date_that_excel_cannot_show_is_an_error(tmp_path: Path, number: float) -> None:
    """Excel shows such a cell as a row of hashes: it names no product."""
    file = _styled(tmp_path / "liaison.xls", {(1, 0): ("number", 1), (1, 1): ("number", number)})
    assert ingest_rows(tmp_path, "liaison", file)[1][0]["id_web"] == "#####"


def test_both_formats_give_the_same_rows(tmp_path: Path) -> None:
    """A long sheet, whose stream is kept elsewhere in the container than a short one, is read as its .xlsx is."""
    old = ingest_rows(tmp_path, "liaison", write_xls(tmp_path / "liaison.xls", _LONG))[1]
    assert old == ingest_rows(tmp_path, "liaison", write_xlsx(tmp_path / "liaison.xlsx", _LONG))[1]
    assert len(old) == 299


def _month_in_xls(tmp_path: Path, source: str, row: int, column: str) -> Any:
    """The good month with one workbook in the older format, whose cell is `#N/A`."""
    month = good_month(tmp_path)
    rows = getattr(month, source)
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Sheet")
    for at, cells in enumerate(rows):
        for position, value in enumerate(cells):
            if (at, rows[0][position]) == (row - 1, column):
                sheet.row(at).set_cell_error(position, 42)
            elif value is not None:
                sheet.write(at, position, value)
    month.write()
    (month.folder / "source" / f"{source}.xlsx").unlink()
    workbook.save(str(month.folder / "source" / f"{source}.xls"))
    return judge(month, run=ingest_written(month))


@pytest.mark.parametrize(
    ("source", "row", "column", "rule"),
    [
        ("erp", 2, "price", "ERP-W2"), ("erp", 3, "product_id", "ERP-01"), ("liaison", 2, "id_web", "LIA-05"),
        ("web", 2, "sku", "WEB-03"), pytest.param("erp", 3, "stock_quantity", "ERP-W2", marks=pytest.mark.slow),
        pytest.param("web", 3, "total_sales", "WEB-02", marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_an_error_cell_is_named_by_a_rule(tmp_path: Path, source: str, row: int, column: str, rule: str) -> None:
    """`#N/A` in an .xls breaks the rule that it breaks in an .xlsx, with its row and its column."""
    outcome = _month_in_xls(tmp_path, source, row, column)
    cells = [(cell["file"], cell["row"], cell["column"], cell["value"]) for cell in outcome.findings(rule)]
    assert (f"{source}.xls", row, column, "#N/A") in cells


def test_a_sold_product_with_an_error_for_a_price_stops_the_month(tmp_path: Path) -> None:
    """CA-01, exit 65: an error is no price of zero, and no price at all."""
    stopped = _month_in_xls(tmp_path, "erp", 2, "price").stopped
    assert stopped is not None
    assert [check.id for check in stopped.checks] == ["CA-01"]


def test_a_hidden_sheet_is_passed_over_for_a_visible_one(tmp_path: Path) -> None:
    """As in .xlsx; two visible ones are refused."""
    workbook = xlwt.Workbook()
    for title, offset in (("Ancien", 100), ("Octobre", 0)):
        sheet = workbook.add_sheet(title)
        sheet.visibility = int(title == "Ancien")
        for row, cells in enumerate(LIAISON):
            for column, value in enumerate(cells):
                sheet.write(row, column, value if row == 0 else f"{value}{offset}")
    workbook.save(str(tmp_path / "liaison.xls"))
    assert ingest_rows(tmp_path, "liaison", tmp_path / "liaison.xls")[0].sheet == "Octobre"
    sheet.visibility = workbook.get_sheet(0).visibility = 0
    workbook.save(str(tmp_path / "liaison.xls"))
    with pytest.raises(BottleneckError, match="2 sheets could be the liaison export"):
        ingest_rows(tmp_path, "liaison", tmp_path / "liaison.xls")


# --- hostile ---------------------------------------------------------------------------------------------------


def _edit_stream(path: Path, change: Callable[[bytearray], None]) -> Path:
    """Change the records of a workbook in place; a long stream of xlwt lies in one piece."""
    stream = workbook_stream(path, name="x")
    content = path.read_bytes()
    at = content.index(bytes(stream))
    change(stream)
    path.write_bytes(content[:at] + bytes(stream) + content[at + len(stream) :])
    return path


def _record(stream: bytearray, code: int) -> int:
    """Where the content of the first record of a kind begins."""
    at = 0
    while True:
        found, length = struct.unpack_from("<HH", stream, at)
        if found == code:
            return at + 4
        at += 4 + length


def _dimensions(stream: bytearray) -> None:
    struct.pack_into("<IIHH", stream, _record(stream, 0x200), 0, 0xFFFFFFFF, 0, 0xFFFF)


def _shared_texts(stream: bytearray) -> None:
    struct.pack_into("<II", stream, _record(stream, 0xFC), 0x7FFFFFFF, 0x7FFFFFFF)


def _far_cell(stream: bytearray) -> None:
    struct.pack_into("<HH", stream, _record(stream, 0x27E), 0xFFFF, 0xFFFF)


def _password(stream: bytearray) -> None:
    struct.pack_into("<H", stream, _record(stream, 0x42) - 4, 0x2F)


def _cut_record(stream: bytearray) -> None:
    struct.pack_into("<H", stream, _record(stream, 0x27E) - 2, 0xFFFF)


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (_shared_texts, "SRC-01", "cannot be read"),
        (_far_cell, "SRC-02", "spans 65,536 rows x 65,536 columns"),
        (_password, "SRC-01", "protected by a password"),
        (_cut_record, "SRC-01", "a record is cut"),
    ],
)
def test_records_that_lie_are_refused(
    tmp_path: Path, change: Callable[[bytearray], None], code: str, says: str
) -> None:
    """Exit 65 with the file, and never the memory that the record asks for."""
    file = _edit_stream(write_xls(tmp_path / "liaison.xls", _LONG), change)
    tracemalloc.start()
    with pytest.raises(UnsafeWorkbookError) as caught:
        ingest_rows(tmp_path, "liaison", file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (caught.value.code, caught.value.exit_code, caught.value.facts["file"]) == (code, 65, "liaison.xls")
    assert says in caught.value.what
    assert peak < 20 * 1024**2


def test_dimensions_that_lie_change_nothing(tmp_path: Path) -> None:
    """The cells are counted, not believed: a sheet that claims 4,294,967,295 rows is read as it is."""
    file = _edit_stream(write_xls(tmp_path / "liaison.xls", _LONG), _dimensions)
    assert len(ingest_rows(tmp_path, "liaison", file)[1]) == 299


@pytest.mark.parametrize(("cells", "refused"), [(600, False), (599, True)])
def test_the_budget_of_cells_holds_for_xls(tmp_path: Path, cells: int, refused: bool) -> None:
    """299 rows and a header, two columns: 600 cells pass and 599 do not."""
    file = write_xls(tmp_path / "liaison.xls", _LONG)
    if not refused:
        assert ingest_rows(tmp_path, "liaison", file, limits={"cells": cells})[0].rows == 299
        return
    with pytest.raises(UnsafeWorkbookError, match="spans 300 rows x 2 columns, more than 599 cells"):
        ingest_rows(tmp_path, "liaison", file, limits={"cells": cells})


def test_defined_names_are_never_evaluated(tmp_path: Path) -> None:
    """Names that double one another would ask for terabytes: the parser is shown none."""
    stream = workbook_stream(write_xls(tmp_path / "liaison.xls", _LONG), name="x")
    struct.pack_into("<H", stream, _record(stream, 0x31) - 4, 0x18)
    workbook = xlrd.open_workbook(file_contents=keep_cells(stream, name="x", limits=Limits()))
    assert workbook.name_obj_list == []
    assert workbook.sheet_by_index(0).nrows == 300


@pytest.mark.parametrize("rows", [LIAISON, _LONG], ids=["short stream", "long stream"])
@pytest.mark.parametrize("sector", [48, 60, 68, 44])
@pytest.mark.parametrize("value", [0, 1, 0x7FFFFFFF, 0xFFFFFFF0])
def test_a_container_that_lies_is_read_right_or_refused(tmp_path: Path, rows: Rows, sector: int, value: int) -> None:
    """The places of the directory and of the tables, and their number, may say anything."""
    file = write_xls(tmp_path / "liaison.xls", rows)
    content = bytearray(file.read_bytes())
    struct.pack_into("<I", content, sector, value)
    file.write_bytes(content)
    read, code = len(rows) - 1, "SRC-01"
    try:
        read = len(ingest_rows(tmp_path, "liaison", file)[1])
    except UnsafeWorkbookError as error:
        code = error.code
    assert (read, code) == (len(rows) - 1, "SRC-01")


def test_a_chain_of_sectors_that_loops_is_refused(tmp_path: Path) -> None:
    """Each sector that follows itself ends in a refusal, never in a loop."""
    file = write_xls(tmp_path / "liaison.xls", _LONG)
    content = bytearray(file.read_bytes())
    table = (struct.unpack_from("<I", content, 76)[0] + 1) * 512
    for sector in range(20):
        struct.pack_into("<I", content, table + 4 * sector, sector)
    file.write_bytes(content)
    with pytest.raises(UnsafeWorkbookError, match="a chain of sectors has no end"):
        ingest_rows(tmp_path, "liaison", file)


def test_a_container_without_a_workbook_is_refused(tmp_path: Path) -> None:
    """A Word document under the name of an .xls."""
    file = write_xls(tmp_path / "erp.xls", [HEADER, [1, 1, 10, 5, "instock"]])
    name = "Workbook".encode("utf-16-le")
    file.write_bytes(file.read_bytes().replace(name, "Document".encode("utf-16-le")))
    with pytest.raises(UnsafeWorkbookError, match="not an Excel workbook"):
        ingest_rows(tmp_path, "erp", file)
