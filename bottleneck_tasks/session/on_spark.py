"""A stage's session on Apache Spark: the statements of DuckDB, on tables that lie on disk as Parquet.

Spark is set to read SQL as DuckDB does: ANSI arithmetic that fails instead of overflowing, exact decimals, "name" for
an identifier, no escapes in texts.
"""

from __future__ import annotations

import functools
import itertools
import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from bottleneck_tasks.contracts.hold_by_query import hold_by_query
from bottleneck_tasks.database import MEMORY_SHARE, quote, read_sql, session, write_parquet
from bottleneck_tasks.errors import ConfigurationError
from bottleneck_tasks.raw import raw_cells
from bottleneck_tasks.session.java import use_java
from bottleneck_tasks.session.on_column import on_column
from bottleneck_tasks.session.repeated import repeated_columns
from bottleneck_tasks.session.shared_queries import split_with
from bottleneck_tasks.unneeded import bring_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pandera.pyarrow as pandera
    from pyspark.sql import DataFrame, SparkSession

    from bottleneck_tasks.settings import Settings
    from bottleneck_tasks.settings_sections import Resources

__all__ = ["SparkResult", "SparkSQLSession", "spark_session"]

_numbers = itertools.count()
_ORDER = re.compile(r"\s+order by (?:(?!\blimit\b)[\w\s,.])+?(?=\n\),?\n|\Z)")
"""The order of a query, or of a named one, whose bracket has a line of its own; where a limit follows, the order counts."""

_MACRO = re.compile(r"create or replace macro (\w+)\((.*?)\) as\s(.*)", re.DOTALL)
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:MetaspaceSize=256m"
"""Java's second compiler took a third of all processor time, up to 300,000 products more than its code saved."""

_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@contextmanager
def spark_session(settings: Settings) -> Iterator[SparkSQLSession]:
    """Open a session with tables of its own on the Spark of this process, started on first use (5 to 10 s).

    Raises ConfigurationError (78) without pyspark, without Java, or when Spark does not start.
    """
    spark = _spark(settings.engine.master, settings.resources)
    name = f"session_{next(_numbers)}"
    with tempfile.TemporaryDirectory(prefix="bottleneck-spark-") as folder:
        opened = SparkSQLSession(spark.newSession(), settings.resources, Path(folder))
        opened.execute(f"create schema {name} location {quote(f'file:{folder}/tables')}")
        opened.execute(f"use {name}")
        try:
            yield opened
        finally:
            opened.execute("use default")
            opened.execute(f"drop schema {name} cascade")
            with suppress(OSError):
                _warehouse().rmdir()


@functools.cache
def _warehouse() -> Path:
    """Where Spark makes a folder for tables of no schema, that nobody has: empty, and gone with the session."""
    return Path(tempfile.mkdtemp(prefix="bottleneck-spark-"))


@functools.cache
def _spark(master: str, resources: Resources) -> SparkSession:
    bring_back("pyspark", "numpy")
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ConfigurationError(
            "ENGINE", "Apache Spark is not installed", "install the extra: pip install 'bottleneck-tasks[spark]'"
        ) from error
    use_java()
    builder = SparkSession.builder.master(master or f"local[{resources.threads}]").appName("bottleneck")
    builder = builder.config(map={**_SETTINGS, "spark.sql.warehouse.dir": str(_warehouse())})
    if not master:
        builder = builder.config(map=_on_this_machine(resources))
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        what = f"Apache Spark does not start: {error}"
        advice = "check that JAVA_HOME is a Java 17 or later, and engine.master in bottleneck.toml"
        raise ConfigurationError("ENGINE", what, advice) from error


def _on_this_machine(resources: Resources) -> dict[str, str]:
    log = files("bottleneck_tasks.session").joinpath("log4j2.properties")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log} -Dsun.jnu.encoding=UTF-8 {_JAVA}",
        "spark.sql.shuffle.partitions": str(resources.threads),
        "spark.sql.files.openCostInBytes": "64k",
    }
    if resources.memory_limit:
        settings["spark.driver.memory"] = _megabytes(resources.memory_limit)
    return settings


def _megabytes(limit: str) -> str:
    """What Java may hold of `2GB`, as it writes it: 1433m."""
    number, unit = re.fullmatch(r"([\d.]+)\s?([KMGT])i?B", limit).groups()  # type: ignore[union-attr]
    return f"{max(1, int(float(number) * MEMORY_SHARE * 1024 ** ('KMGT'.index(unit) - 1)))}m"


class SparkResult(Struct, frozen=True):
    """The rows of a query, computed when they are asked for."""

    frame: DataFrame

    @property
    def description(self) -> Sequence[Sequence[Any]]:
        """The name of each column."""
        return [(name,) for name in self.frame.columns]

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row."""
        rows = self.frame.take(1)
        return tuple(rows[0]) if rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Every row."""
        return [tuple(row) for row in self.frame.collect()]


