"""Python tasks run for real: logs, files, names, time-outs and speed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.engine import Execution, KestraEngine, NotFound, State

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1024 * 1024
RunPython = Callable[..., Execution]
Logged = Callable[[Execution, str], bool]


def test_thousand_log_lines_arrive_in_order(kestra: KestraEngine, run_python: RunPython) -> None:
    """None of a thousand lines is lost or out of order."""
    execution = run_python("for n in range(1000): print(f'ligne n°{n}')")
    arrived = kestra.logs(execution.id, until=lambda lines: len(lines) > 1000, timeout=300)
    lines = [line.message for line in arrived if line.message.startswith("ligne")]
    assert lines == [f"ligne n°{n}" for n in range(1000)]


def test_50_megabytes_go_through_internal_storage(kestra: KestraEngine, run_python: RunPython, tmp_path: Path) -> None:
    """A 50 MB input file comes back byte for byte through internal storage."""
    source = tmp_path / "gros fichier é.bin"
    source.write_bytes(b"0123456789abcdef" * (50 * MEGABYTE // 16))
    execution = run_python("import shutil; shutil.copy('entrée.bin', 'copie é.out')", file=source)
    copy = kestra.save_file(execution.task("work").outputs["outputFiles"]["copie é.out"], tmp_path / "copy")
    assert copy.stat().st_size == 50 * MEGABYTE
    assert _sha256(copy) == _sha256(source)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def test_hanging_task_fails_at_its_timeout(run_python: RunPython, logged: Logged) -> None:
    """A task that hangs fails soon after its time-out, and the log says why."""
    began = time.monotonic()
    execution = run_python("import time; time.sleep(60)", limit="PT1S")
    assert execution.state is State.FAILED
    assert time.monotonic() - began < 50
    assert logged(execution, "Timeout")


def test_exit_code_of_a_failed_command_is_logged(run_python: RunPython, logged: Logged) -> None:
    """A command that exits with 65 fails its task and names the code."""
    execution = run_python("raise SystemExit(65)")
    assert execution.state is State.FAILED
    assert logged(execution, "exit code 65")


def test_empty_python_task_is_fast(run_python: RunPython) -> None:
    """Warm, a flow of one empty Python task ends within 5 s on a busy machine; a quiet one takes 0.2 s (docs/engine.md)."""
    run_python("pass")
    assert any(_seconds_of(run_python) <= 5 for _ in range(10))


def _seconds_of(run_python: RunPython) -> float:
    began = time.perf_counter()
    run_python("pass")
    return time.perf_counter() - began


def test_missing_input_file_is_named(run_python: RunPython, tmp_path: Path) -> None:
    """A FILE input that does not exist is refused before anything starts."""
    with pytest.raises(NotFound, match=r"There is no file .*absent\.bin for the input file"):
        run_python("pass", file=tmp_path / "absent.bin")


def test_missing_file_of_storage_is_named(kestra: KestraEngine) -> None:
    """Reading a URI that internal storage does not hold raises NotFound with the URI."""
    with pytest.raises(NotFound, match="kestra:///nowhere/absent"):
        kestra.read_file("kestra:///nowhere/absent.txt")
