"""What a stage writes is held against its own contract once more: a breach is a fault of the library, exit 70."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bottleneck_tasks.contracts.hold import hold
from bottleneck_tasks.contracts.liaison import CleanLiaison
from bottleneck_tasks.errors import InternalError

if TYPE_CHECKING:
    from pathlib import Path


def _liaison(folder: Path, *product_ids: int) -> Path:
    rows = len(product_ids)
    table = pa.table({
        "source_row": pa.array(range(2, rows + 2), pa.int64()),
        "product_id": pa.array(product_ids, pa.int64()),
        "id_web": pa.array([str(number) for number in range(rows)], pa.string()),
    })  # fmt: skip
    pq.write_table(table, folder / "liaison.parquet")
    return folder / "liaison.parquet"


def test_a_table_that_keeps_its_contract_is_held(tmp_path: Path) -> None:
    """Nothing is raised."""
    hold(CleanLiaison, _liaison(tmp_path, 1, 2))


def test_a_table_that_breaks_its_contract_is_our_fault(tmp_path: Path) -> None:
    """Exit 70 with the dataset and the column, never a figure made of it."""
    with pytest.raises(InternalError, match=r"(?s)clean_liaison breaks its own contract.*product_id") as caught:
        hold(CleanLiaison, _liaison(tmp_path, 1, 1))
    assert (caught.value.exit_code, caught.value.code) == (70, "CONTRACT")
