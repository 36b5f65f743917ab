"""Let a function of one text work on a column, as both engines call it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["on_column"]


@functools.cache
def on_column(function: Callable[[str], str]) -> Callable[[Any], Any]:
    """The function of an Arrow column of texts; kept for good, because DuckDB 2.0 holds no reference to it."""

    def of_column(column: Any) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        read = pa.array([function(text) for text in column.drop_null().to_pylist()], pa.string())
        if len(read) == len(column):
            return read
        return pc.replace_with_mask(pa.nulls(len(column), pa.string()), column.is_valid(), read)

    of_column.__annotations__ = {}  # Spark would read them, and they are text here
    return of_column
