"""CSV exports are read whatever wrote them, and each row keeps the number that Excel shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.errors import ContractError, DataError, UnsafeWorkbookError
from tests.unit.ingest.files import LIAISON, ingest_rows, write_csv

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = "product_id,id_web\n"


def _read(folder: Path, text: str | bytes) -> list[tuple[Any, ...]]:
    file = folder / "liaison.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return [tuple(row.values()) for row in ingest_rows(folder, "liaison", file)[1]]


def _refusal(folder: Path, text: str | bytes) -> DataError:
    with pytest.raises(DataError) as caught:
        _read(folder, text)
    assert caught.value.exit_code == 65
    return caught.value


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "cp1252"])
def test_every_separator_and_encoding_gives_the_same_rows(tmp_path: Path, delimiter: str, encoding: str) -> None:
    """What Excel, WooCommerce and an ERP write is read alike."""
    rows = [*LIAISON, [3, "bon-cadeau-25-€"]]
    if encoding == "utf-16-le-bom":
        file = write_csv(tmp_path / "liaison.csv", rows, delimiter=delimiter, encoding="utf-16-le")
        file.write_bytes(b"\xff\xfe" + file.read_bytes())
    else:
        file = write_csv(tmp_path / "liaison.csv", rows, delimiter=delimiter, encoding=encoding)
    assert _read(tmp_path, file.read_bytes()) == [(2, "1", "101"), (3, "2", "13127-1"), (4, "3", "bon-cadeau-25-€")]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (_HEAD + '1,"a\nb"\n2,c\n', [(2, "1", "a\nb"), (3, "2", "c")]),
        (_HEAD + '1,"a, ""b"""\n', [(2, "1", 'a, "b"')]),
        (_HEAD + "1,\n2,x\n", [(2, "1", None), (3, "2", "x")]),
        (_HEAD + '1,""\n', [(2, "1", None)]),
        (_HEAD + "1,NULL\n2,\\N\n3,nan\n4,NaN\n", [(2, "1", None), (3, "2", None), (4, "3", None), (5, "4", None)]),
        (_HEAD + "1,<NA>\n\n2,None\n3,NULL\n", [(2, "1", None), (3, None, None), (4, "2", None), (5, "3", None)]),
        (_HEAD + "1,NULL-1\n2,N/A\n", [(2, "1", "NULL-1"), (3, "2", "N/A")]),
        (_HEAD + ",\n2,x\n", [(2, None, None), (3, "2", "x")]),
        (_HEAD + " 1 , x \n", [(2, " 1 ", " x ")]),
        (_HEAD + "1,x", [(2, "1", "x")]),
        (_HEAD.replace("\n", "\r\n") + "1,x\r\n", [(2, "1", "x")]),
        (_HEAD.replace("\n", "\r") + "1,x\r2,y\r", [(2, "1", "x"), (3, "2", "y")]),
        (_HEAD + "1,x\r2,y\n", [(2, "1", "x"), (3, "2", "y")]),
        (_HEAD + "1,=1+1\n", [(2, "1", "=1+1")]),
        ("ID_WEB ,Product_ID,note\nx,1,\n", [(2, "1", "x")]),
        ('"product_id","id_web"\n1,x\n', [(2, "1", "x")]),
        ('"product_id\n",id_web\n1,x\n', [(2, "1", "x")]),
        ("\ufeffproduct_id\u200b,\u00a0id_web\n1,x\n", [(2, "1", "x")]),
        ('"a;b;c",product_id,id_web\n,1,x\n', [(2, "1", "x")]),
        (_HEAD + "1,x,\n", [(2, "1", "x")]),
    ],
)
def test_what_rfc_4180_allows_and_excel_writes_is_read(tmp_path: Path, text: str, rows: list[tuple[Any, ...]]) -> None:
    """Quotes, line breaks in text, empty cells, any line ending, a separator at the end of a line."""
    assert _read(tmp_path, text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (_HEAD + "1,x\n\n2,y\n", [(2, "1", "x"), (3, None, None), (4, "2", "y")]),
        (_HEAD + "1,x\r\n\r\n\r\n2,y\r\n", [(2, "1", "x"), (3, None, None), (4, None, None), (5, "2", "y")]),
        (_HEAD + "1,x\n   \n2,y\n", [(2, "1", "x"), (3, None, None), (4, "2", "y")]),
        (_HEAD + "\n1,x\n", [(2, None, None), (3, "1", "x")]),
        (_HEAD + "1,x\n\n\n\n", [(2, "1", "x")]),
        ("\n" + _HEAD + "1,x\n", [(3, "1", "x")]),
        ("sep=,\n" + _HEAD + "1,x\n", [(3, "1", "x")]),
        ("Export du mois\nle 15\n\n" + _HEAD + "1,x\n2,y\n", [(5, "1", "x"), (6, "2", "y")]),
        (_HEAD + '1,"a\n\nb"\n2,y\n', [(2, "1", "a\n\nb"), (3, "2", "y")]),
    ],
)
def test_blank_lines_and_a_later_header_keep_the_row_numbers(
    tmp_path: Path, text: str, rows: list[tuple[Any, ...]]
) -> None:
    """DuckDB passes over blank lines; the numbers stay those that Excel shows."""
    assert _read(tmp_path, text) == rows


