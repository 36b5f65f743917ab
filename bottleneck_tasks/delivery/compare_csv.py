"""Hold a written CSV file against the table it was made from: parsed back to its types, not to text."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bottleneck_tasks.delivery.escape import escape_column
from bottleneck_tasks.delivery.write_csv import DIALECTS, Dialect

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

__all__ = ["compare_csv"]


def compare_csv(table: pa.Table, path: Path, *, dialect: str, total: Decimal | None = None) -> str | None:
    """The first difference, or None; `total` is what the column revenue must add up to."""
    import pyarrow as pa
    from pyarrow import csv

    names, chosen = table.column_names, DIALECTS[dialect]
    if not path.read_bytes().startswith(chosen.mark):
        return "the byte-order mark is missing"
    found = csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter=chosen.separator, newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    if found.column_names != names:
        return f"columns are {', '.join(found.column_names)}"
    if found.num_rows != table.num_rows:
        return f"{found.num_rows} rows instead of {table.num_rows}"
    return _first_difference(found, table, chosen) or _total(found, chosen, total)


def _first_difference(found: pa.Table, table: pa.Table, dialect: Dialect) -> str | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for name in table.column_names:
        wanted = table[name]
        if pa.types.is_string(wanted.type) or pa.types.is_large_string(wanted.type):
            wanted, read = pc.fill_null(escape_column(wanted.cast(pa.string())), ""), found[name]
        else:
            read = _typed(found[name], wanted.type, dialect)
        if not read.equals(wanted):
            same = pc.fill_null(pc.equal(read, wanted), fill_value=False).to_pylist()
            both_null = pc.and_(read.is_null(), wanted.is_null()).to_pylist()
            row = next(index for index, pair in enumerate(zip(same, both_null, strict=True)) if not any(pair))
            return f"row {row + 2}, {name}: {read[row].as_py()!r} instead of {wanted[row].as_py()!r}"
    return None


def _typed(text: pa.ChunkedArray, wanted: pa.DataType, dialect: Dialect) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    present = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    if pa.types.is_decimal(wanted) or pa.types.is_floating(wanted):
        present = pc.replace_substring(present, dialect.decimal, ".")
    return present.cast(wanted)


def _total(found: pa.Table, dialect: Dialect, total: Decimal | None) -> str | None:
    if total is None:
        return None
    amounts = found["revenue"].to_pylist()
    added = sum((Decimal(amount.replace(dialect.decimal, ".")) for amount in amounts), Decimal(0))
    return None if added == total else f"sum of revenue is {added} instead of {total}"
