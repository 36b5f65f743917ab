"""A stage's session on DuckDB."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from bottleneck_tasks.contracts.hold import hold
from bottleneck_tasks.contracts.hold_by_query import hold_by_query
from bottleneck_tasks.database import parquet_rows, quote, read_sql, write_parquet
from bottleneck_tasks.raw import raw_cells
from bottleneck_tasks.session.on_column import on_column
from bottleneck_tasks.session.repeated import repeated_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import duckdb
    import pandera.pyarrow as pandera

    from bottleneck_tasks.session.interface import Result

__all__ = ["DuckDBSession"]

_LOADED_ROWS = 200_000
"""Up to so many rows, Pandera judges a dataset in memory."""

_SPARSE = 64
"""Whole numbers are told apart with one bit each as long as their range is less than so many times their count."""


class DuckDBSession(Struct, frozen=True):
    """What `interface.Session` asks, of one connection."""

    connection: duckdb.DuckDBPyConnection
    counted: dict[str, dict[str, str]] = field(default_factory=dict)
    """How many different values columns have, by the rows counted: a file, once written, is not counted twice."""

    @property
    def on_disk(self) -> bool:
        """In memory."""
        return False

    def execute(self, statement: str) -> Result:
        """Run one statement."""
        result: Result = self.connection.execute(statement)
        return result

    def attach(self, name: str, path: Path) -> None:
        """A view: columns that a query does not name are not read."""
        self.execute(f"create view {name} as select * from {parquet_rows(path)}")
        self.counted[name] = self.counted.setdefault(parquet_rows(path), {})

    def attach_cells(self, name: str, path: Path, *, columns: Sequence[str], names: Mapping[str, str]) -> None:
        """A view: text is made of the columns that a query names."""
        self.execute(f"create view {name} as {raw_cells(path, columns, names)}")

    def define(self, settings: Mapping[str, float | Sequence[str]]) -> None:
        """As variables of the connection."""
        for name, value in settings.items():
            if isinstance(value, int | float):
                self.execute(f"set variable {name} = {float(value)!r}::double")
            else:
                self.execute(f"set variable {name} = [{', '.join(quote(text) for text in value)}]::varchar[]")

    def create_functions(self, functions: Mapping[str, Callable[[str], str]], macros: str) -> None:
        """Functions belong to the database: they are there already when an earlier session made them."""
        import duckdb

        for name, function in functions.items():
            with contextlib.suppress(duckdb.CatalogException, duckdb.NotImplementedException):
                self.connection.create_function(name, on_column(function), ["VARCHAR"], "VARCHAR", type="arrow")
        self.execute(read_sql("bottleneck_tasks.session", "duckdb"))
        self.execute(macros)

    def insert(self, table: str, queries: Iterable[str]) -> None:
        """One query after the other: memory holds one."""
        for query in queries:
            self.execute(f"insert into {table} {query}")

    def write_parquet(
        self, query: str, path: Path, *, order: str = "", sort: bool = True, compress: bool = True,
    ) -> None:  # fmt: skip
        """DuckDB keeps the order of the rows."""
        in_order = f" order by {order}" if order and sort else ""
        write_parquet(self.connection, f"{query}{in_order}", path, compress=compress)
        self.counted.pop(parquet_rows(path), None)

    def count_distinct(self, table: str, *, first: int, last: int) -> int:
        """One bit each, ten times cheaper than to count them by hashing."""
        bits = f"bitstring_agg(cast(source_row as bigint), {first}::bigint, {last}::bigint)"
        row = self.execute(f"select bit_count({bits}) from {table}").fetchone()
        return int(row[0]) if row else 0

    def count_different(self, table: str, columns: Sequence[str]) -> list[int]:
        """As `repeated` counts them."""
        distinct = self._cheaper(table, columns)
        tests = (distinct.get(name, f"count(distinct {name})") for name in columns)
        return list(self._ask(table, ", ".join(["count(*)", *tests])))

    def repeated(self, table: str, columns: Sequence[str]) -> list[str]:
        """By hashing, or one bit each for numbers that lie close together."""
        distinct, counted = self._cheaper(table, columns), self.counted.get(table, {})
        return repeated_columns(partial(self._ask, table), columns, distinct=distinct, counted=counted)

    def hold(self, model: type[pandera.DataFrameModel], path: Path) -> None:
        """By Pandera, on the file; a large one by the SQL form of the model, row by row where it lies."""
        rows = parquet_rows(path)
        if self._rows(rows) <= _LOADED_ROWS:
            hold(model, path)
            return
        known = self.counted.get(rows, {})
        distinct = known | self._distinct(rows, [name for name in model.to_schema().columns if name not in known])
        hold_by_query(model, path, partial(self._ask, rows), distinct=distinct)

    def _ask(self, table: str, tests: str) -> Sequence[Any]:
        return self.execute(f"select {tests} from {table}").fetchone() or ()

    def _rows(self, table: str) -> int:
        row = self.execute(f"select count(*) from {table}").fetchone()
        return int(row[0]) if row else 0

    def _cheaper(self, table: str, columns: Sequence[str]) -> dict[str, str]:
        """`_distinct`, where there are so many rows that to look for it pays."""
        return self._distinct(table, columns) if self._rows(table) > _LOADED_ROWS else {}

    def _distinct(self, table: str, columns: Sequence[str]) -> dict[str, str]:
        """How to count the different values of the columns of whole numbers that lie close together: one bit each."""
        kinds = {name: kind for name, kind, *_ in self.execute(f"describe select * from {table}").fetchall()}
        numbers = [name for name in columns if kinds.get(name) == "BIGINT"]
        if not numbers:
            return {}
        bounds = ", ".join(f"count({name}), min({name}), max({name})" for name in numbers)
        found = self._ask(table, bounds)
        distinct = {}
        for name, count, low, high in zip(numbers, found[::3], found[1::3], found[2::3], strict=True):
            if count and high - low < _SPARSE * count:
                distinct[name] = f"bit_count(bitstring_agg({name}, {low}::bigint, {high}::bigint))"
        return distinct
