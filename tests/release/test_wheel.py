"""The wheel, installed where nothing else is: it holds what the package needs and runs the month."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.release.conftest import Environment

pytestmark = pytest.mark.slow

_EVERY_MODULE = """
import importlib, pkgutil, bottleneck_tasks
for module in pkgutil.walk_packages(bottleneck_tasks.__path__, "bottleneck_tasks."):
    if module.name not in {left_out}:
        importlib.import_module(module.name)
"""


def _tracked(*folders: str) -> set[str]:
    listed = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(listed.stdout.split())


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    """SQL, templates, the engine's poms and stand-ins and py.typed are in the wheel, and no test or tool is."""
    names = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name and ".data/" not in name}
    assert names == _tracked("bottleneck_tasks")


def test_the_wheel_brings_the_flows_and_the_settings(bare: Environment) -> None:
    """share/bottleneck-tasks of the environment holds the flows, the contracts and bottleneck.toml as they are here."""
    for name in _tracked("flows", "subflows", "namespace_files"):
        assert (bare.path / "share" / "bottleneck-tasks" / name).read_bytes() == (ROOT / name).read_bytes()


def test_without_extras_the_wheel_runs_the_month(bare: Environment, delivered_sample: Path) -> None:
    """The deliverables have the bytes that the checkout gives, every one of them."""
    files = {path.name: path.read_bytes() for path in (bare.path / "out").iterdir()}
    assert files == {path.name: path.read_bytes() for path in delivered_sample.iterdir()}


def test_without_extras_the_other_commands_work(bare: Environment) -> None:
    """Contracts are exported, a product is explained, a month is published and verified, the brief is written as HTML."""
    run = next((bare.path / "work" / "2026-10").iterdir())
    bare.run("bottleneck", "contracts", "export", "--out", "contracts")
    assert (bare.path / "contracts" / "revenue_mart.odcs.yaml").is_file()
    assert "147.00 EUR" in bare.run("bottleneck", "explain", "--product-id", "4334", "--run-dir", run)
    bare.run("bottleneck", "publish", "--run-dir", run, "--store", "store")
    bare.run("bottleneck", "verify", "store", "--month", "2026-10")
    bare.run("bottleneck", "brief", "--run-dir", run, "--out", "brief.html")


def test_without_extras_every_module_but_theirs_is_imported(bare: Environment) -> None:
    """No module outside the engine's terminal table needs more than the wheel asks for."""
    left_out = {
        "bottleneck_tasks.engine.live_states",
        "bottleneck_tasks.engine.pytest_plugin",
        "bottleneck_tasks.session.on_spark",
        "bottleneck_tasks.__main__",
    }
    bare.run("python", "-c", _EVERY_MODULE.format(left_out=left_out))


def test_a_command_without_its_extra_names_it(bare: Environment) -> None:
    """Whoever lacks an extra is told what to install."""
    run = next((bare.path / "work" / "2026-10").iterdir())
    brief = bare.run("bottleneck", "brief", "--format", "pptx", "--run-dir", run, code=78)
    assert 'pip install "bottleneck-tasks[brief]"' in brief
    flow = bare.run("bottleneck", "flow", "run", "any.yml", code=78)
    assert 'pip install "bottleneck-tasks[engine]"' in flow
