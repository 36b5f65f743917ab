"""Parquet exports give the same text as the workbooks of the same content."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bottleneck_tasks.errors import ContractError, DataError, UnsafeWorkbookError
from tests.unit.ingest.files import ingest_rows

if TYPE_CHECKING:
    from pathlib import Path

_NOON = dt.datetime(2018, 2, 12, 13, 58, 13)


def _write(folder: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), folder / "liaison.parquet")
    return folder / "liaison.parquet"


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array([15298]), "15298"), (pa.array([15298.0]), "15298"), (pa.array([24.2]), "24.2"),
        (pa.array([24.2], pa.float32()), "24.2"), (pa.array([16777216], pa.float32()), "16777216"), (pa.array([0.1 + 0.2]), "0.3"),
        (pa.array([float("nan")]), None), (pa.array([float("inf")]), None), (pa.array([True]), "1"),
        (pa.array([Decimal("24.20")]), "24.20"), (pa.array(["13127-1"]), "13127-1"), (pa.array([""]), None),
        (pa.array([None], pa.string()), None), (pa.array([None]), None), (pa.array(["x"]).dictionary_encode(), "x"),
        (pa.array([_NOON]), "2018-02-12 13:58:13"), (pa.array([dt.date(2018, 2, 12)]), "2018-02-12"),
        (pa.array([_NOON], pa.timestamp("us", "Asia/Tokyo")), "2018-02-12 13:58:13"), (pa.array([[1, 2]]), "[1, 2]"),
        (pa.array([2**62]), "4611686018427387904"),
    ],
)  # fmt: skip
def test_each_type_has_one_text(tmp_path: Path, column: pa.Array, text: str | None) -> None:
    """The text does not depend on the storage type, nor on the time zone of the machine."""
    _, rows = ingest_rows(tmp_path, "liaison", _write(tmp_path, product_id=[1], id_web=column))
    assert rows == [{"source_row": 2, "product_id": "1", "id_web": text}]


def test_names_are_matched_as_in_a_sheet(tmp_path: Path) -> None:
    """Case, blanks, quotes and extra columns; row numbers as if the header were row 1."""
    table = pa.table({'no"te': ["a", "b"], " ID_Web\u00a0": ["x", "y"], "Product_ID": [1, 2]})
    pq.write_table(table, tmp_path / "l'été.parquet")
    facts, rows = ingest_rows(tmp_path, "liaison", tmp_path / "l'été.parquet")
    assert facts.unknown_columns == ('no"te',)
    assert [tuple(row.values()) for row in rows] == [(2, "1", "x"), (3, "2", "y")]


def test_several_row_groups_keep_the_row_numbers(tmp_path: Path) -> None:
    """Read in parallel, numbered in order."""
    numbers = list(range(30_000))
    pq.write_table(
        pa.table({"product_id": numbers, "id_web": numbers}), tmp_path / "liaison.parquet", row_group_size=1_000
    )
    _, rows = ingest_rows(tmp_path, "liaison", tmp_path / "liaison.parquet")
    assert [(row["source_row"] - 2, row["product_id"]) for row in rows] == [(number, str(number)) for number in numbers]


@pytest.mark.parametrize(
    ("columns", "what", "next_step"),
    [
        ({"product_id": [1], "idweb": [2]}, "the liaison export lacks the column id_web",
         "rename 'idweb' to 'id_web' in the export"),
        ({"product_id": [1], "id_web": [2], "ID_WEB": [3]}, "column id_web stands twice",
         "remove one of the two columns from the export"),
        ({"product_id": [1], "id_web": [2], "File_Row_Number": [3]}, "a column is named file_row_number",
         "rename it in the export"),
    ],
)  # fmt: skip
def test_columns_that_do_not_fit_are_named(tmp_path: Path, columns: dict[str, Any], what: str, next_step: str) -> None:
    """Exit 65, SRC-03."""
    with pytest.raises(ContractError) as caught:
        ingest_rows(tmp_path, "liaison", _write(tmp_path, **columns))
    error = caught.value
    assert (error.exit_code, error.code, error.what, error.next_step) == (65, "SRC-03", what, next_step)
    assert error.facts["file"] == "liaison.parquet"


def test_no_row_is_refused(tmp_path: Path) -> None:
    """Exit 65, SRC-04."""
    with pytest.raises(DataError, match="the liaison export has no data row") as caught:
        ingest_rows(
            tmp_path, "liaison", _write(tmp_path, product_id=pa.array([], pa.int64()), id_web=pa.array([], pa.int64()))
        )
    assert caught.value.code == "SRC-04"


@pytest.mark.parametrize("damage", ["cut", "footer", "pages"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    """Exit 65, SRC-01: in the footer, or in pages that are read last."""
    file = _write(tmp_path, product_id=list(range(9_000)), id_web=[f"{number:09}" for number in range(9_000)])
    content = bytearray(file.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "footer":
        content[-40:-8] = b"\xff" * 32
    else:
        content[10:3_000] = b"\xff" * 2_990
    file.write_bytes(bytes(content))
    with pytest.raises(UnsafeWorkbookError) as caught:
        ingest_rows(tmp_path, "liaison", file)
    assert (caught.value.code, caught.value.next_step) == ("SRC-01", "export it again")
    assert caught.value.what.startswith("the file is damaged (")
    assert caught.value.facts == {"file": "liaison.parquet"}


def test_optional_columns_may_be_absent(tmp_path: Path) -> None:
    """They are reported and read as empty."""
    table = pa.table({"sku": [101], "post_type": ["product"], "post_title": ["Vin"], "total_sales": [3]})
    pq.write_table(table, tmp_path / "web.parquet")
    facts, rows = ingest_rows(tmp_path, "web", tmp_path / "web.parquet")
    assert facts.missing_columns == ("post_status", "post_name", "guid", "post_date")
    assert rows[0]["guid"] is None
