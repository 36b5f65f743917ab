"""A started Kestra: its application context, and the beans that the rest of the package calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottleneck_tasks.engine.dialects import TENANT, Dialect, dialect_of
from bottleneck_tasks.engine.errors import EngineStartError, NotFound
from bottleneck_tasks.engine.java_bridge import java_class
from bottleneck_tasks.engine.jvm import start_jvm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bottleneck_tasks.engine.configuration import Configuration
    from bottleneck_tasks.engine.provision import Installation

__all__ = ["RunningKestra", "private_field", "start_context", "start_kestra"]

_CORE = "io.kestra.core"


class RunningKestra:
    """Beans of a started Kestra by their role, and the lookups that several modules share."""

    def __init__(self, context: Any, dialect: Dialect, configuration: Configuration) -> None:
        """Fetch the beans; `context` is Micronaut's ApplicationContext."""
        self.context = context
        self.dialect = dialect
        self.configuration = configuration
        self.flows = self.bean(f"{_CORE}.services.FlowService")
        self.flow_store = self.bean(f"{_CORE}.repositories.FlowRepositoryInterface")
        self.executions = self.bean(f"{_CORE}.services.ExecutionService")
        self.execution_store = self.bean(f"{_CORE}.repositories.ExecutionRepositoryInterface")
        self.log_store = self.bean(dialect.log_store)
        self.metric_store = self.bean(f"{_CORE}.repositories.MetricRepositoryInterface")
        self.storage = self.bean(f"{_CORE}.storages.StorageInterface")
        self._queues = self.bean(f"{_CORE}.runners.TestRunnerUtils")

    def bean(self, name: str) -> Any:
        """A bean by the full name of its class."""
        return self.context.getBean(java_class(name))

    def queue(self, name: str) -> Any:
        """`executionQueue` or `killQueue`: both versions hold them under these names, with different types."""
        return private_field(self._queues, name).get(self._queues)

    def flow(self, namespace: str, flow_id: str) -> Any:
        """Latest revision of a flow; raises NotFound."""
        found = self.flow_store.findById(TENANT, namespace, flow_id, java_class("java.util.Optional").empty())
        if found.isEmpty():
            raise NotFound(f"There is no flow {namespace}.{flow_id} in the engine.", "Load it with `load_flows` first.")
        return found.get()

    def execution(self, execution_id: str) -> Any:
        """An execution; raises NotFound while Kestra has not stored it."""
        found = self.execution_store.findById(TENANT, execution_id)
        if found.isEmpty():
            raise NotFound(f"There is no execution {execution_id} in the engine.")
        return found.get()


def private_field(owner: Any, name: str) -> Any:
    """A field of a bean's class, made accessible; beans may be proxies, so superclasses are searched."""
    kind = owner.getClass()
    while kind is not None:
        for field in kind.getDeclaredFields():
            if str(field.getName()) == name:
                field.setAccessible(True)
                return field
        kind = kind.getSuperclass()
    raise EngineStartError(f"Kestra has no field {name} in {owner.getClass().getName()}.")


def start_context(
    installation: Installation, configuration: Configuration, *, classes: Sequence[Path], plugins: Path | None
) -> Any:
    """Start the JVM and Kestra's application context, without any server. Takes about 6 s."""
    start_jvm(installation, configuration, classes)
    if plugins is not None:
        registry = java_class("io.kestra.core.plugins.DefaultPluginRegistry").getOrCreate()
        registry.registerIfAbsent(java_class("java.nio.file.Path").of(str(plugins)))
    builder = java_class("io.micronaut.context.ApplicationContext").builder()
    return builder.packages("io.kestra").environments("test").deduceEnvironment(False).start()


def start_kestra(context: Any, version: str, configuration: Configuration, *, local_worker: bool) -> RunningKestra:
    """Start executor, scheduler, indexer and, unless told otherwise, a worker in this process."""
    runner = context.getBean(java_class("io.kestra.core.runners.TestRunner"))
    runner.setSchedulerEnabled(True)
    runner.setWorkerEnabled(local_worker)
    dialect = dialect_of(version)
    if dialect.system_worker:
        runner.setSystemWorkerEnabled(True)
    runner.run()
    return RunningKestra(context, dialect, configuration)
