"""The few calls that differ between the Kestra versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bottleneck_tasks.engine.java_bridge import java_class

__all__ = ["Dialect", "dialect_of"]

TENANT = "main"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one version names and calls what the engine needs; methods take and return Java objects."""

    log_store: str
    worker_processes: bool

    def restart(self, service: Any, execution: Any, flow: Any) -> Any:  # noqa: ANN401 - Java objects
        """The execution as it must be emitted to run again from its failed task."""
        return service.restart(execution, flow, None) if self.worker_processes else service.restart(execution, None)

    def evaluate_schedule(self, trigger: Any, conditions: Any, context: Any) -> Any:  # noqa: ANN401 - Java objects
        """The execution that a Schedule makes at the context's date, as java.util.Optional."""
        if not self.worker_processes:
            return trigger.evaluate(conditions, context)
        identity = java_class("io.kestra.core.models.triggers.TriggerId").of(context)
        result = trigger.eval(conditions, context)
        made = java_class("java.util.Optional")
        return made.of(result.get().toExecution(identity)) if result.isPresent() else made.empty()


def dialect_of(version: str) -> Dialect:
    """Dialect of a supported version."""
    if version.startswith("1."):
        return Dialect("io.kestra.core.repositories.LogRepositoryInterface", worker_processes=False)
    return Dialect("io.kestra.core.repositories.LogDataStoreInterface", worker_processes=True)
