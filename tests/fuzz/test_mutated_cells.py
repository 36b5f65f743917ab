"""W8: odd values in any cell are read as Excel shows them, and end in figures or at a rule, in under a second.

`make fuzz` runs 5,000 cell mutations, read and run to the figures; the test suite 60, and 15 to the figures.
"""

from __future__ import annotations

import datetime as dt
import shutil
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
from tests.fuzz.examples import hold_promise, ingest, timed
from tests.unit.ingest.files import read_back

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

_SOURCES = st.sampled_from(sorted(SOURCES))
_PROFILE = settings().max_examples
_CELLS = max(60, _PROFILE * 5 // 2)
_RUNS = max(15, _PROFILE * 5 // 2 if _PROFILE > 60 else 0)

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
    """W8: odd values in any cell, columns in any order: each is read as its text, on its row."""
    rows = _changed(source, changes)
    positions = [*range(len(rows[0]))]
    order.shuffle(positions)
    file = _write(folder / f"{source}.xlsx", [[row[at][0] for at in positions] for row in rows])
    run = timed(lambda: ingest(folder, source, file))
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
    """W8: a month with odd values ends in figures or in an error with its next step."""
    rows = [[cell for cell, _ in row] for row in _changed(source, changes)]
    shutil.rmtree(folder / "run", ignore_errors=True)
    shutil.copytree(ingested, folder / "run")
    file = _write(folder / f"{source}.xlsx", rows)
    timed(lambda: _to_figures(folder, source, file))


def _to_figures(folder: Path, source: str, file: Path) -> None:
    run = ingest(folder, source, file)
    assert run is not None
    try:
        quality(run, settings=Settings())
        analytics(run, settings=Settings())
    except BottleneckError as error:
        hold_promise(error)
