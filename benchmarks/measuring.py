"""Run a command as a process of its own and say what it cost: seconds, processor seconds, peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Measured", "median", "python"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process cost. `cpu` is user and system seconds of all its threads, which a busy machine moves least."""

    seconds: float
    cpu: float
    megabytes: float
    output: str


def python(*arguments: object, env: Mapping[str, str] | None = None) -> Measured:
    """Run `python ARGUMENTS`. Raises CalledProcessError when it fails."""
    command = [sys.executable, *map(str, arguments)]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **(env or {})}) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


def median(rounds: int, *arguments: object) -> Measured:
    """The medians of several runs of one command, after one that warms the disk."""
    python(*arguments)
    runs: Sequence[Measured] = [python(*arguments) for _ in range(rounds)]
    return Measured(
        statistics.median(run.seconds for run in runs),
        statistics.median(run.cpu for run in runs),
        statistics.median(run.megabytes for run in runs),
        runs[-1].output,
    )
