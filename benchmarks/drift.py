"""Try the rules that compare months on normal life and on faults: false alarms and detection, over many seeds.

    python benchmarks/drift.py [--seeds 20] [--months 24]

Every month runs through the real ingest, quality, analytics and history stages; only the reports are left out.
Exit 1 when a normal month is blocked, more than 2 % of them have a false warning, or an injected fault is not named.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

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

FIRST, SETTINGS = Month(2024, 11), Settings()
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


def try_seed(seed: int, months: int) -> tuple[dict[str, str], Counter[str], list[str]]:
    """Live `months` normal months, then put each fault into one of them: outcomes, alarms, faults not named."""
    alarms: Counter[str] = Counter()
    past: dict[Month, Recorded] = {}
    lived: list[tuple[Month, Sheets]] = []
    with tempfile.TemporaryDirectory(prefix="drift-") as folder:
        for number, (month, sheets) in enumerate(live(seed, first=FIRST, months=months)):
            run, named = judge(Path(folder, str(number)), month, sheets, past)
            for rule, result in named.items():
                if rule not in BASELINE:
                    alarms[f"{result} {rule}"] += 1
                    print(f"seed {seed} {month}: {result} {rule}", flush=True)
            lived.append((month, sheets))
            if "block" not in named.values():
                past[month] = of_run(run, run_id=str(number))
        outcomes, missed = {}, []
        for number, (name, (inject, rules)) in enumerate(INJECTIONS.items()):
            at = 2 + (seed * 5 + number * 7) % (months - 2)
            month, sheets = lived[at]
            known = {each: record for each, record in past.items() if each < month}
            faulty = inject(sheets, [older for _, older in lived[:at]], seed)
            _, named = judge(Path(folder, name.replace(" ", "-")), month, faulty, known)
            hits = sorted(set(named) - BASELINE)
            outcomes[name] = ", ".join(hits)
            if not rules & set(hits):
                missed.append(f"{name} (seed {seed}, month {at + 1}, {named})")
    return outcomes, alarms, missed


def main() -> int:
    """Print what each fault was called and how often a normal month was warned of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--months", type=int, default=24)
    given = parser.parse_args()
    begun, alarms, missed = time.perf_counter(), Counter[str](), []
    called: dict[str, Counter[str]] = {name: Counter() for name in INJECTIONS}
    for seed in range(given.first_seed, given.first_seed + given.seeds):
        outcomes, of_seed, not_named = try_seed(seed, given.months)
        alarms += of_seed
        missed += not_named
        for name, rules in outcomes.items():
            called[name][rules] += 1
        print(
            f"seed {seed}: {sum(of_seed.values())} alarms, {len(not_named)} missed, {time.perf_counter() - begun:.0f} s",
            flush=True,
        )
    total = given.seeds * given.months
    blocks = sum(count for rule, count in alarms.items() if rule.startswith("block"))
    warned = sum(alarms.values()) - blocks
    for name, rules in called.items():
        print(f"{name:34}", "; ".join(f"{rule or 'NOT NAMED'} x{count}" for rule, count in rules.most_common()))
    print(f"{total} normal months: {blocks} blocked, {warned} false warnings ({warned / total:.1%}) {dict(alarms)}")
    print(f"{len(INJECTIONS)} faults x {given.seeds} seeds: {len(missed)} not named {missed}")
    return int(bool(blocks or missed or warned > 0.02 * total))


if __name__ == "__main__":
    sys.exit(main())
