"""Pandera's own verdict on a table that a stage has built: the second opinion on our SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.errors import InternalError

if TYPE_CHECKING:
    import pandera.pyarrow as pandera
    import pyarrow as pa

__all__ = ["hold"]


def hold(model: type[pandera.DataFrameModel], table: pa.Table) -> None:
    """Raise InternalError (70) when a table breaks its contract: a fault of the library, never of the data."""
    from pandera.errors import SchemaErrors

    try:
        model.validate(table, lazy=True)
    except SchemaErrors as error:
        raise InternalError(
            "CONTRACT",
            f"{model.to_schema().name} breaks its own contract: {error}",
            "report this as a fault of the library, with the run directory",
        ) from error
