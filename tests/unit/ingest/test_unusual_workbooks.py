"""Workbooks whose XML is unusual, damaged or hostile to the reader: read right, or refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.errors import UnsafeWorkbookError
from bottleneck_tasks.ingest.guard import Guarded, guard
from bottleneck_tasks.ingest.read_workbook import _mapped, read_workbook
from bottleneck_tasks.ingest.sheet_entry import sheet_entry
from bottleneck_tasks.settings import Limits
from tests.unit.ingest.files import (
    LIAISON,
    edit_entry,
    ingest_cells,
    ingest_rows,
    sheet_xml,
    write_sheets,
    write_xls,
    write_xlsx,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("either_look")

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
        ('<c r="B2" t = "e"><v>#N/A</v></c>', "#N/A", "error"),
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
    file = write_sheets(tmp_path / "liaison.xlsx", {"A": [["#N/A", "#N/A"]] * 9, "B": [[], [], [None, "product_id", "id_web"],
                     [None, 1, 101], [None, 2, "#REF!"]]})  # fmt: skip
    assert ingest_cells(tmp_path, file) == [(4, "1", "101"), (5, "2", "#REF!")]


def test_a_comment_hides_no_error(tmp_path: Path) -> None:
    """W8: what looks like the beginning of a cell, in a comment, does not take the error behind it along."""
    rows = '<row r="1"><c r="A1"><v>1</v></c><!-- <c r="C1"> --></row><row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="B2"/></row>'
    file = sheet_xml(write_xlsx(tmp_path / "x", LIAISON), rows)
    flagged = guard(file, kind="xlsx", name="x", limits=Limits()).flagged
    assert flagged == {"xl/worksheets/sheet1.xml": {(2, 0): "#N/A"}}


def test_an_error_in_a_column_that_nobody_reads_changes_nothing(tmp_path: Path) -> None:
    """Only cells of the contract are named."""
    file = write_xlsx(tmp_path / "liaison.xlsx", [["note", *LIAISON[0]], ["#N/A", 1, 101]])
    assert ingest_cells(tmp_path, file) == [(2, "1", "101")]


def test_prefixed_xml_is_read_the_same(tmp_path: Path) -> None:
    """Some exporters write every element with a namespace prefix."""

    def prefix(content: bytes) -> bytes:
        main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        content = content.replace(b"</", b"</x:").replace(b"<", b"<x:").replace(b"<x:/x:", b"</x:")
        return content.replace(main, main.replace(b"xmlns=", b"xmlns:x="))

    file = _by_hand(tmp_path, '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c></row>')
    assert ingest_cells(tmp_path, edit_entry(file, "xl/worksheets/sheet1.xml", prefix)) == [(2, "1", "#N/A")]


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
        read_workbook(file, SOURCES["liaison"], name="liaison.xlsx", guarded=Guarded({}, frozenset()), limits=Limits())
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
    assert [row[:3] for row in ingest_cells(tmp_path, file)] == [
        (2, "1", "101"),
        (3, None, None),
        (4, None, "=A2*2 (never computed)"),
    ]
