"""Rules of quality at their bounds: what is just a fault, and what is just none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.quality.stages import good_month, judge

if TYPE_CHECKING:
    from pathlib import Path


def test_a_price_below_zero_is_said_of_products_that_are_not_on_the_web(tmp_path: Path) -> None:
    """Without a liaison row or with a SKU that the web lacks; on the web CA-01 names it, and a price of zero is none."""
    month = good_month(tmp_path, severity={"CA-01": "info"})
    month.erp[1][2] = -3
    month.erp += [
        [31, 0, -0.01, 1, "instock"],
        [32, 0, -2, 1, "instock"],
        [33, 0, 0, 1, "instock"],
        [34, 0, 0.5, 1, "instock"],
    ]
    month.liaison += [[32, 932], [33, 933]]
    outcome = judge(month)
    rows = len(month.erp)
    assert [(cell["row"], cell["value"]) for cell in outcome.findings("ERP-W1-PRICE")] == [
        (rows - 3, "-0.01"), (rows - 2, "-2"),
    ]  # fmt: skip
    assert [cell["row"] for cell in outcome.findings("CA-01")] == [2]


@pytest.mark.parametrize(
    ("unread", "blank", "broken"), [(4, 0, False), (5, 0, True), (6, 0, True), (5, 40, True), (7, 0, True)]
)
def test_a_column_is_broken_from_five_cells_and_a_share_on(
    tmp_path: Path, unread: int, blank: int, broken: bool
) -> None:
    """ERP-03: four cells are typing errors; five of fourteen are a broken export, blank rows not counted."""
    month = good_month(tmp_path, severity={"ERP-W2": "info", "CA-01": "info", "ERP-03": "info"})
    for row in month.erp[1 : unread + 1]:
        row[4] = "?"
    month.erp += [[None] * 5 for _ in range(blank)]
    assert (judge(month).checks["ERP-03"].rows > 0) is broken


@pytest.mark.parametrize(
    ("unread", "share", "broken"), [(5, 0.35, True), (5, 0.5, False), (7, 0.5, False), (8, 0.5, True)]
)
def test_a_column_is_broken_past_a_share_of_unreadable_cells(
    tmp_path: Path, unread: int, share: float, broken: bool
) -> None:
    """ERP-03: seven of fourteen cells are half of them, and not more than half."""
    month = good_month(
        tmp_path, severity={"ERP-W2": "info", "ERP-03": "info"}, plausibility={"unreadable_share": share}
    )
    for row in month.erp[1 : unread + 1]:
        row[4] = "?"
    assert (judge(month).checks["ERP-03"].rows > 0) is broken
