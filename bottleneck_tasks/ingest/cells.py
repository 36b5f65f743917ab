"""Turn rows of Python cells into an Arrow table, a batch at a time: number, text and kind of each cell."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.ingest.header import Header

__all__ = ["ErrorCell", "cells_as_text", "to_table"]

_BATCH = 20_000
_NUMBERS = {float, int}
_KIND_OF_TYPE: dict[type, str] = {float: "number", int: "number", str: "text", bool: "boolean"}


def to_table(
    rows: Iterable[Sequence[Any]],
    positions: Mapping[str, int],
    *,
    first_row: int,
    errors: Mapping[int, Mapping[int, str]],
) -> pa.Table:
    """Return `source_row` and, for each named position, `<name>_number`, `<name>_text` and `<name>_cell`.

    `rows` begin at row number `first_row`; `errors` holds the text of error cells by position and row number. An
    empty cell is null in all three columns.
    """
    import pyarrow as pa

    fields = [("source_row", pa.int64())]
    for name in positions:
        fields += [(f"{name}_number", pa.float64()), (f"{name}_text", pa.string()), (f"{name}_cell", pa.string())]
    schema = pa.schema(fields)
    source, batches = iter(rows), []
    while batch := list(islice(source, _BATCH)):
        arrays: list[pa.Array] = [pa.array(range(first_row, first_row + len(batch)), pa.int64())]
        for position in positions.values():
            values = [row[position] for row in batch]
            arrays += _arrays(values, errors.get(position, {}), first_row)
        batches.append(pa.record_batch(arrays, schema=schema))
        first_row += len(batch)
    return pa.Table.from_batches(batches, schema=schema)


def cells_as_text(header: Header, contract: SourceContract) -> str:
    """The query over such a table, `cells`, that yields the raw contract.

    Numbers are written with the 15 significant digits that Excel itself keeps: 24.2, 15298.
    """
    columns = ["source_row"]
    for name in contract.columns:
        if name in header.positions:
            columns.append(f"coalesce({name}_text, format('{{:.15g}}', {name}_number)) as {name}, {name}_cell")
        else:
            columns.append(f"cast(null as varchar) as {name}, cast(null as varchar) as {name}_cell")
    return f"select {', '.join(columns)} from cells"


def _arrays(values: list[Any], errors: Mapping[int, str], first_row: int) -> list[pa.Array]:
    """The number, text and kind of each value of one column."""
    import pyarrow as pa

    for row, text in errors.items():
        if first_row <= row < first_row + len(values):
            values[row - first_row] = ErrorCell(text)
    types = set(map(type, values))
    size = len(values)
    if types <= _NUMBERS:
        return [
            pa.array(list(map(float, values)), pa.float64()),
            pa.nulls(size, pa.string()),
            pa.repeat("number", size),
        ]
    if types == {str}:
        texts = [value or None for value in values]
        kinds = [value and "text" for value in texts]
        return [pa.nulls(size, pa.float64()), pa.array(texts, pa.string()), pa.array(kinds, pa.string())]
    return [
        pa.array([float(value) if type(value) in _NUMBERS else None for value in values], pa.float64()),
        pa.array(
            [None if type(value) in _NUMBERS or value == "" else _as_text(value) for value in values], pa.string()
        ),
        pa.array([None if value == "" else _kind_of(value) for value in values], pa.string()),
    ]


class ErrorCell(str):
    """The text of an error cell, `#N/A` for example."""

    __slots__ = ()


def _kind_of(value: object) -> str:
    return "error" if isinstance(value, ErrorCell) else _KIND_OF_TYPE.get(type(value), "date")


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
