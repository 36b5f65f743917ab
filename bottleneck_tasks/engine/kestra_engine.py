"""The real Kestra inside this Python process.

```python
with KestraEngine(version="2.0.0") as kestra:
    kestra.load_flows(Path("flows"), Path("subflows"))
    kestra.upload_files("bottleneck", Path("bottleneck_tasks"), prefix="bottleneck_tasks")
    execution = kestra.run("bottleneck", "monthly_revenue", inputs={"month": "2026-11"})
    assert execution.state is State.SUCCESS
```
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bottleneck_tasks.engine import executing, flow_loading, namespaces, observing
from bottleneck_tasks.engine.configuration import write_configuration
from bottleneck_tasks.engine.errors import EngineStartError
from bottleneck_tasks.engine.excess_runs import ExcessRuns, allowed_attempts, excess_runs
from bottleneck_tasks.engine.java_bridge import calling_kestra, plain
from bottleneck_tasks.engine.provision import provision, silent
from bottleneck_tasks.engine.running_kestra import RunningKestra, start_context, start_kestra
from bottleneck_tasks.engine.schedules import fire_schedule
from bottleneck_tasks.engine.stand_ins import TaskTypeOrigin, origins, stand_in_jars
from bottleneck_tasks.engine.versions import CURRENT, supported
from bottleneck_tasks.engine.workers import WorkerProcess, environment_of, start_workers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from types import TracebackType

    from bottleneck_tasks.engine.executing import Watcher
    from bottleneck_tasks.engine.maven import Progress
    from bottleneck_tasks.engine.models import Execution, Flow, LogLine, Metric, State
    from bottleneck_tasks.engine.observing import Until

__all__ = ["KestraEngine"]


class KestraEngine:
    """One embedded Kestra. A process can start one, once; use it as a context manager.

    `plugins` is a folder of official plugin jars that replace the stand-ins; `progress` is told about downloads;
    `local_worker=False` leaves all work to the worker processes of `start_workers` (2.0 only).
    """

    def __init__(
        self,
        version: str = CURRENT,
        *,
        plugins: Path | None = None,
        progress: Progress = silent,
        local_worker: bool = True,
    ) -> None:
        """Remember the settings; nothing is fetched or started before `with`."""
        self.version = supported(version)
        self.task_types: tuple[TaskTypeOrigin, ...] = origins(plugins)
        self._plugins = plugins
        self._progress = progress
        self._local_worker = local_worker
        self._started: RunningKestra | None = None
        self._folder: Path | None = None
        self._secrets: dict[str, str] = {}
        self._envs: dict[str, str] = {}
        self._workers: list[WorkerProcess] = []

    def __enter__(self) -> Self:
        """Provision, start the JVM and Kestra (5 to 8 s). Raises ProvisioningError or EngineStartError."""
        installation = provision(self.version, progress=self._progress)
        classes = stand_in_jars(installation, self._plugins)
        self._folder = Path(tempfile.mkdtemp(prefix="kestra-"))
        configuration = write_configuration(self._folder, heartbeats=not self._local_worker)
        with calling_kestra():
            context = start_context(installation, configuration, classes=classes, plugins=self._plugins)
            self._started = start_kestra(context, self.version, configuration, local_worker=self._local_worker)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the workers and Kestra and delete its files."""
        for worker in self._workers:
            if worker.running:
                worker.end(force=True)
        if self._started is not None:
            self._started.context.close()
            shutil.rmtree(self._started.configuration.working_directories, ignore_errors=True)
            self._started = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _kestra(self) -> RunningKestra:
        if self._started is None:
            raise EngineStartError("The engine is not running.", "Use it inside `with KestraEngine(...) as kestra:`.")
        return self._started

    def load_flows(self, *paths: Path, namespace: str | None = None) -> tuple[Flow, ...]:
        """Load flow files and folders of them; `namespace` moves them there. Raises FlowInvalid with file and line."""
        loaded = []
        for file in flow_loading.flow_files(paths):
            source = file.read_text(encoding="utf-8")
            moved = source if namespace is None else flow_loading.relocated(source, namespace)
            loaded.append(flow_loading.load_flow(self._kestra, moved, file=file))
        return tuple(loaded)

    def load_flow_source(self, source: str) -> Flow:
        """Load one flow from its YAML text. Raises FlowInvalid."""
        return flow_loading.load_flow(self._kestra, source)

    def missing_subflows(self, flow: Flow) -> tuple[str, ...]:
        """Kestra's complaints about Subflow tasks that call a flow which is not loaded."""
        return flow_loading.missing_subflows(self._kestra, flow)

    def forget_flows(self, namespace: str) -> None:
        """Delete every flow of a namespace."""
        flow_loading.forget_namespace(self._kestra, namespace)

    def upload_files(self, namespace: str, folder: Path, *, prefix: str = "") -> tuple[str, ...]:
        """Upload a folder or file as namespace files under `prefix`; returns their paths there."""
        return namespaces.upload_files(self._kestra, namespace, folder, prefix=prefix)

    def set_secret(self, name: str, value: str) -> None:
        """Answer of `{{ secret('NAME') }}`; workers started later know it too."""
        self._secrets[name] = value
        namespaces.set_secret(self._kestra, name, value)

    def set_env(self, name: str, value: str) -> None:
        """Answer of `{{ envs.name }}`; workers started later know it too."""
        self._envs[name] = value
        namespaces.set_env(self._kestra, name, value)

    def set_kv(self, namespace: str, key: str, value: Any) -> None:
        """Store a JSON-able value in a namespace's key-value store."""
        namespaces.set_kv(self._kestra, namespace, key, value)

    def read_kv(self, namespace: str, key: str) -> Any:
        """Value of a key. Raises NotFound."""
        return namespaces.read_kv(self._kestra, namespace, key)

    def start(
        self,
        namespace: str,
        flow_id: str,
        *,
        inputs: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> str:
        """Start a flow without waiting; returns the execution's id. A `Path` among the inputs is uploaded."""
        return executing.start(self._kestra, namespace, flow_id, inputs=inputs or {}, labels=labels or {})

    def run(
        self,
        namespace: str,
        flow_id: str,
        *,
        inputs: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        timeout: float = 300.0,
        watcher: Watcher | None = None,
    ) -> Execution:
        """Run a flow and wait for its end, at most `timeout` seconds. Raises NotFound or ExecutionTimeout."""
        started = self.start(namespace, flow_id, inputs=inputs, labels=labels)
        return self.await_end(started, timeout=timeout, watcher=watcher)

    def fire_schedule(self, namespace: str, flow_id: str, trigger_id: str, *, date: datetime) -> str:
        """Fire a Schedule for its first tick at or after `date`; returns the execution's id."""
        return fire_schedule(self._kestra, namespace, flow_id, trigger_id, date=date)

    def await_end(self, execution_id: str, *, timeout: float = 300.0, watcher: Watcher | None = None) -> Execution:
        """Wait for the end of an execution."""
        return executing.await_end(self._kestra, execution_id, timeout=timeout, watcher=watcher)

    def await_state(self, execution_id: str, state: State, *, timeout: float = 300.0) -> Execution:
        """Wait until an execution is in `state`."""
        return executing.await_state(self._kestra, execution_id, state, timeout=timeout)

    def await_flow_execution(
        self, namespace: str, flow_id: str, *, caused_by: str | None = None, timeout: float = 300.0
    ) -> Execution:
        """Wait for the end of an execution that a Flow trigger or a Subflow task starts."""
        return executing.await_flow_execution(self._kestra, namespace, flow_id, caused_by=caused_by, timeout=timeout)

    def kill(self, execution_id: str, *, timeout: float = 300.0) -> Execution:
        """Kill an execution, with its children, and wait for its end."""
        return executing.kill(self._kestra, execution_id, timeout=timeout)

    def restart(self, execution_id: str, *, timeout: float = 300.0) -> Execution:
        """Restart a failed execution from the task that failed and wait for its end."""
        return executing.restart(self._kestra, execution_id, timeout=timeout)

    def execution(self, execution_id: str) -> Execution:
        """An execution as it stands. Raises NotFound."""
        return executing.read_execution(self._kestra, execution_id)

    def executions(self, namespace: str, flow_id: str) -> tuple[Execution, ...]:
        """Executions of a flow, oldest first, without outputs."""
        return executing.executions_of(self._kestra, namespace, flow_id)

    def excess_runs(self, execution: Execution) -> tuple[ExcessRuns, ...]:
        """Tasks that ran more often than their retry allows."""
        with calling_kestra():
            flow = plain(self._kestra.flow(execution.namespace, execution.flow_id))
        return excess_runs(execution, allowed_attempts(flow))

    def logs(self, execution_id: str, *, until: Until | None = None, timeout: float = 10.0) -> tuple[LogLine, ...]:
        """Log lines of an execution, in order; waits until no more arrive, or until `until(lines)` holds."""
        return observing.read_logs(self._kestra, execution_id, until=until, timeout=timeout)

    def metrics(self, execution_id: str) -> tuple[Metric, ...]:
        """Metrics of an execution."""
        return observing.read_metrics(self._kestra, execution_id)

    def read_file(self, uri: str) -> bytes:
        """Content of a `kestra:///` file. Raises NotFound."""
        return observing.read_file(self._kestra, uri)

    def save_file(self, uri: str, target: Path) -> Path:
        """Copy a `kestra:///` file to `target`. Raises NotFound."""
        return observing.save_file(self._kestra, uri, target)

    def start_workers(self, count: int, *, threads: int = 4) -> tuple[WorkerProcess, ...]:
        """Start worker processes that share this engine's work (2.0 only). Raises EngineStartError."""
        if not self._kestra.dialect.worker_processes:
            what = f"Kestra {self.version} cannot take extra worker processes: its workers share a database."
            raise EngineStartError(what, f"Use version={CURRENT!r}, whose workers connect over gRPC.")
        configuration = self._kestra.configuration
        first = len(self._workers)
        workers = start_workers(
            [configuration.folder / f"worker-{number}" for number in range(first, first + count)],
            configuration,
            version=self.version,
            plugins=self._plugins,
            threads=threads,
            environment=environment_of(self._secrets, self._envs),
        )
        self._workers += workers
        return workers

    def flow_inputs(self, namespace: str, flow_id: str) -> dict[str, str]:
        """Type of every input of a flow, by input id, e.g. `{"month": "STRING"}`. Raises NotFound."""
        with calling_kestra():
            flow = plain(self._kestra.flow(namespace, flow_id))
        return {declared["id"]: declared["type"] for declared in flow.get("inputs") or ()}
