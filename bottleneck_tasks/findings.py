"""Findings: the cells that broke a rule, one row a cell, kept in the session while a stage judges.

Columns once exported: rule, source, file, sheet, row, column, value (the cell as read), message.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.rules import rules_of
from bottleneck_tasks.database import quote, read_sql

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bottleneck_tasks.contracts.facts import SourceFacts
    from bottleneck_tasks.session.interface import Session

__all__ = ["add_rules", "count_rows", "create_findings", "describe", "rules_with_query", "write_findings"]

_KEPT = 100
"""Characters kept of either end of a message that is longer than both."""


def create_findings(session: Session) -> None:
    """Make the empty table `findings`."""
    session.execute(
        "create table findings (rule string, source string, source_row bigint, column_name string, message string)"
    )


def add_rules(session: Session, package: str, rules: Iterable[str]) -> None:
    """Run the query of each rule, `sql/rules/<id>.sql`: it returns the cells that break it."""
    session.insert(
        "findings",
        (
            f"select '{rule}' as rule, source, source_row, column_name, message "
            f"from ({read_sql(package, f'rules/{rule.lower()}')}) as broken"
            for rule in rules
        ),
    )


def rules_with_query(package: str, stage: str) -> list[str]:
    """The rules of a stage that a query of its package judges, in catalogue order."""
    queries = {file.name for file in files(package).joinpath("sql", "rules").iterdir()}
    return [rule.id for rule in rules_of(stage) if f"{rule.id.lower()}.sql" in queries]


def count_rows(session: Session) -> dict[str, int]:
    """How many input rows broke each rule."""
    query = "select rule, count(*) from (select distinct rule, source, source_row from findings) as rows group by rule"
    return dict(session.execute(query).fetchall())


def write_findings(session: Session, path: Path, *, sources: Iterable[SourceFacts], raw: dict[str, Path]) -> None:
    """Write the findings as Parquet, each with its file, sheet and the cell as read."""
    named = session.execute(
        "select distinct source, column_name from findings where column_name is not null order by source, column_name"
    ).fetchall()
    parts = []
    for facts in sources:
        columns = [column for source, column in named if source == facts.source]
        cells = f"{facts.source}_cells"
        session.attach_cells(cells, raw[facts.source], columns=columns, names=facts.columns)
        value = "".join(f" when '{column}' then cells.{column}" for column in columns)
        value = f"case column_name{value} end" if value else "null"
        parts.append(
            f"select rule, source, {quote(facts.file)} as file, {quote(facts.sheet)} as sheet, "
            f'findings.source_row as row, column_name as "column", cast({value} as string) as value, message '
            f"from findings left join {cells} as cells using (source_row) where source = '{facts.source}'"
        )
    query = f"select * from ({' union all '.join(parts)}) as named"
    session.write_parquet(query, path, order='rule, source, row, "column" nulls last, message')


def describe(session: Session, rules: Iterable[str], path: Path, *, limit: int = 5) -> list[str]:
    """A few lines for a person: the first cells that broke each rule, as `erp.xlsx Sheet1 row 12: ...`.

    A cell may hold 32,000 characters: the line keeps the first and the last hundred. What it holds is said when the
    message does not.
    """
    session.attach("named", path)
    lines = []
    for rule in rules:
        rows = session.execute(
            f'select file, sheet, row, "column", value, message, count(*) over () from named where rule = {quote(rule)} '
            f'order by source, row, "column" nulls last limit {limit}'
        ).fetchall()
        lines += [
            f"{rule} {file}{f' {sheet}' if sheet else ''} row {row}, {column}: {_shortened(message)}{_unsaid(value, message)}"
            for file, sheet, row, column, value, message, _ in rows
        ]
        if rows and rows[0][6] > limit:
            lines.append(f"{rule} and {rows[0][6] - limit} more")
    return lines


def _unsaid(value: str | None, message: str) -> str:
    return f"; the cell holds {_shortened(value)}" if value and value not in message else ""


def _shortened(message: str) -> str:
    return message if len(message) <= 2 * _KEPT else f"{message[:_KEPT]} ... {message[-_KEPT:]}"
