"""Months of the simulated shop, run through the real stages up to the history, without reports."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.errors import GateError
from bottleneck_tasks.history.past import Past
from bottleneck_tasks.history.read_history import of_run
from bottleneck_tasks.history.stage import history
from bottleneck_tasks.history.stale import refuse_stale
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.month import Month
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.run import Run
from bottleneck_tasks.sample.sheets import COLUMNS
from bottleneck_tasks.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.history.past import Recorded
    from bottleneck_tasks.sample.sheets import Month as Sheets

__all__ = ["FIRST", "TRAPS", "judge", "write_csv_exports"]

FIRST = Month(2024, 11)
TRAPS = {"ERP-W1-STOCK", "ERP-W1-STATUS", "ERP-W1-PRICE", "WEB-W1", "WEB-W2", "REC-W1"}
"""What the sample is made with: named rightly, every month."""


def write_csv_exports(folder: Path, sheets: Sheets) -> Path:
    """Write the three sheets as CSV, the quickest to write and to read."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(row.cells for row in sheets.rows(name))
    return folder


def judge(
    folder: Path, month: Month, sheets: Sheets, past: dict[Month, Recorded], settings: Settings | None = None
) -> tuple[Recorded | None, dict[str, Check]]:
    """Run a month; its record, None when it was stopped before its snapshot, and the checks that are not as they should be."""
    chosen, known, run = settings or Settings(), Past(uri="memory", months=past), Run(folder)
    source = write_csv_exports(folder / "source", sheets)
    files = {name: source / f"{name}.csv" for name in COLUMNS}
    try:
        ingest(run, files=files, month=month, settings=chosen)
        refuse_stale(run, past=known, settings=chosen)
        checks = quality(run, settings=chosen) + analytics(run, settings=chosen)[1]
    except GateError as error:
        return None, {check.id: check for check in error.checks}
    checks += history(run, past=known, settings=chosen, enforce=False)
    named = {check.id: check for check in checks if check.result not in {"pass", "info"}}
    return of_run(run, run_id=folder.name), named
