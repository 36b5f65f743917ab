"""What every writer is given: the figures, tables and checks of one run, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.contracts.facts import Figures, LedgerLine, SourceFacts
    from bottleneck_tasks.month import Month

__all__ = ["FINDING_COLUMNS", "Material"]

FINDING_COLUMNS = ("rule", "source", "file", "sheet", "row", "column", "value", "message")


class Material(Struct, frozen=True, kw_only=True):
    """Everything a report may show. `month` is None when the run was given none: no text then names a month.

    `trends` is what the history stage left for the report (history/trends.json), None without a history.
    `mart` has the columns of RevenueMart in any row order; of more than 200,000 products it is empty and `mart_file`
    holds them. `findings` (the cells that broke a rule) and `quarantine` (rejected rows only) have FINDING_COLUMNS; `row`
    is an integer, the rest text.
    """

    month: Month | None
    run_id: str
    version: str
    sources: tuple[SourceFacts, ...]
    mart: pa.Table
    figures: Figures
    checks: tuple[Check, ...]
    ledger: tuple[LedgerLine, ...]
    findings: pa.Table
    quarantine: pa.Table
    trends: Mapping[str, Any] | None = None
    mart_file: Path | None = None
