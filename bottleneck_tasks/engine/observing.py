"""Read what an execution left behind: logs, metrics and files of internal storage."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from bottleneck_tasks.engine.dialects import TENANT
from bottleneck_tasks.engine.errors import EngineCallError, NotFound
from bottleneck_tasks.engine.execution_reader import log_line_from, metric_from
from bottleneck_tasks.engine.java_bridge import calling_kestra, java_class, plain
from bottleneck_tasks.engine.models import LogLine, Metric

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.engine.running_kestra import RunningKestra

__all__ = ["Until", "read_file", "read_logs", "read_metrics", "save_file"]

Item = TypeVar("Item")

_PAUSE_SECONDS = 0.15
_SAME_READS = 3

Until = Callable[[tuple[LogLine, ...]], bool]
"""Says whether the lines that are there are enough."""


def read_logs(
    kestra: RunningKestra, execution_id: str, *, until: Until | None = None, timeout: float = 10.0
) -> tuple[LogLine, ...]:
    """Log lines in the order in which they were written.

    Kestra indexes them after the task has ended: this waits until no more arrive, or, surer on a busy machine, until
    `until` holds; after `timeout` seconds it returns what is there.
    """
    with calling_kestra():
        return _settled(lambda: _log_lines(kestra, execution_id), until, timeout)


def _log_lines(kestra: RunningKestra, execution_id: str) -> tuple[LogLine, ...]:
    lines: list[dict[str, Any]] = plain(kestra.log_store.findByExecutionId(TENANT, execution_id, None))
    in_order = sorted(lines, key=lambda line: str(line["timestamp"]).rstrip("Z"))  # Java leaves trailing zeros out
    return tuple(log_line_from(line) for line in in_order)


def read_metrics(kestra: RunningKestra, execution_id: str, *, timeout: float = 10.0) -> tuple[Metric, ...]:
    """Metrics of every task of the execution; waits until no more arrive."""
    everything = java_class("io.micronaut.data.model.Pageable").UNPAGED

    def read() -> tuple[Metric, ...]:
        found = plain(kestra.metric_store.findByExecutionId(TENANT, execution_id, everything))
        return tuple(metric_from(metric) for metric in found)

    with calling_kestra():
        return _settled(read, None, timeout)


def _settled(
    read: Callable[[], tuple[Item, ...]], until: Callable[[tuple[Item, ...]], bool] | None, timeout: float
) -> tuple[Item, ...]:
    deadline = time.monotonic() + timeout
    current, same = read(), 1
    while time.monotonic() < deadline and not (until(current) if until else same >= _SAME_READS):
        time.sleep(_PAUSE_SECONDS)
        previous, current = current, read()
        same = same + 1 if len(current) == len(previous) else 1
    return current


def read_file(kestra: RunningKestra, uri: str) -> bytes:
    """Content of a `kestra:///` file; raises NotFound."""
    with _open(kestra, uri) as stream:
        return bytes(stream.readAllBytes())


def save_file(kestra: RunningKestra, uri: str, target: Path) -> Path:
    """Copy a `kestra:///` file to `target`, without holding it in memory; raises NotFound."""
    target.parent.mkdir(parents=True, exist_ok=True)
    java_path = java_class("java.nio.file.Path").of(str(target))
    replace = java_class("java.nio.file.StandardCopyOption").REPLACE_EXISTING
    with _open(kestra, uri) as stream:
        java_class("java.nio.file.Files").copy(stream, java_path, replace)
    return target


def _open(kestra: RunningKestra, uri: str) -> Any:
    try:
        with calling_kestra():
            return kestra.storage.get(TENANT, None, java_class("java.net.URI").create(uri))
    except EngineCallError as error:
        raise NotFound(f"Internal storage has no file {uri}: {error.what}") from error
