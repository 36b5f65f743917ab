"""Tell what came of a flow run, to a person or to a machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bottleneck_tasks.engine.flow_run import FlowRun
    from bottleneck_tasks.engine.stand_ins import TaskTypeOrigin

__all__ = ["as_json", "as_text"]


def as_text(done: FlowRun, task_types: tuple[TaskTypeOrigin, ...]) -> str:
    """Lines for a person: state and duration, tasks, errors, warnings, outputs, files, where task types come from."""
    execution = done.execution
    seconds = (execution.ended - execution.started).total_seconds() if execution.ended and execution.started else 0.0
    lines = [f"{execution.namespace}.{execution.flow_id} {execution.id}: {execution.state} in {seconds:.1f} s"]
    lines += [f"  {run.task_id}: {run.state}" for run in execution.task_runs]
    lines += [f"  error in {line.task_id}: {line.message}" for line in done.errors]
    lines += [f"  warning: {excess}" for excess in done.excess]
    lines += [f"  output {name} = {value}" for name, value in execution.outputs.items()]
    lines += [f"  saved {file}" for file in done.files]
    lines += [f"  {origin}" for origin in task_types]
    return "\n".join(lines)


def as_json(done: FlowRun, task_types: tuple[TaskTypeOrigin, ...]) -> str:
    """One JSON object for a machine."""
    execution = done.execution
    document = {
        "execution": execution.id,
        "flow": f"{execution.namespace}.{execution.flow_id}",
        "state": execution.state,
        "tasks": execution.task_states,
        "outputs": dict(execution.outputs),
        "excess_runs": [str(excess) for excess in done.excess],
        "errors": [line.message for line in done.errors],
        "files": [str(file) for file in done.files],
        "task_types": [str(origin) for origin in task_types],
    }
    return json.dumps(document, ensure_ascii=False)
