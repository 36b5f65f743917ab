"""The quality stage: raw exports in, clean datasets, findings, ledger and checks out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.database import read_sql
from bottleneck_tasks.findings import add_rules, count_rows, create_findings, describe, rules_with_query, write_findings
from bottleneck_tasks.gate import checks_of, gate
from bottleneck_tasks.ledger import IN_MEMORY_ROWS, balance
from bottleneck_tasks.quality.clean_source import clean_source
from bottleneck_tasks.quality.normalise_text import TEXT_FUNCTIONS
from bottleneck_tasks.run import to_json
from bottleneck_tasks.session.open_session import open_session

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.contracts.facts import LedgerLine, SourceFacts
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.session.interface import Session
    from bottleneck_tasks.settings import Settings

__all__ = ["judge_together", "quality"]

_PACKAGE = "bottleneck_tasks.quality"


def quality(run: Run, *, settings: Settings, enforce: bool = True) -> tuple[Check, ...]:
    """Clean the sources of an ingested run and judge every rule of the stage.

    The checks of ingest are reported here, where the sources first meet. Writes `quality/`: <source>.parquet (clean
    contracts), rows.parquet (source, source_row, status, reason: one row an input row), findings.parquet,
    checks.json, ledger.json. Of a large export, rows.parquet holds the rows that were not kept.

    Raises GateError (65) when a blocking rule is broken and `enforce` is set, LedgerError (65) when a row is lost.
    """
    facts = [run.facts(name) for name in SOURCES]
    raw = {name: run.raw(name) for name in SOURCES}
    run.discard("analytics", "history", "delivery")
    with run.step("quality") as folder, open_session(settings) as session:
        _prepare(session, settings)
        for fact in facts:
            clean = folder / f"{fact.source}.parquet"
            clean_source(session, SOURCES[fact.source], raw=raw[fact.source], clean=clean, facts=fact)
        judge_together(session)
        ledger = [
            balance(session, "quality", fact.source, rows_in=fact.rows, rows=f"{fact.source}_rows") for fact in facts
        ]
        checks = _ingest_checks(facts, settings) + checks_of("quality", count_rows(session), settings)
        write_findings(session, folder / "findings.parquet", sources=facts, raw=raw)
        _write(session, folder, facts, checks, ledger)
        lines = describe(
            session, [check.id for check in checks if check.result == "block"], folder / "findings.parquet"
        )
    if enforce:
        gate(checks, lambda _: lines)
    return checks


def _ingest_checks(facts: list[SourceFacts], settings: Settings) -> tuple[Check, ...]:
    """The rules of ingest: a source that broke a blocking one never got here. A frozen source allows no new column."""
    unknown = [f"{fact.source}.{column}" for fact in facts for column in fact.unknown_columns]
    if any(fact.unknown_columns and settings.mode_of(fact.source) == "freeze" for fact in facts):
        settings = msgspec.structs.replace(settings, severity={"SRC-W1": "block", **settings.severity})
    observed = {"SRC-W1": f"unknown: {', '.join(unknown)}"} if unknown else {}
    return checks_of("ingest", {"SRC-W1": len(unknown)}, settings, observed=observed)


def _prepare(session: Session, settings: Settings) -> None:
    session.create_functions(TEXT_FUNCTIONS, read_sql(_PACKAGE, "macros"))
    session.define(
        {
            "product_types": settings.web.product_types,
            "ignored_types": settings.web.ignored_types,
            "published": settings.web.published,
            "unreadable_share": settings.plausibility.unreadable_share,
        }
    )
    create_findings(session)


def judge_together(session: Session) -> None:
    """Add the cells that break the rules on several rows, or several sources, to `findings`."""
    session.execute(f"create table attachments as {read_sql(_PACKAGE, 'attachments')}")
    add_rules(session, _PACKAGE, rules_with_query(_PACKAGE, "quality"))


def _write(
    session: Session, folder: Path, facts: list[SourceFacts], checks: tuple[Check, ...], ledger: list[LedgerLine]
) -> None:
    for name, contract in SOURCES.items():
        session.hold(contract.clean.model, folder / f"{name}.parquet")
    rows = []
    for fact in sorted(facts, key=lambda fact: fact.source):
        left_out = " where status <> 'kept'" if fact.rows > IN_MEMORY_ROWS else ""
        rows.append(f"select '{fact.source}' as source, source_row, status, reason from {fact.source}_rows{left_out}")
    session.write_parquet(" union all ".join(rows), folder / "rows.parquet", order="source, source_row")
    for spilled in folder.glob("*.rows"):
        spilled.unlink()
    (folder / "checks.json").write_bytes(to_json([check.to_dict() for check in checks]))
    (folder / "ledger.json").write_bytes(to_json([line.to_dict() for line in ledger]))
