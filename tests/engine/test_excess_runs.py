"""Counting attempts: what a retry allows, what a restart adds, what a lost worker does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.engine.excess_runs import allowed_attempts, excess_runs
from bottleneck_tasks.engine.execution_reader import execution_from

if TYPE_CHECKING:
    from bottleneck_tasks.engine.models import Execution

NOW = "2026-11-21T11:00:00.5Z"


def state(current: str) -> dict[str, object]:
    """Kestra's JSON of a state."""
    return {"current": current, "histories": [{"state": current, "date": NOW}], "startDate": NOW}


def execution(*runs: list[str], restarted: bool = False) -> Execution:
    """An execution whose task `call` ran once per list, with these attempts."""
    task_runs = [
        {"id": str(at), "taskId": "call", "state": state(run[-1]), "attempts": [{"state": state(each)} for each in run]}
        for at, run in enumerate(runs)
    ]
    document = {"id": "1", "namespace": "a", "flowId": "f", "flowRevision": 1, "state": state("FAILED")}
    if restarted:
        document["state"]["histories"].append({"state": "RESTARTED", "date": NOW})  # type: ignore[index]
    return execution_from(document | {"taskRunList": task_runs})


@pytest.mark.parametrize(
    ("runs", "restarted", "found"),
    [
        ([["FAILED", "FAILED", "SUCCESS"]], False, []),
        ([["FAILED", "FAILED", "FAILED", "SUCCESS"]], False, ["call ran 4 times, its retry allows 3"]),
        ([["FAILED", "FAILED"], ["FAILED", "FAILED", "FAILED"]], False, ["call ran 5 times, its retry allows 3"]),
        ([["FAILED"] * 3 + ["SUCCESS"]], True, []),
        ([["FAILED", "RESUBMITTED", "FAILED", "SUCCESS"]], False, []),
    ],
    ids=["within", "one too many", "second run of the task", "restarted by hand", "worker lost"],
)
def test_attempts_are_counted_over_all_runs(runs: list[list[str]], restarted: bool, found: list[str]) -> None:
    """Attempts add up over the runs of a task; a restart allows them again, a lost worker's attempt is free."""
    excess = excess_runs(execution(*runs, restarted=restarted), {"call": 3})
    assert [str(each) for each in excess] == found


def test_allowed_attempts_are_read_at_every_depth() -> None:
    """Tasks inside flowables and error branches count; without a retry once, with a time limit only without limit."""
    flow = {
        "tasks": [
            {"id": "outer", "type": "Sequential", "tasks": [{"id": "a", "type": "T", "retry": {"maxAttempts": 3}}]},
            {"id": "b", "type": "T", "retry": {"maxDuration": "PT1M"}},
        ],
        "errors": [{"id": "c", "type": "T"}],
    }
    assert allowed_attempts(flow) == {"outer": 1, "a": 3, "b": None, "c": 1}


def test_retry_of_the_flow_multiplies() -> None:
    """A retry of the whole flow allows every task again."""
    assert allowed_attempts({"retry": {"maxAttempts": 2}, "tasks": [{"id": "a", "type": "T"}]}) == {"a": 2}
