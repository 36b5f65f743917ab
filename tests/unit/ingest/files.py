"""Small exports of the same content in every format, and workbooks made by hand, entry by entry."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import openpyxl
import xlwt

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.ingest.ingest_source import ingest_source
from bottleneck_tasks.raw import raw_cells
from bottleneck_tasks.run import Run, read_json
from bottleneck_tasks.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bottleneck_tasks.contracts.facts import SourceFacts

__all__ = [
    "HEADER",
    "LIAISON",
    "Rows",
    "as_plain_user",
    "edit_entry",
    "ingest_cells",
    "ingest_rows",
    "read_back",
    "sheet_xml",
    "write_csv",
    "write_ole",
    "write_sheets",
    "write_xls",
    "write_xlsx",
    "write_zip",
]  # fmt: skip

Rows = list[list[Any]]

HEADER = ["product_id", "onsale_web", "price", "stock_quantity", "stock_status"]
LIAISON: Rows = [["product_id", "id_web"], [1, 101], [2, "13127-1"]]


def write_xlsx(path: Path, rows: Rows, *, at: tuple[int, int] = (1, 1), title: str = "Feuille") -> Path:
    """Write one sheet whose first cell stands at (row, column)."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row, cells in enumerate(rows, start=at[0]):
        for column, value in enumerate(cells, start=at[1]):
            sheet.cell(row, column, value)
    workbook.save(path)
    return path


def write_sheets(path: Path, sheets: dict[str, Rows], *, hidden: tuple[str, ...] = ()) -> Path:
    """A workbook of several sheets, some of them hidden."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    workbook.save(path)
    return path


def write_xls(path: Path, rows: Rows, *, at: tuple[int, int] = (1, 1)) -> Path:
    """Write one sheet of the older format whose first cell stands at (row, column)."""
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("Feuille")
    for row, cells in enumerate(rows, start=at[0] - 1):
        for column, value in enumerate(cells, start=at[1] - 1):
            if value is not None:
                sheet.write(row, column, value)
    workbook.save(str(path))
    return path


def write_csv(path: Path, rows: Sequence[Sequence[Any]], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write a CSV; True is 1, None is empty."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_zip(path: Path, entries: dict[str, bytes]) -> Path:
    """Write a compressed archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def edit_entry(path: Path, entry: str, change: Callable[[bytes], bytes]) -> Path:
    """Change one entry of a workbook in place."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    return write_zip(path, {**entries, entry: change(entries.get(entry, b""))})


def sheet_xml(path: Path, rows_xml: str) -> Path:
    """Replace the rows of the first sheet of a workbook by XML written by hand."""

    def change(content: bytes) -> bytes:
        start, end = content.index(b"<sheetData>") + len(b"<sheetData>"), content.index(b"</sheetData>")
        return content[:start] + rows_xml.encode() + content[end:]

    return edit_entry(path, "xl/worksheets/sheet1.xml", change)


def write_ole(path: Path, *streams: str) -> Path:
    """Write the smallest OLE2 container whose directory names these streams, as a protected workbook does."""
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    directory = b""
    for name in ("Root Entry", *streams):
        text = (name + "\0").encode("utf-16-le")
        directory += text.ljust(64, b"\0") + len(text).to_bytes(2, "little") + bytes(62)
    path.write_bytes(bytes(header) + directory.ljust(512, b"\0"))
    return path


def ingest_rows(folder: Path, source: str, file: Path, **settings: Any) -> tuple[SourceFacts, list[dict[str, Any]]]:
    """Ingest one file and return its facts and the rows of raw.parquet."""
    run = Run(folder / "run")
    facts = ingest_source(run, source, file=file, month=None, settings=Settings.of(settings))
    assert read_json(run.folder(f"ingest/{source}") / "source.json")["rows"] == facts.rows
    return facts, read_back(run, source)


def ingest_cells(folder: Path, file: Path, source: str = "liaison") -> list[tuple[Any, ...]]:
    """The rows that were read from an export, as tuples."""
    return [tuple(row.values()) for row in ingest_rows(folder, source, file)[1]]


def read_back(run: Run, source: str) -> list[dict[str, Any]]:
    """The rows that were read, as text, with the columns of the contract only."""
    folder, columns = run.folder(f"ingest/{source}"), SOURCES[source].columns
    cells = raw_cells(folder / "raw.parquet", columns, read_json(folder / "source.json").get("columns", {}))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"select source_row, {', '.join(columns)} from ({cells})")
        return [dict(zip(["source_row", *columns], row, strict=True)) for row in connection.fetchall()]


@contextmanager
def as_plain_user() -> Iterator[None]:
    """Give up the rights of root for a while, so that file modes are held."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
