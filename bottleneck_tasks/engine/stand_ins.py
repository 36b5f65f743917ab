"""Stand-ins for plugin task types whose jars Maven Central does not carry.

Each is one Java source with the official property names, compiled on the spot. A folder of official jars
(`--plugins DIR`) is preferred: a type found there is loaded from there and its stand-in is left out.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bottleneck_tasks.engine.cache import exclusive
from bottleneck_tasks.engine.errors import EngineStartError
from bottleneck_tasks.engine.versions import resource

if TYPE_CHECKING:
    from bottleneck_tasks.engine.provision import Installation

__all__ = ["StandIn", "TaskTypeOrigin", "compile_stand_in", "official_jars", "origins", "stand_in_jars", "stand_ins"]

PLUGIN_SERVICE = "META-INF/services/io.kestra.core.models.Plugin"
COMPILER = "org.eclipse.jdt.internal.compiler.batch.Main"


@dataclass(frozen=True, slots=True)
class StandIn:
    """A task type and the Java source that stands in for it."""

    task_type: str
    source: Path


@dataclass(frozen=True, slots=True)
class TaskTypeOrigin:
    """Where a task type comes from in this run: `jar` is the official one, or None for the stand-in."""

    task_type: str
    jar: Path | None

    def __str__(self) -> str:
        """One line for a person, e.g. `...MailSend: stand-in`."""
        return f"{self.task_type}: {'stand-in' if self.jar is None else f'official, {self.jar.name}'}"


def stand_ins() -> tuple[StandIn, ...]:
    """Every stand-in of the package, by task type."""
    root = resource("stand_ins")
    sources = sorted(root.rglob("*.java"))
    return tuple(StandIn(".".join(source.relative_to(root).with_suffix("").parts), source) for source in sources)


def official_jars(plugins: Path | None) -> tuple[Path, ...]:
    """The plugin jars of a folder; raises EngineStartError when the folder is missing."""
    if plugins is None:
        return ()
    if not plugins.is_dir():
        raise EngineStartError(f"The plugins folder {plugins} does not exist.", "Give a folder that holds plugin jars.")
    return tuple(sorted(plugins.glob("*.jar")))


def origins(plugins: Path | None) -> tuple[TaskTypeOrigin, ...]:
    """For each type that has a stand-in: the official jar that replaces it, if the folder has one."""
    jars = official_jars(plugins)
    return tuple(TaskTypeOrigin(known.task_type, _jar_with(known.task_type, jars)) for known in stand_ins())


def _jar_with(task_type: str, jars: tuple[Path, ...]) -> Path | None:
    entry = task_type.replace(".", "/") + ".class"
    for jar in jars:
        with zipfile.ZipFile(jar) as archive:
            if entry in archive.namelist():
                return jar
    return None


def compile_stand_in(stand_in: StandIn, installation: Installation) -> Path:
    """Jar of `stand_in` for this engine version, compiled on first use (about 2 s)."""
    fingerprint = hashlib.sha256(stand_in.source.read_bytes()).hexdigest()[:16]
    name = stand_in.task_type.rsplit(".", 1)[1]
    jar = installation.cache / "stand-ins" / installation.version / f"{name}-{fingerprint}.jar"
    jar.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(jar.parent):
        if not jar.exists():
            _compile(stand_in, installation, jar)
    return jar


def stand_in_jars(installation: Installation, plugins: Path | None) -> tuple[Path, ...]:
    """Jars of the stand-ins that no official jar replaces."""
    missing = {origin.task_type for origin in origins(plugins) if origin.jar is None}
    return tuple(compile_stand_in(known, installation) for known in stand_ins() if known.task_type in missing)


def _compile(stand_in: StandIn, installation: Installation, jar: Path) -> None:
    class_path = os.pathsep.join(map(str, installation.jars))
    with tempfile.TemporaryDirectory() as classes:
        command = [
            str(installation.java / "bin" / "java"),
            *("-cp", class_path, COMPILER),
            *("-proc:none", "-nowarn", "-parameters", "-source", "21", "-target", "21", "-encoding", "UTF-8"),
            *("-classpath", class_path, "-d", classes, str(stand_in.source)),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
        if done.returncode:
            what = f"The stand-in for {stand_in.task_type} does not compile on Kestra {installation.version}:"
            raise EngineStartError(f"{what}\n{done.stdout}{done.stderr}", "This is a fault of the engine package.")
        unfinished = jar.with_suffix(".unfinished")
        with zipfile.ZipFile(unfinished, "w") as archive:
            archive.writestr(PLUGIN_SERVICE, f"{stand_in.task_type}\n")
            for compiled in sorted(Path(classes).rglob("*.class")):
                archive.write(compiled, compiled.relative_to(classes))
        unfinished.replace(jar)
