"""A worker in a process of its own: `python -m bottleneck_tasks.engine.worker_process SETTINGS.json`.

It connects to the controller of an engine over gRPC, prints one line when it is ready, and works until it is ended.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

from bottleneck_tasks.engine.configuration import write_configuration
from bottleneck_tasks.engine.java_bridge import java_class
from bottleneck_tasks.engine.provision import provision
from bottleneck_tasks.engine.running_kestra import start_context
from bottleneck_tasks.engine.stand_ins import stand_in_jars

__all__ = ["READY", "main"]

READY = "worker ready"


def main(settings_file: Path) -> None:
    """Start the worker that `settings_file` describes; returns when standard input closes, with its parent."""
    settings = json.loads(settings_file.read_text(encoding="utf-8"))
    installation = provision(settings["version"])
    plugins = Path(settings["plugins"]) if settings["plugins"] else None
    configuration = write_configuration(
        settings_file.parent,
        storage=Path(settings["storage"]),
        working_directories=Path(settings["working_directories"]),
        controller_port=settings["controller_port"],
        server_type="WORKER",
        heartbeats=True,
    )
    classes = stand_in_jars(installation, plugins)
    context = start_context(installation, configuration, classes=classes, plugins=plugins)
    worker = context.getBean(java_class("io.kestra.core.runners.Worker"))
    threading.Thread(target=worker.start, args=(settings["threads"],), daemon=True).start()
    while str(worker.getState()) != "RUNNING":
        time.sleep(0.05)
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