@pytest.mark.parametrize(
    ("text", "row", "what", "next_step"),
    [
        (_HEAD + "1,x\n2\n3,z\n", 3, "the row has 1 cells and the header has 2", "put quotes around text"),
        (_HEAD + "1,x\n2,y,z\n", 3, "the row has 3 cells and the header has 2", "put quotes around text"),
        (_HEAD + '1,"a\nb"\n2,y,z\n', 3, "the row has 3 cells and the header has 2", "put quotes around text"),
        (_HEAD + "1,x\n\n2,y,z\n", 4, "the row has 3 cells and the header has 2", "put quotes around text"),
        (_HEAD + '1,"a"b\n', 2, "the row cannot be read (',' expected after '\"')", "check its quotes"),
        (_HEAD + '1,x\n2,"y\n3,z\n', 3, "the row cannot be read (unexpected end of data)", "check its quotes"),
        (_HEAD + '1,"' + "x" * 200_000 + '\n"\n\n', 2, "the row cannot be read (field larger", "check its quotes"),
    ],
)  # fmt: skip
def test_a_broken_row_is_refused_by_its_number(tmp_path: Path, text: str, row: int, what: str, next_step: str) -> None:
    """Exit 65, SRC-01: file, row, what is wrong with it and what to do."""
    error = _refusal(tmp_path, text)
    assert (type(error), error.code) == (UnsafeWorkbookError, "SRC-01")
    assert error.what.startswith(what)
    assert error.next_step.startswith(next_step)
    assert error.facts == {"file": "liaison.csv", "row": row}


@pytest.mark.parametrize(
    "text",
    [b"product_id,id_web\n1,\x81\xff\n", b"\xff\xfep\x00r\x00o", b"\xff\xfe\x00\xd8\x00\x00", b"\xfe\xff\xd8\x00"],
)
def test_text_that_cannot_be_decoded_is_refused(tmp_path: Path, text: bytes) -> None:
    """Neither UTF-8, nor UTF-16, nor Windows-1252."""
    error = _refusal(tmp_path, text)
    assert (type(error), error.code, error.next_step) == (UnsafeWorkbookError, "SRC-01", "export it as UTF-8")
    assert error.what.startswith("the text cannot be decoded (")


@pytest.mark.parametrize("text", ["product_id,id_web", _HEAD, _HEAD + "\n\n", "product_id;id_web\r\n"])
def test_only_a_header_has_no_data_row(tmp_path: Path, text: str) -> None:
    """Exit 65, SRC-04."""
    error = _refusal(tmp_path, text)
    assert (type(error), error.code) == (DataError, "SRC-04")
    assert error.what == "the liaison export has no data row"
    assert error.next_step == "export the month again"
    assert error.facts == {"file": "liaison.csv"}


def test_binary_data_after_the_beginning_is_refused(tmp_path: Path) -> None:
    """A NUL anywhere is no text, wherever the sniffing ends."""
    error = _refusal(tmp_path, _HEAD + "1,x\n" * 2_000 + "1,\x00\n")
    assert (error.code, error.what, error.next_step) == (
        "SRC-01",
        "the text holds binary data",
        "export it as CSV again",
    )


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """Exit 65, SRC-01."""
    assert _refusal(tmp_path, "").what == "the file is empty"


@pytest.mark.parametrize("text", ["\n\n", " ", "1,2\n3,4\n", "product_id:id_web\n1:2\n"])
def test_text_without_the_columns_is_refused(tmp_path: Path, text: str) -> None:
    """Exit 65, SRC-03: the columns that are missing."""
    error = _refusal(tmp_path, text)
    assert isinstance(error, ContractError)
    assert error.what == "the liaison export lacks the columns product_id, id_web"
    assert error.facts["file"] == "liaison.csv"


def test_a_missing_column_proposes_the_closest_name(tmp_path: Path) -> None:
    """The name to change, on the row of the header."""
    error = _refusal(tmp_path, "product_id;id_wbe\n1;2\n")
    assert error.next_step == "rename 'id_wbe' to 'id_web' in the export"
    assert error.facts == {"file": "liaison.csv", "sheet": "", "row": 1}


def test_both_readers_agree_on_a_large_file(tmp_path: Path) -> None:
    """A blank line at the end sends the same rows through the row reader: nothing else changes."""
    rows = "".join(f'{number},"ligne {number}\nsuite; ""citée"""\n' for number in range(50_000))
    fast = _read(tmp_path, _HEAD + rows)
    assert _read(tmp_path, _HEAD + rows + "\n") == fast
    assert len(fast) == 50_000
    assert fast[-1] == (50_001, "49999", 'ligne 49999\nsuite; "citée"')
