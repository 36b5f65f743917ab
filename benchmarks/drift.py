"""Try the rules that compare months on normal life and on faults: false alarms and detection, over many seeds.

    python benchmarks/drift.py [--seeds 20] [--first-seed 0]

Every month runs through the real ingest, quality, analytics and history stages; only the reports are left out.
Each seed is kept in drift.json as it ends, so that they may be tried in pieces; `make docs` makes the table of
docs/history.md from it. Exit 1 when a normal month is blocked, more than 2 % of them have a false warning, or an
injected fault is not named, over all seeds kept.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.errors import BottleneckError
from bottleneck_tasks.history.past import Past
from bottleneck_tasks.history.read_history import of_run
from bottleneck_tasks.history.stage import history
from bottleneck_tasks.history.stale import refuse_stale
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.month import Month
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.run import Run
from bottleneck_tasks.sample.life import live
from bottleneck_tasks.sample.sheets import COLUMNS
from bottleneck_tasks.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bottleneck_tasks.history.past import Recorded
    from bottleneck_tasks.sample.sheets import Month as Sheets
    from bottleneck_tasks.sample.sheets import Sheet

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.injections import INJECTIONS

FIRST, MONTHS, SETTINGS = Month(2024, 11), 24, Settings()
KEPT = Path(__file__).with_name("drift.json")
BASELINE = {"ERP-W1-STOCK", "ERP-W1-STATUS", "ERP-W1-PRICE", "WEB-W1", "WEB-W2", "REC-W1"}
"""The traps that the sample is made with: they are there every month and named rightly."""


def judge(folder: Path, month: Month, sheets: Sheets, past: Mapping[Month, Recorded]) -> tuple[Run, dict[str, str]]:
    """Run one month without its reports; the rules that are not as they should be, with their result."""
    known, run = Past(uri="memory", months=past), Run(folder)
    files = {name: write(folder / "source", name, sheets) for name in COLUMNS}
    try:
        ingest(run, files=files, month=month, settings=SETTINGS)
        refuse_stale(run, past=known, settings=SETTINGS)
        checks = quality(run, settings=SETTINGS)
        checks += analytics(run, settings=SETTINGS)[1]
        checks += history(run, past=known, settings=SETTINGS, enforce=False)
    except BottleneckError as error:
        return run, {error.code: "block"}
    return run, {check.id: check.result for check in checks if check.result not in {"pass", "info"}}


def write(folder: Path, name: Sheet, sheets: Sheets) -> Path:
    """Write one sheet as CSV: the quickest to write and to read."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS[name])
        writer.writerows(row.cells for row in sheets.rows(name))
    return path


def try_seed(seed: int) -> dict[str, Any]:
    """Live 24 normal months, then put each fault into one of them: the alarms by month, what each fault was called."""
    alarms: dict[str, list[str]] = {}
    past: dict[Month, Recorded] = {}
    lived: list[tuple[Month, Sheets]] = []
    with tempfile.TemporaryDirectory(prefix="drift-") as folder:
        for number, (month, sheets) in enumerate(live(seed, first=FIRST, months=MONTHS)):
            run, named = judge(Path(folder, str(number)), month, sheets, past)
            if false := [f"{result} {rule}" for rule, result in named.items() if rule not in BASELINE]:
                alarms[str(month)] = false
            lived.append((month, sheets))
            if "block" not in named.values():
                past[month] = of_run(run, run_id=str(number))
        called = {}
        for number, (name, (inject, _)) in enumerate(INJECTIONS.items()):
            at = 2 + (seed * 5 + number * 7) % (MONTHS - 2)
            month, sheets = lived[at]
            known = {each: record for each, record in past.items() if each < month}
            faulty = inject(sheets, [older for _, older in lived[:at]], seed)
            _, named = judge(Path(folder, name.replace(" ", "-")), month, faulty, known)
            called[name] = sorted(set(named) - BASELINE)
    return {"alarms": alarms, "called": called}


def kept() -> dict[str, Any]:
    """What is known of each seed that was tried."""
    tried: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return tried


def verdict(tried: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether the promises hold over all seeds, and the table that says so."""
    alarms = [false for seed in tried.values() for false in seed["alarms"].values()]
    blocked = sum(any(alarm.startswith("block") for alarm in false) for false in alarms)
    warned, months = len(alarms) - blocked, len(tried) * MONTHS
    lines, missed = ["| fault in a normal month | named | by |", "|---|---|---|"], 0
    for name, (_, rules) in INJECTIONS.items():
        hits = [rules.intersection(seed["called"].get(name, ())) for seed in tried.values()]
        by = Counter(rule for hit in hits for rule in sorted(hit))
        found = sum(map(bool, hits))
        missed += len(hits) - found
        lines.append(
            f"| {name} | {found} of {len(hits)} | {', '.join(f'`{rule}` {n}' for rule, n in by.most_common())} |"
        )
    head = (
        f"{len(tried)} seeds, {months} normal months: {blocked} blocked, {warned} with a false warning ({warned / months:.1%}). "
        f"{len(INJECTIONS)} faults in each seed: {missed} not named."
    )
    return not (blocked or missed or warned > 0.02 * months), "\n".join([head, "", *lines])


def main() -> int:
    """Try seeds, keep what came of each, and say what holds over all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=0)
    given = parser.parse_args()
    for seed in range(given.first_seed, given.first_seed + given.seeds):
        begun = time.process_time()
        outcome = try_seed(seed)
        tried = kept() | {str(seed): outcome}
        ordered = {name: tried[name] for name in sorted(tried, key=int)}
        KEPT.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
        print(f"seed {seed}: {outcome['alarms'] or 'no alarm'}, {time.process_time() - begun:.0f} s", flush=True)
    holds, table = verdict(kept())
    print(table)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
