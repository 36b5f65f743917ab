"""The facets of OpenLineage that a run fills, as plain dictionaries: importing its client costs 250 ms.

Versions and shapes are those of the specification; the tests hold every facet against the official classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottleneck_tasks import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bottleneck_tasks.lineage.columns import ColumnLineage, Input

__all__ = [
    "EVENT_SCHEMA",
    "PRODUCER",
    "assertions",
    "column_lineage_facet",
    "data_source",
    "documentation",
    "input_statistics",
    "job_type",
    "metrics",
    "nominal_time",
    "output_statistics",
    "parent",
    "processing_engine",
    "schema",
    "version",
]

PRODUCER = f"urn:bottleneck:bottleneck-tasks:{__version__}"
NAMESPACE = "bottleneck"
_SPECIFICATION = "https://openlineage.io/spec"
EVENT_SCHEMA = f"{_SPECIFICATION}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_INDIRECT = {"JOIN", "FILTER", "GROUP_BY", "SORT"}


def _facet(of_version: str, kind: str, /, **content: Any) -> dict[str, Any]:
    url = f"{_SPECIFICATION}/facets/{of_version}/{kind}.json#/$defs/{kind}"
    return {"_producer": PRODUCER, "_schemaURL": url, **content}


def parent(run_id: str, job: str) -> dict[str, Any]:
    """The run that a step belongs to, which is the root as well."""
    identity = {"run": {"runId": run_id}, "job": {"namespace": NAMESPACE, "name": job}}
    return _facet("1-2-0", "ParentRunFacet", **identity, root=identity)


def nominal_time(start: str, end: str) -> dict[str, Any]:
    """The month that the run is about, as two instants."""
    return _facet("1-0-1", "NominalTimeRunFacet", nominalStartTime=start, nominalEndTime=end)


def processing_engine() -> dict[str, Any]:
    """This library and its version."""
    return _facet("1-1-1", "ProcessingEngineRunFacet", name="bottleneck-tasks", version=__version__)


def job_type(kind: str) -> dict[str, Any]:
    """A batch job of this library: the JOB of a month or one TASK of it."""
    return _facet("2-0-4", "JobTypeJobFacet", processingType="BATCH", integration="BOTTLENECK", jobType=kind)


def documentation(text: str, *, of: str = "Dataset") -> dict[str, Any]:
    """What a Dataset or a Job is, in a sentence."""
    return _facet("1-1-0", f"Documentation{of}Facet", description=text, contentType="text/plain")


def version(text: str) -> dict[str, Any]:
    """The version of a dataset: the SHA-256 of an export, the run's content-derived id elsewhere."""
    return _facet("1-0-1", "DatasetVersionDatasetFacet", datasetVersion=text)


def data_source(name: str, uri: str) -> dict[str, Any]:
    """Where a dataset is stored: a file of the source folder, of the run directory or of the output folder."""
    return _facet("1-0-1", "DatasourceDatasetFacet", name=name, uri=uri)


def schema(fields: Iterable[tuple[str, str, str | None]]) -> dict[str, Any]:
    """The columns of a dataset as (name, type, meaning)."""
    listed = [
        {"name": name, "type": kind, "ordinal_position": position, **({"description": text} if text else {})}
        for position, (name, kind, text) in enumerate(fields, start=1)
    ]
    return _facet("1-2-0", "SchemaDatasetFacet", fields=listed)


def column_lineage_facet(lineage: ColumnLineage) -> dict[str, Any]:
    """What makes each column, and what decides which rows there are."""
    fields = {name: {"inputFields": [_input(entry) for entry in inputs]} for name, inputs in lineage.fields.items()}
    whole = [_input(entry) for entry in lineage.dataset]
    return _facet("1-2-0", "ColumnLineageDatasetFacet", fields=fields, **({"dataset": whole} if whole else {}))


def _input(entry: Input) -> dict[str, Any]:
    how = [{"type": "INDIRECT" if step in _INDIRECT else "DIRECT", "subtype": step} for step in entry.how]
    return {"namespace": NAMESPACE, "name": entry.dataset, "field": entry.column, "transformations": how}


def assertions(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """The rules judged on a dataset before a step may use it."""
    return _facet("1-1-0", "DataQualityAssertionsDatasetFacet", assertions=entries)


def metrics(rows: int, nulls: Mapping[str, int]) -> dict[str, Any]:
    """Rows, and empty values per column."""
    counted = {name: {"nullCount": count} for name, count in nulls.items()}
    return _facet("1-0-1", "DataQualityMetricsDatasetFacet", rowCount=rows, columnMetrics=counted)


def input_statistics(rows: int, size: int) -> dict[str, Any]:
    """Rows read from a file of `size` bytes."""
    return _facet("1-0-0", "InputStatisticsInputDatasetFacet", rowCount=rows, size=size, fileCount=1)


def output_statistics(rows: int | None, size: int | None = None) -> dict[str, Any]:
    """Rows written, and the bytes of a deliverable."""
    known = {"rowCount": rows, "size": size}
    content = {name: value for name, value in known.items() if value is not None}
    return _facet("1-0-2", "OutputStatisticsOutputDatasetFacet", **content, fileCount=1)
