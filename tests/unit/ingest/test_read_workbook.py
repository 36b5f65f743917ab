"""Workbooks are read cell by cell as Excel shows them, wherever the table stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.errors import ContractError, UnsafeWorkbookError
from bottleneck_tasks.ingest.read_workbook import _mapped, read_workbook
from bottleneck_tasks.ingest.sheet_entry import sheet_entry
from tests.unit.ingest.files import (
    HEADER,
    LIAISON,
    edit_entry,
    ingest_rows,
    sheet_xml,
    write_xls,
    write_xlsx,
)

if TYPE_CHECKING:
    from pathlib import Path

from tests.unit.ingest.files import Rows

_WRITERS = {"xlsx": write_xlsx, "xls": write_xls}


def _cells(folder: Path, file: Path, source: str = "liaison") -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in ingest_rows(folder, source, file)[1]]


def _cell(folder: Path, value: Any, kind: str = "xlsx") -> str | None:
    """The text read from the id_web of one row."""
    file = _WRITERS[kind](folder / f"liaison.{kind}", [["product_id", "id_web"], [1, value]])
    text: str | None = ingest_rows(folder, "liaison", file)[1][0]["id_web"]
    return text


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (15298, "15298"), (24.2, "24.2"), (0.1, "0.1"), (-8, "-8"), (0, "0"), (1e15, "1e+15"), (True, "1"),
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
    assert _cells(tmp_path, tmp_path / "liaison.xlsx")[0][2] == "2018-02-12"


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


def _workbook(path: Path, sheets: dict[str, Rows], *, hidden: tuple[str, ...] = ()) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    workbook.save(path)
    return path


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
    facts, rows = ingest_rows(tmp_path, "liaison", _workbook(tmp_path / "liaison.xlsx", sheets, hidden=hidden))
    assert facts.sheet == chosen
    assert len(rows) == 2


def test_two_sheets_with_the_columns_are_refused(tmp_path: Path) -> None:
    """Exit 65, SRC-03: the run never picks one of two tables."""
    file = _workbook(tmp_path / "liaison.xlsx", {"Octobre": LIAISON, "Novembre": LIAISON})
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


_ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>product_id</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>id_web</t></is></c></row>'
)


def _by_hand(folder: Path, rows: str) -> Path:
    return sheet_xml(write_xlsx(folder / "liaison.xlsx", LIAISON), _ROWS + rows)


@pytest.mark.parametrize(
    ("cell", "text", "kind"),
    [
        ('<c r="B2" t="e"><v>#N/A</v></c>', "#N/A", "error"),
        ("<c r='B2' s='0' t='e'><v>#DIV/0!</v></c>", "#DIV/0!", "error"),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!", "error"),
        ('<c r="B2"><f>A2*2</f><v></v></c>', "=A2*2 (never computed)", "error"),
        ('<c r="B2"><f>A2*2</f><v /></c>', "=A2*2 (never computed)", "error"),
        ('<c r="B2"><f>A2*2</f></c>', "=A2*2 (never computed)", "error"),
        ('<c r="B2"><f t="shared" si="0"/><v/></c>', "=... (never computed)", "error"),
        ('<c r="B2"><f>IF(A2&lt;2,1)</f></c>', "=IF(A2<2,1) (never computed)", "error"),
        ('<c r="B2"><f>A2*2</f><v>2</v></c>', "2", "number"),
        ('<c r="B2" t="str"><f>A2&amp;"x"</f><v>1x</v></c>', "1x", "text"),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', None, None),
        ('<c r="B2" t="b"><v>1</v></c>', "1", "boolean"),
        ('<c r="B2" s="0"/>', None, None),
        ("", None, None),
        ('<c r="B2" t="inlineStr"><is><t>#N/A</t></is></c>', "#N/A", "text"),
    ],
)
def test_cells_that_calamine_reads_as_empty_are_named(
    tmp_path: Path, cell: str, text: str | None, kind: str | None
) -> None:
    """An error and a formula that Excel never computed are no empty cells."""
    import pyarrow.parquet as pq

    file = _by_hand(tmp_path, f'<row r="2"><c r="A2"><v>1</v></c>{cell}</row>')
    ingest_rows(tmp_path, "liaison", file)
    row = pq.read_table(tmp_path / "run/ingest/liaison/raw.parquet").to_pylist()[0]
    assert (row["product_id"], row["id_web"], row["id_web_cell"]) == ("1", text, kind)


def test_an_error_cell_is_named_where_it_stands(tmp_path: Path) -> None:
    """Row and column hold when the table does not begin at A1 and another sheet comes first."""
    file = _workbook(tmp_path / "liaison.xlsx", {"A": [["#N/A", "#N/A"]] * 9, "B": [[], [], [None, "product_id", "id_web"],
                     [None, 1, 101], [None, 2, "#REF!"]]})  # fmt: skip
    assert _cells(tmp_path, file) == [(4, "1", "101"), (5, "2", "#REF!")]


def test_an_error_in_a_column_that_nobody_reads_changes_nothing(tmp_path: Path) -> None:
    """Only cells of the contract are named."""
    file = write_xlsx(tmp_path / "liaison.xlsx", [["note", *LIAISON[0]], ["#N/A", 1, 101]])
    assert _cells(tmp_path, file) == [(2, "1", "101")]


def test_prefixed_xml_is_read_the_same(tmp_path: Path) -> None:
    """Some exporters write every element with a namespace prefix."""

    def prefix(content: bytes) -> bytes:
        main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        content = content.replace(b"</", b"</x:").replace(b"<", b"<x:").replace(b"<x:/x:", b"</x:")
        return content.replace(main, main.replace(b"xmlns=", b"xmlns:x="))

    file = _by_hand(tmp_path, '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c></row>')
    assert _cells(tmp_path, edit_entry(file, "xl/worksheets/sheet1.xml", prefix)) == [(2, "1", "#N/A")]


def test_rows_beyond_one_batch_keep_their_numbers(tmp_path: Path) -> None:
    """A batch border loses, repeats or moves nothing."""
    body = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(2, 20_010))
    body = body.replace("<v>20003</v>", "<v>#N/A</v>").replace('<c r="A20003">', '<c r="A20003" t="e">')
    rows = ingest_rows(tmp_path, "liaison", _by_hand(tmp_path, body))[1]
    assert [row["source_row"] for row in rows] == [*range(2, 20_010)]
    assert all(row["product_id"] == ("#N/A" if row["source_row"] == 20_003 else str(row["source_row"])) for row in rows)


@pytest.mark.parametrize(
    ("entry", "content", "what"),
    [
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row", "the workbook cannot be read"),
        ("xl/workbook.xml", b"", "the workbook"),
        ("xl/worksheets/sheet1.xml",
         b'<worksheet><sheetData><row r="1"><c r="A0"><v>1</v></c></row></sheetData></worksheet>', "the workbook cannot be read"),
    ],
)  # fmt: skip
def test_xml_that_cannot_be_parsed_is_refused(tmp_path: Path, entry: str, content: bytes, what: str) -> None:
    """Exit 65, SRC-01, and what to do."""
    file = edit_entry(write_xlsx(tmp_path / "liaison.xlsx", LIAISON), entry, lambda _: content)
    with pytest.raises(UnsafeWorkbookError) as caught:
        ingest_rows(tmp_path, "liaison", file)
    assert caught.value.code == "SRC-01"
    assert caught.value.what.startswith(what)
    assert caught.value.facts == {"file": "liaison.xlsx"}


def test_a_protected_xls_asks_for_an_unprotected_copy(tmp_path: Path) -> None:
    """W2: the older format keeps its password in a record of the workbook stream."""
    file = write_xls(tmp_path / "liaison.xls", LIAISON)
    content = bytearray(file.read_bytes())
    after_bof = content.index(b"\x09\x08\x10\x00") + 20
    content[after_bof : after_bof + 2] = b"\x2f\x00"
    file.write_bytes(bytes(content))
    with pytest.raises(UnsafeWorkbookError) as caught:
        ingest_rows(tmp_path, "liaison", file)
    assert caught.value.what == "the workbook is protected by a password"
    assert caught.value.next_step == "save an unprotected copy and send that"


def test_a_panic_of_the_reader_is_a_damaged_workbook(tmp_path: Path) -> None:
    """W1: a Rust panic ends no process; the guard is left out because it would refuse this file first."""
    row = '<row r="1"><c r="A1"><v>1</v></c><c r="ZZZZZZ99999999999"><v>1</v></c></row>'
    file = sheet_xml(write_xlsx(tmp_path / "liaison.xlsx", LIAISON), row)
    with pytest.raises(UnsafeWorkbookError) as caught:
        read_workbook(file, SOURCES["liaison"], name="liaison.xlsx")
    assert (caught.value.code, caught.value.what) == ("SRC-01", "the workbook is damaged")


def test_an_interruption_is_no_damage(tmp_path: Path) -> None:
    """Only a panic is mapped: Ctrl+C stays Ctrl+C."""
    with pytest.raises(KeyboardInterrupt), _mapped("x.xlsx"):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("entry", "content", "what"),
    [
        ("xl/_rels/workbook.xml.rels", b"<Relationships/>", "no entry holds the sheet 'Feuille'"),
        ("xl/_rels/workbook.xml.rels", b"<Relation", "no list of sheets: unclosed token: line 1, column 0"),
    ],
)
def test_a_sheet_whose_entry_is_not_told_is_refused(tmp_path: Path, entry: str, content: bytes, what: str) -> None:
    """An error cell that cannot be placed is never dropped."""
    file = edit_entry(write_xlsx(tmp_path / "x.xlsx", LIAISON), entry, lambda _: content)
    with pytest.raises(ValueError, match=what):
        sheet_entry(file, "Feuille")


def test_a_last_row_of_formulas_never_computed_is_a_row(tmp_path: Path) -> None:
    """Found by fuzzing: calamine's sheet ends at the last value, the export ends at the last formula."""
    file = write_xlsx(tmp_path / "liaison.xlsx", [["product_id", "id_web"], [1, 101], [None, None], [None, "=A2*2"]])
    assert [row[:3] for row in _cells(tmp_path, file)] == [
        (2, "1", "101"),
        (3, None, None),
        (4, None, "=A2*2 (never computed)"),
    ]
