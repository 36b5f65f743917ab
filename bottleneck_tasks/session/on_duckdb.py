"""A stage's session on DuckDB."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.contracts.hold import hold
from bottleneck_tasks.database import quote, read_sql, write_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import duckdb
    import pandera.pyarrow as pandera

    from bottleneck_tasks.session.interface import Result

__all__ = ["DuckDBSession"]


@dataclass(frozen=True, slots=True)
class DuckDBSession:
    """What `interface.Session` asks, of one connection."""

    connection: duckdb.DuckDBPyConnection

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
        self.execute(f"create view {name} as select * from read_parquet({quote(str(path))})")

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
                self.connection.create_function(name, _each(function), ["VARCHAR"], "VARCHAR", type="arrow")
        self.execute(read_sql("bottleneck_tasks.session", "duckdb"))
        self.execute(macros)

    def insert(self, table: str, queries: Iterable[str]) -> None:
        """One query after the other: memory holds one."""
        for query in queries:
            self.execute(f"insert into {table} {query}")

    def write_parquet(self, query: str, path: Path, *, order: str = "") -> None:  # noqa: ARG002
        """DuckDB keeps the order of the rows: nothing is sorted again."""
        write_parquet(self.connection, query, path)

    def count_distinct(self, table: str, *, first: int, last: int) -> int:
        """One bit each, ten times cheaper than to count them by hashing."""
        bits = f"bitstring_agg(cast(source_row as bigint), {first}::bigint, {last}::bigint)"
        row = self.execute(f"select bit_count({bits}) from {table}").fetchone()
        return int(row[0]) if row else 0

    def hold(self, model: type[pandera.DataFrameModel], path: Path) -> None:
        """By Pandera, on the file."""
        hold(model, path)


@functools.cache
def _each(function: Callable[[str], str]) -> Callable[[Any], Any]:
    """The function of a column; kept for good, because DuckDB 2.0 holds no reference to it."""

    def of_column(column: Any) -> Any:
        import pyarrow as pa

        return pa.array([None if text is None else function(text) for text in column.to_pylist()], pa.string())

    return of_column
