"""DuckDB sessions: no network, bounded resources, SQL kept in files beside the stage that runs it."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

from bottleneck_tasks.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from bottleneck_tasks.settings import Resources

__all__ = ["read_sql", "session", "write_parquet"]


@contextmanager
def session(resources: Resources) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory database that may spill to disk and never reaches the network.

    Raises UnavailableError (75) when memory_limit is too small for the work.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": resources.threads,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if resources.memory_limit:
        config["memory_limit"] = resources.memory_limit
    connection = duckdb.connect(config=config)
    try:
        yield connection
    except duckdb.OutOfMemoryException as error:
        raise UnavailableError(
            "MEMORY",
            f"DuckDB ran out of memory: {str(error).splitlines()[0]}",
            "raise resources.memory_limit in bottleneck.toml, or lower resources.threads",
        ) from error
    finally:
        connection.close()


@functools.cache
def read_sql(package: str, name: str) -> str:
    """The text of `sql/<name>.sql` in a package."""
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write the rows of a query, in its order, as one Parquet file."""
    quoted = str(path).replace("'", "''")
    connection.execute(f"copy ({query}) to '{quoted}' (format parquet, compression zstd)")
