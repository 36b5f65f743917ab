"""Findings: the cells that broke a rule, one row a cell, kept in the session while a stage judges.

Columns once exported: rule, source, file, sheet, row, column, value (the cell as read), message.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.rules import rules_of
from bottleneck_tasks.database import quote, read_sql, write_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb

    from bottleneck_tasks.contracts.facts import SourceFacts

__all__ = ["add_rules", "count_rows", "create_findings", "describe", "rules_with_query", "write_findings"]


def create_findings(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table `findings`."""
    connection.execute(
        "create table findings (rule varchar, source varchar, source_row bigint, column_name varchar, message varchar)"
    )


def add_rules(connection: duckdb.DuckDBPyConnection, package: str, rules: Iterable[str]) -> None:
    """Run the query of each rule, `sql/rules/<id>.sql`: it returns the cells that break it."""
    for rule in rules:
        query = read_sql(package, f"rules/{rule.lower()}")
        connection.execute(
            f"insert into findings select '{rule}', source, source_row, column_name, message from ({query})"
        )


def rules_with_query(package: str, stage: str) -> list[str]:
    """The rules of a stage that a query of its package judges, in catalogue order."""
    queries = {file.name for file in files(package).joinpath("sql", "rules").iterdir()}
    return [rule.id for rule in rules_of(stage) if f"{rule.id.lower()}.sql" in queries]


def count_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many input rows broke each rule."""
    query = "select rule, count(*) from (select distinct rule, source, source_row from findings) group by rule"
    return dict(connection.execute(query).fetchall())


def write_findings(
    connection: duckdb.DuckDBPyConnection, path: Path, *, sources: Iterable[SourceFacts], raw: dict[str, Path]
) -> None:
    """Write the findings as Parquet, each with its file, sheet and the cell as read."""
    parts = []
    for facts in sources:
        columns = [
            row[0]
            for row in connection.execute(
                "select distinct column_name from findings where source = ? and column_name is not null order by 1",
                [facts.source],
            ).fetchall()
        ]
        value = "".join(f" when '{column}' then raw.{column}" for column in columns)
        value = f"case column_name{value} end" if value else "null"
        parts.append(
            f"select rule, source, {quote(facts.file)} as file, {quote(facts.sheet)} as sheet, "
            f'findings.source_row as row, column_name as "column", cast({value} as varchar) as value, message '
            f"from findings left join read_parquet({quote(str(raw[facts.source]))}) as raw using (source_row) "
            f"where source = '{facts.source}'"
        )
    write_parquet(connection, f'from ({" union all ".join(parts)}) order by rule, source, row, "column", message', path)


def describe(connection: duckdb.DuckDBPyConnection, rules: Iterable[str], path: Path, *, limit: int = 5) -> list[str]:
    """A few lines for a person: the first cells that broke each rule, as `erp.xlsx Sheet1 row 12: ...`."""
    lines = []
    for rule in rules:
        rows = connection.execute(
            'select file, sheet, row, "column", message, count(*) over () from read_parquet(?) where rule = ? '
            'order by source, row, "column" limit ?',
            [str(path), rule, limit],
        ).fetchall()
        lines += [
            f"{rule} {file} {sheet} row {row}, {column}: {message}" for file, sheet, row, column, message, _ in rows
        ]
        if rows and rows[0][5] > limit:
            lines.append(f"{rule} and {rows[0][5] - limit} more")
    return lines
