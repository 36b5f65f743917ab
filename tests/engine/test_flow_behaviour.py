"""One parent flow with everything in it behaves the same on every version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.engine import Execution, KestraEngine, State

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent


@pytest.fixture
def parent(kestra: KestraEngine, load: Callable[..., str]) -> Execution:
    """One execution of the parent flow, which reads a namespace file and a secret in its child."""
    namespace = load("child", "parent")
    kestra.upload_files(namespace, HERE / "files")
    kestra.set_secret("TOKEN", "s3cret")
    return kestra.run(namespace, "parent", inputs={"greeting": "Bonjour Zoé"})


def test_parent_uses_subflow_secret_and_namespace_file(parent: Execution) -> None:
    """The subflow's output reaches the parent; it was made by a namespace file from an input and a secret."""
    assert parent.outputs == {"message": "Bonjour Zoé, 6 letters of secret"}
    assert parent.task("child").outputs["outputs"]["message"] == "Bonjour Zoé, 6 letters of secret"


def test_failing_branch_does_not_stop_its_sibling(parent: Execution) -> None:
    """An allowed failure leaves a warning and the sibling's result."""
    assert parent.state is State.WARNING
    assert parent.task_states == {
        "child": State.SUCCESS,
        "branches": State.WARNING,
        "bad_branch": State.WARNING,
        "fails": State.FAILED,
        "good_branch": State.SUCCESS,
    }


def test_child_file_has_its_name_and_metric(kestra: KestraEngine, parent: Execution) -> None:
    """The child execution is readable: its file with a non-ASCII name, and its metric."""
    child = kestra.executions(parent.namespace, "child")[0]
    uri = kestra.execution(child.id).task("greet").outputs["outputFiles"]["lettre à Zoé.txt"]
    assert kestra.read_file(uri).decode() == "Bonjour Zoé, 6 letters of secret"
    metrics = {metric.name: (metric.type, metric.value, metric.task_id) for metric in kestra.metrics(child.id)}
    assert metrics["greetings"] == ("counter", 1.0, "greet")


def test_retry_in_sequential_runs_exactly_its_attempts(kestra: KestraEngine, load: Callable[..., str]) -> None:
    """A retried task alone in a Sequential runs three times, then the error branch runs once."""
    execution = kestra.run(load("retried"), "retried")
    assert execution.state is State.FAILED
    assert [len(run.attempts) for run in execution.runs_of("flaky")] == [3]
    assert execution.task("report").outputs == {"value": "reported"}
    assert kestra.excess_runs(execution) == ()


def test_flow_trigger_starts_the_alert_of_the_failed_flow(kestra: KestraEngine, load: Callable[..., str]) -> None:
    """A Flow trigger on FAILED starts the alert flow, which knows the failed flow."""
    namespace = load("on_failure", "retried")
    failed = kestra.run(namespace, "retried")
    alert = kestra.await_flow_execution(namespace, "on_failure", caused_by=failed.id)
    assert alert.state is State.SUCCESS
    assert alert.task("alert").outputs == {"value": "retried FAILED"}


@pytest.mark.kestra_only("2.0.0")
def test_fault_of_2_0_0_is_detected(kestra: KestraEngine, load: Callable[..., str]) -> None:
    """A retried task after a finished flowable runs too often on 2.0.0, and the engine says so."""
    (excess,) = kestra.excess_runs(kestra.run(load("faulty_retry"), "faulty_retry"))
    assert (excess.task_id, excess.allowed) == ("flaky", 3)
    assert str(excess) == f"flaky ran {excess.ran} times, its retry allows 3"
    assert excess.ran > excess.allowed


@pytest.mark.kestra_only("1.3.31")
def test_1_3_has_not_the_fault_of_2_0_0(kestra: KestraEngine, load: Callable[..., str]) -> None:
    """The same flow runs its three attempts on 1.3, and nothing is reported."""
    execution = kestra.run(load("faulty_retry"), "faulty_retry")
    assert [len(run.attempts) for run in execution.runs_of("flaky")] == [3]
    assert kestra.excess_runs(execution) == ()
