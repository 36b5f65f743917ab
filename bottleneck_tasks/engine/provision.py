"""Have everything that the engine needs on this machine: a Java runtime and the jars of one Kestra version.

The first call fetches about 120 MB; later calls verify the cache against the lock and touch no network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bottleneck_tasks.engine.cache import cache_folder, exclusive
from bottleneck_tasks.engine.errors import ProvisioningError
from bottleneck_tasks.engine.jar_lock import LockedJar, damaged, read_lock, write_lock
from bottleneck_tasks.engine.java_runtime import java_home
from bottleneck_tasks.engine.maven import Progress, resolve_pom
from bottleneck_tasks.engine.versions import resource, supported

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Installation", "provision", "renew_lock", "silent"]


@dataclass(frozen=True, slots=True)
class Installation:
    """A version that is ready to start: Java's home, the jars in class path order, and the cache folder."""

    version: str
    java: Path
    jars: tuple[Path, ...]
    cache: Path


def silent(_step: str, _done: int, _total: int) -> None:
    """Progress that shows nothing."""


def provision(version: str, *, progress: Progress = silent) -> Installation:
    """Return the installation of `version`, fetching what the cache lacks.

    Raises ProvisioningError when Java, Maven or a jar cannot be had, or when a jar is not the locked one.
    """
    java, cache = java_home(), cache_folder()
    locked = read_lock(resource(supported(version), "jars.lock"))
    repository = cache / "repository"
    if damaged(locked, repository):
        with exclusive(cache):
            _complete(version, locked, java=java, cache=cache, progress=progress)
    return Installation(version, java, tuple(repository / jar.path for jar in locked), cache)


def _complete(version: str, locked: tuple[LockedJar, ...], *, java: Path, cache: Path, progress: Progress) -> None:
    repository = cache / "repository"
    for jar in damaged(locked, repository):
        (repository / jar.path).unlink(missing_ok=True)
    resolve_pom(resource(version, "pom.xml"), java=java, cache=cache, expected=len(locked), progress=progress)
    still = damaged(locked, repository)
    if still:
        what = f"{len(still)} jars of Kestra {version} differ from the lock, first {still[0].path}."
        raise ProvisioningError(what, "A mirror serves altered files, or the pom changed without `renew_lock`.")


def renew_lock(version: str, *, progress: Progress = silent) -> Path:
    """Resolve the pom again and write its lock: the step after a change of a pom. Returns the lock's path."""
    java, cache = java_home(), cache_folder()
    lock = resource(supported(version), "jars.lock")
    with exclusive(cache):
        jars = resolve_pom(resource(version, "pom.xml"), java=java, cache=cache, expected=0, progress=progress)
    write_lock(lock, jars, cache / "repository")
    return lock
