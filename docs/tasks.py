"""The table of the tasks: each command run with --kestra on the sample month, and what it really put out."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bottleneck_tasks.sample import write_sample

HEAD = """# The tasks

Each task of the subflows is one command. With `--kestra` it puts out what the table says: outputs, which expressions read as
`{{ outputs.TASK.vars.NAME }}`, and metrics. Made by `make docs`, which runs every example in this order on the sample month; a
test runs them again and fails when the table is stale.

A refusal of the data (65, 66) ends a task of ingest, quality, analytics or delivery well: the outputs `rule`, `reason` and
`next_step` say why, `blocked` is above zero, and the Assert task named after the rule turns red. Anything else fails the task
with its exit code. `checks` maps each rule to pass, info, warn, allowed, block or unjudged; amounts are decimal strings in EUR
including tax.

| task | reads | writes | outputs | metrics | exit codes |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Task:
    """A command, what it reads and writes, and the exit codes it may fail with beside 64, 70, 74 and 78."""

    example: str
    reads: str
    writes: str
    codes: str


TASKS = (
    Task("bottleneck ingest --run-dir run --only erp --source exports --month 2026-10 --kestra",
         "one export, in a folder or a store", "`run/ingest/erp/`: raw.parquet, source.json", "65, 66, 75, 77"),
    Task("bottleneck ingest --run-dir run --only web --source exports --month 2026-10 --kestra",
         "one export, in a folder or a store", "`run/ingest/web/`", "65, 66, 75, 77"),
    Task("bottleneck ingest --run-dir run --only liaison --source exports --month 2026-10 --kestra",
         "one export, in a folder or a store", "`run/ingest/liaison/`", "65, 66, 75, 77"),
    Task("bottleneck quality --run-dir run --kestra",
         "`run/ingest/`", "`run/quality/`: clean datasets, rows, findings, checks, ledger", "65"),
    Task("bottleneck analytics --run-dir run --history store --kestra",
         "`run/quality/`; the months published before", "`run/analytics/`: mart, figures; `run/history/`: snapshot", "65, 75, 77"),
    Task("bottleneck delivery --run-dir run --kestra",
         "`run/analytics/`, `run/history/`", "`run/delivery/`: every deliverable", "65"),
    Task("bottleneck publish --run-dir run --store store --kestra",
         "`run/delivery/`, `run/history/`", "the month in the store", "73, 75, 77"),
    Task("bottleneck notify --store store --month 2026-10 --to direction@example.org --dry-run mail.eml --kestra",
         "the published month", "one mail and its record in the outbox; sent, it puts out what `--json` shows, in a dry run nothing", "65, 66, 75, 77"),
    Task("bottleneck stock --run-dir run --kestra",
         "`run/quality/`", "nothing", "65"),
    Task('bottleneck dead-letter --store store --month 2026-10 --rule CA-01 --reason "no price" --kestra',
         "nothing", "`dead_letter/2026/10/` in the store", "75, 77"),
)  # fmt: skip


def tasks_page() -> str:
    """The page, from a run of every example."""
    rows, examples = [], []
    with tempfile.TemporaryDirectory() as folder:
        write_sample(Path(folder) / "exports")
        for task in TASKS:
            outputs, metrics = _put_out(task, Path(folder))
            name = " ".join(word for word in shlex.split(task.example)[1:] if not word.startswith("-")).split()[0]
            only = re.search(r"--only (\w+)", task.example)
            title = f"`{name}{f' --only {only[1]}' if only else ''}`"
            rows.append(
                f"| {title} | {task.reads} | {task.writes} | {_names(outputs)} | {_names(metrics)} | {task.codes} |"
            )
            examples.append(task.example)
    return HEAD + "\n".join(rows) + "\n\n## The examples\n\n```bash\n" + "\n".join(examples) + "\n```\n"


def _put_out(task: Task, folder: Path) -> tuple[list[str], list[str]]:
    """The names of the outputs and of the metrics that a task prints."""
    command = [sys.executable, "-m", "bottleneck_tasks", *shlex.split(task.example)[1:]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    outputs: dict[str, None] = {}
    metrics: dict[str, None] = {}
    for line in (done.stdout + done.stderr).splitlines():
        for message in re.findall(r"::(\{.*?\})::(?=$|::)", line):
            told = json.loads(message)
            outputs |= dict.fromkeys(told.get("outputs", {}))
            metrics |= dict.fromkeys(
                metric["name"] + (f" by {', '.join(metric['tags'])}" if metric.get("tags") else "")
                for metric in told.get("metrics", [])
            )
    return list(outputs), list(metrics)


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name.split(' ')[0]}`{name[len(name.split(' ')[0]) :]}" for name in names) or "none"
