"""Judge a million rows of the web export of which half are quarantined: at most 2 s on two free cores.

    python benchmarks/quarantine.py [--rows N] [--rounds N]

On a machine that others use, seconds say nothing and processor seconds grow too: both are printed beside those of a
floor, the imports that no stage can do without, measured in the same run.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bottleneck_tasks.sample import write_sample

sys.path.insert(0, str(Path(__file__).parent))
from measuring import median, python

__all__ = ["BUDGET_SECONDS", "FLOOR", "FLOOR_CPU", "Quarantine", "quarantine"]

BUDGET_SECONDS = 2.0
FLOOR = "import duckdb, pyarrow, pandera.pyarrow"
FLOOR_CPU = 0.315
"""Seconds of FLOOR, which uses one core, on the free machine that the budgets are about."""

_CORES = 2
_SCRIPT = Path(__file__).with_name("stages.py")
_WEB = """
    copy (
        select
            case when row % 2 = 0 then cast(100000 + row as varchar) end as sku,
            'product' as post_type,
            'Domaine Untel Cuvée ' || row as post_title,
            cast(row % 50 as varchar) as total_sales,
            'publish' as post_status,
            'cuvee-' || row as post_name,
            'https://example.org/?p=' || row as guid,
            '2020-01-01 00:00:00' as post_date
        from range({rows}) as rows(row)
    ) to '{path}' (format parquet)
"""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The cost of the stage, and of the floor beside it."""

    seconds: float
    cpu: float
    megabytes: float
    floor_cpu: float

    @property
    def free_cpu(self) -> float:
        """Processor seconds on a free machine, by the slowdown of the floor."""
        return self.cpu * min(1.0, FLOOR_CPU / self.floor_cpu)

    @property
    def passed(self) -> bool:
        """Within the budget as measured, or in processor seconds of two free cores."""
        return self.seconds <= BUDGET_SECONDS or self.free_cpu <= BUDGET_SECONDS * _CORES


def quarantine(rows: int = 1_000_000, rounds: int = 3) -> Quarantine:
    """Measure the quality stage alone, on a web export whose every other row has no SKU."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write_sample(Path(folder), format="parquet")
        duckdb.execute(_WEB.format(rows=rows, path=paths.web))
        floor = median(rounds, "-c", FLOOR)
        runs = [json.loads(python(_SCRIPT, "--source", folder, "--until", "quality").output) for _ in range(rounds)]
    best = min(runs, key=lambda run: run["stages"]["quality"]["cpu"])
    return Quarantine(**best["stages"]["quality"], megabytes=best["megabytes"], floor_cpu=floor.cpu)


def main() -> None:
    """Print what it cost and hold it against the budget."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    found = quarantine(arguments.rows, arguments.rounds)
    print(f"quality stage  {found.seconds:6.2f} s, {found.cpu:.2f} processor seconds, peak {found.megabytes:.0f} MB")
    print(f"floor          {found.floor_cpu:6.2f} processor seconds ({FLOOR_CPU} on a free machine)")
    print(f"free machine   {found.free_cpu:6.2f} processor seconds on {_CORES} cores")
    print("within" if found.passed else "OVER", f"the budget of {BUDGET_SECONDS:g} s on {_CORES} free cores")


if __name__ == "__main__":
    main()
