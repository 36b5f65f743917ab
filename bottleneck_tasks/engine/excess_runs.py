"""Find tasks that ran more often than their retry allows.

Kestra 2.0.0 appends a second run of a task (kestra-io/kestra#18909) where the retry of one run should go on, so an
outside call can happen five times instead of three. The state of the execution does not show it; its history does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bottleneck_tasks.engine.models import Execution, State, TaskRun

__all__ = ["ExcessRuns", "allowed_attempts", "excess_runs"]


@dataclass(frozen=True, slots=True)
class ExcessRuns:
    """One task that ran too often; `allowed` is its retry's maxAttempts, or 1 without a retry."""

    task_id: str
    ran: int
    allowed: int

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.task_id} ran {self.ran} times, its retry allows {self.allowed}"


def allowed_attempts(flow: Mapping[str, Any]) -> dict[str, int | None]:
    """Attempts that a flow (as Kestra's JSON) allows each task; None when its retry is limited by time only."""
    every = (flow.get("retry") or {}).get("maxAttempts") or 1
    limits: dict[str, int | None] = {}
    for task in _tasks_below(flow):
        own = task["retry"].get("maxAttempts") if task.get("retry") else 1
        limits[task["id"]] = None if own is None else own * every
    return limits


def _tasks_below(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if isinstance(value.get("id"), str) and isinstance(value.get("type"), str):
            yield value
        for child in value.values():
            yield from _tasks_below(child)
    elif isinstance(value, list):
        for child in value:
            yield from _tasks_below(child)


def excess_runs(execution: Execution, allowed: Mapping[str, int | None]) -> tuple[ExcessRuns, ...]:
    """Tasks of `execution` whose attempts exceed what `allowed` gives them; restarts by hand are not counted."""
    restarts = 1 + execution.states.count(State.RESTARTED)
    ran: dict[tuple[str, str | None, str | None], int] = defaultdict(int)
    for run in execution.task_runs:
        ran[run.task_id, run.parent_id, run.value] += _attempts(run)
    return tuple(
        ExcessRuns(task_id, times, limit * restarts)
        for (task_id, _, _), times in ran.items()
        if (limit := allowed.get(task_id)) is not None and times > limit * restarts
    )


def _attempts(run: TaskRun) -> int:
    """Attempts of a run, without those that ended because their worker was lost."""
    return sum(attempt.state is not State.RESUBMITTED for attempt in run.attempts)
