"""Turn rows of Python cells into the raw contract, a batch at a time: text and kind of each cell."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

__all__ = ["ErrorCell", "to_table"]

_BATCH = 20_000
_NUMBERS = {float, int}
_KIND_OF_TYPE: dict[type, str] = {float: "number", int: "number", str: "text", bool: "boolean"}


def to_table(
    rows: Iterable[Sequence[Any]],
    columns: Sequence[str],
    positions: Mapping[str, int],
    *,
    first_row: int,
    errors: Mapping[int, Mapping[int, str]] | None = None,
    kind: str | None = None,
) -> pa.Table:
    """Return the raw contract: `source_row` and, for each column, its text and `<name>_cell`, both null when empty.

    `rows` begin at row number `first_row`; a column without a position is empty. `errors` holds the text of error cells
    by position and row number. `kind` is that of every cell, where the file cannot tell.
    """
    import pyarrow as pa

    fields = [("source_row", pa.int64())]
    for name in columns:
        fields += [(name, pa.string()), (f"{name}_cell", pa.string())]
    schema = pa.schema(fields)
    source, batches = iter(rows), []
    while batch := list(islice(source, _BATCH)):
        arrays: list[pa.Array] = [pa.array(range(first_row, first_row + len(batch)), pa.int64())]
        for name in columns:
            if name not in positions:
                arrays += [pa.nulls(len(batch), pa.string())] * 2
                continue
            values = [row[positions[name]] for row in batch]
            for row, text in (errors or {}).get(positions[name], {}).items():
                if first_row <= row < first_row + len(batch):
                    values[row - first_row] = ErrorCell(text)
            arrays += [pa.array(cells, pa.string()) for cells in _texts_and_kinds(values, kind)]
        batches.append(pa.record_batch(arrays, schema=schema))
        first_row += len(batch)
    return pa.Table.from_batches(batches, schema=schema)


def _texts_and_kinds(values: list[Any], kind: str | None) -> tuple[list[str | None], list[str | None]]:
    """The cells of one column. Numbers are written with the 15 significant digits that Excel itself keeps: 24.2, 15298."""
    types = set(map(type, values))
    if types <= _NUMBERS:
        return [f"{value:.15g}" for value in values], ["number"] * len(values)
    if types == {str}:
        texts = [value or None for value in values]
        return texts, [text and (kind or "text") for text in texts]
    return [_as_text(value) for value in values], [_kind_of(value) for value in values]


class ErrorCell(str):
    """The text of an error cell, `#N/A` for example."""

    __slots__ = ()


def _kind_of(value: object) -> str | None:
    if value == "":
        return None
    return "error" if isinstance(value, ErrorCell) else _KIND_OF_TYPE.get(type(value), "date")


def _as_text(value: object) -> str | None:
    if type(value) in _NUMBERS:
        return f"{value:.15g}"
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) or None
