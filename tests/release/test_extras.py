"""Each extra, installed alone beside the wheel, brings what its feature needs."""

from __future__ import annotations

import json
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.release.conftest import Environment

pytestmark = pytest.mark.slow

_EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
_JAVA_STARTS = """
import importlib, pkgutil, jpype, bottleneck_tasks.engine as engine
from bottleneck_tasks.engine.java_runtime import java_home, jvm_library
for module in pkgutil.iter_modules(engine.__path__, "bottleneck_tasks.engine."):
    if module.name != "bottleneck_tasks.engine.pytest_plugin":
        importlib.import_module(module.name)
jpype.startJVM(jvmpath=str(jvm_library(java_home())))
print(jpype.JClass("java.lang.Runtime").version().feature())
"""
_LINEAGE_IS_SENT = """
import openlineage.client.transport.http, pathlib
from bottleneck_tasks.lineage.send import send
from bottleneck_tasks.settings_sections import Lineage
print(send(pathlib.Path({path!r}), Lineage(url={url!r}, timeout=2)))
"""
_SPARK_ANSWERS = """
from bottleneck_tasks.session.open_session import open_session
from bottleneck_tasks.settings import Settings
with open_session(Settings.of({"engine": {"name": "spark"}})) as session:
    print(session.execute("select 1 + 1").fetchone()[0])
"""


class _Backend(BaseHTTPRequestHandler):
    """An OpenLineage backend that keeps what it is sent."""

    received: list[dict[str, Any]]

    def do_POST(self) -> None:
        self.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing on stderr."""


def _engine(environment: Environment, bare: Environment) -> None:  # the engine itself: tests/engine
    assert int(environment.run("python", "-c", _JAVA_STARTS).split()[-1]) >= 25


def _lineage(environment: Environment, bare: Environment) -> None:
    handler = type("Backend", (_Backend,), {"received": []})
    written = bare.path / "out" / "lineage.json"
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        assert environment.run("python", "-c", _LINEAGE_IS_SENT.format(path=str(written), url=url)).strip() == "None"
        server.shutdown()
    assert handler.received == [json.loads(line) for line in written.read_text(encoding="utf-8").splitlines()]


def _brief(environment: Environment, bare: Environment) -> None:
    run = next((bare.path / "work" / "2026-10").iterdir())
    environment.run("bottleneck", "brief", "--run-dir", run, "--format", "pptx", "--out", "brief.pptx")
    assert (environment.path / "brief.pptx").read_bytes().startswith(b"PK")


def _spark(environment: Environment, bare: Environment) -> None:  # the month on Spark: tests/spark
    assert environment.run("python", "-c", _SPARK_ANSWERS).split()[-1] == "2"


_PROOFS: dict[str, Callable[[Environment, Environment], None]] = {
    "engine": _engine,
    "lineage": _lineage,
    "brief": _brief,
    "spark": _spark,
}


@pytest.mark.parametrize("extra", sorted(_EXTRAS))
def test_each_extra_works_alone(
    extra: str, bare: Environment, environment_with: Callable[[str | None], Environment]
) -> None:
    """What the extra is for works with the wheel and nothing else installed."""
    _PROOFS[extra](environment_with(extra), bare)
