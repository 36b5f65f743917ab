"""Run a small month through ingest, quality and analytics, without the deliverables: what the tests of rules judge."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.errors import GateError
from bottleneck_tasks.ingest.ingest_source import ingest_source
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.run import Run, read_json
from bottleneck_tasks.session.on_duckdb import DuckDBSession
from bottleneck_tasks.settings import Settings
from tests.months import SmallMonth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import duckdb

    from bottleneck_tasks.contracts.facts import Figures

__all__ = [
    "PROVENANCE",
    "Outcome",
    "emptied",
    "good_month",
    "ingest_month",
    "ingest_written",
    "judge",
    "judge_again",
    "one_thread",
]

PROVENANCE = ("erp_row", "liaison_row", "web_row")
"""Columns of the mart that say where a row stood in its file, not what it says."""

_LANDED: dict[tuple[str, str], dict[str, bytes]] = {}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the stages made of a month. `stopped` is the gate that ended the run, if one did."""

    run: Run
    checks: dict[str, Check]
    figures: Figures | None
    stopped: GateError | None

    def mart(self, *names: str) -> list[dict[str, Any]]:
        """The rows of the mart, or some columns of them."""
        table = pq.read_table(self.run.folder("analytics") / "mart.parquet")
        rows: list[dict[str, Any]] = table.select(list(names) or table.column_names).to_pylist()
        return rows

    def rows(self, stage: str = "quality") -> list[dict[str, Any]]:
        """What became of each row in a stage."""
        rows: list[dict[str, Any]] = pq.read_table(self.run.folder(stage) / "rows.parquet").to_pylist()
        return rows

    def findings(self, rule: str) -> list[dict[str, Any]]:
        """The cells that broke a rule, in any stage that ran."""
        tables = [pq.read_table(path) for path in sorted(self.run.path.glob("*/findings.parquet"))]
        return [row for table in tables for row in table.to_pylist() if row["rule"] == rule]

    def broken(self) -> dict[str, str]:
        """The result of each rule that does not hold."""
        return {check.id: check.result for check in self.checks.values() if check.result != "pass"}


@contextmanager
def emptied(connection: duckdb.DuckDBPyConnection) -> Iterator[DuckDBSession]:
    """A session used again, for properties with many examples: opening one costs more than an example."""
    for kind in ("view", "table"):
        names = connection.execute(f"select {kind}_name from duckdb_{kind}s() where not internal").fetchall()
        for (name,) in names:
            connection.execute(f"drop {kind} {name}")
    yield DuckDBSession(connection)


def one_thread(**sections: Any) -> Settings:
    """Settings for tests: DuckDB opens faster with one thread."""
    return Settings.of({"resources": {"threads": 1}, **sections})


def good_month(folder: Path, **sections: Any) -> SmallMonth:
    """A month that breaks no rule, with a premium wine: product 6 at 900 EUR among eleven at 10 EUR or so."""
    month = SmallMonth(folder)
    month.settings = one_thread(**sections)
    month.erp.append([6, 1, 900, 2, "instock"])
    month.liaison.append([6, 106])
    month.web.append([106, "product", "Grand vin", 1, "publish", 0])
    for number in range(7, 15):
        month.erp.append([number, 1, 10 + number, 5, "instock"])
        month.liaison.append([number, 100 + number])
        month.web.append([100 + number, "product", f"Vin {number}", number, "publish", 0])
    return month


def ingest_month(month: SmallMonth) -> Run:
    """Ingest the three workbooks of a month; a sheet that an earlier test has already read is copied."""
    run = Run(month.folder / "work" / "undated" / "run")
    month.folder.mkdir(parents=True, exist_ok=True)
    written = {name: (name, repr(getattr(month, name))) for name in SOURCES}
    unread = [name for name, key in written.items() if key not in _LANDED]
    source = month.write() if unread else month.folder
    for name, key in written.items():
        folder = run.path / "ingest" / name
        if name in unread:
            ingest_source(run, name, file=source / f"{name}.xlsx", month=None, settings=month.settings)
            _LANDED[key] = {path.name: path.read_bytes() for path in folder.iterdir()}
        else:
            folder.mkdir(parents=True, exist_ok=True)
            for file, content in _LANDED[key].items():
                (folder / file).write_bytes(content)
    return run


def ingest_written(month: SmallMonth) -> Run:
    """Ingest the workbooks as they lie in the source folder of a month, for a test that changed the files."""
    run = Run(month.folder / "work" / "undated" / "run")
    files = {name: next((month.folder / "source").glob(f"{name}.*")) for name in SOURCES}
    ingest(run, files=files, month=None, settings=month.settings)
    return run


def judge(month: SmallMonth, *, run: Run | None = None) -> Outcome:
    """Run the stages until one stops the month, and return what was judged until then."""
    run = run or ingest_month(month)
    return _judged(month, run, quality, analytics)


def judge_again(month: SmallMonth, outcome: Outcome) -> Outcome:
    """Run analytics again on the clean datasets of a month, with other settings for its rules."""
    return _judged(month, outcome.run, analytics)


def _judged(month: SmallMonth, run: Run, *stages: Callable[..., Any]) -> Outcome:
    figures = stopped = None
    try:
        for stage in stages:
            result = stage(run, settings=month.settings)
            figures = result[0] if stage is analytics else None
    except GateError as error:
        stopped = error
    checks = [
        entry
        for stage in ("quality", "analytics")
        if (run.path / stage).is_dir()
        for entry in read_json(run.path / stage / "checks.json")
    ]
    return Outcome(run, {entry["id"]: Check.from_dict(entry) for entry in checks}, figures, stopped)
