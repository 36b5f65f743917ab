"""The few calls that differ between the Kestra versions. Everything here takes and returns Java objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from bottleneck_tasks.engine.java_bridge import java_class

__all__ = ["TENANT", "Dialect", "Kestra13", "Kestra20", "dialect_of"]

TENANT = "main"

Bean = Callable[[str], Any]


class Dialect(Protocol):
    """How one version names and calls what the engine needs."""

    log_store: str
    worker_processes: bool
    system_worker: bool

    def restart(self, service: Any, execution: Any, flow: Any) -> Any:
        """The execution as it must be emitted to run again from its failed task."""

    def evaluate_schedule(self, trigger: Any, conditions: Any, context: Any) -> Any:
        """The execution that a Schedule makes at the context's date, or None."""

    def execution_outputs(self, bean: Bean, execution: Any) -> Any:
        """Outputs of the execution, as a java.util.Map or None."""

    def task_outputs(self, bean: Bean, task_run: Any) -> Any:
        """Outputs of one task run, as a java.util.Map or None."""


class Kestra13:
    """1.3: outputs travel inside the execution, workers share the database."""

    log_store = "io.kestra.core.repositories.LogRepositoryInterface"
    worker_processes = False
    system_worker = False

    def restart(self, service: Any, execution: Any, flow: Any) -> Any:  # noqa: ARG002
        """The service needs the execution alone."""
        return service.restart(execution, None)

    def evaluate_schedule(self, trigger: Any, conditions: Any, context: Any) -> Any:
        """A trigger evaluates to an execution."""
        return trigger.evaluate(conditions, context).orElse(None)

    def execution_outputs(self, bean: Bean, execution: Any) -> Any:  # noqa: ARG002
        """They are a field of the execution."""
        return execution.getOutputs()

    def task_outputs(self, bean: Bean, task_run: Any) -> Any:  # noqa: ARG002
        """They are a field of the task run."""
        return task_run.getOutputs()


class Kestra20:
    """2.0: outputs live in their own stores, workers connect to the controller over gRPC."""

    log_store = "io.kestra.core.repositories.LogDataStoreInterface"
    worker_processes = True
    system_worker = True

    def restart(self, service: Any, execution: Any, flow: Any) -> Any:
        """The service needs the flow as well."""
        return service.restart(execution, flow, None)

    def evaluate_schedule(self, trigger: Any, conditions: Any, context: Any) -> Any:
        """A trigger evaluates to a result that makes an execution."""
        result = trigger.eval(conditions, context)
        identity = java_class("io.kestra.core.models.triggers.TriggerId").of(context)
        return result.get().toExecution(identity) if result.isPresent() else None

    def execution_outputs(self, bean: Bean, execution: Any) -> Any:
        """They are asked of their own service."""
        return bean("io.kestra.core.services.ExecutionOutputService").getOutputs(execution)

    def task_outputs(self, bean: Bean, task_run: Any) -> Any:
        """They are asked of their own service."""
        return bean("io.kestra.core.services.TaskOutputService").getOutputs(task_run)


def dialect_of(version: str) -> Dialect:
    """Dialect of a supported version."""
    return Kestra13() if version.startswith("1.") else Kestra20()
