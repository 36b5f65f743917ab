"""Run stages of a month in this process and print, as JSON, what each cost and the figures that came out.

python benchmarks/stages.py --source DIR [--until analytics|delivery] [--memory-limit 2GB]
"""

from __future__ import annotations

import argparse
import json
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
    arguments = parser.parse_args()
    settings = Settings.of({"resources": {"memory_limit": arguments.memory_limit}})
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
    print(json.dumps({"stages": costs, "megabytes": peak, "figures": figures}))


if __name__ == "__main__":
    main()
