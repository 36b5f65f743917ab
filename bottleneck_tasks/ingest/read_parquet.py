"""Read a table from a Parquet file: the format for millions of products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.errors import ContractError, UnsafeWorkbookError
from bottleneck_tasks.ingest.header import best_header
from bottleneck_tasks.ingest.refuse import refuse_rows
from bottleneck_tasks.ingest.sheet import Sheet

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.settings import Limits

__all__ = ["read_parquet"]

_ROW_NUMBER = "file_row_number"
"""The column that DuckDB adds."""


def read_parquet(path: Path, contract: SourceContract, *, name: str, limits: Limits) -> Sheet:
    """Return the cells of a Parquet file, read by DuckDB in parallel and never held in memory as a whole.

    Raises UnsafeWorkbookError (65): SRC-01 when the file is damaged, SRC-02 when it has too many rows; ContractError
    (65, SRC-03) when a required column is missing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
        groups = sum(metadata.row_group(number).num_rows for number in range(metadata.num_row_groups))
    except (pa.ArrowException, OSError) as error:
        raise UnsafeWorkbookError("SRC-01", f"the file is damaged ({error})", "export it again", file=name) from error
    refuse_rows(max(metadata.num_rows, groups), name=name, limits=limits)
    header = best_header([schema.names], contract).require(contract, file=name, sheet="", row=1)
    if _ROW_NUMBER in {column.lower() for column in schema.names}:
        raise ContractError("SRC-03", f"a column is named {_ROW_NUMBER}", "rename it in the export", file=name)
    columns = [f"{_ROW_NUMBER} + 2 as source_row"]
    for column in contract.columns:
        position = header.positions.get(column)
        if position is None:
            columns.append(f"cast(null as varchar) as {column}, cast(null as varchar) as {column}_cell")
        else:
            value, cell = _as_text(schema.names[position], schema.types[position])
            columns.append(f"{value} as {column}, case when {value} is not null then '{cell}' end as {column}_cell")
    quoted = str(path).replace("'", "''")
    query = f"select {', '.join(columns)} from read_parquet('{quoted}', {_ROW_NUMBER} = true)"
    return Sheet(name="", header=header, header_row=1, query=query)


def _as_text(column: str, kind: pa.DataType) -> tuple[str, str]:
    import pyarrow as pa

    quoted = '"' + column.replace('"', '""') + '"'
    if pa.types.is_boolean(kind):
        return f"cast(cast({quoted} as integer) as varchar)", "boolean"
    if pa.types.is_floating(kind):
        return f"case when isfinite({quoted}) then format('{{:.15g}}', cast({quoted} as double)) end", "number"
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return f"cast({quoted} as varchar)", "number"
    if pa.types.is_timestamp(kind) and kind.tz:
        return f"cast({quoted} at time zone 'UTC' as varchar)", "date"
    if pa.types.is_temporal(kind):
        return f"cast({quoted} as varchar)", "date"
    return f"nullif(cast({quoted} as varchar), '')", "untyped"
