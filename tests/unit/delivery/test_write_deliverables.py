"""The whole set: names, bytes, read-back, what happens when a file is wrong or too small."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from bottleneck_tasks.delivery import write_xls as xls_module
from bottleneck_tasks.delivery.read_back import read_back
from bottleneck_tasks.delivery.write_deliverables import write_deliverables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bottleneck_tasks.delivery.material import Material

NAMES = {
    "report.xls", "revenue_report.xlsx", "vins_premium.csv", "vins_ordinaires.csv", "merged_with_revenue.csv",
    "merged_with_revenue.parquet", "quality_report.html", "quarantine.csv", "checks.json", "summary.json",
}  # fmt: skip


@pytest.mark.parametrize("dialect", ["standard", "excel_fr"])
def test_every_deliverable_is_written_and_reads_back(month: Material, tmp_path: Path, dialect: str) -> None:
    """Ten files, OUT-01 passes, and the files themselves say so."""
    delivered = write_deliverables(material=month, folder=tmp_path, dialect=dialect)
    assert set(delivered.files) == {file.name for file in tmp_path.iterdir()} == NAMES
    assert [(check.id, check.result) for check in delivered.checks] == [("OUT-01", "pass")]
    assert delivered.warnings == ()
    assert json.loads((tmp_path / "checks.json").read_text())[-1]["id"] == "OUT-01"


def test_same_material_same_bytes(month: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another folder, another time zone and another row order change no byte of any file."""
    contents = []
    for number, zone in enumerate(("UTC", "Asia/Tokyo")):
        monkeypatch.setenv("TZ", zone)
        order = range(714) if number else range(713, -1, -1)
        (tmp_path / str(number)).mkdir()
        write_deliverables(
            material=replace(month, mart=month.mart.take(pa.array(order))), folder=tmp_path / str(number)
        )
        contents.append({file.name: file.read_bytes() for file in (tmp_path / str(number)).iterdir()})
    assert contents[0] == contents[1]


def test_parquet_is_the_mart_as_it_is(small: Material, tmp_path: Path) -> None:
    """Text is not escaped in Parquet, money is decimal, internal columns are left out."""
    write_deliverables(material=small, folder=tmp_path)
    table = pq.read_table(tmp_path / "merged_with_revenue.parquet")
    assert table.column_names == [name for name in small.mart.column_names if not name.endswith("_row")]
    assert pa.types.is_decimal(table.schema.field("revenue").type)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_damaged_file_is_noticed(name: str, small: Material, tmp_path: Path) -> None:
    """Cut any file in half and OUT-01 blocks, naming it."""
    delivered = write_deliverables(material=small, folder=tmp_path)
    os.truncate(tmp_path / name, (tmp_path / name).stat().st_size // 2)
    said = replace(small, checks=(*small.checks, *delivered.checks))
    check = read_back(material=said, files=delivered.files)
    assert (check.id, check.result, check.rows) == ("OUT-01", "block", 1)
    assert check.observed.startswith(f"{name}: ")


@pytest.mark.parametrize(
    "name",
    [
        "report.xls",
        "revenue_report.xlsx",
        "merged_with_revenue.csv",
        "merged_with_revenue.parquet",
        "quality_report.html",
        "summary.json",
        "quarantine.csv",
    ],
)
def test_files_of_other_data_are_noticed(
    name: str, small: Material, month: Material, tmp_path: Path, make_material: Callable[..., Material]
) -> None:
    """A readable file with other rows or totals is a difference too."""
    delivered = write_deliverables(material=small, folder=tmp_path)
    other = make_material([("9", "Autre", "11.00", 3, 3)])
    check = read_back(
        material=replace(other, checks=(*small.checks, *delivered.checks)), files={name: delivered.files[name]}
    )
    assert check.result == "block"
    assert check.observed.startswith(f"{name}: ")


def test_a_month_too_long_for_xls_is_delivered_without_it(
    small: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """report.xls is left out with a warning that every document names; the rest is whole."""
    monkeypatch.setattr(xls_module, "ROW_LIMIT", 6)
    delivered = write_deliverables(material=small, folder=tmp_path)
    assert set(delivered.files) == NAMES - {"report.xls"}
    assert [(check.id, check.result) for check in delivered.checks] == [("XLS-ROWS", "warn"), ("OUT-01", "pass")]
    assert "XLS-ROWS" in (tmp_path / "quality_report.html").read_text()
    assert "XLS-ROWS" in [warning["id"] for warning in json.loads((tmp_path / "summary.json").read_text())["warnings"]]
    assert not (tmp_path / "report.xls").exists()


def test_figures_that_disagree_with_the_mart_are_noticed(small: Material, tmp_path: Path) -> None:
    """A total that is not the sum of the rows cannot be delivered in silence, and the documents tell."""
    wrong = replace(small, figures=replace(small.figures, revenue_total=small.figures.revenue_total + 1))
    delivered = write_deliverables(material=wrong, folder=tmp_path)
    assert delivered.checks[-1].result == "block"
    assert "sum of revenue is" in delivered.checks[-1].observed
    assert json.loads((tmp_path / "checks.json").read_text())[-1]["result"] == "block"