class SparkSQLSession(Struct, frozen=True):
    """What `interface.Session` asks, of one Spark session."""

    spark: SparkSession
    resources: Resources
    folder: Path
    counted: dict[str, dict[str, str]] = field(default_factory=dict)
    """How many different values columns have, by the rows counted: a file, once written, is not counted twice."""

    @property
    def on_disk(self) -> bool:
        """As Parquet, in a temporary folder."""
        return True

    def execute(self, statement: str) -> SparkResult:
        """Run one statement; a query is computed when its rows are asked for. A table is in no order, nor is what it is made of."""
        if statement.startswith("create table"):
            statement = _ORDER.sub("", statement)
        return SparkResult(self.spark.sql(_with_plain_texts(statement)))

    def attach(self, name: str, path: Path) -> None:
        """A view of the file."""
        frame = self.spark.read.option("__globPaths__", "false").parquet(f"file:{path.resolve()}")
        frame.createOrReplaceTempView(name)
        self.counted[name] = self.counted.setdefault(str(path), {})

    def attach_cells(self, name: str, path: Path, *, columns: Sequence[str], names: Mapping[str, str]) -> None:
        """A view; of an export that came as Parquet, DuckDB first writes the rows with their numbers, as text."""
        if names:
            cells, path = raw_cells(path, columns, names), self.folder / f"{name}.parquet"
            with session(self.resources) as connection:
                write_parquet(connection, cells, path)
        self.attach(name, path)

    def define(self, settings: Mapping[str, float | Sequence[str]]) -> None:
        """As functions of the setting's name, whose answer Spark computes once a query."""
        numbers, lists = "", ""
        for name, value in settings.items():
            if isinstance(value, int | float):
                numbers += f" when '{name}' then double('{float(value)!r}')"
            else:
                texts = ", ".join(quote(text) for text in value)
                lists += f" when '{name}' then value in ({texts or 'null'})"
        begin = "create or replace temporary function"
        self.execute(f"{begin} getvariable(setting string) returns double return case setting{numbers} end")
        if lists:
            arguments = "is_listed(setting string, value string)"
            self.execute(f"{begin} {arguments} returns boolean return case setting{lists} end")

    def create_functions(self, functions: Mapping[str, Callable[[str], str]], macros: str) -> None:
        """Python functions run in Spark's Python workers, on Arrow batches; macros become SQL functions of texts."""
        from pyspark.sql.functions import arrow_udf

        for name, function in functions.items():
            self.spark.udf.register(name, arrow_udf(on_column(function), "string"))
        for statement in f"{read_sql('bottleneck_tasks.session', 'spark')}\n{macros}".split(";\n"):
            if macro := _MACRO.search(statement):
                name, parameters, body = macro.groups()
                texts = ", ".join(f"{parameter.strip()} string" for parameter in parameters.split(","))
                self.execute(f"create or replace temporary function {name}({texts}) return {body}")

    def insert(self, table: str, queries: Iterable[str]) -> None:
        """All in one statement: each costs Spark a tenth of a second or more."""
        parts = [f"select * from ({self._with_shared(query)}) as part_{place}" for place, query in enumerate(queries)]
        if parts:
            self.execute(f"insert into {table} {' union all '.join(parts)}")

    def _with_shared(self, query: str) -> str:
        """The query, with a table for each named query that is read more than once: Spark would compute it anew each time."""
        before, queries, after = split_with(query)
        named: list[str] = []
        for part in queries:
            text = part.text
            if part.reads > 1:
                table = f"{part.name}_{next(_numbers)}"
                self.execute(f"create table {table} as {_with(named)}{text}")
                text = f"select * from {table}"
            named.append(f"{part.name} as ({text})")
        return f"{before}{_with(named)}{after}"

    def write_parquet(
        self, query: str, path: Path, *, order: str = "", sort: bool = True, compress: bool = True,  # noqa: ARG002
    ) -> None:  # fmt: skip
        """Spark writes parts; DuckDB makes them the one file that it would have written itself, in order.

        To sort, Spark would compute the query twice: once to see how the rows are spread.
        """
        folder = path.with_name(f".{path.name}.parts")
        self.execute(query).frame.write.parquet(f"file:{folder.resolve()}")
        parts = ", ".join(quote(str(part)) for part in sorted(folder.glob("part-*.parquet")))
        with session(self.resources) as connection:
            in_order = f" order by {order}" if order else ""
            write_parquet(connection, f"select * from read_parquet([{parts}]){in_order}", path, compress=compress)
        shutil.rmtree(folder)
        self.counted.pop(str(path), None)

    def count_distinct(self, table: str, *, first: int, last: int) -> int:  # noqa: ARG002
        """By hashing, whatever the bounds."""
        row = self.execute(f"select count(distinct source_row) from {table}").fetchone()
        return int(row[0]) if row else 0

    def count_different(self, table: str, columns: Sequence[str]) -> list[int]:
        """By hashing."""
        return list(self._ask(table, ", ".join(["count(*)", *(f"count(distinct {name})" for name in columns)])))

    def repeated(self, table: str, columns: Sequence[str]) -> list[str]:
        """By hashing."""
        return repeated_columns(partial(self._ask, table), columns, distinct={}, counted=self.counted.get(table, {}))

    def hold(self, model: type[pandera.DataFrameModel], path: Path) -> None:
        """By the SQL form of the model, where the rows are."""
        name = f"held_{path.stem}"
        self.attach(name, path)
        hold_by_query(model, path, partial(self._ask, name), distinct=self.counted[name])

    def _ask(self, table: str, tests: str) -> Sequence[Any]:
        return self.execute(f"select {tests} from {table}").fetchone() or ()


def _with(named: list[str]) -> str:
    return f"with {', '.join(named)} " if named else ""


def _with_plain_texts(statement: str) -> str:
    """The statement with a backslash in a text meaning itself, as in DuckDB; Spark would begin an escape with it."""
    return statement.replace("\\", "\\\\")
