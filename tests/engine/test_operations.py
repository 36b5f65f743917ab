"""What an operator does by hand works from Python: schedule, kill, restart, start and look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bottleneck_tasks.engine import EngineCallError, ExecutionTimeout, KestraEngine, NotFound, State

PARIS = ZoneInfo("Europe/Paris")
Load = Callable[..., str]


def test_schedule_fires_for_a_given_date(kestra: KestraEngine, load: Load) -> None:
    """A Schedule fired for a date in the past gives the flow that date and the trigger's inputs."""
    fired = kestra.fire_schedule(load("monthly"), "monthly", "fifteenth", date=datetime(2026, 10, 15, 9, tzinfo=PARIS))
    execution = kestra.await_end(fired)
    assert execution.task("month").outputs == {"value": "2026-10 scheduled"}
    assert execution.trigger["variables"]["next"].startswith("2026-11-15T09:00:00")


def test_schedule_fires_at_the_first_tick_after_a_date(kestra: KestraEngine, load: Load) -> None:
    """Between two ticks the next one fires."""
    fired = kestra.fire_schedule(load("monthly"), "monthly", "fifteenth", date=datetime(2026, 2, 16, tzinfo=PARIS))
    assert kestra.await_end(fired).task("month").outputs == {"value": "2026-03 scheduled"}


def test_schedule_does_not_fire_in_the_future(kestra: KestraEngine, load: Load) -> None:
    """Kestra refuses a tick in the future, and the error says so."""
    namespace = load("monthly")
    with pytest.raises(EngineCallError, match="Its next tick is in the future"):
        kestra.fire_schedule(namespace, "monthly", "fifteenth", date=datetime(2099, 1, 15, 9, tzinfo=PARIS))


def test_unknown_trigger_is_named(kestra: KestraEngine, load: Load) -> None:
    """A trigger that the flow does not have is named in the error."""
    namespace = load("monthly")
    with pytest.raises(NotFound, match="has no trigger sixteenth"):
        kestra.fire_schedule(namespace, "monthly", "sixteenth", date=datetime(2026, 10, 15, tzinfo=PARIS))


def test_killed_execution_ends_killed(kestra: KestraEngine, load: Load) -> None:
    """An execution that runs is killed with its process."""
    started = kestra.start(load("command"), "command", inputs={"code": "import time; time.sleep(60)"})
    running = kestra.await_state(started, State.RUNNING)
    assert running.state is State.RUNNING
    assert kestra.kill(started).state is State.KILLED


def test_restart_goes_on_from_the_failed_task(kestra: KestraEngine, load: Load) -> None:
    """After the cause is gone a restart reuses what was done and runs the rest."""
    namespace = load("gate")
    kestra.set_env("ENGINE_STAGE", "tests")
    failed = kestra.run(namespace, "gate")
    assert failed.task_states == {"first": State.SUCCESS, "gate": State.FAILED}
    kestra.set_kv(namespace, "open", "yes")
    restarted = kestra.restart(failed.id)
    assert restarted.state is State.SUCCESS
    assert restarted.id == failed.id
    assert [len(run.attempts) for run in restarted.runs_of("first")] == [1]
    assert restarted.task("last").outputs == {"value": "tests"}
    assert kestra.excess_runs(restarted) == ()


def test_key_values_keep_their_type(kestra: KestraEngine, load: Load) -> None:
    """A stored structure comes back equal, and a missing key is named."""
    namespace = load("gate")
    kestra.set_kv(namespace, "seuils", {"é": [1, 2.5, True]})
    assert kestra.read_kv(namespace, "seuils") == {"é": [1, 2.5, True]}
    with pytest.raises(NotFound, match="has no key absent"):
        kestra.read_kv(namespace, "absent")


def test_labels_travel_with_the_execution(kestra: KestraEngine, load: Load) -> None:
    """Labels given at the start are on the execution."""
    namespace = load("retried")
    execution = kestra.await_end(kestra.start(namespace, "retried", labels={"month": "2026-11"}))
    assert execution.labels["month"] == "2026-11"


def test_waiting_too_long_says_where_the_execution_is(kestra: KestraEngine, load: Load) -> None:
    """A time-out names the execution, what was awaited and its state."""
    namespace = load("command")
    started = kestra.start(namespace, "command", inputs={"code": "import time; time.sleep(60)"})
    with pytest.raises(ExecutionTimeout, match=f"Execution {started} did not reach its end within 0.5 s; it is still"):
        kestra.await_end(started, timeout=0.5)
    kestra.kill(started)


def test_unknown_flow_is_named(kestra: KestraEngine, kestra_namespace: str) -> None:
    """Running a flow that was not loaded names it and the way out."""
    with pytest.raises(NotFound, match=rf"There is no flow {kestra_namespace}\.absent"):
        kestra.run(kestra_namespace, "absent")


def test_wrong_input_carries_kestras_message(kestra: KestraEngine, load: Load) -> None:
    """A missing required input is refused with Kestra's own words."""
    namespace = load("command")
    with pytest.raises(EngineCallError, match="code"):
        kestra.start(namespace, "command")
