"""The sample at any size: the reference month repeated in SQL, as CSV, Parquet or rows for a workbook.

Why a repetition: ten months of 714 products have ten times the revenue, the premium wines and every trap, so that a
run at scale can be checked against the figures of one month. Product ids and SKUs shift at each repetition and stay
unique (one trap does not repeat: beyond the first month no SKU is short). A last, partial month takes the same share
of each kind of row. DuckDB streams the rows, in order, in constant memory.
"""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import pyarrow as pa

from bottleneck_tasks.errors import DiskError
from bottleneck_tasks.sample import reference
from bottleneck_tasks.sample.sheets import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bottleneck_tasks.sample.sheets import Cell, Month, Placed, Sheet

__all__ = ["copy_table", "workbook_rows"]

_COPY_OPTIONS = {"csv": "format csv, header", "parquet": "format parquet, compression zstd"}
_FETCHED_ROWS = 10_000
_INTEGERS = {
    "product_id", "onsale_web", "stock_quantity", "virtual", "downloadable", "rating_count", "average_rating",
    "total_sales", "post_author", "post_parent", "menu_order", "comment_count", "sku_number", "place", "line_of_month",
}  # fmt: skip
_DATES = {"post_date", "post_date_gmt", "post_modified", "post_modified_gmt"}


def copy_table(
    month: Month, sheet: Sheet, *, products: int | None, path: Path, kind: Literal["csv", "parquet"]
) -> None:
    """Write one table of `products` linked web products (None: one month); SKUs are text, prices decimal(10, 2).

    Raises DiskError (74) when DuckDB cannot write the file.
    """
    quoted = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        query = _tile(connection, month, sheet, products=products or reference.LINKED)
        try:
            connection.execute(f"copy ({query}) to '{quoted}' ({_COPY_OPTIONS[kind]})")
        except duckdb.IOException as error:
            what = f"could not write the {sheet} table: {str(error).splitlines()[0]}"
            raise DiskError("DISK", what, "free some space or choose another folder") from error


def workbook_rows(month: Month, sheet: Sheet, *, products: int) -> Iterator[list[Cell]]:
    """Yield the same rows as cells: a whole price or a number-like SKU is an integer cell, as in the export."""
    with duckdb.connect() as connection:
        result = connection.execute(_tile(connection, month, sheet, products=products))
        while rows := result.fetchmany(_FETCHED_ROWS):
            for row in rows:
                first, *others = row
                yield [_cell(first), *others] if sheet == "web" else [_cell(value) for value in row]


def _cell(value: Any) -> Cell:
    """Return a value as the export would: numbers that a text or a decimal holds become numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _tile(connection: duckdb.DuckDBPyConnection, month: Month, sheet: Sheet, *, products: int) -> str:
    """Load the month and return the query that repeats it."""
    rows = month.rows(sheet)
    connection.register(f"{sheet}_month", _arrow(rows, COLUMNS[sheet]))
    for name, value in {
        "products": products,
        "products_of_month": reference.LINKED,
        "repeats": -(-products // reference.LINKED),
        "rows": len(rows),
    }.items():
        connection.execute(f"set variable {name} = {value}")
    return files(__package__).joinpath("sql", f"tile_{sheet}.sql").read_text(encoding="utf-8")


def _arrow(rows: list[Placed], columns: tuple[str, ...]) -> pa.Table:
    """Return the month as a table whose SKU is split in a number, that can be shifted, and a text."""
    data = dict(zip(columns, map(list, zip(*(row.cells for row in rows), strict=True)), strict=True))
    skus = data.pop("sku", None) or data.pop("id_web", None)
    if skus is not None:
        data["sku_number"], data["sku_text"] = map(list, zip(*map(_split_sku, skus), strict=True))
    data["place"] = [row.place for row in rows]
    data["line_of_month"] = list(range(len(rows)))
    return pa.table({name: pa.array(values, _arrow_type(name)) for name, values in data.items()})


def _split_sku(sku: Cell) -> tuple[int | None, str | None]:
    """Split 15298 into (15298, ''), '13127-1' into (13127, '-1'); a text without number stays whole."""
    if sku is None or isinstance(sku, int):
        return sku, None if sku is None else ""
    number, dash, rest = str(sku).partition("-")
    return (int(number), dash + rest) if number.isdecimal() else (None, str(sku))


def _arrow_type(name: str) -> pa.DataType:
    if name in _INTEGERS:
        return pa.int64()
    if name in _DATES:
        return pa.timestamp("us")
    return pa.float64() if name == "price" else pa.string()
