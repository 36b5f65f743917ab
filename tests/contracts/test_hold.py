"""What a stage writes is held against its own contract once more: a breach is a fault of the library, exit 70."""

from __future__ import annotations

import pyarrow as pa
import pytest

from bottleneck_tasks.contracts.hold import hold
from bottleneck_tasks.contracts.liaison import CleanLiaison
from bottleneck_tasks.errors import InternalError


def _liaison(*product_ids: int) -> pa.Table:
    rows = len(product_ids)
    return pa.table({
        "source_row": pa.array(range(2, rows + 2), pa.int64()),
        "product_id": pa.array(product_ids, pa.int64()),
        "id_web": pa.array([str(number) for number in range(rows)], pa.string()),
    })  # fmt: skip


def test_a_table_that_keeps_its_contract_is_held() -> None:
    """Nothing is raised."""
    hold(CleanLiaison, _liaison(1, 2))


def test_a_table_that_breaks_its_contract_is_our_fault() -> None:
    """Exit 70 with the dataset and the column, never a figure made of it."""
    with pytest.raises(InternalError, match=r"(?s)clean_liaison breaks its own contract.*product_id") as caught:
        hold(CleanLiaison, _liaison(1, 1))
    assert (caught.value.exit_code, caught.value.code) == (70, "CONTRACT")
