"""The analytics stage: clean datasets in, the revenue mart and the figures of the month out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottleneck_tasks.analytics.compute_figures import compute_figures
from bottleneck_tasks.analytics.meet_expectations import meet_expectations
from bottleneck_tasks.analytics.prove_figures import prove_figures
from bottleneck_tasks.contracts.mart import RevenueMart
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.database import read_sql
from bottleneck_tasks.exports import EXPORTS
from bottleneck_tasks.findings import (
    add_rules,
    count_rows,
    create_findings,
    describe,
    rules_with_query,
    write_findings,
)
from bottleneck_tasks.gate import checks_of, gate
from bottleneck_tasks.ledger import IN_MEMORY_ROWS, balance
from bottleneck_tasks.run import to_json
from bottleneck_tasks.session.open_session import open_session

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.contracts.facts import Figures, LedgerLine
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.session.interface import Session
    from bottleneck_tasks.settings import Settings

__all__ = ["analytics"]

_PACKAGE = "bottleneck_tasks.analytics"
_JOINED = [export.name for export in EXPORTS.values() if export.in_mart]
_UNUSED = {"post_status", "post_name", "guid", "post_date"}
"""Columns of the web that no figure comes from: half of its bytes."""

_BUILT = (("tied", "tied", "tied.rows"), ("matched", "matched", "matched.rows"), ("mart", "mart", "mart.parquet"),
          ("judged", "rows", ""))  # fmt: skip
"""What is made of the clean datasets: its name, its query, and the file that holds it when the exports are large, if any."""


def analytics(run: Run, *, settings: Settings, enforce: bool = True) -> tuple[Figures, tuple[Check, ...]]:
    """Build the mart of a run whose quality stage is done, judge the rules of money, compute the figures.

    Writes `analytics/`: mart.parquet (RevenueMart), rows.parquet (what became of each clean row),
    findings.parquet, checks.json, ledger.json, figures.json. Of large exports, rows.parquet holds the rows that are not
    in the mart.

    Raises GateError (65) when a blocking rule is broken and `enforce` is set, LedgerError (65) when a row is lost.
    """
    clean = run.folder("quality")
    raw = {name: run.raw(name) for name in SOURCES}
    facts = [run.facts(name) for name in SOURCES]
    run.discard("history", "delivery")
    with run.step("analytics") as folder, open_session(settings) as session:
        is_large = any(fact.rows > IN_MEMORY_ROWS for fact in facts)
        _prepare(session, clean, settings, spill=folder if is_large and not session.on_disk else None)
        add_rules(session, _PACKAGE, rules_with_query(_PACKAGE, "analytics"))
        broken = count_rows(session)
        figures = compute_figures(session, threshold=settings.premium.zscore_threshold)
        proofs = prove_figures(session, figures) if not broken.get("CA-01") else {}
        if settings.expect:
            proofs["EXP-01"] = meet_expectations(settings.expect, figures, facts)
        broken |= {rule: rows for rule, (rows, _) in proofs.items()}
        checks = checks_of("analytics", broken, settings, observed={rule: text for rule, (_, text) in proofs.items()})
        ledger = _ledger(session)
        write_findings(session, folder / "findings.parquet", sources=facts, raw=raw)
        _write(session, folder, checks, ledger, figures, is_large=is_large)
        if not broken.get("CA-01"):
            session.hold(RevenueMart, folder / "mart.parquet")
        blocking = [check.id for check in checks if check.result == "block"]
        lines = describe(session, blocking, folder / "findings.parquet")
    if enforce:
        gate(checks, lambda _: lines)
    return figures, checks


def _prepare(session: Session, clean: Path, settings: Settings, *, spill: Path | None = None) -> None:
    """Make the clean datasets, `tied`, `matched`, `mart` and `judged`: as tables, or of large exports as files in `spill` and views."""
    session.create_functions({}, read_sql(_PACKAGE, "macros"))
    create_findings(session)
    session.define({"premium_threshold": settings.premium.zscore_threshold, **settings.plausibility.to_dict()})
    kind = "temporary view" if spill else "table"
    for name in _JOINED:
        columns = (column for column in SOURCES[name].clean.columns if column not in _UNUSED)
        session.attach(f"{name}_clean", clean / f"{name}.parquet")
        in_file = "temporary view" if session.on_disk else kind
        session.execute(f"create {in_file} {name} as select {', '.join(columns)} from {name}_clean")
    for name, query, file in _BUILT:
        if spill and file:
            session.write_parquet(read_sql(_PACKAGE, query), spill / file, compress=not file.endswith(".rows"))
            session.attach(name, spill / file)
        else:
            session.execute(f"create {kind} {name} as {read_sql(_PACKAGE, query)}")


def _ledger(session: Session) -> list[LedgerLine]:
    lines = []
    for name in _JOINED:
        [(count,)] = session.execute(f"select count(*) from {name}").fetchall()
        rows = f"(select * from judged where source = '{name}') as rows"
        lines.append(balance(session, "analytics", name, rows_in=count, rows=rows))
    return lines


def _write(
    session: Session,
    folder: Path,
    checks: tuple[Check, ...],
    ledger: list[LedgerLine],
    figures: Figures,
    *,
    is_large: bool,
) -> None:
    if session.on_disk or not is_large:
        session.write_parquet("select * from mart", folder / "mart.parquet", order="product_id", sort=False)
    left_out = " where status <> 'kept'" if is_large else ""
    session.write_parquet(f"select * from judged{left_out}", folder / "rows.parquet", order="source, source_row")
    for spilled in folder.glob("*.rows"):
        spilled.unlink()
    documents: dict[str, Any] = {
        "checks": [check.to_dict() for check in checks],
        "ledger": [line.to_dict() for line in ledger],
        "figures": figures.to_dict(),
    }
    for name, document in documents.items():
        (folder / f"{name}.json").write_bytes(to_json(document))
