"""Consecutive months of the sample shop: a plausible life, the same for the same seed."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.errors import UsageError
from bottleneck_tasks.month import Month
from bottleneck_tasks.sample import write_months
from bottleneck_tasks.sample.compose import compose_month
from bottleneck_tasks.sample.life import live

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.sample.sheets import Month as Sheets

_FIRST = Month(2024, 11)


def _products(sheets: Sheets) -> dict[Any, tuple[Any, ...]]:
    return {row.cells[0]: row.cells for row in sheets.web if row.cells[25] == "product" and row.cells[0] is not None}


@pytest.fixture(scope="module")
def year() -> list[Sheets]:
    """Thirteen months of one shop."""
    return [sheets for _, sheets in live(4, first=_FIRST, months=13)]


def test_the_first_month_is_the_reference_month(year: list[Sheets]) -> None:
    """A newcomer finds the figures of the documentation at the start of the years."""
    start = compose_month(4)
    for name in ("erp", "web", "liaison"):
        assert [row.cells for row in getattr(year[0], name)] == [row.cells for row in getattr(start, name)]


def test_the_same_seed_lives_the_same_months(year: list[Sheets]) -> None:
    """Another seed lives others."""
    again = [sheets for _, sheets in live(4, first=_FIRST, months=3)]
    assert again == year[:3]
    assert [sheets for _, sheets in live(5, first=_FIRST, months=2)][1] != year[1]


def test_counters_never_go_down_and_every_month_sells(year: list[Sheets]) -> None:
    """Total_sales is a running counter; December sells more than February."""
    sold = []
    for before, after in itertools.pairwise(year):
        old, new = _products(before), _products(after)
        assert all(new[sku][5] >= old[sku][5] for sku in new.keys() & old.keys())
        sold.append(sum(new[sku][5] - old[sku][5] for sku in new.keys() & old.keys()))
    assert min(sold) > 0
    assert sold[0] > 2 * sold[2]


def test_products_come_and_go_in_all_three_exports(year: list[Sheets]) -> None:
    """A new product has its ERP row, its liaison row and its attachment; a delisted one is no longer on sale."""
    for before, after in itertools.pairwise(year):
        linked = {row.cells[1]: row.cells[0] for row in after.liaison}
        on_sale = {row.cells[0]: row.cells[1] for row in after.erp}
        new, gone = (
            _products(after).keys() - _products(before).keys(),
            _products(before).keys() - _products(after).keys(),
        )
        assert new
        assert gone
        assert all(on_sale[linked[sku]] == 1 for sku in new)
        assert all(on_sale[linked[sku]] == 0 for sku in gone)
        assert {row.cells[0] for row in after.web if row.cells[25] == "attachment"} >= new


def test_prices_move_a_little(year: list[Sheets]) -> None:
    """Some prices change every month, none by a fifth in one."""
    for before, after in itertools.pairwise(year):
        old = {row.cells[0]: row.cells[2] for row in before.erp}
        ratios = [row.cells[2] / old[row.cells[0]] for row in after.erp if old.get(row.cells[0], 0) > 0]  # type: ignore[operator]
        assert any(ratio != 1 for ratio in ratios)
        assert all(0.8 < ratio < 1.2 for ratio in ratios)


def test_months_are_written_where_a_backfill_looks(tmp_path: Path) -> None:
    """raw/YYYY/MM/, over the turn of the year, in any format."""
    written = write_months(tmp_path, months=3, first=_FIRST, format="csv")
    assert [paths.erp.relative_to(tmp_path).as_posix() for paths in written] == [
        "raw/2024/11/erp.csv", "raw/2024/12/erp.csv", "raw/2025/01/erp.csv",
    ]  # fmt: skip
    assert all(path.stat().st_size for paths in written for path in (paths.erp, paths.web, paths.liaison))
    with pytest.raises(UsageError):
        write_months(tmp_path, months=1, first=_FIRST, format="ods")  # type: ignore[arg-type]
