"""W1, W6, W8: mutated workbooks are read right or refused with a code and a next step, in under a second.

`make fuzz` runs 2,000 byte mutations, 2,000 mutations of the XML inside and 5,000 cell mutations, read and run to the
figures; the test suite runs 60 of each, 15 to the figures.
"""

from __future__ import annotations

import datetime as dt
import shutil
import time
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.errors import BottleneckError
from bottleneck_tasks.ingest.ingest_source import ingest_source
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.run import Run
from bottleneck_tasks.settings import Settings
from tests.unit.ingest.files import read_back, write_xls, write_zip

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

_SOURCES = st.sampled_from(sorted(SOURCES))
_PROFILE = settings().max_examples
_BYTES = max(60, _PROFILE)
_CELLS = max(60, _PROFILE * 5 // 2)
_RUNS = max(15, _PROFILE * 5 // 2 if _PROFILE > 60 else 0)

_EDIT = st.tuples(
    st.sampled_from(["set", "insert", "delete", "copy", "cut"]),
    st.floats(0, 1),
    st.one_of(
        st.binary(min_size=1, max_size=8), st.sampled_from([b"<", b">", b'"', b"\x00", b"\xff\xff\xff\xff", b"9" * 20])
    ),
)
_EDITS = st.lists(_EDIT, min_size=1, max_size=4)
_INNER = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
          "xl/sharedStrings.xml", "[Content_Types].xml"]  # fmt: skip


def _mutated(content: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    for kind, place, data in edits:
        at = int(place * len(content))
        if kind == "set":
            content = content[:at] + data + content[at + len(data) :]
        elif kind == "insert":
            content = content[:at] + data + content[at:]
        elif kind == "delete":
            content = content[:at] + content[at + len(data) * 5 :]
        elif kind == "copy":
            content = content[:at] + content[at // 2 : at // 2 + 40] + content[at:]
        else:
            content = content[: max(at, 1)]
    return content


def _ingest(folder: Path, source: str, file: Path) -> Run | None:
    """Ingest a mutated export: the run, or None when it was refused as promised."""
    run, begin = Run(folder / "run"), time.process_time()
    try:
        ingest_source(run, source, file=file, month=None, settings=Settings())
    except BottleneckError as error:
        _hold_promise(error)
        return None
    finally:
        assert time.process_time() - begin < 1
    return run


def _hold_promise(error: BottleneckError) -> None:
    assert error.exit_code == 65
    assert error.code
    assert error.what
    assert error.next_step
    assert str(error).isprintable() or "\n" in str(error)


@pytest.fixture(scope="session")
def truth(sample_month: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The rows of the three exports of the sample month, unchanged."""
    run = Run(tmp_path_factory.mktemp("truth"))
    for source in SOURCES:
        ingest_source(run, source, file=sample_month / f"{source}.xlsx", month=None, settings=Settings())
    return {source: read_back(run, source) for source in SOURCES}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples."""
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="session")
def older(folder: Path) -> dict[str, bytes]:
    """The bytes of the three exports of a small month as .xls."""
    return {source: write_xls(folder / "older.xls", rows).read_bytes() for source, rows in _MONTH.items()}


@given(source=_SOURCES, edits=_EDITS)
@settings(max_examples=_BYTES)
def test_mutated_bytes(
    sample_month: Path,
    folder: Path,
    truth: dict[str, list[dict[str, Any]]],
    source: str,
    edits: list[tuple[str, float, bytes]],
) -> None:
    """A workbook whose bytes were changed is refused, or read as if they were not: never another table."""
    file = folder / f"{source}.xlsx"
    file.write_bytes(_mutated((sample_month / f"{source}.xlsx").read_bytes(), edits))
    run = _ingest(folder, source, file)
    assert run is None or read_back(run, source) == truth[source]


@given(source=_SOURCES, entry=st.sampled_from(_INNER), edits=_EDITS)
@settings(max_examples=_BYTES)
def test_mutated_xml(
    sample_month: Path, folder: Path, source: str, entry: str, edits: list[tuple[str, float, bytes]]
) -> None:
    """XML changed behind right checksums reaches the parser: it is read or refused, nothing else."""
    with zipfile.ZipFile(sample_month / f"{source}.xlsx") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries[entry] = _mutated(entries.get(entry, b"<sst/>"), edits)
    _ingest(folder, source, write_zip(folder / f"{source}.xlsx", entries))


@given(source=_SOURCES, edits=_EDITS)
@settings(max_examples=_BYTES)
def test_mutated_bytes_of_the_older_format(
    older: dict[str, bytes], folder: Path, source: str, edits: list[tuple[str, float, bytes]]
) -> None:
    """An .xls has no checksums: it is read or refused, nothing else."""
    file = folder / f"{source}.xls"
    file.write_bytes(_mutated(older[source], edits))
    _ingest(folder, source, file)


_ODD: list[tuple[Any, str | None]] = [
    (None, None), ("", None), ("#N/A", "#N/A"), ("#DIV/0!", "#DIV/0!"), (True, "1"), (-1, "-1"), (0, "0"),
    (1e300, "1e+300"), (0.1 + 0.2, "0.3"), (2**53, "9.00719925474099e+15"), (1e-12, "1e-12"), ("1E+05", "1E+05"),
    ("NaN", "NaN"), ("inf", "inf"), ("-0", "-0"), ("007", "007"), ("49,00", "49,00"), ("1 234,50 EUR", "1 234,50 EUR"),
    ("\u00a015298\u200b", "\u00a015298\u200b"), ("\uff11\uff15", "\uff11\uff15"), ("13127-1", "13127-1"), (" ", None),
    ("=1+1", "=1+1 (never computed)"), ("x" * 32_000, "x" * 32_000), ("'; drop table erp; --", "'; drop table erp; --"),
    ('"', '"'), ("{}", "{}"), ("a\nb", "a\nb"), ("<!DOCTYPE x>", "<!DOCTYPE x>"), ("é\U0001f377", "é\U0001f377"),
    (dt.datetime(2018, 2, 12, 13, 58, 13), "2018-02-12 13:58:13"), (dt.date(1900, 3, 1), "1900-03-01"),
    ("99999999999999999999", "99999999999999999999"), (99999999999999999999, "1e+20"), ("1e400", "1e400"),
    ("٣", "٣"), ("½", "½"), ("0x10", "0x10"), ("&amp;lt;", "&amp;lt;"), ("product", "product"), ("attachment", "attachment"),
]  # fmt: skip
_CELL = st.tuples(st.integers(1, 6), st.integers(0, 5), st.integers(0, len(_ODD) - 1))
"""Row, column and place of the value in the list: Hypothesis warns of an example that takes 32 kB to print."""

_MONTH: dict[str, list[list[Any]]] = {
    "erp": [
        ["product_id", "onsale_web", "price", "stock_quantity", "stock_status"], [1, 1, 10, 5, "instock"],
        [2, 1, 12.5, 0, "outofstock"], [3, 1, 24.2, 12, "instock"], [4, 1, 90, 1, "instock"],
    ],
    "liaison": [["product_id", "id_web"], [1, 101], [2, 102], [3, 103], [4, "13127-1"]],
    "web": [
        ["sku", "post_type", "post_title", "total_sales", "post_status"], [101, "product", "Premier", 7, "publish"],
        [102, "product", "Deuxième", 0, "publish"], [103, "product", "Troisième", 3, "publish"],
        ["13127-1", "product", "Quatrième", 1, "publish"], [101, "attachment", "Premier", 7, "inherit"],
    ],
}  # fmt: skip


def _write(path: Path, rows: list[list[Any]]) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run directory of a small month, ingested."""
    folder = tmp_path_factory.mktemp("small")
    run = Run(folder / "run")
    for source, rows in _MONTH.items():
        ingest_source(run, source, file=_write(folder / f"{source}.xlsx", rows), month=None, settings=Settings())
    quality(run, settings=Settings())
    analytics(run, settings=Settings())
    return run.path


_CHANGES = st.lists(_CELL, min_size=1, max_size=4)


def _changed(source: str, changes: list[tuple[int, int, int]]) -> list[list[tuple[Any, str | None]]]:
    """The rows of a source, each cell with the text it must be read as."""
    rows = [[(cell, None if cell is None else str(cell)) for cell in row] for row in _MONTH[source]]
    for row, column, odd in changes:
        rows[row % (len(rows) - 1) + 1][column % len(rows[0])] = _ODD[odd]
    return rows


def _shown(text: str | None) -> str | None:
    """A lone blank is read or not as openpyxl wrote it: only with lxml does it mark the blank as meant."""
    return None if text == " " else text


@given(source=_SOURCES, changes=_CHANGES, order=st.randoms(use_true_random=False))
@settings(max_examples=_CELLS)
def test_mutated_cells_are_read_as_excel_shows_them(
    folder: Path, source: str, changes: list[tuple[int, int, int]], order: Random
) -> None:
    """Odd values in any cell, columns in any order: each is read as its text, on its row."""
    rows = _changed(source, changes)
    positions = [*range(len(rows[0]))]
    order.shuffle(positions)
    file = _write(folder / f"{source}.xlsx", [[row[at][0] for at in positions] for row in rows])
    run = _ingest(folder, source, file)
    assert run is not None
    read = {row["source_row"]: row for row in read_back(run, source)}
    for number, row in enumerate(rows[1:], start=2):
        if any(text is not None for _, text in row):
            assert [_shown(read[number][name]) for name, _ in rows[0]] == [text for _, text in row]


@given(source=_SOURCES, changes=_CHANGES)
@settings(max_examples=_RUNS)
def test_mutated_cells_pass_or_stop_at_a_rule(
    ingested: Path, folder: Path, source: str, changes: list[tuple[int, int, int]]
) -> None:
    """A month with odd values ends in figures or in an error with its next step."""
    rows = [[cell for cell, _ in row] for row in _changed(source, changes)]
    shutil.rmtree(folder / "run", ignore_errors=True)
    shutil.copytree(ingested, folder / "run")
    run, begin = _ingest(folder, source, _write(folder / f"{source}.xlsx", rows)), time.process_time()
    assert run is not None
    try:
        quality(run, settings=Settings())
        analytics(run, settings=Settings())
    except BottleneckError as error:
        _hold_promise(error)
    assert time.process_time() - begin < 1
