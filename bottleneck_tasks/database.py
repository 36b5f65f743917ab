"""DuckDB sessions: no network, bounded resources, SQL kept in files beside the stage that runs it."""

from __future__ import annotations

import atexit
import functools
import itertools
import os
import re
import tempfile
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from bottleneck_tasks.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from bottleneck_tasks.settings_sections import Resources

__all__ = ["MEMORY_SHARE", "parquet_rows", "quote", "read_sql", "session", "write_parquet"]

_numbers = itertools.count()

MEMORY_SHARE = 0.7
"""Of memory_limit, what an engine may hold: the rest is for Python, the libraries, Java, and buffers that no engine counts."""


@contextmanager
def session(resources: Resources) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a session with tables of its own, in memory, that may spill to disk and never reaches the network.

    Raises UnavailableError (75) when memory_limit is too small for the work.
    """
    import duckdb

    connection = _database(resources).cursor()
    name = f"session_{next(_numbers)}"
    connection.execute(f"create schema {name}; set schema = '{name}'")
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
        _database(resources).execute(f"drop schema {name} cascade")


@functools.cache
def _database(resources: Resources) -> duckdb.DuckDBPyConnection:
    """The database of this process, opened once: opening one costs as much as a stage's queries."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": resources.threads,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(Path(tempfile.gettempdir(), f"bottleneck-{os.getpid()}")),
    }
    if resources.memory_limit:
        config["memory_limit"] = re.sub(
            r"[\d.]+", lambda limit: f"{float(limit[0]) * MEMORY_SHARE:.3f}", resources.memory_limit
        )
    database = duckdb.connect(config=config)
    atexit.register(database.close)
    return database


@functools.cache
def read_sql(package: str, name: str) -> str:
    """The text of `sql/<name>.sql` in a package."""
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path, *, compress: bool = True) -> None:
    """Write the rows of a query, in its order, as one Parquet file."""
    compression = "zstd" if compress else "uncompressed"
    connection.execute(f"copy ({query}) to {quote(str(path))} (format parquet, compression {compression})")


def parquet_rows(path: Path) -> str:
    """The rows of a Parquet file, in SQL."""
    return f"read_parquet({quote(str(path))})"


def quote(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"
