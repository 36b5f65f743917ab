"""What a stage asks of an SQL engine. Statements are in the SQL that both engines run; tests/spark holds that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import pandera.pyarrow as pandera

__all__ = ["Result", "Session"]


class Result(Protocol):
    """The rows of a query."""

    @property
    def description(self) -> Sequence[Sequence[Any]]:
        """A sequence for each column, its name first."""

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, None at the end."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Every row that is left."""


class Session(Protocol):
    """The tables of one stage, and the few things that each engine does its own way."""

    @property
    def on_disk(self) -> bool:
        """Whether tables lie on disk, not in memory: then even a large one is made rather than a view."""

    def execute(self, statement: str) -> Result:
        """Run one statement."""

    def attach(self, name: str, path: Path) -> None:
        """Make the view `name` of a Parquet file."""

    def attach_cells(self, name: str, path: Path, *, columns: Sequence[str], names: Mapping[str, str]) -> None:
        """Make the view `name` of the cells of an ingested export as text: see `raw.raw_cells`."""

    def define(self, settings: Mapping[str, float | Sequence[str]]) -> None:
        """Let SQL read settings, once a session: `getvariable('name')` for a number, `is_listed('name', text)` for a list."""

    def create_functions(self, functions: Mapping[str, Callable[[str], str]], macros: str) -> None:
        """Let SQL call the functions of `session/sql`, those of one text in Python, and macros of texts, in this order.

        `macros` holds statements `create or replace macro name(cell) as ...;`.
        """

    def insert(self, table: str, queries: Iterable[str]) -> None:
        """Add the rows of several queries to a table, none of which reads it."""

    def write_parquet(
        self, query: str, path: Path, *, order: str = "", sort: bool = True, compress: bool = True,
    ) -> None:  # fmt: skip
        """Write the rows of a query as one Parquet file, by the columns that `order` names.

        Without `sort` they come in that order, or need be in none: an engine that keeps the order of rows leaves them.
        A file that the step removes before it ends need not be compressed, which takes a third of writing it.
        """

    def count_distinct(self, table: str, *, first: int, last: int) -> int:
        """How many different values `source_row` has in a table, all between `first` and `last`."""

    def count_different(self, table: str, columns: Sequence[str]) -> list[int]:
        """How many rows a table has, then how many different values each column; nulls are not counted."""

    def repeated(self, table: str, columns: Sequence[str]) -> list[str]:
        """The columns of which a value stands in more than one row; nulls are not compared."""

    def hold(self, model: type[pandera.DataFrameModel], path: Path) -> None:
        """Raise InternalError (70) when a Parquet file breaks its contract."""
