"""Same seed, same bytes; another seed, another catalogue; nothing of the customer's."""

from __future__ import annotations

import functools
import hashlib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from python_calamine import CalamineWorkbook

from bottleneck_tasks.sample import write_sample
from bottleneck_tasks.sample.compose import compose_month

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.sample.conftest import Exports

REAL_DATA = Path(__file__).parents[4] / "shared" / "data"
ROWS_OF_SEED_0 = "486ff9ee3cf2f87ac9f897415d5c1dd6166c6c26958f8a876b08159bb0d92e7a"


@pytest.mark.parametrize(
    ("products", "kind"),
    [
        (None, "xlsx"),
        pytest.param(800, "xlsx", marks=pytest.mark.slow),
        pytest.param(100_000, "parquet", marks=pytest.mark.slow),
        pytest.param(20_000, "csv", marks=pytest.mark.slow),
    ],
)
def test_the_same_seed_gives_the_same_bytes(
    products: int | None, kind: Literal["xlsx", "csv", "parquet"], tmp_path: Path
) -> None:
    """Two writings of one seed are equal byte for byte, several threads or not."""
    one, two = (write_sample(tmp_path / name, seed=5, products=products, format=kind) for name in ("first", "second"))
    for sheet in ("erp", "web", "liaison"):
        assert getattr(one, sheet).read_bytes() == getattr(two, sheet).read_bytes()


def test_no_workbook_tells_the_time(tmp_path: Path) -> None:
    """Neither a zip entry nor the document properties carry the hour of the writing."""
    with zipfile.ZipFile(write_sample(tmp_path).web) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2020, 9, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2020-09-01T00:00:00Z") == 2


def test_the_rows_of_a_seed_never_change() -> None:
    """Seed 0 means the same rows on every Python version and every machine."""
    month = compose_month(0)
    rows = repr([[row.cells for row in month.rows(sheet)] for sheet in ("erp", "liaison", "web")])
    assert hashlib.sha256(rows.encode()).hexdigest() == ROWS_OF_SEED_0


def test_another_seed_invents_other_products(exports_of_seed: Callable[[int], Exports]) -> None:
    """Seeds share no more than a few titles, and not one product id, price and SKU."""
    one, other = ({(r["product_id"], r["price"], r["sku"]) for r in exports_of_seed(seed).merged} for seed in (0, 1))
    assert not one & other


if REAL_DATA.exists():

    @functools.cache
    def _real_texts(*columns: str) -> set[Any]:
        header, *rows = CalamineWorkbook.from_path(str(REAL_DATA / "web.xlsx")).get_sheet_by_index(0).to_python()
        return {row[header.index(column)] for row in rows for column in columns} - {""}

    @pytest.mark.parametrize("seed", range(10))
    @pytest.mark.parametrize("column", ["post_title", "post_name", "post_excerpt", "guid"])
    def test_nothing_of_the_customers_catalogue_is_copied(
        column: str, seed: int, exports_of_seed: Callable[[int], Exports]
    ) -> None:
        """No title, slug, excerpt or address of the real export is in the sample."""
        invented = {row[column] for row in exports_of_seed(seed).web} - {None}
        assert invented
        assert not invented & _real_texts(column)
