"""`bottleneck flow validate` asks both versions about every flow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LOOP = """id: loop
namespace: company.team
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [1, 2]
    tasks:
      - id: log
        type: io.kestra.plugin.core.log.Log
        message: hello
"""


@pytest.mark.kestra_only("1.3.31")
def test_flow_that_only_one_version_takes_is_reported(tmp_path: Path) -> None:
    """Exit code 65, with file, line and Kestra's message for the version that refuses, and both verdicts per flow."""
    (tmp_path / "loop.yml").write_text(LOOP, encoding="utf-8")
    (tmp_path / "parent.yml").write_bytes((HERE / "flows/parent.yml").read_bytes())
    (tmp_path / "retried.yml").write_bytes((HERE / "flows/retried.yml").read_bytes())
    command = [sys.executable, "-c", "from bottleneck_tasks.engine.cli import flow; flow()", "validate", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 65, done.stderr
    assert done.stdout.splitlines() == [
        f"{tmp_path}/retried.yml: accepted (Kestra 2.0.0)",
        f"{tmp_path}/loop.yml: accepted (Kestra 1.3.31)",
        f"{tmp_path}/retried.yml: accepted (Kestra 1.3.31)",
    ]
    refusals = done.stderr.splitlines()
    assert refusals[0].startswith(f"{tmp_path}/loop.yml:5: ")
    assert refusals[0].endswith("Invalid type: io.kestra.plugin.core.flow.ForEach (Kestra 2.0.0)")
    assert all("child" in refusal for refusal in refusals[1:])
    assert len(refusals) == 3
