"""Resolve a pom with Maven: the system's `mvn`, else the Maven distribution fetched from Maven Central."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

from bottleneck_tasks.engine.errors import ProvisioningError
from bottleneck_tasks.engine.truststore import system_bundle, trust_options

__all__ = ["DISTRIBUTION", "Progress", "find_maven", "resolve_pom"]

DISTRIBUTION = "3.9.11"
DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
OFFLINE_ADVICE = (
    "Check the network, or name your company's mirror in ~/.m2/settings.xml, or copy the cache folder of a machine "
    "that has it and point BOTTLENECK_CACHE to the copy."
)

Progress = Callable[[str, int, int], None]
"""Called with a step in words, how many are done, and how many there are (0 when that is not known)."""


def find_maven(cache: Path, progress: Progress) -> Path:
    """Path of the `mvn` to run; fetches and unpacks the distribution into `cache` when the system has none."""
    system = shutil.which("mvn")
    if system:
        return Path(system)
    launcher = cache / f"apache-maven-{DISTRIBUTION}" / "bin" / "mvn"
    if not launcher.exists():
        progress(f"fetching Maven {DISTRIBUTION}", 0, 0)
        with zipfile.ZipFile(_fetch_distribution(cache)) as archive:
            archive.extractall(cache)
        launcher.chmod(0o755)
    return launcher


def _fetch_distribution(cache: Path) -> Path:
    try:
        from jgo.maven import MavenContext
    except ImportError as error:
        what = "There is no `mvn` on the PATH, and the package that fetches it (jgo) is not installed."
        raise ProvisioningError(what, "Install Maven, or: pip install 'bottleneck-tasks[engine]'.") from error
    if bundle := system_bundle():
        os.environ.setdefault("REQUESTS_CA_BUNDLE", str(bundle))
    context = MavenContext(repo_cache=cache / "repository")
    component = context.project("org.apache.maven", "apache-maven").at_version(DISTRIBUTION)
    try:
        return Path(component.artifact(classifier="bin", packaging="zip").resolve())
    except Exception as error:  # jgo documents no exception type: whatever it raises, Maven is not here
        what = f"Maven {DISTRIBUTION} could not be fetched: {error}"
        raise ProvisioningError(what, OFFLINE_ADVICE) from error


def resolve_pom(pom: Path, *, java: Path, cache: Path, expected: int, progress: Progress) -> list[Path]:
    """Fetch every jar that `pom` needs into `cache`/repository and return them in class path order.

    Raises ProvisioningError with Maven's own last error when a jar cannot be had.
    """
    class_path = cache / f"class-path-{os.getpid()}.txt"
    command = [
        str(find_maven(cache, progress)),
        "--batch-mode",
        f"--file={pom}",
        f"-Dmaven.repo.local={cache / 'repository'}",
        f"-Dmdep.outputFile={class_path}",
        f"{DEPENDENCY_PLUGIN}:build-classpath",
    ]
    options = " ".join(["-Xmx512m", *trust_options(java, cache), os.environ.get("MAVEN_OPTS", "")])
    environment = os.environ | {"JAVA_HOME": str(java), "MAVEN_OPTS": options.strip()}
    try:
        _run(command, environment, lambda done: progress(f"fetching {pom.parent.name}", done, expected))
        return [Path(entry) for entry in class_path.read_text(encoding="utf-8").strip().split(os.pathsep)]
    finally:
        class_path.unlink(missing_ok=True)


def _run(command: list[str], environment: dict[str, str], fetched: Callable[[int], None]) -> None:
    errors: list[str] = []
    jars = 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:  # noqa: S603 - fixed arguments
        for line in run.stdout or ():
            if line.startswith("Downloaded from") or "] Downloaded from" in line:
                jars += ".jar " in line
                fetched(jars)
            elif "[ERROR]" in line or line.startswith("Error"):
                errors.append(re.sub(r"\x1b\[[0-9;]*m|\[ERROR\]", "", line).strip())
    if run.returncode:
        reason = errors[0] if errors else f"exit code {run.returncode}"
        raise ProvisioningError(f"Maven could not fetch the engine: {reason}", OFFLINE_ADVICE)
