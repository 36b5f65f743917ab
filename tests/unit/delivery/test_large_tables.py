"""A month too large to be held has the tables of a small one: same rows, order and values, read back from the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace
from pyarrow import csv

from bottleneck_tasks.delivery.large_tables import compare_large, write_large_tables
from bottleneck_tasks.delivery.tables import CSV_TABLES, merged
from bottleneck_tasks.delivery.write_csv import DIALECTS, write_csv
from bottleneck_tasks.delivery.write_deliverables import write_deliverables
from bottleneck_tasks.settings_sections import Resources

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.delivery.material import Material

_ONE = Resources(threads=1)


@pytest.fixture
def large(small: Material, tmp_path: Path) -> Material:
    """The material of the tests, its mart in a file; two titles are formulas and one has every separator."""
    titles = small.mart["post_title"].to_pylist()
    titles[:3] = ["=1+1", "Rouge;=2", 'Clos "du"; Roy, |\t']
    mart = small.mart.set_column(
        small.mart.column_names.index("post_title"), "post_title", pa.array(titles, pa.string())
    ).sort_by("product_id")
    pq.write_table(mart, tmp_path / "mart.parquet")
    return replace(small, mart=mart, mart_file=tmp_path / "mart.parquet")


def _cells(path: Path, dialect: str) -> list[dict[str, str]]:
    separator = DIALECTS[dialect].separator
    options = csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    names = path.read_text("utf-8-sig").splitlines()[0].split(separator)
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    rows: list[dict[str, str]] = csv.read_csv(path, parse_options=options, convert_options=convert).to_pylist()
    return rows


def _frame(path: Path) -> tuple[bytes, bytes]:
    """The header, byte-order mark included, and the end of the last line."""
    content = path.read_bytes()
    return content.splitlines(keepends=True)[0], content[-2:]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_large_tables_hold_what_small_ones_do(large: Material, tmp_path: Path, dialect: str) -> None:
    """Rows, order, numbers and escaped formulas of every table; the Parquet file has the same schema and values."""
    files = write_large_tables(tmp_path / "mart.parquet", tmp_path, dialect=dialect, resources=_ONE)
    for name, cut in CSV_TABLES.items():
        write_csv(table=cut(large.mart), out=tmp_path / "small.csv", dialect=dialect)
        assert _cells(files[name], dialect) == _cells(tmp_path / "small.csv", dialect)
        assert _frame(files[name]) == _frame(tmp_path / "small.csv")
    found = pq.read_table(files["merged_with_revenue.parquet"])
    assert found.to_pylist() == merged(large.mart).to_pylist()
    assert found.schema.types == merged(large.mart).schema.types


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_cell_that_differs_is_found(large: Material, tmp_path: Path, dialect: str) -> None:
    """What was written reads back; a digit more in a title, a price or a row count does not."""
    files = write_large_tables(tmp_path / "mart.parquet", tmp_path, dialect=dialect, resources=_ONE)
    assert [
        compare_large(tmp_path / "mart.parquet", path, dialect=dialect, resources=_ONE) for path in files.values()
    ] == [None] * 4
    path = files["merged_with_revenue.csv"]
    content = path.read_text("utf-8")
    path.write_text(content.replace("instock", "onbackorder", 1), "utf-8")
    assert compare_large(tmp_path / "mart.parquet", path, dialect=dialect, resources=_ONE) == "a cell differs"
    path.write_text(content[: content.rstrip().rindex("\n") + 1], "utf-8")
    assert "rows and" in str(compare_large(tmp_path / "mart.parquet", path, dialect=dialect, resources=_ONE))


def test_a_large_month_delivers_tables_and_says_that_workbooks_are_left_out(large: Material, tmp_path: Path) -> None:
    """Both workbooks are a warning each with the number of products; everything else is there and reads back."""
    out = tmp_path / "out"
    out.mkdir()
    empty = replace(large, mart=large.mart.slice(0, 0))
    delivered = write_deliverables(material=empty, folder=out, resources=_ONE)
    assert [check.id for check in delivered.warnings] == ["XLS-ROWS", "XLSX-ROWS"]
    assert f"there are {large.figures.merged}" in delivered.warnings[0].observed
    assert sorted(delivered.files) == sorted(
        [
            *CSV_TABLES,
            "merged_with_revenue.parquet",
            "quality_report.html",
            "quarantine.csv",
            "checks.json",
            "summary.json",
        ]
    )


def test_a_large_table_for_excel_without_its_mark_is_found(large: Material, tmp_path: Path) -> None:
    """Excel takes accents for other letters where the byte-order mark is missing."""
    mart = tmp_path / "mart.parquet"
    path = write_large_tables(mart, tmp_path, dialect="excel_fr", resources=_ONE)["merged_with_revenue.csv"]
    path.write_bytes(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    assert compare_large(mart, path, dialect="excel_fr", resources=_ONE) == "the byte-order mark is missing"
    assert large.mart_file == mart
