"""The real Kestra engine inside Python: for `bottleneck flow run`, for `flow validate` and for pytest.

Importing this package starts nothing and imports no Java bridge. It knows nothing of the rest of bottleneck_tasks.
"""

from __future__ import annotations

from bottleneck_tasks.engine.errors import (
    EngineCallError,
    EngineError,
    EngineStartError,
    ExecutionTimeout,
    FlowInvalid,
    NotFound,
    ProvisioningError,
)
from bottleneck_tasks.engine.excess_runs import ExcessRuns
from bottleneck_tasks.engine.kestra_engine import KestraEngine
from bottleneck_tasks.engine.models import Attempt, Execution, Flow, LogLine, Metric, State, TaskRun
from bottleneck_tasks.engine.stand_ins import TaskTypeOrigin
from bottleneck_tasks.engine.versions import CURRENT, LTS, SUPPORTED
from bottleneck_tasks.engine.workers import WorkerProcess

__all__ = [
    "CURRENT",
    "LTS",
    "SUPPORTED",
    "Attempt",
    "EngineCallError",
    "EngineError",
    "EngineStartError",
    "ExcessRuns",
    "Execution",
    "ExecutionTimeout",
    "Flow",
    "FlowInvalid",
    "KestraEngine",
    "LogLine",
    "Metric",
    "NotFound",
    "ProvisioningError",
    "State",
    "TaskRun",
    "TaskTypeOrigin",
    "WorkerProcess",
]
