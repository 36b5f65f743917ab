"""The mart as Parquet, for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.delivery.tables import merged

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.delivery.material import Material

__all__ = ["write_parquet"]


def write_parquet(*, material: Material, out: Path) -> None:
    """Write one row a product, sorted by product_id; text is kept as it is: Parquet knows no formula."""
    import pyarrow.parquet as pq

    pq.write_table(merged(material.mart), out, compression="zstd", row_group_size=1_000_000)
