"""The history stage: a month whose analytics stage is done, compared with the months published before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.database import session, write_parquet
from bottleneck_tasks.errors import UsageError
from bottleneck_tasks.findings import add_rules, count_rows, create_findings, describe, rules_with_query, write_findings
from bottleneck_tasks.gate import checks_of, gate
from bottleneck_tasks.history.compare import judge_figures, load_products, sales_by_month
from bottleneck_tasks.history.facts import SCHEMA
from bottleneck_tasks.history.own_revenue import own_revenue
from bottleneck_tasks.history.snapshot import take_snapshot
from bottleneck_tasks.history.stale import repeated
from bottleneck_tasks.history.trends import trends
from bottleneck_tasks.month import Month
from bottleneck_tasks.run import read_record, to_json
from bottleneck_tasks.session.on_duckdb import DuckDBSession

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from bottleneck_tasks.contracts.facts import SourceFacts
    from bottleneck_tasks.history.compare import Verdict
    from bottleneck_tasks.history.past import Past, Recorded
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["history"]

_FIGURE_RULES = (
    "DRIFT-ROWS", "DRIFT-NULLS", "DRIFT-REVENUE", "DRIFT-SALES", "DRIFT-MEAN", "DRIFT-UNMATCHED", "Z-W1-HISTORY",
)  # fmt: skip


def history(run: Run, *, past: Past, settings: Settings, enforce: bool = True) -> tuple[Check, ...]:
    """Take the snapshot of a run and judge the rules that need the months before: SRC-05, SRC-W2, DRIFT-*, Z-W1-HISTORY.

    Writes `history/`: snapshot.json and snapshot.parquet (published with the deliverables), trends.json (what the
    report draws), findings.parquet, checks.json.

    Raises GateError (65) when a blocking rule is broken and `enforce` is set, UsageError (64) for a run without month.
    """
    sources = [run.facts(name) for name in SOURCES]
    month = _month_of(sources, run)
    raw = {name: run.raw(name) for name in SOURCES}
    before = past.before(month, window=settings.history.window_months)
    run.discard("delivery")
    with run.step("history") as folder, session(settings.resources) as connection:
        facts = take_snapshot(connection, run, month=month)
        matches = past.matches(month, {name: (one.sha256, one.content) for name, one in facts.sources.items()})
        load_products(connection, month, before)
        verdicts = judge_figures(facts, before, sales_by_month(connection), settings.history)
        _find_products(connection, month, before, settings)
        stale = repeated(matches, past.latest(month))
        broken, observed = _outcomes(verdicts, stale, month, before)
        checks = checks_of("history", broken | count_rows(DuckDBSession(connection)), settings, observed=observed)
        write_findings(DuckDBSession(connection), folder / "findings.parquet", sources=sources, raw=raw)
        write_parquet(connection, "from snapshot", folder / "snapshot.parquet")
        own = own_revenue(connection, month, before)
        snapshot = {
            "schema": SCHEMA,
            "facts": facts.to_dict(),
            "history": past.identity(month, window=settings.history.window_months, matches=matches),
            "own_revenue": own,
            "figures": [verdict.to_dict() for verdict in verdicts],
            "rules": _results(run, checks),
        }
        drawn = trends(connection, [*(entry.facts for entry in before), facts], own=own)
        _write(folder, snapshot=snapshot, trends=drawn, checks=[check.to_dict() for check in checks])
        blocking = [check.id for check in checks if check.result == "block"]
        lines = describe(DuckDBSession(connection), blocking, folder / "findings.parquet")
    if enforce:
        gate(checks, lambda _: lines)
    return checks


def _write(folder: Path, **documents: Any) -> None:
    for name, document in documents.items():
        (folder / f"{name}.json").write_bytes(to_json(document))


def _month_of(sources: Sequence[SourceFacts], run: Run) -> Month:
    """The month that the sources of a run were read for. Raises UsageError (64) when it was given none."""
    months = {facts.month for facts in sources}
    month = months.pop() if len(months) == 1 else None
    if month is None:
        raise UsageError("MONTH", "a history needs to know the month", "give --month YYYY-MM", run_dir=run.path)
    return Month.parse(month)


def _find_products(
    connection: duckdb.DuckDBPyConnection, month: Month, before: Sequence[Recorded], settings: Settings
) -> None:
    create_findings(DuckDBSession(connection))
    if not before:
        return
    connection.execute(f"set variable month = '{month}'; set variable compared_month = '{before[-1].month}'")
    connection.execute(f"set variable price_factor = {settings.history.price_factor!r}")
    add_rules(DuckDBSession(connection), __package__, rules_with_query(__package__, "history"))


def _outcomes(
    verdicts: Sequence[Verdict], stale: Mapping[str, tuple[int, str | None]], month: Month, before: Sequence[Recorded]
) -> tuple[dict[str, int], dict[str, str]]:
    """How many figures broke each rule, and what was seen: every number beside the one before and the limit."""
    broken = {rule: sources for rule, (sources, _) in stale.items()}
    observed = {rule: said for rule, (_, said) in stale.items() if said}
    for rule in _FIGURE_RULES:
        judged = [verdict for verdict in verdicts if verdict.rule == rule]
        out = [verdict for verdict in judged if not verdict.holds]
        broken[rule] = len(out)
        if out:
            observed[rule] = "; ".join(str(verdict) for verdict in out)
        elif rule == "DRIFT-SALES" and judged:
            observed[rule] = str(judged[0])
    if not before:
        observed["DRIFT-GAP"] = "no month before it is known"
    elif before[-1].month != month.previous():
        broken["DRIFT-GAP"] = 1
        observed["DRIFT-GAP"] = (
            f"{month.previous()} is not in the history: compared with {before[-1].month}, no revenue of its own"
        )
    return broken, observed


def _results(run: Run, checks: Sequence[Check]) -> list[Mapping[str, Any]]:
    stages = [run.folder(stage) for stage in ("quality", "analytics")]
    earlier = [check for folder in stages for check in read_record(folder / "checks.json", list[Check])]
    return [
        {name: getattr(check, name) for name in ("id", "result", "rows", "observed")} for check in (*earlier, *checks)
    ]
