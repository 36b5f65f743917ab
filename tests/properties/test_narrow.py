"""What is left out of a large sheet changes nothing of what is read from it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.ingest import archive, narrow, scan
from bottleneck_tasks.ingest.guard import guard
from bottleneck_tasks.ingest.read_workbook import read_workbook
from bottleneck_tasks.ingest.scan import column_number
from bottleneck_tasks.settings import Limits
from tests.unit.ingest.files import sheet_xml, write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.ingest.sheet import Sheet

_NAMES = ("note", "product_id", "", "id_web", "virtual", "AA")
_CELLS = st.sampled_from(
    [
        "",
        "",
        '<c r="{}" s="1"/>',
        '<c r="{}"><v>3847</v></c>',
        '<c r="{}" t="e"><v>#N/A</v></c>',
        '<c r="{}"><f>A1+1</f></c>',
        '<c r="{}" t="b"><v>1</v></c>',
        '<c r="{}" t="str"><f t="shared" si="0"/><v>x</v></c>',
        '<c r="{}" t="inlineStr"><is><r><rPr><b/></rPr><t>15</t></r><r><t>298</t></r></is></c>',
        '<c r="{}" t="inlineStr"><is><t xml:space="preserve"> &lt;c&gt; &lt;/row&gt; </t></is></c>',
    ]
)
_NUMBER = '<c r="{}"><v>3847</v></c>'
_LETTERS = ("A", "C", "D", "Z", "AA", "AB")
_ROWS = st.lists(st.lists(_CELLS, min_size=len(_LETTERS), max_size=len(_LETTERS)), min_size=15, max_size=40)


def _xml(names: list[str], rows: list[list[str]]) -> str:
    header = "".join(
        f'<c r="{letters}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for letters, name in zip(_LETTERS, names, strict=True)
        if name
    )
    written = [f'<row r="1">{header}</row>']
    for number, cells in enumerate(rows, 2):
        content = "".join(
            cell.format(f"{letters}{number}") for letters, cell in zip(_LETTERS, cells, strict=True) if cell
        )
        written.append(f'<row r="{number}">{content}</row>' if content else f'<row r="{number}"/>')
    return "".join(written)


def _read(file: Path) -> Sheet:
    limits = Limits()
    return read_workbook(
        file, SOURCES["liaison"], name="x", guarded=guard(file, kind="xlsx", name="x", limits=limits), limits=limits
    )


@profile(max_examples=max(40, profile().max_examples))
@given(names=st.permutations(_NAMES), rows=_ROWS, head=st.integers(800, 1_500), chunk=st.integers(40, 400))
def test_a_narrowed_sheet_gives_the_same_cells(
    names: list[str], rows: list[list[str]], head: int, chunk: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is left out, wherever chunks end, columns, rows, kinds, errors and formulas are those of the whole sheet."""
    file = sheet_xml(write_xlsx(tmp_path_factory.mktemp("x") / "x.xlsx", [["product_id", "id_web"]]), _xml(names, rows))
    _gives_the_same(file, head, chunk)


@pytest.mark.parametrize(
    "odd",
    [
        '<c r="D{0}"><v>7</v></c><!-- <c r="Z{0}"> -->',
        '<c r="D{0}" t="str"><v><![CDATA[<c r="Z{0}">]]></v></c>',
    ],
)
def test_what_only_looks_like_a_cell_is_left_alone(odd: str, tmp_path: Path) -> None:
    """A comment that holds a tag is not cut in two: such a sheet is read whole."""
    rows = "".join(f'<row r="{row}"><c r="C{row}"><v>3847</v></c>{odd.format(row)}</row>' for row in range(2, 20))
    names = zip("CDE", ("product_id", "id_web", "note"), strict=True)
    header = "".join(f'<c r="{letter}1" t="str"><v>{name}</v></c>' for letter, name in names)
    file = sheet_xml(write_xlsx(tmp_path / "x.xlsx", [["x"]]), f'<row r="1">{header}</row>{rows}')
    _gives_the_same(file, 600, 90)


def test_the_sheet_ends_where_it_did(tmp_path: Path) -> None:
    """Rows below the table, of cells that nobody asked for and of empty ones, are rows all the same; and the table stands where it stood."""
    rows = [f'<row r="{row}"><c r="Z{row}"><v>1</v></c></row>' for row in range(30, 90)]
    rows += [f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(90, 99)]
    file = sheet_xml(
        write_xlsx(tmp_path / "x.xlsx", [["x"]]),
        _xml(["", "", "product_id", "", "id_web", ""], [[_NUMBER] * 6] * 20 + [["", "", _NUMBER, "", "", ""]] * 4)
        + "".join(rows),
    )
    _gives_the_same(file, 800, 90)
    shifted = write_xlsx(
        tmp_path / "y.xlsx", [["product_id", "note", "id_web"], *[[row, "x", row] for row in range(60)]], at=(3, 25)
    )
    _gives_the_same(shifted, 1_200, 90)


@given(rows=_ROWS, columns=st.sets(st.sampled_from([0, 2, 3, 25, 26, 27])), size=st.integers(40, 400))
def test_a_narrowed_sheet_is_a_sheet(rows: list[list[str]], columns: set[int], size: int) -> None:
    """It is well formed, its rows are all there, and below the head no other column has a cell before the last wanted one."""
    xml = f"<worksheet><sheetData>{_xml(list(_NAMES), rows)}</sheetData></worksheet>".encode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(narrow, "HEAD", 800)
        chunks = [xml[start : start + size] for start in range(0, len(xml), size)]
        read = _cells(b"".join(narrow.narrow_sheet(iter(chunks), columns)))
    whole = _cells(xml)
    assert len(read) == len(whole)
    wanted = [cell for row in whole for cell in row if column_number(cell.rstrip("0123456789").encode()) - 1 in columns]
    assert set(wanted) <= {cell for row in read for cell in row}
    if len(wanted) > 40 and 25 not in columns:
        assert sum(map(len, read)) < sum(map(len, whole))


def _cells(xml: bytes) -> list[list[str]]:
    """The addresses of the cells, row by row."""
    return [[cell.get("r", "") for cell in row] for row in ET.fromstring(xml).iter("row")]  # noqa: S314 ours


def _gives_the_same(file: Path, head: int, chunk: int) -> None:
    """Read the sheet whole and narrowed, its first `head` bytes whole, in chunks of so many bytes."""
    whole = _read(file)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scan, "_LARGE", 0)
        patched.setattr(narrow, "HEAD", head)
        patched.setattr(archive, "CHUNK", chunk)
        narrowed = _read(file)
    assert narrowed.table is not None
    assert narrowed.table.equals(whole.table)
    assert (narrowed.header_row, narrowed.header.unknown) == (whole.header_row, whole.header.unknown)
    assert not file.with_suffix(".light").exists()
