"""The cells of an ingested export as text, the raw contract, whatever raw.parquet holds.

Workbooks and CSV files are read once, into text. An export that came as Parquet is kept as it is: its columns have
types already, so that the stages take its numbers as they are, and text is made of them only where it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from bottleneck_tasks.database import parquet_rows, quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

__all__ = ["ROW_NUMBER", "Stored", "all_plain", "raw_cells", "stored_columns", "stored_rows"]

ROW_NUMBER = "file_row_number"
"""The column that DuckDB adds to a Parquet file."""

_CENTS, _DIGITS = 2, 16
"""Decimals of so many places, and of no more digits, are amounts as they are."""


class Stored(Struct, frozen=True):
    """A column as it is stored: its `value` in SQL, the same as `text`, the `kind` of its cells, what it counts in."""

    value: str
    text: str
    kind: str
    unit: Literal["whole", "cents", "other"] = "other"


def raw_cells(path: Path, columns: Sequence[str], names: Mapping[str, str]) -> str:
    """The query that yields `source_row` and, for each column, its text and `<column>_cell`, the kind of its cell.

    `names` is what an export that came as Parquet calls its columns (SourceFacts.columns), empty for any other.
    """
    if not names:
        return f"select * from {parquet_rows(path)}"
    stored = stored_columns(path, columns, names)
    cells = [f"{ROW_NUMBER} + 2 as source_row"]
    for name, column in stored.items():
        kind = f"case when {column.text} is not null then '{column.kind}' end"
        cells.append(f"{column.text} as {name}, {kind} as {name}_cell")
    return f"select {', '.join(cells)} from {stored_rows(path)}"


def stored_rows(path: Path) -> str:
    """The rows of an export that came as Parquet, numbered from 0 in its order."""
    return f"read_parquet({quote(str(path))}, {ROW_NUMBER} = true)"


def all_plain(value: str, *, label: bool) -> str:
    """Whether every text of a column is compared as it is, in SQL: `is_plain` of duckdb.sql, and in a label no entity."""
    plain = f"strlen({value}) = length({value}) and {value} >= '!' and substr({value}, -1) > ' '"
    if label:
        plain += f" and not contains({value}, '&')"
    return f"coalesce(bool_and({plain}), true)"


def stored_columns(path: Path, columns: Sequence[str], names: Mapping[str, str]) -> dict[str, Stored]:
    """How each column of the contract is stored; one that is absent is empty."""
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    absent = Stored("cast(null as varchar)", "cast(null as varchar)", "untyped")
    return {
        column: _stored(names[column], schema.field(names[column]).type) if column in names else absent
        for column in columns
    }


def _stored(name: str, kind: pa.DataType) -> Stored:
    import pyarrow as pa

    value = '"' + name.replace('"', '""') + '"'
    as_text = f"cast({value} as varchar)"
    if pa.types.is_boolean(kind):
        return Stored(value, f"cast(cast({value} as integer) as varchar)", "boolean")
    if pa.types.is_floating(kind):
        digits = f"format('{{:.15g}}', cast({value} as double))"
        if not pa.types.is_float64(kind):  # the double beside a float of 24.2 is 24.2000007629395
            digits = f"case when {value} = trunc({value}) then {digits} else {as_text} end"
        return Stored(value, f"case when isfinite({value}) then {digits} end", "number")
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return Stored(value, as_text, "number", _unit(kind))
    if pa.types.is_temporal(kind):
        in_utc = f"cast({value} at time zone 'UTC' as varchar)"
        return Stored(value, in_utc if pa.types.is_timestamp(kind) and kind.tz else as_text, "date")
    return Stored(value, f"nullif({as_text}, '')", "untyped")


def _unit(kind: pa.DataType) -> Literal["whole", "cents", "other"]:
    import pyarrow as pa

    if pa.types.is_integer(kind):
        return "other" if pa.types.is_uint64(kind) else "whole"
    return "cents" if kind.scale == _CENTS and kind.precision <= _DIGITS else "other"
