"""An archive of Kestra's loaded classes (Java's application class-data sharing), which halves the start-up.

It is made once by `bottleneck flow provision`: a first run lists the classes, a second step archives them (about 35 s,
180 MB in the cache). An engine uses the archive when it fits its Java and its class path, and starts without otherwise.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bottleneck_tasks.engine.cache import cache_folder, exclusive
from bottleneck_tasks.engine.errors import EngineStartError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bottleneck_tasks.engine.provision import Installation

__all__ = ["CLASS_LIST_VARIABLE", "archive_options", "archive_path", "build_archive"]

CLASS_LIST_VARIABLE = "BOTTLENECK_ENGINE_CLASS_LIST"

_LISTING_FLOW = """
id: listing
namespace: bottleneck.provision
tasks:
  - id: command
    type: io.kestra.plugin.scripts.python.Commands
    taskRunner:
      type: io.kestra.plugin.core.runner.Process
    commands: ["true"]
"""


def archive_path(installation: Installation, class_path: Sequence[Path]) -> Path:
    """Where the archive for this Java and class path belongs."""
    release = (installation.java / "release").read_bytes()
    stamps = [f"{entry}:{entry.stat().st_mtime_ns}" for entry in class_path]
    fingerprint = hashlib.sha256(release + "\n".join(stamps).encode()).hexdigest()[:16]
    return cache_folder() / "class-archives" / f"{installation.version}-{fingerprint}.jsa"


def archive_options(installation: Installation, class_path: Sequence[Path]) -> list[str]:
    """JVM options that use the archive when there is one, or that list classes for a new one."""
    class_list = os.environ.get(CLASS_LIST_VARIABLE)
    if class_list:
        return [f"-XX:DumpLoadedClassList={class_list}"]
    archive = archive_path(installation, class_path)
    return (
        [f"-XX:SharedArchiveFile={archive}", "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"]
        if archive.exists()
        else []
    )


def build_archive(installation: Installation, class_path: Sequence[Path]) -> Path:
    """Make the archive unless it exists; returns its path. Raises EngineStartError when Java refuses."""
    archive = archive_path(installation, class_path)
    archive.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(archive.parent):
        if not archive.exists():
            _list_and_dump(installation, class_path, archive)
    return archive


def _list_and_dump(installation: Installation, class_path: Sequence[Path], archive: Path) -> None:
    import jpype

    class_list, unfinished = archive.with_suffix(".classes"), archive.with_suffix(".unfinished")
    command = [sys.executable, "-m", "bottleneck_tasks.engine.class_archive", installation.version]
    environment = os.environ | {
        CLASS_LIST_VARIABLE: str(class_list),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    _run(command, environment)
    bridge = Path(jpype.__file__).parents[1] / "org.jpype.jar"
    java = [str(installation.java / "bin" / "java"), "-Xshare:dump", "-XX:+UseSerialGC", "-Xlog:cds=off"]
    entries = os.pathsep.join(map(str, [*class_path, bridge]))
    _run([*java, f"-XX:SharedClassListFile={class_list}", f"-XX:SharedArchiveFile={unfinished}", "-cp", entries], None)
    unfinished.replace(archive)


def _run(command: list[str], environment: dict[str, str] | None) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise EngineStartError(f"The class archive could not be made: {done.stderr.strip()[-500:]}")


def _main(version: str) -> None:
    from bottleneck_tasks.engine.kestra_engine import KestraEngine

    with KestraEngine(version) as engine:
        engine.load_flow_source(_LISTING_FLOW)
        engine.run("bottleneck.provision", "listing")


if __name__ == "__main__":
    _main(sys.argv[1])
