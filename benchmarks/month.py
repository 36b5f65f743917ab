"""Time the month in one process: start, imports and each stage, medians over several fresh processes.

    python benchmarks/month.py [--source DIR] [--rounds N]

Without --source it times the sample month. The budget is docs/performance.md's: 0.9 s and 250 MB in all.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_STEPS = ("import", "ingest", "quality", "analytics", "delivery")
_PYTHON = (sys.executable, "-c")
_FLOOR = "import duckdb, pyarrow, pandera.pyarrow"
_BUDGET_SECONDS = 0.9
_BUDGET_MEGABYTES = 250


def _measure_once(source: Path) -> None:
    """Run the month in this process and print the seconds of each step as JSON."""
    marks = [("import", time.perf_counter())]
    from bottleneck_tasks.monthly_revenue import monthly_revenue
    from bottleneck_tasks.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        monthly_revenue(
            source=source,
            month=None,
            out=Path(folder, "out"),
            work=Path(folder, "work"),
            settings=Settings(),
            on_stage=lambda stage: marks.append((stage, time.perf_counter())),
        )
        marks.append(("end", time.perf_counter()))
    seconds = {name: after - begun for (name, begun), (_, after) in itertools.pairwise(marks)}
    print(json.dumps({**seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def _time_command(source: Path) -> float:
    """Seconds of `bottleneck run`, start of Python included."""
    with tempfile.TemporaryDirectory() as folder:
        places = ["--out", f"{folder}/out", "--work", f"{folder}/work"]
        return _time([sys.executable, "-m", "bottleneck_tasks", "run", "--source", str(source), *places])


def _time(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def _measure(source: Path, rounds: int) -> dict[str, float]:
    """Medians over fresh processes: each step, the whole command, and the imports that no month can do without."""
    samples: list[dict[str, float]] = []
    for _ in range(rounds + 1):
        command = [sys.executable, __file__, "--once", "--source", str(source)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        samples.append({**json.loads(output), "wall": _time_command(source), "floor": _time([*_PYTHON, _FLOOR])})
    return {name: statistics.median(sample[name] for sample in samples[1:]) for name in samples[0]}


def main() -> None:
    """Print the split and hold it against the budget."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        _measure_once(arguments.source)
        return
    with tempfile.TemporaryDirectory() as folder:
        source = arguments.source or Path(folder)
        if arguments.source is None:
            from bottleneck_tasks.sample import write_sample

            write_sample(source)
        medians = _measure(source, arguments.rounds)
    for step in _STEPS:
        print(f"{step:12}{medians[step] * 1000:8.0f} ms")
    for name, value, budget, unit in (
        ("whole month", medians["wall"], _BUDGET_SECONDS, "s"),
        ("peak memory", medians["megabytes"], _BUDGET_MEGABYTES, "MB"),
    ):
        verdict = "within" if value <= budget else "OVER"
        print(f"{name:12}{value:8.2f} {unit:3} {verdict} the budget of {budget:g} {unit}")
    print(
        f"{'floor':12}{medians['floor']:8.2f} s   to import duckdb, pyarrow and pandera: {medians['wall'] / medians['floor']:.1f} times"
    )


if __name__ == "__main__":
    main()
