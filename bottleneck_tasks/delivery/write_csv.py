"""CSV files in UTF-8: `standard` for machines (RFC 4180, LF), `excel_fr` for a French Excel.

Rows are formatted a batch at a time by Arrow: memory is bounded and ten million rows are no problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bottleneck_tasks.delivery.escape import escape_column

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

__all__ = ["DIALECTS", "Dialect", "write_csv"]

_BATCH = 100_000


class Dialect(Struct, frozen=True):
    """How a CSV file is written."""

    separator: str
    decimal: str
    line_end: str
    mark: bytes


DIALECTS = {
    "standard": Dialect(",", ".", "\n", b""),
    "excel_fr": Dialect(";", ",", "\r\n", b"\xef\xbb\xbf"),
}


def write_csv(*, table: pa.Table, out: Path, dialect: str = "standard") -> None:
    """Write a table with its header. Text is escaped (see escape.py), numbers stay numbers, nulls are empty."""
    chosen = DIALECTS[dialect]
    with out.open("wb") as file:
        file.write(chosen.mark)
        file.write((chosen.separator.join(table.column_names) + chosen.line_end).encode())
        for start in range(0, table.num_rows, _BATCH):
            file.writelines(_lines(table.slice(start, _BATCH), chosen))


def _lines(batch: pa.Table, dialect: Dialect) -> Iterator[bytes]:
    import pyarrow.compute as pc

    columns = [_text(column, dialect).combine_chunks() for column in batch.columns]
    lines = pc.binary_join_element_wise(*columns, dialect.separator)
    yield dialect.line_end.join([*lines.to_pylist(), ""]).encode()


def _text(column: pa.ChunkedArray, dialect: Dialect) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _quoted(escape_column(pc.fill_null(column.cast(pa.string()), "")))
    text = pc.fill_null(column.cast(pa.string()), "")
    if dialect.decimal != "." and (pa.types.is_decimal(column.type) or pa.types.is_floating(column.type)):
        text = pc.replace_substring(text, ".", dialect.decimal)
    return text


def _quoted(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Quote what any usual separator would cut, not only this dialect's."""
    import pyarrow.compute as pc

    needed = pc.match_substring_regex(text, '[",;|\t\r\n]|^ | $')
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(text, '"', '""'), '"', "")
    return pc.if_else(needed, quoted, text)
