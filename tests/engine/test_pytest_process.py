"""How a process of pytest ends in which Kestra ran."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_TEST = """
import sys, types
sys.modules["jpype"] = types.SimpleNamespace(isJVMStarted=lambda: {started})

class Late:
    def __del__(self, write=sys.__stdout__.write, flush=sys.__stdout__.flush):
        write("taken down")
        flush()

sys.late = Late()

def test_one():
    assert {passes}
"""


@pytest.mark.parametrize(("started", "passes", "code"), [(True, True, 0), (True, False, 1), (False, False, 1)])
def test_a_process_with_a_jvm_is_not_taken_down(tmp_path: Path, *, started: bool, passes: bool, code: int) -> None:
    """Threads of Kestra crashed one in hundreds as Python unloaded libraries: it leaves at once, with pytest's exit code."""
    (tmp_path / "test_one.py").write_text(_TEST.format(started=started, passes=passes), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == code, found.stdout + found.stderr
    assert ("1 passed" if passes else "1 failed") in found.stdout
    assert ("taken down" in found.stdout) is not started
