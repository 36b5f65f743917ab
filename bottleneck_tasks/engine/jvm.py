"""Start the one JVM of this process."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bottleneck_tasks.engine.class_archive import archive_options
from bottleneck_tasks.engine.errors import EngineStartError
from bottleneck_tasks.engine.java_runtime import jvm_library
from bottleneck_tasks.engine.versions import resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bottleneck_tasks.engine.configuration import Configuration
    from bottleneck_tasks.engine.provision import Installation

__all__ = ["start_jvm"]

_OPTIONS = (
    "-XX:TieredStopAtLevel=1",  # half the start-up of the optimising compiler, which short flows never earn back
    "-XX:+UseSerialGC",
    "-Xmx1g",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-Dfile.encoding=UTF-8",
    "-Dsun.jnu.encoding=UTF-8",
    "-Duser.timezone=UTC",
)


def start_jvm(installation: Installation, configuration: Configuration, stand_ins: Sequence[Path]) -> None:
    """Start the JVM with the engine's jars and the stand-ins; raises EngineStartError when one already runs."""
    try:
        import jpype
        import jpype.config
    except ImportError as error:
        what = "The package JPype1, which runs Kestra inside Python, is not installed."
        raise EngineStartError(what, "Install the engine extra: pip install 'bottleneck-tasks[engine]'.") from error
    if jpype.isJVMStarted():
        what = "This process already ran an engine, and a process can start Java only once."
        raise EngineStartError(what, "Keep one engine for the whole process, or start the next one in a new process.")
    jpype.config.destroy_jvm = False  # Kestra's threads would keep the process alive
    class_path = [*stand_ins, *installation.jars]
    with _interpreter_first_on_path():
        jpype.startJVM(
            *_OPTIONS,
            *archive_options(installation, class_path),
            f"-Dmicronaut.config.files={configuration.application}",
            f"-Dlogback.configurationFile={configuration.logback}",
            f"-Djava.util.logging.config.file={resource('logging.properties')}",
            jvmpath=str(jvm_library(installation.java)),
            classpath=[*map(str, class_path)],
            convertStrings=False,
        )
        jpype.JClass("java.lang.System").getenv()
    atexit.register(_stop_reference_queue)


def _stop_reference_queue() -> None:
    """Keep JPype's own Java thread from calling into a Python that is going away, which aborts the process."""
    import jpype

    jpype.JClass("org.jpype.ref.JPypeReferenceQueue").getInstance().stop()


@contextmanager
def _interpreter_first_on_path() -> Iterator[None]:
    """Let `python` in a flow mean the interpreter that runs the engine; Java copies the environment once."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
