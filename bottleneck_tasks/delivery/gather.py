"""Gather what the reports are made of from the folders of a run whose analytics stage is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bottleneck_tasks import __version__
from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.contracts.facts import Figures, LedgerLine
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.delivery.material import Material
from bottleneck_tasks.gate import check_of
from bottleneck_tasks.ledger import IN_MEMORY_ROWS
from bottleneck_tasks.month import Month
from bottleneck_tasks.run import read_record, read_table, run_id_of

if TYPE_CHECKING:
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["gather"]

_JUDGED = ("quality", "analytics")


class _Snapshot(TypedDict):
    history: dict[str, Any]


class _Trends(TypedDict):
    series: list[dict[str, Any]]
    up: list[dict[str, Any]]
    down: list[dict[str, Any]]
    own_revenue: dict[str, Any]


def gather(run: Run, settings: Settings) -> Material:
    """Read the mart, figures, checks, ledger and findings of a run. Raises UsageError (64) when a step has not run."""
    folders = {stage: run.folder(stage) for stage in _JUDGED}
    sources = tuple(run.facts(name) for name in SOURCES)
    months = {facts.month for facts in sources}
    month = Month.parse(text) if len(months) == 1 and (text := months.pop()) else None
    ledger = tuple(
        line for folder in folders.values() for line in read_record(folder / "ledger.json", list[LedgerLine])
    )
    compared = run.path / "history"
    if compared.is_dir():
        folders["history"] = compared
    known = read_record(compared / "snapshot.json", _Snapshot)["history"] if compared.is_dir() else None
    findings = pa.concat_tables([read_table(folder / "findings.parquet") for folder in folders.values()])
    checks = [check for folder in folders.values() for check in read_record(folder / "checks.json", list[Check])]
    mart = folders["analytics"] / "mart.parquet"
    figures = read_record(mart.with_name("figures.json"), Figures)
    is_large = figures.merged > IN_MEMORY_ROWS
    rejecting = pa.array([rule.id for rule in RULES.values() if rule.rejects])
    return Material(
        month=month,
        run_id=run_id_of(month, {facts.source: facts.sha256 for facts in sources}, settings, history=known),
        version=__version__,
        sources=sources,
        mart=pq.read_schema(mart).empty_table() if is_large else read_table(mart),
        mart_file=mart if is_large else None,
        figures=figures,
        checks=(*checks, _ledger_check(ledger, settings)),
        ledger=ledger,
        findings=findings,
        trends=read_record(compared / "trends.json", _Trends) if compared.is_dir() else None,
        quarantine=findings.filter(pc.is_in(findings["rule"], rejecting)),
    )


def _ledger_check(ledger: tuple[LedgerLine, ...], settings: Settings) -> Check:
    lost = sum(not line.balanced for line in ledger)
    rows = sum(line.rows_in for line in ledger if line.stage == _JUDGED[0])
    return check_of("LEDGER", lost, settings, observed=f"{rows} rows followed, {lost} sources out of balance")
