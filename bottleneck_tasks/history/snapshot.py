"""The snapshot of a month: what the months to come are compared with. Grain of its table: one row a product.

    snapshot.parquet   product_id, sku, title, price (EUR), stock, counter (units sold to date), revenue (EUR to date)
    snapshot.json      schema, facts of the month, what it was compared with, the outcome, the result of every rule

Both are published with the deliverables, so that any Parquet and JSON reader follows a product over the months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.atomic import sha256_of
from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.contracts.facts import Figures, LedgerLine
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.database import parquet_rows, read_sql
from bottleneck_tasks.history.facts import MonthFacts, SourceRecord
from bottleneck_tasks.history.identify import identify
from bottleneck_tasks.raw import raw_cells
from bottleneck_tasks.run import read_record

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from bottleneck_tasks.month import Month
    from bottleneck_tasks.run import Run

__all__ = ["SNAPSHOT", "content_of", "take_snapshot"]

SNAPSHOT = ("snapshot.json", "snapshot.parquet")
"""The files that are published, in the order of reading."""

_contents: dict[tuple[str, str], str] = {}
"""Identities found by this process, by source and SHA-256 of its rows: asked for before the run and after it."""

_PRODUCT = ("product_id", "sku", "title", "price", "stock", "counter", "revenue")


def take_snapshot(connection: duckdb.DuckDBPyConnection, run: Run, *, month: Month) -> MonthFacts:
    """Make the table `snapshot` from a run whose analytics stage is done, and return the facts of its month."""
    mart = run.folder("analytics") / "mart.parquet"
    connection.execute(f"create table mart as from {parquet_rows(mart)}")
    connection.execute(f"create table snapshot as {read_sql(__package__, 'snapshot')}")
    rows = run.folder("quality") / "rows.parquet"
    return MonthFacts(
        month=month,
        sources={name: _source(connection, run, name, rows) for name in SOURCES},
        counts=_counts(run),
        figures=read_record(run.folder("analytics") / "figures.json", Figures),
        products=identify(connection, _PRODUCT, rows="snapshot"),
    )


def content_of(connection: duckdb.DuckDBPyConnection, run: Run, source: str) -> str:
    """The identity of the rows that were read of a source, in any order."""
    raw, columns = run.raw(source), SOURCES[source].columns
    key = (source, sha256_of(raw))
    if key not in _contents:
        cells = raw_cells(raw, columns, run.facts(source).columns)
        _contents[key] = identify(connection, columns, rows=f"({cells})")
    return _contents[key]


def _source(connection: duckdb.DuckDBPyConnection, run: Run, name: str, rows: Path) -> SourceRecord:
    """The shares of empty cells are those of the rows in scope: attachments and blank lines have none of their own."""
    facts = run.facts(name)
    columns = [column for column in SOURCES[name].columns if column not in facts.missing_columns]
    shares = ", ".join(
        f"count(*) filter (where coalesce(trim({column}), '') = '') / greatest(count(*), 1)" for column in columns
    )
    found = connection.execute(
        f"select {shares} from ({raw_cells(run.raw(name), columns, facts.columns)}) anti join "
        f"(from {parquet_rows(rows)} where source = '{name}' and status = 'out_of_scope') using (source_row)"
    ).fetchone()
    return SourceRecord(
        file=facts.file,
        sha256=facts.sha256,
        content=content_of(connection, run, name),
        rows=facts.rows,
        nulls={column: round(share, 6) for column, share in zip(columns, found or (), strict=True)},
    )


def _counts(run: Run) -> dict[str, int]:
    """Products of the shop, ERP rows that reach no product, ERP rows on sale without id_web, rejected rows."""
    lines = {
        (line.stage, line.source): line
        for stage in ("quality", "analytics")
        for line in read_record(run.folder(stage) / "ledger.json", list[LedgerLine])
    }
    checks = {check.id: check.rows for check in read_record(run.folder("analytics") / "checks.json", list[Check])}
    return {
        "web_products": lines["quality", "web"].kept,
        "unmatched": lines["analytics", "erp"].out_of_scope,
        "on_sale_unlinked": checks["REC-W1"],
        "rejected": sum(line.quarantined for line in lines.values()),
    }
