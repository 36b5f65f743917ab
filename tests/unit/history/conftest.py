"""Four months of the shop, lived once for all tests of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.sample.life import live
from tests.unit.history.shop import FIRST, TRAPS, judge, write_csv_exports

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.history.past import Recorded
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.sample.sheets import Month as Sheets


@pytest.fixture(scope="session")
def lived() -> list[tuple[Month, Sheets]]:
    """The exports of four consecutive months."""
    return list(live(0, first=FIRST, months=4))


@pytest.fixture(scope="session")
def past(lived: list[tuple[Month, Sheets]], tmp_path_factory: pytest.TempPathFactory) -> dict[Month, Recorded]:
    """The first three of them, recorded one after the other; none is warned of for what it is not."""
    recorded: dict[Month, Recorded] = {}
    for month, sheets in lived[:3]:
        record, named = judge(tmp_path_factory.mktemp("lived") / str(month), month, sheets, recorded)
        assert set(named) <= TRAPS
        assert record is not None
        recorded[month] = record
    return recorded


@pytest.fixture
def shop(lived: list[tuple[Month, Sheets]], tmp_path: Path) -> Path:
    """Three months of exports under raw/YYYY/MM/."""
    for month, sheets in lived[:3]:
        write_csv_exports(tmp_path / "raw" / month.folder, sheets)
    return tmp_path
