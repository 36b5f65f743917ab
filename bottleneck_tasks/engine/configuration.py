"""Write the configuration of one engine into its working folder."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from bottleneck_tasks.engine.versions import resource

__all__ = ["Configuration", "free_port", "write_configuration"]

_ROOM = 1024**3


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where one engine (or one worker process) keeps its files, and the port of its controller."""

    folder: Path
    storage: Path
    working_directories: Path
    controller_port: int

    @property
    def application(self) -> Path:
        """Kestra's application.yml."""
        return self.folder / "application.yml"

    @property
    def logback(self) -> Path:
        """Log configuration of the JVM."""
        return self.folder / "logback.xml"


def write_configuration(
    folder: Path,
    *,
    heartbeats: bool,
    storage: Path | None = None,
    working_directories: Path | None = None,
    controller_port: int | None = None,
    server_type: str = "STANDALONE",
) -> Configuration:
    """Fill in the templates under `folder`; a worker process shares the two folders and the port of its engine.

    An engine is STANDALONE, as a server is: 2.0 then runs system tasks (PurgeExecutions), which no worker takes. A worker
    process is WORKER. `heartbeats` is for engines with worker processes, and for these.
    """
    configuration = Configuration(
        folder,
        storage or folder / "storage",
        working_directories or _working_directories(folder),
        controller_port or free_port(),
    )
    for needed in (configuration.storage, configuration.working_directories):
        needed.mkdir(parents=True, exist_ok=True)
    text = resource("application.yml").read_text(encoding="utf-8")
    values = {
        "@DATABASE@": folder.name,
        "@STORAGE@": str(configuration.storage),
        "@WORKING_DIRECTORIES@": str(configuration.working_directories),
        "@ENCRYPTION_KEY@": _encryption_key(configuration.storage),
        "@CONTROLLER_PORT@": str(configuration.controller_port),
        "@HEARTBEATS@": "true" if heartbeats else "false",
        "@SERVER_TYPE@": server_type,
    }
    for name, value in values.items():
        text = text.replace(name, value)
    configuration.application.write_text(text, encoding="utf-8")
    configuration.logback.write_bytes(resource("logback.xml").read_bytes())
    return configuration


def _working_directories(folder: Path) -> Path:
    """Where tasks work: in memory where a gigabyte is free, else below `folder`.

    Kestra makes every namespace file anew for each task, which takes a tenth of a second on a disk.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made below it
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= _ROOM
    return memory / folder.name if roomy else folder / "tmp"


def _encryption_key(storage: Path) -> str:
    """AES key of an engine and its workers; it protects values that vanish with the storage folder."""
    return base64.b64encode(hashlib.sha256(str(storage).encode()).digest()[:24]).decode()


def free_port() -> int:
    """A TCP port of the loopback interface that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
