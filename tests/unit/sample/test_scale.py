"""Any number of products: the reference month repeated, with unique keys and every blocking rule kept."""

from __future__ import annotations

import statistics
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from bottleneck_tasks.errors import DiskError, UsageError
from bottleneck_tasks.sample import SamplePaths, write_sample

if TYPE_CHECKING:
    from pathlib import Path

MERGE = """
    select web.sku, erp.product_id, erp.price, web.total_sales, erp.onsale_web
    from '{web}' as web
    left join '{liaison}' as liaison on web.sku = liaison.id_web
    left join '{erp}' as erp on erp.product_id = liaison.product_id
    where web.post_type = 'product' and web.sku is not null
"""


def _query(paths: SamplePaths, text: str) -> list[tuple[Any, ...]]:
    named = {"erp": paths.erp, "web": paths.web, "liaison": paths.liaison}
    rows: list[tuple[Any, ...]] = duckdb.execute(text.format(merge=MERGE.format(**named), **named)).fetchall()
    return rows


@pytest.mark.parametrize("products", [1, 2, 10, 713, 714, 715, 1000, pytest.param(25_000, marks=pytest.mark.slow)])
def test_every_blocking_rule_passes(products: int, tmp_path: Path) -> None:
    """Keys are unique, every web product is linked and priced, every linked product on sale is in WEB."""
    paths = write_sample(tmp_path, products=products, format="parquet")
    [(rows, skus, ids, priced)] = _query(
        paths,
        "select count(*), count(distinct sku), count(distinct product_id), "
        "count(*) filter (price > 0 and total_sales >= 0) from ({merge})",
    )
    assert rows == skus == ids == priced == products
    for sheet, key in (("erp", "product_id"), ("liaison", "product_id"), ("liaison", "id_web")):
        assert _query(paths, f"select count({key}) - count(distinct {key}) from '{{{sheet}}}'") == [(0,)]
    assert _query(
        paths,
        "select count(*) from '{erp}' join '{liaison}' using (product_id) "
        "where onsale_web = 1 and id_web is not null and id_web not in (select sku from '{web}' where sku is not null)",
    ) == [(0,)]


def test_ten_months_have_ten_times_everything(tmp_path: Path) -> None:
    """7,140 products: ten times the revenue, the premium wines and the traps."""
    paths = write_sample(tmp_path, products=7140, format="parquet")
    merged = _query(paths, "from ({merge})")
    prices = [float(row[2]) for row in merged]
    mean, deviation = statistics.mean(prices), statistics.stdev(prices)
    assert sum(row[2] * row[3] for row in merged) == Decimal("705686.00")
    assert sum((price - mean) / deviation > 2 for price in prices) == 300
    assert _query(paths, "select count(*) from '{erp}'") == [(8250,)]
    assert _query(paths, "select post_type, count(*) from '{web}' group by 1 order by 2") == [
        (None, 830), ("attachment", 7140), ("product", 7160),
    ]  # fmt: skip
    assert _query(paths, "select count(*) from '{erp}' where price < 0") == [(20,)]
    assert _query(paths, "select count(*) from '{web}' where post_title like '%&amp;%'") == [(100,)]
    names = "count(distinct post_name), count(distinct guid) filter (post_type = 'attachment')"
    assert _query(paths, f"select {names} from '{{web}}'") == [(7160, 7140)]
    [(texts,)] = _query(paths, "select count(*) from '{liaison}' where not regexp_full_match(id_web, '[0-9]+')")
    assert texts == 30


def test_a_partial_month_keeps_the_proportions(tmp_path: Path) -> None:
    """Half a month has half of each kind of row."""
    paths = write_sample(tmp_path, products=357, format="parquet")
    [(erp, blank, without_sku)] = _query(
        paths,
        "select (select count(*) from '{erp}'), count(*) filter (post_type is null), "
        "count(*) filter (post_type = 'product' and sku is null) from '{web}'",
    )
    assert erp == pytest.approx(825 / 2, abs=2)
    assert blank == pytest.approx(83 / 2, abs=1)
    assert without_sku == 1


@pytest.mark.slow
def test_714_products_are_the_reference_month(tmp_path: Path) -> None:
    """The repeated month, once, has the cells of the default workbooks."""
    default, repeated = write_sample(tmp_path / "default"), write_sample(tmp_path / "repeated", products=714)
    for sheet in ("erp", "web", "liaison"):
        one, other = (
            CalamineWorkbook.from_path(str(getattr(paths, sheet))).get_sheet_by_index(0).to_python()
            for paths in (default, repeated)
        )
        assert one == other


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    """The format changes the file, not the data."""
    csv, parquet = (write_sample(tmp_path, products=1500, format=kind) for kind in ("csv", "parquet"))
    for sheet in ("erp", "web", "liaison"):
        read = f"from read_csv('{getattr(csv, sheet)}', all_varchar = true)"
        texts = f"select columns(*)::varchar from '{getattr(parquet, sheet)}'"
        assert duckdb.execute(read).fetchall() == duckdb.execute(texts).fetchall()


@pytest.mark.parametrize(("products", "kind"), [(0, "csv"), (10_000_001, "parquet"), (490_001, "xlsx"), (5, "ods")])
def test_an_impossible_size_or_format_is_refused(products: int, kind: Any, tmp_path: Path) -> None:
    """The error is raised before a file exists, and says what to ask for."""
    with pytest.raises(UsageError) as refusal:
        write_sample(tmp_path / "out", products=products, format=kind)
    assert refusal.value.next_step.startswith(("ask for 1 to", "choose one of"))
    assert not (tmp_path / "out").exists()


def test_a_file_that_cannot_be_placed_leaves_nothing_behind(tmp_path: Path) -> None:
    """A failure of the disk is ours to name, and no half-written file stays."""
    (tmp_path / "erp.csv").mkdir()
    with pytest.raises(DiskError, match="could not write the sample"):
        write_sample(tmp_path, products=10, format="csv")
    assert [path.name for path in tmp_path.iterdir()] == ["erp.csv"]


def test_a_failure_of_duckdb_is_an_error_of_the_disk(tmp_path: Path) -> None:
    """DuckDB's own input and output error is mapped: no library exception leaves the package."""
    (tmp_path / ".erp.parquet.tmp").mkdir()
    with pytest.raises(DiskError, match="could not write the erp table"):
        write_sample(tmp_path, products=10, format="parquet")
