"""Start and end extra worker processes of a 2.0 engine."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.engine.errors import EngineStartError
from bottleneck_tasks.engine.worker_process import READY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bottleneck_tasks.engine.configuration import Configuration

__all__ = ["WorkerProcess", "environment_of", "start_workers"]

_START_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """A worker with a process of its own."""

    process: subprocess.Popen[str]
    folder: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self.process.poll() is None

    def end(self, *, force: bool = False) -> None:
        """End the process: by closing its input, or with `force` by SIGKILL, which leaves its tasks unfinished."""
        if force:
            self.process.send_signal(signal.SIGKILL)
        elif self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(timeout=_START_SECONDS)


def start_workers(
    folders: Sequence[Path],
    engine: Configuration,
    *,
    version: str,
    plugins: Path | None,
    threads: int,
    environment: Mapping[str, str],
) -> tuple[WorkerProcess, ...]:
    """Start one worker per folder, side by side, and wait until all are ready (about 7 s).

    They share the engine's controller and storage. Raises EngineStartError with the log of one that does not start.
    """
    settings = {
        "version": version,
        "plugins": str(plugins) if plugins else None,
        "storage": str(engine.storage),
        "working_directories": str(engine.working_directories),
        "controller_port": engine.controller_port,
        "threads": threads,
    }
    workers = tuple(_launch(folder, settings, environment) for folder in folders)
    for worker in workers:
        _wait_until_ready(worker)
    return workers


def _launch(folder: Path, settings: Mapping[str, Any], environment: Mapping[str, str]) -> WorkerProcess:
    folder.mkdir(parents=True)
    settings_file = folder / "settings.json"
    settings_file.write_text(json.dumps(settings), encoding="utf-8")
    with (folder / "worker.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "bottleneck_tasks.engine.worker_process", str(settings_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | dict(environment) | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    return WorkerProcess(process, folder)


def _wait_until_ready(worker: WorkerProcess) -> None:
    """Read until the ready line; a timer ends a worker that hangs, which closes its output."""
    timer = threading.Timer(_START_SECONDS, worker.process.kill)
    timer.start()
    try:
        ready = any(line.strip() == READY for line in worker.process.stdout or ())
    finally:
        timer.cancel()
    if not ready:
        log = (worker.folder / "worker.log").read_text(encoding="utf-8")[-2000:]
        raise EngineStartError(f"A worker process did not start:\n{log}", "Run again; the log above is its own.")


def environment_of(secrets: Mapping[str, str], envs: Mapping[str, str]) -> dict[str, str]:
    """Secrets and envs in the form in which a server's environment holds them."""
    encoded = {f"SECRET_{name}": base64.b64encode(value.encode()).decode() for name, value in secrets.items()}
    return encoded | {f"ENV_{name.upper()}": value for name, value in envs.items()}
