"""Time the month on the embedded Kestra, warm, and say where the time goes: `python benchmarks/flow.py [VERSION]`.

Prints JSON: best and median wall seconds of the flow without publication and mail and with publication, the Python processes
it took, and the split of the best run: work in Python processes, and the engine around them. A process that only starts, and
one that only imports, are timed beside it on the same machine.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bottleneck_tasks.engine import KestraEngine, State
from bottleneck_tasks.engine.flow_run import load_project
from bottleneck_tasks.sample import write_sample

if TYPE_CHECKING:
    from bottleneck_tasks.engine import Execution

ROOT = Path(__file__).parents[1]
STAGES = ("ingest", "quality", "analytics", "delivery")
IMPORTS = "import click, duckdb, msgspec, pyarrow.parquet"


def _seconds(code: str) -> float:
    """Best of five of a Python process that runs `code`."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - began)
    return min(times)


def _processes(kestra: KestraEngine, execution: Execution) -> dict[str, float]:
    """Seconds of each Python task of the month, by task."""
    children = [kestra.execution(execution.task(stage).outputs["executionId"]) for stage in STAGES]
    return {
        run.task_id: (run.ended - run.attempts[-1].started).total_seconds()
        for one in (execution, *children)
        for run in one.task_runs
        if "exitCode" in run.outputs and run.ended and run.attempts[-1].started
    }


def main(version: str, repeats: int = 5) -> None:
    """Run the month `repeats` times after one that warms up, and print the figures."""
    with tempfile.TemporaryDirectory() as folder, KestraEngine(version) as kestra:
        write_sample(Path(folder, "sample"))
        load_project(kestra, ROOT)
        runs = []
        for number in range(repeats + 1):
            inputs = {
                "month": "2026-10",
                "source": str(Path(folder, "sample")),
                "store": str(Path(folder, f"store-{number}")),
                "notify": "false",
            }
            began = time.perf_counter()
            execution = kestra.run("bottleneck", "monthly_revenue", inputs=inputs, timeout=600)
            if execution.state is not State.SUCCESS:
                sys.exit(f"{execution.id} ended {execution.state}")
            runs.append((time.perf_counter() - began, execution))
        warm = runs[1:]
        best, execution = min(warm, key=lambda run: run[0])
        tasks = _processes(kestra, execution)
        ingest = [tasks[name] for name in ("erp", "web", "liaison")]
        in_tasks = max(ingest) + sum(
            seconds for name, seconds in tasks.items() if name not in {"erp", "web", "liaison"}
        )
        result = {
            "version": version,
            "load": os.getloadavg()[0],
            "best_seconds": round(best, 2),
            "median_seconds": round(statistics.median(seconds for seconds, _ in warm), 2),
            "processes": len(tasks),
            "tasks": {name: round(seconds, 2) for name, seconds in tasks.items()},
            "in_python_tasks": round(in_tasks, 2),
            "engine_around_them": round(best - in_tasks, 2),
            "process_start": round(_seconds("pass"), 3),
            "process_start_and_imports": round(_seconds(IMPORTS), 3),
        }
    print(json.dumps(result, indent=2))
    sys.stdout.flush()
    os._exit(0)  # Kestra's threads outlive it


if __name__ == "__main__":
    main(*sys.argv[1:2] or ["2.0.0"])
