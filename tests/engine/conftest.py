"""Flows and files that the engine tests share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from bottleneck_tasks.engine import Execution, KestraEngine, LogLine

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


@pytest.fixture
def logged(kestra: KestraEngine) -> Callable[[Execution, str], bool]:
    """Whether a text is in the log of an execution; waits for it, because Kestra indexes lines after the task."""

    def in_log(execution: Execution, text: str) -> bool:
        def there(lines: tuple[LogLine, ...]) -> bool:
            return any(text in line.message for line in lines)

        return there(kestra.logs(execution.id, until=there, timeout=20))

    return in_log
