"""What a task puts out for the tests of a flow, and what it loads to say it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.__main__ import run_command

if TYPE_CHECKING:
    from pathlib import Path


def _outputs(text: str) -> dict[str, Any]:
    """Everything that the lines for Kestra put out."""
    told: dict[str, Any] = {}
    for line in text.splitlines():
        if line.startswith("::{") and line.endswith("}::"):
            told |= json.loads(line[2:-2]).get("outputs", {})
    return told


@pytest.mark.parametrize(
    ("severity", "blocked", "made_blocking"),
    [pytest.param("", 0, 0, marks=pytest.mark.slow), ('[severity]\nWEB-W1 = "block"', 1, 1)],
)
def test_rules_that_somebody_made_blocking_are_counted_apart(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], severity: str, blocked: int, made_blocking: int
) -> None:
    """The task `no_rule_blocks` is for them alone: a rule with a task of its own turns that one red, not both."""
    config, run_dir = tmp_path / "bottleneck.toml", tmp_path / "run"
    config.write_text(severity, encoding="utf-8")
    assert run_command(["sample", "--out", str(tmp_path / "exports")]) == 0
    common = ["--run-dir", str(run_dir), "--config", str(config)]
    assert run_command(["ingest", "--source", str(tmp_path / "exports"), "--month", "2026-10", *common]) == 0
    capfd.readouterr()
    assert run_command(["quality", *common, "--kestra"]) == 0
    told = _outputs(capfd.readouterr().out)
    assert (told["blocked"], told["made_blocking"]) == (blocked, made_blocking)


@pytest.mark.slow
def test_a_task_loads_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    """Beside NumPy, Hypothesis and the client of Kestra's server, a task starts as fast as without them."""
    exports, run_dir = tmp_path / "exports", tmp_path / "run"
    assert run_command(["sample", "--out", str(exports)]) == 0
    code = (
        "import sys; from bottleneck_tasks.unneeded import leave_out; leave_out(sys.argv[1:]);"
        "from bottleneck_tasks.__main__ import run_command; code = run_command(sys.argv[1:]);"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr); sys.exit(code)"
    )
    command = ["ingest", "--only", "erp", "--source", exports, "--month", "2026-10", "--run-dir", run_dir, "--kestra"]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, command)], capture_output=True, text=True, check=True
    )  # fmt: skip
    loaded = set(done.stderr.split())
    assert "kestra" in loaded
    assert loaded & {"duckdb", "numpy", "hypothesis", "pandera", "pydantic", "requests", "amazon"} == set()
    assert _outputs(done.stdout)["source"] == "erp"
