"""The tables of a month too large to be held: written by DuckDB from the mart's file, in parallel, and read back there.

The same columns, rows and order as `tables.py`; the values of a file are held against the mart by the sum of a hash a
row, so that every cell counts and no row is held.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.database import parquet_rows, quote, session
from bottleneck_tasks.delivery.escape import SUSPECT, escape
from bottleneck_tasks.delivery.tables import WINE_COLUMNS
from bottleneck_tasks.delivery.write_csv import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from bottleneck_tasks.delivery.write_csv import Dialect
    from bottleneck_tasks.settings_sections import Resources

__all__ = ["LARGE_TABLES", "compare_large", "write_large_tables"]

_SUSPECT = "".join(
    sign if sign.isprintable() and sign not in "\ufffe\uffff" else f"\\x{{{ord(sign):04x}}}" for sign in SUSPECT
)
"""The pattern of text to escape, as RE2 reads it."""

_BY_REVENUE = "order by mart.revenue desc, mart.product_id"
_MERGED = (*WINE_COLUMNS[:3], "onsale_web", "stock_quantity", "stock_status", "total_sales", "price", "revenue", "zscore",
           "is_premium")  # fmt: skip
LARGE_TABLES = {
    "vins_premium.csv": (WINE_COLUMNS, "where is_premium", _BY_REVENUE),
    "vins_ordinaires.csv": (WINE_COLUMNS, "where not is_premium", _BY_REVENUE),
    "merged_with_revenue.csv": (_MERGED, "", ""),
    "merged_with_revenue.parquet": (_MERGED, "", ""),
}
_TEXTS = {"sku": "varchar", "post_title": "varchar", "stock_status": "varchar"}
_TYPES = {
    **_TEXTS, "product_id": "bigint", "onsale_web": "bigint", "stock_quantity": "bigint", "total_sales": "bigint",
    "price": "decimal(12, 2)", "revenue": "decimal(38, 2)", "zscore": "double", "is_premium": "boolean",
}  # fmt: skip


def write_large_tables(mart: Path, folder: Path, *, dialect: str, resources: Resources) -> dict[str, Path]:
    """Write the tables of `LARGE_TABLES` from the mart's file, which is in the order of `merged`."""
    with session(resources) as connection:
        texts = _escaped(connection, mart, resources)
        for name, (columns, rows, order) in LARGE_TABLES.items():
            values, options = [*columns], "format parquet, compression zstd"
            if name.endswith(".csv"):
                chosen = DIALECTS[dialect]
                written = [_as_written(column, texts, chosen) for column in columns]
                headers = [f"{chosen.mark.decode()}{columns[0]}", *columns[1:]]
                values = [f'{value} as "{header}"' for value, header in zip(written, headers, strict=True)]
                options = f"format csv, header, delimiter '{chosen.separator}', new_line '{chosen.line_end}'"
            query = f"select {', '.join(values)} from {parquet_rows(mart)} as mart {rows} {order}"
            connection.execute(f"copy ({query}) to {quote(str(folder / name))} ({options})")
    return {name: folder / name for name in LARGE_TABLES}


def compare_large(mart: Path, path: Path, *, dialect: str, resources: Resources) -> str | None:
    """The first difference of a written table from the mart, or None: rows, the sum of revenue, every cell."""
    columns, *_ = LARGE_TABLES[path.name]
    written = parquet_rows(path)
    if path.suffix == ".csv":
        chosen = DIALECTS[dialect]
        with path.open("rb") as file:
            if not file.read(3).startswith(chosen.mark):
                return "the byte-order mark is missing"
        written = _read_csv(path, columns, chosen)
    with session(resources) as connection:
        found = connection.execute(f"select {_sums(columns)} from {written}").fetchall()[0]
    known = _known(mart, mart.stat().st_mtime_ns, resources)[path.name]
    if found[:2] != known[:2]:
        return f"{found[0]} rows and {found[1]} EUR instead of {known[0]} rows and {known[1]} EUR"
    return None if found == known else "a cell differs"


