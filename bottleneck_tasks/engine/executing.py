"""Start executions, wait for them, kill and restart them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.engine.dialects import TENANT
from bottleneck_tasks.engine.errors import ExecutionTimeout, NotFound
from bottleneck_tasks.engine.execution_reader import execution_from
from bottleneck_tasks.engine.java_bridge import calling_kestra, java_class, plain, to_java_map
from bottleneck_tasks.engine.models import Execution, State

if TYPE_CHECKING:
    from bottleneck_tasks.engine.running_kestra import RunningKestra

__all__ = [
    "Watcher",
    "await_end",
    "await_flow_execution",
    "await_state",
    "emit",
    "executions_of",
    "kill",
    "read_execution",
    "restart",
    "start",
]

Watcher = Callable[[Execution], None]
"""Called with every new picture of an execution while it is awaited; outputs are left out until the end."""

_POLL_SECONDS = 0.02
_POLL_SHARE = 0.01
"""A poll reads the execution back from the database: it waits a hundredth of the time that it has waited already."""

_ACCEPTANCE_SECONDS = 120.0


def start(
    kestra: RunningKestra, namespace: str, flow_id: str, *, inputs: Mapping[str, Any], labels: Mapping[str, str]
) -> str:
    """Start a flow and return the execution's id once Kestra has stored it.

    A `Path` among the inputs is uploaded as a FILE input. Raises NotFound, or EngineCallError for a refused input.
    """
    with calling_kestra():
        flow = kestra.flow(namespace, flow_id)
        label = java_class("io.kestra.core.models.Label")
        java_labels = java_class("java.util.ArrayList")([label(key, value) for key, value in labels.items()])
        execution = java_class("io.kestra.core.models.executions.Execution").newExecution(flow, java_labels)
        values = {name: _uploaded(kestra, execution, name, value) for name, value in inputs.items()}
        reader = kestra.bean("io.kestra.core.runners.FlowInputOutput")
        execution = execution.withInputs(reader.readExecutionInputs(flow, execution, to_java_map(values)))
    return emit(kestra, execution)


def emit(kestra: RunningKestra, execution: Any) -> str:
    """Hand a new execution to Kestra and return its id once it is stored; raises ExecutionTimeout."""
    with calling_kestra():
        kestra.queue("executionQueue").emit(execution)
        for _ in _polls(_ACCEPTANCE_SECONDS):
            if kestra.execution_store.findById(TENANT, execution.getId()).isPresent():
                return str(execution.getId())
    raise ExecutionTimeout(
        f"Kestra did not store the execution {execution.getId()}.", "Run with BOTTLENECK_ENGINE_LOG=WARN."
    )


def _uploaded(kestra: RunningKestra, execution: Any, name: str, value: Any) -> Any:
    if not isinstance(value, Path):
        return value
    if not value.is_file():
        raise NotFound(f"There is no file {value} for the input {name}.")
    stored_name = re.sub(r"[^\w.-]", "+", value.name)  # Kestra puts the name into a URI as it is
    return str(kestra.storage.from_(execution, name, stored_name, java_class("java.io.File")(str(value.resolve()))))


def read_execution(kestra: RunningKestra, execution_id: str, *, outputs: bool = True) -> Execution:
    """The execution as it stands; `outputs=False` leaves the outputs out and is cheaper."""
    with calling_kestra():
        return _picture(kestra, kestra.execution(execution_id), outputs=outputs)


def _picture(kestra: RunningKestra, java: Any, *, outputs: bool) -> Execution:
    document = plain(java)
    if outputs:
        document["outputs"] = plain(kestra.dialect.execution_outputs(kestra.bean, java))
        for run, java_run in zip(document.get("taskRunList") or (), java.getTaskRunList() or (), strict=True):
            run["outputs"] = plain(kestra.dialect.task_outputs(kestra.bean, java_run))
    return execution_from(document)


def await_end(
    kestra: RunningKestra, execution_id: str, *, timeout: float, watcher: Watcher | None = None, after: int = 0
) -> Execution:
    """Wait until the execution has ended, `afterExecution` tasks included, with more than `after` state changes."""

    def ended(java: Any) -> bool:
        if not java.getState().isTerminated() or len(java.getState().getHistories()) <= after:
            return False
        flow = kestra.flow(str(java.getNamespace()), str(java.getFlowId()))
        return bool(kestra.executions.isTerminated(flow, java))

    return _await(kestra, execution_id, ended, timeout=timeout, watcher=watcher, awaited="its end")


def await_state(kestra: RunningKestra, execution_id: str, state: State, *, timeout: float) -> Execution:
    """Wait until the execution is in `state`, e.g. RUNNING or PAUSED."""

    def reached(java: Any) -> bool:
        return str(java.getState().getCurrent()) == state

    return _await(kestra, execution_id, reached, timeout=timeout, watcher=None, awaited=state)


def _await(
    kestra: RunningKestra,
    execution_id: str,
    reached: Callable[[Any], bool],
    *,
    timeout: float,
    watcher: Watcher | None,
    awaited: str,
) -> Execution:
    last: Any = None
    with calling_kestra():
        for _ in _polls(timeout):
            found = kestra.execution_store.findById(TENANT, execution_id)
            if found.isEmpty():
                continue
            last = found.get()
            if watcher is not None:
                watcher(_picture(kestra, last, outputs=False))
            if reached(last):
                return _picture(kestra, last, outputs=True)
    state = "never stored" if last is None else f"still {last.getState().getCurrent()}"
    what = f"Execution {execution_id} did not reach {awaited} within {timeout:g} s; it is {state}."
    raise ExecutionTimeout(what, "Raise `timeout`, or read its logs with `KestraEngine.logs`.")


def _polls(timeout: float) -> Iterator[None]:
    began = time.monotonic()
    while (waited := time.monotonic() - began) < timeout:
        yield
        time.sleep(max(_POLL_SECONDS, waited * _POLL_SHARE))


def executions_of(kestra: RunningKestra, namespace: str, flow_id: str) -> tuple[Execution, ...]:
    """Every execution of a flow, oldest first."""
    everything = java_class("io.micronaut.data.model.Pageable").UNPAGED
    with calling_kestra():
        found = kestra.execution_store.findByFlowId(TENANT, namespace, flow_id, everything)
        pictures = [_picture(kestra, java, outputs=False) for java in found]
    return tuple(sorted(pictures, key=lambda picture: str(picture.started)))


def await_flow_execution(
    kestra: RunningKestra, namespace: str, flow_id: str, *, caused_by: str | None, timeout: float
) -> Execution:
    """Wait for an execution that Kestra itself starts: by a Flow trigger or a Subflow task of `caused_by`, or any."""
    for _ in _polls(timeout):
        for picture in executions_of(kestra, namespace, flow_id):
            if caused_by in {None, (picture.trigger.get("variables") or {}).get("executionId")}:
                return await_end(kestra, picture.id, timeout=timeout)
    cause = f" because of {caused_by}" if caused_by else ""
    what = f"No execution of {namespace}.{flow_id} started{cause} within {timeout:g} s."
    raise ExecutionTimeout(what, "Check the trigger's states and filters, and that its flow was loaded.")


def kill(kestra: RunningKestra, execution_id: str, *, timeout: float) -> Execution:
    """Kill an execution with its child executions and wait for the end; raises NotFound."""
    with calling_kestra():
        kestra.execution(execution_id)
        requested = java_class("io.kestra.core.models.executions.ExecutionKilled$State").REQUESTED
        builder = java_class("io.kestra.core.models.executions.ExecutionKilledExecution").builder()
        order = builder.tenantId(TENANT).executionId(execution_id).isOnKillCascade(True).state(requested).build()
        kestra.queue("killQueue").emit(order)
    return await_end(kestra, execution_id, timeout=timeout)


def restart(kestra: RunningKestra, execution_id: str, *, timeout: float) -> Execution:
    """Run a failed execution again from the task that failed and wait for the end."""
    with calling_kestra():
        execution = kestra.execution(execution_id)
        flow = kestra.flow(str(execution.getNamespace()), str(execution.getFlowId()))
        before = len(execution.getState().getHistories())
        kestra.queue("executionQueue").emit(kestra.dialect.restart(kestra.executions, execution, flow))
    return await_end(kestra, execution_id, timeout=timeout, after=before + 1)
