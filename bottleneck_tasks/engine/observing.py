"""Read what an execution left behind: logs, metrics and files of internal storage."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bottleneck_tasks.engine.dialects import TENANT
from bottleneck_tasks.engine.errors import EngineCallError, NotFound
from bottleneck_tasks.engine.execution_reader import log_line_from, metric_from
from bottleneck_tasks.engine.java_bridge import calling_kestra, java_class, plain
from bottleneck_tasks.engine.models import LogLine, Metric
from bottleneck_tasks.engine.running_kestra import RunningKestra

__all__ = ["read_file", "read_logs", "read_metrics", "save_file"]

_QUIET_SECONDS = 0.2
_SETTLE_SECONDS = 5.0


def read_logs(kestra: RunningKestra, execution_id: str) -> tuple[LogLine, ...]:
    """Log lines in the order in which they were written; waits until no more arrive (Kestra indexes them later)."""
    with calling_kestra():
        return tuple(log_line_from(line) for line in _settled(lambda: _log_documents(kestra, execution_id)))


def _log_documents(kestra: RunningKestra, execution_id: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = plain(kestra.log_store.findByExecutionId(TENANT, execution_id, None))
    return sorted(lines, key=lambda line: str(line["timestamp"]).rstrip("Z"))  # Java leaves trailing zeros out


def read_metrics(kestra: RunningKestra, execution_id: str) -> tuple[Metric, ...]:
    """Metrics of every task of the execution."""
    everything = java_class("io.micronaut.data.model.Pageable").UNPAGED
    with calling_kestra():
        found = _settled(lambda: plain(kestra.metric_store.findByExecutionId(TENANT, execution_id, everything)))
        return tuple(metric_from(metric) for metric in found)


def _settled(read: Any) -> Any:  # noqa: ANN401 - a reading function and its list
    deadline = time.monotonic() + _SETTLE_SECONDS
    before, current = None, read()
    while len(current) != before and time.monotonic() < deadline:
        time.sleep(_QUIET_SECONDS)
        before, current = len(current), read()
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


def _open(kestra: RunningKestra, uri: str) -> Any:  # noqa: ANN401 - a java.io.InputStream
    try:
        with calling_kestra():
            return kestra.storage.get(TENANT, None, java_class("java.net.URI").create(uri))
    except EngineCallError as error:
        raise NotFound(f"Internal storage has no file {uri}: {error.what}") from error
