"""Measure every budget, and the same month in bare DuckDB, pandas and polars beside ours: `make bench`.

    python benchmarks/bench.py [--products N ...] [--formats parquet csv] [--rounds N] [--peers DIR] [--only PART]

Writes the tables of docs/performance.md, and leaves with 1 when the figures of two engines differ. --peers is where
pandas and polars are installed; without it they are left out.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from budgets import (
    Line,
    Machine,
    backfill_budgets,
    command_budgets,
    month_budgets,
    quarantine_budgets,
    workbook_budgets,
)
from scale import Point, measure_scale, same_figures

_DOCUMENT = Path(__file__).parents[1] / "docs/performance.md"


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--formats", nargs="*", default=["parquet", "csv"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--only", choices=["budgets", "scale"])
    arguments = parser.parse_args()
    if arguments.only != "scale":
        _measure_budgets(arguments.rounds)
    if arguments.only == "budgets":
        return 0
    busy = os.getloadavg()[0]
    points = [
        point
        for products in arguments.products
        for kind in arguments.formats
        for point in measure_scale(products, kind, peers=arguments.peers)
    ]
    _write("scale", f"{_machine(busy)}\n\n{_scale_table(points)}")
    different = [point.name for point in points if not same_figures(point, points)]
    print("figures differ: " + ", ".join(different) if different else "figures of all engines are equal")
    return int(bool(different))


def _measure_budgets(rounds: int) -> None:
    """The table is written after each group of budgets: a run that is stopped leaves what it has measured."""
    busy, machine = os.getloadavg()[0], Machine.measure(rounds)
    said = f"{machine.text} Budgets of seconds are judged by them." if machine.is_shared else machine.text
    lines: list[Line] = []
    for budgets in (command_budgets, month_budgets, backfill_budgets, quarantine_budgets, workbook_budgets):
        for line in budgets(machine, rounds):
            print(f"{line.verdict:6} {line.what}: {line.measured} (budget {line.budget})", flush=True)
            lines.append(line)
        _write("budgets", f"{_machine(busy)} {said}\n\n{_budget_table(lines)}")


def _machine(busy: float) -> str:
    cores = os.cpu_count() or 1
    free = "free" if busy < cores / 2 else "shared with other work, so that seconds are long: processor seconds travel"
    return f"Measured on {cores} cores with a load of {busy:.1f} before the start ({free})."


def _budget_table(lines: list[Line]) -> str:
    rows = [f"| {line.what} | {line.budget} | {line.measured} | {line.verdict} |" for line in lines]
    return "\n".join(["| what | budget | measured | |", "|---|---|---|---|", *rows])


def _scale_table(points: list[Point]) -> str:
    head = ["| products | format | engine | s | processor s | peak MB | revenue |", "|---|---|---|---|---|---|---|"]
    rows = [
        f"| {point.products:,} | {point.kind} | {point.engine} | {point.seconds:.1f} | {point.cpu:.1f} "
        f"| {point.megabytes:,.0f} | {point.figures.get('revenue_total', '')} |"
        for point in points
    ]
    return "\n".join(head + rows)


def _write(name: str, text: str) -> None:
    document = _DOCUMENT.read_text(encoding="utf-8")
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    part = re.compile(rf"{begin}\n.*?{end}", re.DOTALL)
    _DOCUMENT.write_text(part.sub(lambda _: f"{begin}\n{text}\n{end}", document), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
