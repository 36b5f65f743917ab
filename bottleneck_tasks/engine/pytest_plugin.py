"""pytest fixtures and markers for tests that run flows on the real Kestra.

- `kestra` (session): the started engine of the chosen version.
- `kestra_namespace` (function): a fresh namespace; its flows are deleted after the test, so no trigger outlives it.
- `kestra_version` (session): `--kestra VERSION`, else $KESTRA_VERSION, else the current version.
- Tests that use the engine carry the marker `kestra`: `-m "not kestra"` leaves them out.
- `@pytest.mark.kestra_only("2.0.0")` keeps a test for one version; it is deselected on the others.

One process holds one version: run pytest once per version, side by side.
"""

from __future__ import annotations

import atexit
import os
import re
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.engine.versions import CURRENT, supported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bottleneck_tasks.engine.kestra_engine import KestraEngine

__all__ = ["kestra", "kestra_namespace", "kestra_version"]

_SESSION: pytest.StashKey[pytest.Session] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--kestra` and `--kestra-plugins`."""
    group = parser.getgroup("kestra", "embedded Kestra engine")
    group.addoption("--kestra", metavar="VERSION", default=os.environ.get("KESTRA_VERSION", CURRENT))
    group.addoption("--kestra-plugins", metavar="DIR", type=Path, default=None, help="official plugin jars")


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and refuse a version that is not embedded."""
    config.addinivalue_line("markers", "kestra: the test runs flows on the embedded engine (set automatically)")
    config.addinivalue_line("markers", "kestra_only(version): the test holds for one Kestra version")
    config.addinivalue_line("markers", "kestra_prefix(prefix): prefix of the test's fresh namespace")
    supported(config.getoption("--kestra"))
    atexit.register(_leave, config)  # this early, so that it runs after whatever others registered


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remember the session, which knows how the process must end."""
    session.config.stash[_SESSION] = session


def _leave(config: pytest.Config) -> None:
    """End a process that holds a JVM at once: threads of Kestra outlive it, and crash a process that is taken down around them."""
    jpype = sys.modules.get("jpype")
    session = config.stash.get(_SESSION, None)
    if jpype and session and jpype.isJVMStarted():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(session.exitstatus))


def pytest_report_header(config: pytest.Config) -> str:
    """Say which version the run is about."""
    return f"kestra: {config.getoption('--kestra')} (embedded)"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that use the engine; deselect those of another version."""
    version = config.getoption("--kestra")
    kept: list[pytest.Item] = []
    other: list[pytest.Item] = []
    for item in items:
        if "kestra" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.kestra)
        only = item.get_closest_marker("kestra_only")
        (kept if only is None or version in only.args else other).append(item)
    if other:
        config.hook.pytest_deselected(items=other)
        items[:] = kept


@pytest.fixture(scope="session")
def kestra_version(pytestconfig: pytest.Config) -> str:
    """The Kestra version of this process."""
    return str(pytestconfig.getoption("--kestra"))


@pytest.fixture(scope="session")
def kestra(pytestconfig: pytest.Config, kestra_version: str) -> Iterator[KestraEngine]:
    """The real engine, started once for the session."""
    from bottleneck_tasks.engine.kestra_engine import KestraEngine

    with KestraEngine(kestra_version, plugins=pytestconfig.getoption("--kestra-plugins")) as engine:
        yield engine


@pytest.fixture
def kestra_namespace(request: pytest.FixtureRequest, kestra: KestraEngine) -> Iterator[str]:
    """A namespace that no other test uses, named after the test; `kestra_prefix` puts it below another one."""
    marker = request.node.get_closest_marker("kestra_prefix")
    prefix = marker.args[0] if marker else "tests"
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:40].strip("-")
    namespace = f"{prefix}.{name}-{uuid.uuid4().hex[:6]}"
    yield namespace
    kestra.forget_flows(namespace)
