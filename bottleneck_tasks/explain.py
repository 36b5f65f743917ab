"""The whole story of one product: every row that names it, in every file, and where each one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.database import parquet_rows, read_sql, session
from bottleneck_tasks.errors import UsageError
from bottleneck_tasks.raw import raw_cells

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["Event", "explain"]

_JUDGED = ("quality", "analytics", "history")


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened to one row: what was read, kept or rejected, why, and what came of it."""

    stage: str
    source: str
    file: str
    row: int
    status: str
    detail: str

    def to_dict(self) -> dict[str, Any]:
        """The shape of `bottleneck explain --json`."""
        return asdict(self)


def explain(run: Run, *, product_id: str | None, sku: str | None, settings: Settings) -> list[Event]:
    """Every event of the rows that name a product or a SKU, or that the liaison ties to it, in order of the stages.

    Works on any run directory, also one that was blocked. Raises UsageError (64) when nothing names it.
    """
    facts = {name: run.facts(name) for name in SOURCES}
    with session(settings.resources) as connection:
        for name in SOURCES:
            cells = raw_cells(run.raw(name), SOURCES[name].columns, facts[name].columns)
            connection.execute(f"create view raw_{name} as {cells}")
        keys = connection.execute(
            read_sql("bottleneck_tasks", "related_keys"), [product_id, sku, product_id, sku]
        ).fetchall()
        products, skus = {key for key, _ in keys if key}, {key for _, key in keys if key}
        products |= {product_id} - {None}
        skus |= {sku} - {None}
        events = []
        for name in SOURCES:
            for row, cells in _rows_of(connection, name, products, skus):
                origin: dict[str, Any] = {"source": name, "file": facts[name].file, "row": row}
                events.append(Event(stage="ingest", status="read", detail=cells, **origin))
                events += _later_events(connection, run, origin)
    if not events:
        raise UsageError(
            "EXPLAIN", f"no row names {product_id or sku}", "check the id in the exports", run_dir=run.path
        )
    order = ("ingest", *_JUDGED)
    return sorted(events, key=lambda event: (order.index(event.stage), event.source, event.row))


def _rows_of(
    connection: duckdb.DuckDBPyConnection, name: str, products: set[str | None], skus: set[str | None]
) -> list[tuple[int, str]]:
    wanted = {"product_id": products, "id_web": skus, "sku": skus}
    keys = [key for key in wanted if key in SOURCES[name].columns]
    if not keys:
        return []
    tests = " or ".join(f"list_contains(?, regexp_replace(trim({key}), '\\.0+$', ''))" for key in keys)
    columns = SOURCES[name].columns
    cells = ", ".join(f"'{column} ' || coalesce({column}, 'empty')" for column in columns)
    query = f"select source_row, concat_ws(', ', {cells}) from raw_{name} where {tests} order by source_row"
    parameters = [sorted(key for key in wanted[column] if key) for column in keys]
    rows: list[tuple[int, str]] = connection.execute(query, parameters).fetchall()
    return rows


def _later_events(connection: duckdb.DuckDBPyConnection, run: Run, origin: dict[str, Any]) -> list[Event]:
    """What became of a row in each stage, and the rules that name it; the history finds, and moves no row.

    The rows.parquet of a large export leaves out the rows that were kept.
    """
    events, is_kept = [], True
    place = [origin["source"], origin["row"]]
    for stage in _JUDGED:
        folder = run.path / stage
        if not folder.is_dir():
            continue
        rows = folder / "rows.parquet"
        states: list[tuple[str, str]] = []
        if rows.exists():
            states = (
                connection.execute(
                    f"select status, coalesce(reason, '') from {parquet_rows(rows)} where source = ? and source_row = ?",
                    place,
                ).fetchall()
                or [("kept", "")] * is_kept
            )
            is_kept = ("kept", "") in states
        findings = connection.execute(
            f"select rule, message from {parquet_rows(folder / 'findings.parquet')} where source = ? and row = ?",
            place,
        ).fetchall()
        events += [Event(stage=stage, status=status, detail=reason, **origin) for status, reason in states]
        events += [Event(stage=stage, status=rule, detail=message, **origin) for rule, message in findings]
        if stage == "analytics" and origin["source"] == "web" and states:
            events += _mart_events(connection, folder / "mart.parquet", origin)
    return events


def _mart_events(connection: duckdb.DuckDBPyConnection, mart: Path, origin: dict[str, Any]) -> list[Event]:
    rows = connection.execute(
        f"select price, total_sales, revenue, zscore, is_premium from {parquet_rows(mart)} where web_row = ?",
        [origin["row"]],
    ).fetchall()
    return [
        Event(
            stage="analytics",
            status="valued",
            detail=f"{price} EUR x {sales} = {revenue} EUR, z-score {zscore if zscore is None else round(zscore, 3)}, "
            f"{'premium' if is_premium else 'ordinary'}",
            **origin,
        )
        for price, sales, revenue, zscore, is_premium in rows
    ]
