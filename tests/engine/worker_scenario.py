"""Two worker processes share three branches; one is killed with -9 while it works. Prints one JSON object per run."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from bottleneck_tasks.engine import Execution, KestraEngine

BRANCH = """
      - id: branch_{number}
        type: io.kestra.plugin.scripts.python.Commands
        taskRunner:
          type: io.kestra.plugin.core.runner.Process
        env: {{TOKEN: "{{{{ secret('TOKEN') }}}}"}}
        commands: ["{work}; printf $TOKEN > token.txt"]
        outputFiles: [token.txt]
"""


COME = "touch {folder}/$$; for _ in $(seq 1000); do [ $(ls {folder} | wc -l) -ge {number} ] && break; sleep 0.1; done"
"""Wait until so many have come: three branches at a time are more than the two threads of one worker."""


def flow(flow_id: str, folder: Path, number: int) -> str:
    """A flow of three parallel branches that wait until `number` have come to the folder."""
    folder.mkdir()
    work = COME.format(folder=folder, number=number)
    head = f"id: {flow_id}\nnamespace: tests.workers\ntasks:\n  - id: ingest\n"
    parallel = "    type: io.kestra.plugin.core.flow.Parallel\n    tasks:\n"
    return head + parallel + "".join(BRANCH.format(number=number, work=work) for number in range(3))


def report(kestra: KestraEngine, execution: Execution, seconds: float) -> None:
    """Print what the test needs to know."""
    branches = [run for run in execution.task_runs if run.task_id.startswith("branch")]
    print(
        json.dumps(
            {
                "state": execution.state,
                "seconds": seconds,
                "workers": sorted({str(run.attempts[-1].worker) for run in branches}),
                "attempts": sorted([str(attempt.state) for attempt in run.attempts] for run in branches),
                "files": [kestra.read_file(run.outputs["outputFiles"]["token.txt"]).decode() for run in branches],
                "excess": len(kestra.excess_runs(execution)),
            }
        )
    )


with tempfile.TemporaryDirectory() as folder, KestraEngine("2.0.0", local_worker=False) as kestra:
    kestra.load_flow_source(flow("spread", Path(folder, "spread"), number=3))
    kestra.load_flow_source(flow("survive", Path(folder, "survive"), number=4))
    kestra.set_secret("TOKEN", "s3cret")
    first, second = kestra.start_workers(2, threads=2)
    began = time.monotonic()
    report(kestra, kestra.run("tests.workers", "spread"), time.monotonic() - began)
    began = time.monotonic()
    started = kestra.start("tests.workers", "survive")
    while len(list(Path(folder, "survive").iterdir())) < 3:
        time.sleep(0.05)
    first.end(force=True)
    Path(folder, "survive", "first-worker-is-dead").touch()
    report(kestra, kestra.await_end(started), time.monotonic() - began)
    print(json.dumps({"killed": first.process.returncode, "other_runs": second.running}), file=sys.stdout)
