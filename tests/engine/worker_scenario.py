"""Two worker processes share three branches; one is killed with -9 while it works. Prints one JSON object per run."""

from __future__ import annotations

import json
import sys
import time

from bottleneck_tasks.engine import Execution, KestraEngine, State

BRANCH = """
      - id: branch_{number}
        type: io.kestra.plugin.scripts.python.Commands
        taskRunner:
          type: io.kestra.plugin.core.runner.Process
        env: {{TOKEN: "{{{{ secret('TOKEN') }}}}"}}
        commands: ["sleep {seconds}; printf $TOKEN > token.txt"]
        outputFiles: [token.txt]
"""


def flow(flow_id: str, seconds: float) -> str:
    """A flow of three parallel branches that take `seconds` each."""
    head = f"id: {flow_id}\nnamespace: tests.workers\ntasks:\n  - id: ingest\n"
    parallel = "    type: io.kestra.plugin.core.flow.Parallel\n    tasks:\n"
    return head + parallel + "".join(BRANCH.format(number=number, seconds=seconds) for number in range(3))


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


with KestraEngine("2.0.0", local_worker=False) as kestra:
    kestra.load_flow_source(flow("spread", 0.5))
    kestra.load_flow_source(flow("survive", 3))
    kestra.set_secret("TOKEN", "s3cret")
    first, second = kestra.start_workers(2, threads=2)
    began = time.monotonic()
    report(kestra, kestra.run("tests.workers", "spread"), time.monotonic() - began)
    began = time.monotonic()
    started = kestra.start("tests.workers", "survive")
    while [run.state for run in kestra.execution(started).task_runs].count(State.RUNNING) < 4:
        time.sleep(0.05)
    first.end(force=True)
    report(kestra, kestra.await_end(started), time.monotonic() - began)
    print(json.dumps({"killed": first.process.returncode, "other_runs": second.running}), file=sys.stdout)
