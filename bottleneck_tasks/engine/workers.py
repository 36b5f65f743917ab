"""Start and end extra worker processes of a 2.0 engine."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bottleneck_tasks.engine.configuration import Configuration
from bottleneck_tasks.engine.errors import EngineStartError
from bottleneck_tasks.engine.worker_process import READY

__all__ = ["WorkerProcess", "environment_of", "start_worker"]

_START_SECONDS = 60.0


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


def start_worker(
    folder: Path, engine: Configuration, *, version: str, plugins: Path | None, threads: int, environment: Mapping[str, str]
) -> WorkerProcess:
    """Start a worker that shares the engine's controller and storage, and wait until it is ready (about 6 s)."""
    folder.mkdir(parents=True)
    settings = {
        "version": version,
        "plugins": str(plugins) if plugins else None,
        "storage": str(engine.storage),
        "controller_port": engine.controller_port,
        "threads": threads,
    }
    settings_file = folder / "settings.json"
    settings_file.write_text(json.dumps(settings), encoding="utf-8")
    errors = (folder / "worker.log").open("w", encoding="utf-8")
    command = [sys.executable, "-m", "bottleneck_tasks.engine.worker_process", str(settings_file)]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env=os.environ | dict(environment),
    )
    worker = WorkerProcess(process, folder)
    _wait_until_ready(worker)
    return worker


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
        raise EngineStartError(f"A worker process did not start:\n{log}", "Run again; see the log above.")


def environment_of(secrets: Mapping[str, str], envs: Mapping[str, str]) -> dict[str, str]:
    """Secrets and envs in the form in which a server's environment holds them."""
    encoded = {f"SECRET_{name}": base64.b64encode(value.encode()).decode() for name, value in secrets.items()}
    return encoded | {f"ENV_{name.upper()}": value for name, value in envs.items()}
