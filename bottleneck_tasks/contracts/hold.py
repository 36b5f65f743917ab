"""Pandera's own verdict on a dataset that a stage has written: the second opinion on our SQL."""

from __future__ import annotations

import functools
import importlib
import sys
from typing import TYPE_CHECKING

from bottleneck_tasks.errors import InternalError

if TYPE_CHECKING:
    from pathlib import Path

    import pandera.pyarrow as pandera

__all__ = ["hold"]

_BATCH = 1_000_000


def hold(model: type[pandera.DataFrameModel], path: Path) -> None:
    """Raise InternalError (70) when a Parquet file breaks its contract: a fault of the library, never of the data.

    The file is judged a million rows at a time, so that memory is bounded; uniqueness is judged within each.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pandera.errors import SchemaErrors

    _note_absent_engines()
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        batches = file.iter_batches(_BATCH, use_threads=False) if file.metadata.num_rows else [schema.empty_table()]
        for batch in batches:
            table = batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch])
            try:
                model.validate(table, lazy=True)
            except SchemaErrors as error:
                raise InternalError(
                    "CONTRACT",
                    f"{model.to_schema().name} breaks its own contract: {error}",
                    "report this as a fault of the library, with the run directory",
                ) from error


@functools.cache
def _note_absent_engines() -> None:
    """Pandera tries to import these for each column, which reads them anew each time when what they need is absent."""
    for engine in ("pyspark_engine", "numpy_engine", "pandas_engine"):
        name = f"pandera.engines.{engine}"
        try:
            importlib.import_module(name)
        except ImportError:
            sys.modules[name] = None  # type: ignore[assignment]  # how Python notes that a module cannot be imported
