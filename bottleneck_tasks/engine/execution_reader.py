"""Read executions, logs and metrics out of Kestra's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bottleneck_tasks.engine.java_bridge import when
from bottleneck_tasks.engine.models import Attempt, Execution, LogLine, Metric, State, TaskRun

__all__ = ["execution_from", "log_line_from", "metric_from"]

Json = Mapping[str, Any]


def execution_from(document: Json) -> Execution:
    """An execution, with its task runs in the order in which they began."""
    state = document["state"]
    return Execution(
        id=document["id"],
        namespace=document["namespace"],
        flow_id=document["flowId"],
        revision=document["flowRevision"],
        state=State(state["current"]),
        states=tuple(State(entry["state"]) for entry in state["histories"]),
        inputs=document.get("inputs") or {},
        outputs=document.get("outputs") or {},
        labels={label["key"]: label["value"] for label in document.get("labels") or ()},
        trigger=document.get("trigger") or {},
        task_runs=tuple(_task_run_from(run) for run in document.get("taskRunList") or ()),
        started=when(state.get("startDate")),
        ended=when(state.get("endDate")),
    )


def _task_run_from(document: Json) -> TaskRun:
    state = document["state"]
    return TaskRun(
        id=document["id"],
        task_id=document["taskId"],
        state=State(state["current"]),
        attempts=tuple(_attempt_from(attempt) for attempt in document.get("attempts") or ()),
        outputs=document.get("outputs") or {},
        parent_id=document.get("parentTaskRunId"),
        value=document.get("value"),
        started=when(state.get("startDate")),
        ended=when(state.get("endDate")),
    )


def _attempt_from(document: Json) -> Attempt:
    state = document["state"]
    return Attempt(
        State(state["current"]), when(state.get("startDate")), when(state.get("endDate")), document.get("workerId")
    )


def log_line_from(document: Json) -> LogLine:
    """One log line; a message that Kestra left out is empty."""
    timestamp = when(document["timestamp"])
    if timestamp is None:
        raise ValueError("a log line without a timestamp")
    return LogLine(
        level=document["level"],
        message=document.get("message") or "",
        timestamp=timestamp,
        task_id=document.get("taskId"),
        task_run_id=document.get("taskRunId"),
        attempt=document.get("attemptNumber"),
    )


def metric_from(document: Json) -> Metric:
    """One metric."""
    return Metric(
        name=document["name"],
        type=document["type"],
        value=float(document["value"]),
        tags=document.get("tags") or {},
        task_id=document["taskId"],
    )
