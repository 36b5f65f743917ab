"""Run stages of a month in this process and print, as JSON, what each cost and the figures that came out.

python benchmarks/stages.py --source DIR [--until analytics|delivery] [--memory-limit 2GB] [--engine spark]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from pathlib import Path

from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.delivery.stage import delivery
from bottleneck_tasks.ingest.find import find
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.run import Run, read_json
from bottleneck_tasks.settings import Settings

_STAGES = ("ingest", "quality", "analytics", "delivery")


def main() -> None:
    """Run the stages one after the other, as the command line does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--until", choices=_STAGES, default="delivery")
    parser.add_argument("--memory-limit", default="")
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb")
    arguments = parser.parse_args()
    settings = Settings.of(
        {"resources": {"memory_limit": arguments.memory_limit}, "engine": {"name": arguments.engine}}
    )
    files, month = find(arguments.source, settings.sources.to_dict(), month=None)
    stages = _STAGES[: _STAGES.index(arguments.until) + 1]
    costs = {}
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder, "run"))
        work = {
            "ingest": lambda: ingest(run, files=files, month=month, settings=settings),
            "quality": lambda: quality(run, settings=settings, enforce=False),
            "analytics": lambda: analytics(run, settings=settings, enforce=False),
            "delivery": lambda: delivery(run, out=Path(folder, "out"), settings=settings),
        }
        for stage in stages:
            seconds, cpu = time.perf_counter(), time.process_time()
            work[stage]()
            costs[stage] = {"seconds": time.perf_counter() - seconds, "cpu": time.process_time() - cpu}
        figures = read_json(run.folder("analytics") / "figures.json") if "analytics" in stages else {}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    java = [_cost_of(child) for child in _descendants(os.getpid())]
    children = {"cpu": sum(cpu for cpu, _ in java), "megabytes": sum(megabytes for _, megabytes in java)}
    print(json.dumps({"stages": costs, "megabytes": peak, "children": children, "figures": figures}))


def _descendants(process: int) -> list[int]:
    """The processes that still run below one: Java and the Python workers of Spark, none on DuckDB."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [each for child in map(int, children) for each in (child, *_descendants(child))]


def _cost_of(process: int) -> tuple[float, float]:
    """Processor seconds so far and peak memory in MB."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    peak = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), "0")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(peak) / 1024


if __name__ == "__main__":
    main()
