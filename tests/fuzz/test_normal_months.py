"""Normal life raises no false alarm; more seeds than here in benchmarks/drift.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.sample.life import live
from tests.unit.history.shop import FIRST, TRAPS, judge

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.history.past import Recorded
    from bottleneck_tasks.month import Month


@pytest.mark.slow
@pytest.mark.parametrize("seed", [101, 102])
def test_fourteen_normal_months_raise_no_false_alarm(seed: int, tmp_path: Path) -> None:
    """Fixed limits, robust z and the season all see a normal shop as one."""
    past: dict[Month, Recorded] = {}
    for month, sheets in live(seed, first=FIRST, months=14):
        record, named = judge(tmp_path / str(month), month, sheets, past)
        assert set(named) <= TRAPS, (month, {rule: check.observed for rule, check in named.items()})
        assert record is not None
        past[month] = record
