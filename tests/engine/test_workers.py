"""The engine of 2.0 spreads work over worker processes and survives the loss of one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bottleneck_tasks.engine import EngineStartError, KestraEngine

pytestmark = pytest.mark.timeout(600)
SCENARIO = Path(__file__).parent / "worker_scenario.py"


@pytest.fixture(scope="module")
def scenario() -> list[dict[str, Any]]:
    """Reports of the scenario, which needs an engine of its own and therefore a process of its own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, str(SCENARIO)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.kestra_only("2.0.0")
def test_three_branches_are_spread_over_two_workers(scenario: list[dict[str, Any]]) -> None:
    """Both worker processes take branches of one execution, and both know the secret."""
    spread = scenario[0]
    assert spread["state"] == "SUCCESS"
    assert len(spread["workers"]) == 2
    assert spread["files"] == ["s3cret"] * 3


@pytest.mark.kestra_only("2.0.0")
def test_execution_survives_a_worker_killed_with_9(scenario: list[dict[str, Any]]) -> None:
    """The branches of the killed worker start again on the other one; nothing is lost and nothing counts as excess."""
    _, survived, processes = scenario
    assert processes == {"killed": -9, "other_runs": True}
    assert survived["state"] == "SUCCESS"
    assert ["RESUBMITTED", "SUCCESS"] in survived["attempts"]
    assert survived["files"] == ["s3cret"] * 3
    assert len(survived["workers"]) == 1
    assert survived["excess"] == 0


@pytest.mark.kestra_only("1.3.31")
def test_1_3_refuses_worker_processes(kestra: KestraEngine) -> None:
    """On 1.3 the request is refused with the version that can."""
    with pytest.raises(EngineStartError, match=r"Use version='2\.0\.0'"):
        kestra.start_workers(1)
