"""The budgets: what is measured, what it may cost, what it costs."""

from __future__ import annotations

import json
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measuring import Measured, median, python
from quarantine import BUDGET_SECONDS, FLOOR, FLOOR_CPU, quarantine

from bottleneck_tasks.month import Month
from bottleneck_tasks.sample import write_months, write_sample

__all__ = [
    "Line",
    "Machine",
    "backfill_budgets",
    "command_budgets",
    "month_budgets",
    "quarantine_budgets",
    "workbook_budgets",
]

_ALONE = 0.7
_STAGES = Path(__file__).with_name("stages.py")
_MODULE = ("-m", "bottleneck_tasks")
_READER = """
import sys, python_calamine
for path in sys.argv[1:]:
    python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """How busy the machine is, by the floor: imports that no stage can do without."""

    floor: Measured

    @classmethod
    def measure(cls, rounds: int) -> Machine:
        """Run the floor a few times."""
        return cls(median(rounds, "-c", FLOOR))

    @property
    def is_shared(self) -> bool:
        """Whether a process waits for others: it uses far less of a core than it asks for."""
        return self.floor.cpu < _ALONE * self.floor.seconds

    @property
    def text(self) -> str:
        """The floor, for the document."""
        free = f"{FLOOR_CPU * 1000:.0f} ms on a free machine"
        return (
            f"Floor (import duckdb, pyarrow and pandera): {self.floor.seconds:.2f} s, {self.floor.cpu:.2f} processor s, "
            f"{free}. `free` is processor seconds by that slowdown."
        )

    def free(self, cpu: float) -> float:
        """Processor seconds on a free machine."""
        return cpu * min(1.0, FLOOR_CPU / self.floor.cpu)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    what: str
    budget: str
    measured: str
    verdict: str


def command_budgets(machine: Machine, rounds: int) -> list[Line]:
    """The start of the command line, and each stage as the process that a task of the flow is."""
    lines = [_seconds(machine, "`bottleneck --help`", median(rounds, *_MODULE, "--help"), 0.12)]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "sample")
        write_sample(source)
        run = ("--run-dir", f"{folder}/run")
        for stage, options in (
            ("ingest", ("--source", source)),
            ("quality", ()),
            ("analytics", ()),
            ("delivery", ("--out", f"{folder}/out")),
        ):
            lines.append(_seconds(machine, f"task {stage}", median(rounds, *_MODULE, stage, *run, *options), 0.6))
    return lines


def month_budgets(_: Machine, rounds: int) -> list[Line]:
    """The sample month in one process, start of Python included, in turns with the floor: the machine changes its pace."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "sample")
        write_sample(source)
        command = (*_MODULE, "run", "--source", source, "--out", f"{folder}/out", "--work", f"{folder}/work")
        python(*command)
        pairs = [(python("-c", FLOOR), python(*command)) for _ in range(2 * rounds)]
    seconds = statistics.median(month.seconds for _, month in pairs)
    times = statistics.median(month.seconds / floor.seconds for floor, month in pairs)
    megabytes = statistics.median(month.megabytes for _, month in pairs)
    measured = f"{seconds:.2f} s, {times:.2f} times the floor: {times * FLOOR_CPU:.2f} s where that takes {FLOOR_CPU * 1000:.0f} ms"
    verdict = "pass" if times * FLOOR_CPU <= 0.9 else "FAIL"  # noqa: PLR2004 - the budget named beside it
    fits = "pass" if megabytes <= 250 else "FAIL"  # noqa: PLR2004 - the budget named beside it
    return [
        Line("whole month, every check and deliverable", "0.9 s", measured, verdict),
        Line("whole month, peak memory", "250 MB", f"{megabytes:.0f} MB", fits),
    ]


def backfill_budgets(machine: Machine, _: int) -> list[Line]:
    """Two years of the sample shop in one command, on two cores, start of Python included."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "sample")
        write_months(source, months=24, first=Month(2024, 11), seed=7)
        places = ("--store", f"{folder}/store", "--work", f"{folder}/work")
        found = python(*_MODULE, "run", "--source", source, "--month", "2024-11..2026-10", *places)
    free = machine.free(found.cpu)
    judged = free / 2 if machine.is_shared else found.seconds
    measured = f"{found.seconds:.2f} s, {found.cpu:.2f} processor s, {free:.2f} free"
    return [Line("24 months in one command, on two cores", "10 s", measured, "pass" if judged <= 10 else "FAIL")]  # noqa: PLR2004 - the budget named beside it


def quarantine_budgets(_: Machine, rounds: int) -> list[Line]:
    """A million rows, half of them quarantined."""
    found = quarantine(rounds=min(rounds, 3))
    measured = f"{found.seconds:.2f} s, {found.cpu:.2f} processor s ({found.free_cpu:.2f} by the floor)"
    budget = f"{BUDGET_SECONDS:g} s on 2 free cores"
    return [Line("quality of 1 M web rows, 500,000 quarantined", budget, measured, "pass" if found.passed else "FAIL")]


def workbook_budgets(_: Machine, rounds: int) -> list[Line]:
    """Workbooks of 200,000 web rows: reading them costs what the reader alone costs."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write_sample(Path(folder), products=95_000)
        files = (paths.erp, paths.web, paths.liaison)
        pairs = [(python("-c", _READER, *files).cpu, _ingest_cpu(folder)) for _ in range(max(rounds, 3))]
    ratio = statistics.median(ours / alone for alone, ours in pairs)
    seconds = statistics.median(ours for _, ours in pairs)
    return [
        Line(
            "ingest of workbooks with 201,000 web rows",
            "1.2 times the reader alone",
            f"{seconds:.1f} processor s, {ratio:.2f} times",
            "pass" if ratio <= 1.2 else "FAIL",  # noqa: PLR2004 - the budget named beside it
        )
    ]


def _ingest_cpu(folder: str) -> float:
    found = json.loads(python(_STAGES, "--source", folder, "--until", "ingest").output)
    return float(found["stages"]["ingest"]["cpu"])


def _seconds(machine: Machine, what: str, found: Measured, budget: float) -> Line:
    free = machine.free(found.cpu)
    judged = free if machine.is_shared else found.seconds
    measured = f"{found.seconds:.2f} s, {found.cpu:.2f} processor s, {free:.2f} free"
    return Line(what, f"{budget:g} s", measured, "pass" if judged <= budget else "FAIL")
