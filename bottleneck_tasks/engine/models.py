"""What the engine tells about executions, as plain frozen values. No Java type appears here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

__all__ = ["Attempt", "Execution", "Flow", "LogLine", "Metric", "State", "TaskRun"]


class State(StrEnum):
    """States of executions, task runs and attempts."""

    CREATED = "CREATED"
    SUBMITTED = "SUBMITTED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    QUEUED = "QUEUED"
    RETRYING = "RETRYING"
    RESTARTED = "RESTARTED"
    REPLAYED = "REPLAYED"
    RESUBMITTED = "RESUBMITTED"
    KILLING = "KILLING"
    BREAKPOINT = "BREAKPOINT"
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    FAILED = "FAILED"
    KILLED = "KILLED"
    CANCELLED = "CANCELLED"
    RETRIED = "RETRIED"
    SKIPPED = "SKIPPED"

    @property
    def is_failure(self) -> bool:
        """Whether the work did not get done."""
        return self in {State.FAILED, State.KILLED, State.CANCELLED}


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that Kestra accepted; `file` is None for a flow loaded from text."""

    namespace: str
    id: str
    revision: int
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a task run; `worker` names the worker that did it."""

    state: State
    started: datetime | None
    ended: datetime | None
    worker: str | None


@dataclass(frozen=True, slots=True)
class TaskRun:
    """One run of a task: attempts in order, outputs as plain values."""

    id: str
    task_id: str
    state: State
    attempts: tuple[Attempt, ...]
    outputs: Mapping[str, Any]
    parent_id: str | None
    value: str | None
    started: datetime | None
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of a flow at the moment it was read."""

    id: str
    namespace: str
    flow_id: str
    revision: int
    state: State
    states: tuple[State, ...]
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    labels: Mapping[str, str]
    trigger: Mapping[str, Any]
    task_runs: tuple[TaskRun, ...]
    started: datetime | None
    ended: datetime | None

    def runs_of(self, task_id: str) -> tuple[TaskRun, ...]:
        """Every run of one task, oldest first; empty when it never ran."""
        return tuple(run for run in self.task_runs if run.task_id == task_id)

    def task(self, task_id: str) -> TaskRun:
        """The latest run of one task; raises KeyError when it never ran."""
        runs = self.runs_of(task_id)
        if not runs:
            raise KeyError(f"{task_id} did not run in {self.id}; these did: {[run.task_id for run in self.task_runs]}")
        return runs[-1]

    @property
    def task_states(self) -> dict[str, State]:
        """State of the latest run of every task, by task id."""
        return {run.task_id: run.state for run in self.task_runs}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of an execution's log; `attempt` counts from 0."""

    level: str
    message: str
    timestamp: datetime
    task_id: str | None
    task_run_id: str | None
    attempt: int | None


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric that a task sent: `type` is counter, timer (value in milliseconds) or gauge."""

    name: str
    type: str
    value: float
    tags: Mapping[str, str]
    task_id: str