def _read_csv(path: Path, columns: Sequence[str], dialect: Dialect) -> str:
    names = ", ".join(f"'{column}': 'varchar'" for column in columns)
    options = f"columns = {{{names}}}, delim = '{dialect.separator}', header = true, auto_detect = false"
    values = ", ".join(_as_read(column, dialect) for column in columns)
    return f"(select {values} from read_csv({quote(str(path))}, {options}))"


def _sums(columns: Sequence[str], rows: str = "") -> str:
    """What tells two tables apart without a row of them being held: rows, revenue (EUR), a hash of every cell."""
    sums = ("count(*)", "sum(revenue)", f"sum(hash({', '.join(columns)})::hugeint)")
    return ", ".join(f"{each} filter ({rows})" if rows else each for each in sums)


@functools.lru_cache(maxsize=1)
def _known(mart: Path, changed: int, resources: Resources) -> dict[str, tuple[Any, ...]]:  # noqa: ARG001 - as below
    """The sums that each table must have, from the mart that it was made of, in one pass for all the files."""
    with session(resources) as connection:
        texts = _escaped(connection, mart, resources)
        sums = [
            _sums([_text(column, texts) for column in columns] if name.endswith(".csv") else columns, rows)
            for name, (columns, rows, _) in LARGE_TABLES.items()
        ]
        found = connection.execute(f"select {', '.join(sums)} from {parquet_rows(mart)}").fetchall()[0]
    return {name: found[3 * place : 3 * place + 3] for place, name in enumerate(LARGE_TABLES)}


def _escaped(connection: duckdb.DuckDBPyConnection, mart: Path, resources: Resources) -> dict[str, str]:
    """Each column of text in SQL: as it is when a spreadsheet takes none of its cells for a formula."""
    texts = {name: name for name in _TEXTS}
    for name, values in _suspects(mart, mart.stat().st_mtime_ns, resources).items():
        table = f"escaped_{name}"
        connection.execute(f"create table {table} (read varchar, written varchar)")
        connection.executemany(f"insert into {table} values (?, ?)", [(text, escape(text)) for text in values])
        texts[name] = f"coalesce((select written from {table} where read = {name}), {name})"
    return texts


@functools.lru_cache(maxsize=1)
def _suspects(mart: Path, changed: int, resources: Resources) -> dict[str, list[str]]:  # noqa: ARG001 - another file under the same name
    """The texts to escape, by column, looked for once for all the files."""
    rows = parquet_rows(mart)
    with session(resources) as connection:
        tests = ", ".join(f"coalesce(bool_or(regexp_matches({name}, {quote(_SUSPECT)})), false)" for name in _TEXTS)
        found = connection.execute(f"select {tests} from {rows}").fetchall()[0]
        return {
            name: [text for (text,) in connection.execute(
                f"select distinct {name} from {rows} where regexp_matches({name}, {quote(_SUSPECT)})"
            ).fetchall()]
            for name, is_suspect in zip(_TEXTS, found, strict=True) if is_suspect
        }  # fmt: skip


def _text(column: str, texts: dict[str, str]) -> str:
    return f"coalesce({texts[column]}, '')" if column in texts else column


def _as_written(column: str, texts: dict[str, str], dialect: Dialect) -> str:
    if column in texts:
        return texts[column]
    if dialect.decimal != "." and _TYPES[column] not in {"bigint", "boolean"}:
        return f"replace(cast({column} as varchar), '.', '{dialect.decimal}')"
    return column


def _as_read(column: str, dialect: Dialect) -> str:
    if column in _TEXTS:
        return f"coalesce({column}, '') as {column}"
    value = column if dialect.decimal == "." else f"replace({column}, '{dialect.decimal}', '.')"
    return f"cast({value} as {_TYPES[column]}) as {column}"
