"""lineage.json: the run as OpenLineage events, measured on the files that the steps left, without reading their rows."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.registry import DATASETS, SOURCES
from bottleneck_tasks.delivery import tables
from bottleneck_tasks.lineage.columns import ColumnLineage, Input, column_lineage
from bottleneck_tasks.lineage.events import events_of, to_ndjson
from bottleneck_tasks.lineage.measured import Measured, RunFacts
from bottleneck_tasks.lineage.steps import MART_NAME, export_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pyarrow as pa
    import pyarrow.parquet as pq

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.contracts.facts import SourceFacts
    from bottleneck_tasks.delivery.material import Material
    from bottleneck_tasks.run import Run

    _Cut = Callable[[pa.Table], pa.Table]

__all__ = ["TABLES", "write_lineage"]

TABLES: dict[str, _Cut] = {
    "report.xls": tables.report,
    "revenue_report.xlsx": tables.report,
    **tables.CSV_TABLES,
    "merged_with_revenue.parquet": tables.merged,
}
"""The deliverables that are tables, each with the function that cuts it from the mart."""

_SPLIT = {"vins_premium.csv", "vins_ordinaires.csv"}


def write_lineage(
    *, run: Run, material: Material, checks: tuple[Check, ...], files: Mapping[str, Path], out: Path
) -> None:
    """Write the events of a run. `checks` are those of every stage, `files` the deliverables written so far."""
    cuts = {taken: taken(material.mart.slice(0, 0)).schema for taken in set(TABLES.values())}
    datasets = [
        *(_export(facts) for facts in material.sources),
        *(_parquet(material, run, source, stage) for source in SOURCES for stage in ("ingest", "quality")),
        _mart(material),
        *(_deliverable(material, name, path, cuts) for name, path in files.items()),
    ]
    facts = RunFacts(
        run_id=material.run_id,
        month=material.month,
        checks=checks,
        datasets={dataset.name: dataset for dataset in datasets},
        deliverables=tuple(files),
    )
    out.write_bytes(to_ndjson(events_of(facts)))


def _export(facts: SourceFacts) -> Measured:
    columns = [name for name in SOURCES[facts.source].columns if name not in facts.missing_columns]
    return Measured(
        name=export_of(facts.source),
        text=f"the {facts.source} export: sheet {facts.sheet!r}, header in row {facts.header_row}",
        file=facts.file,
        version=facts.sha256,
        rows=facts.rows,
        size=facts.size,
        fields=tuple((name, facts.kind, None) for name in (*columns, *facts.unknown_columns)),
    )


def _parquet(material: Material, run: Run, source: str, stage: str) -> Measured:
    """A dataset between two steps: rows and empty values come from the footer of its Parquet file."""
    import pyarrow.parquet as pq

    contract = SOURCES[source]
    dataset, file = (
        (contract.raw, f"ingest/{source}/raw.parquet") if stage == "ingest" else (contract.clean, f"quality/{source}.parquet")
    )  # fmt: skip
    name = dataset.name
    with pq.ParquetFile(
        run.folder(f"ingest/{source}" if stage == "ingest" else stage) / file.rsplit("/", 1)[1]
    ) as parquet:
        footer, arrow = parquet.metadata, parquet.schema_arrow
    facts = next(facts for facts in material.sources if facts.source == source)
    columns = list(dataset.columns)
    names = facts.columns if stage == "ingest" and facts.columns else dict(zip(columns, columns, strict=True))
    nulls = _nulls(footer)
    return Measured(
        name=name,
        text=_text(name),
        file=file,
        version=material.run_id,
        rows=footer.num_rows,
        fields=_fields(name, arrow, columns, names),
        nulls={column: nulls[name] for column, name in names.items() if name in nulls},
        columns=_as_read(facts) if stage == "ingest" else column_lineage()[name],
    )


def _nulls(footer: pq.FileMetaData) -> dict[str, int]:
    """The empty values of each column, as far as the writer of the file counted them."""
    nulls: dict[str, int] = {}
    for group in map(footer.row_group, range(footer.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if column.statistics and column.statistics.has_null_count:
                nulls[column.path_in_schema] = nulls.get(column.path_in_schema, 0) + column.statistics.null_count
    return nulls


def _mart(material: Material) -> Measured:
    import pyarrow.parquet as pq

    mart = material.mart
    nulls = {name: mart[name].null_count for name in mart.column_names}
    if material.mart_file:
        nulls = _nulls(pq.read_metadata(material.mart_file))
    return Measured(
        name=MART_NAME,
        text=_text(MART_NAME),
        file="analytics/mart.parquet",
        version=material.run_id,
        rows=material.figures.merged,
        fields=_fields(MART_NAME, mart.schema, mart.column_names),
        nulls=nulls,
        columns=column_lineage()[MART_NAME],
    )


def _deliverable(material: Material, name: str, path: Path, cuts: Mapping[_Cut, pa.Schema]) -> Measured:
    """A file of --out. The tables are cuts of the mart: their columns are those that the writers take from it."""
    figures = material.figures
    taken = TABLES.get(name)
    arrow = cuts[taken] if taken else None
    rows = {
        tables.premium_wines: figures.premium_count,
        tables.ordinary_wines: figures.ordinary_count,
        tables.report: figures.merged,
        tables.merged: figures.merged,
    }
    count = (rows[taken] if taken in rows else taken(material.mart).num_rows) if taken else None
    return Measured(
        name=name,
        text=(inspect.getdoc(taken) or "").split("\n")[0] if taken else f"{name}, made from the mart and the checks",
        file=name,
        version=material.run_id,
        rows=material.quarantine.num_rows if name == "quarantine.csv" else count,
        size=path.stat().st_size,
        fields=_fields(MART_NAME, arrow, arrow.names) if arrow else (),
        columns=_taken(arrow.names, split=name in _SPLIT) if arrow else None,
    )


def _taken(columns: list[str], *, split: bool) -> ColumnLineage:
    whole = (Input(MART_NAME, "is_premium", ("FILTER",)),) if split else ()
    return ColumnLineage({name: (Input(MART_NAME, name, ("IDENTITY",)),) for name in columns}, whole)


def _as_read(facts: SourceFacts) -> ColumnLineage:
    """A raw column is the text of the export's column of that name; a column that is absent comes from nowhere."""
    columns = [name for name in SOURCES[facts.source].columns if name not in facts.missing_columns]
    return ColumnLineage({name: (Input(export_of(facts.source), name, ("IDENTITY",)),) for name in columns}, ())


def _fields(
    dataset: str, arrow: pa.Schema, columns: list[str], names: Mapping[str, str] | None = None
) -> tuple[tuple[str, str, str | None], ...]:
    """The columns with their types, those of an export that is kept as it is by the names that it gives them."""
    known, stored = DATASETS[dataset].columns, names or dict(zip(columns, columns, strict=True))
    return tuple(
        (name, str(arrow.field(stored[name]).type), known[name].description) for name in columns if name in stored
    )


def _text(dataset: str) -> str:
    return DATASETS[dataset].description or dataset
