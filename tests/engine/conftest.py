"""Flows and files that the engine tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bottleneck_tasks.engine import Execution, KestraEngine

HERE = Path(__file__).parent


@pytest.fixture
def load(kestra: KestraEngine, kestra_namespace: str) -> Callable[..., str]:
    """Load flows of tests/engine/flows by name into the test's namespace, which is returned."""

    def load_named(*names: str) -> str:
        kestra.load_flows(*(HERE / "flows" / f"{name}.yml" for name in names), namespace=kestra_namespace)
        return kestra_namespace

    return load_named


@pytest.fixture
def run_python(kestra: KestraEngine, load: Callable[..., str]) -> Callable[..., Execution]:
    """Run Python code as a `Commands` task named `work`."""

    def run(code: str, **inputs: object) -> Execution:
        return kestra.run(load("command"), "command", inputs={"code": code, **inputs})

    return run
