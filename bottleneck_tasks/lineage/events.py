"""The OpenLineage events of a run: a parent run for the month, and one run a step, each with START and COMPLETE.

Everything in them follows from the content of the run, because lineage.json is a deliverable and the same inputs give
the same bytes, on any machine and on any day. So run ids are UUIDv5 of the run's content-derived id, and event times
are not read from a clock: they are the seconds after the end of the month, in the order of the steps (the epoch when
no month was given). When a run really took place is what the orchestrator knows: Kestra's execution, the publication.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bottleneck_tasks.contracts.judged_on import columns_of, datasets_of
from bottleneck_tasks.contracts.registry import DATASETS
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.lineage import facets
from bottleneck_tasks.lineage.steps import MART_NAME, Step, steps

if TYPE_CHECKING:
    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.lineage.measured import Measured, RunFacts
    from bottleneck_tasks.month import Month

__all__ = ["JOB", "events_of", "run_uuid", "to_ndjson"]

JOB = "monthly_revenue"
_RUNS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:bottleneck:runs")
_SEVERITIES = {"block": "error", "warn": "warn", "info": "info"}
_CLASSES = {"empty": "not_null", "duplicate": "unique", "unreadable": "valid", "violated": "valid"}
_PARENT = "Monthly revenue of a wine merchant: ERP, web and liaison exports in, tested reports out"


def events_of(run: RunFacts) -> list[dict[str, Any]]:
    """The events of a run, in order. Raises KeyError when a dataset of a step was not measured."""
    listed = steps(run.deliverables)
    last = 2 * len(listed) + 1
    events = [_event(run, JOB, "START", 0, documentation=_PARENT)]
    for number, step in enumerate(listed):
        name = f"{JOB}.{step.name}"
        events.append(_event(run, name, "START", 2 * number + 1, documentation=step.title))
        complete = _event(run, name, "COMPLETE", 2 * number + 2, documentation=step.title)
        events.append({**complete, **_datasets(run, step)})
    return [*events, _event(run, JOB, "COMPLETE", last, documentation=_PARENT)]


def to_ndjson(events: list[dict[str, Any]]) -> bytes:
    """One event a line, as OpenLineage's file transport writes them."""
    return "".join(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n" for event in events).encode()


def run_uuid(run_id: str, job: str) -> str:
    """The OpenLineage run id of a job in a run."""
    return str(uuid.uuid5(_RUNS, f"{run_id}/{job}"))


def _event(run: RunFacts, job: str, kind: str, second: int, *, documentation: str) -> dict[str, Any]:
    about: dict[str, Any] = {"processing_engine": facets.processing_engine()}
    if run.month:
        about["nominalTime"] = facets.nominal_time(_instant(run.month, 0), _instant(run.month.next(), 0))
    if job != JOB:
        about["parent"] = facets.parent(run_uuid(run.run_id, JOB), JOB)
    return {
        "eventType": kind,
        "eventTime": _instant(run.month.next() if run.month else None, second),
        "producer": facets.PRODUCER,
        "schemaURL": facets.EVENT_SCHEMA,
        "run": {"runId": run_uuid(run.run_id, job), "facets": about},
        "job": {
            "namespace": facets.NAMESPACE,
            "name": job,
            "facets": {
                "jobType": facets.job_type("JOB" if job == JOB else "TASK"),
                "documentation": facets.documentation(documentation, of="Job"),
            },
        },
    }


def _instant(month: Month | None, second: int) -> str:
    return f"{month or '1970-01'}-01T00:00:{second:02}Z"


def _datasets(run: RunFacts, step: Step) -> dict[str, Any]:
    """Inputs with what was judged on them, outputs with what they are; what the run made is described once, there."""
    return {
        "inputs": [_input(run.datasets[name], run) for name in step.inputs],
        "outputs": [_output(run.datasets[name]) for name in step.outputs if name in run.datasets],
    }


def _input(dataset: Measured, run: RunFacts) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if judged := [_assertion(check, dataset.name) for check in run.checks if dataset.name in _judged_on(check)]:
        known["dataQualityAssertions"] = facets.assertions(judged)
    if dataset.rows is not None and dataset.size is not None:
        known["inputStatistics"] = facets.input_statistics(dataset.rows, dataset.size)
    identity = _identity(dataset, {} if dataset.name in DATASETS else _described(dataset))
    return {**identity, **({"inputFacets": known} if known else {})}


def _output(dataset: Measured) -> dict[str, Any]:
    known = {"outputStatistics": facets.output_statistics(dataset.rows, dataset.size)}
    return {**_identity(dataset, _described(dataset)), "outputFacets": known}


def _identity(dataset: Measured, about: dict[str, Any]) -> dict[str, Any]:
    known = {"version": facets.version(dataset.version), **about}
    return {"namespace": facets.NAMESPACE, "name": dataset.name, "facets": known}


def _described(dataset: Measured) -> dict[str, Any]:
    about: dict[str, Any] = {
        "documentation": facets.documentation(dataset.text),
        "dataSource": facets.data_source(dataset.file, f"file:{quote(dataset.file)}"),
    }
    if dataset.fields:
        about["schema"] = facets.schema(dataset.fields)
    if dataset.columns:
        about["columnLineage"] = facets.column_lineage_facet(dataset.columns)
    if dataset.rows is not None and dataset.nulls:
        about["dataQualityMetrics"] = facets.metrics(dataset.rows, dataset.nulls)
    return about


def _judged_on(check: Check) -> tuple[str, ...]:
    """The datasets of a check; what no rule of the catalogue judges is about the mart."""
    return datasets_of(RULES[check.id]) if check.id in RULES else (MART_NAME,)


def _assertion(check: Check, dataset: str) -> dict[str, Any]:
    columns = columns_of(RULES[check.id], dataset) if check.id in RULES and dataset in DATASETS else {}
    situations = set(columns.values())
    return {
        "assertion": _CLASSES[situations.pop()] if len(situations) == 1 else "custom",
        "success": check.result == "pass",
        "severity": _SEVERITIES[check.severity],
        "name": check.id,
        "description": check.statement,
        "expected": check.expected,
        "actual": check.observed,
        **({"column": next(iter(columns))} if len(columns) == 1 else {}),
    }
