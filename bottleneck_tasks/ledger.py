"""The ledger: every row that enters a stage leaves it in exactly one of four states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.facts import LedgerLine
from bottleneck_tasks.errors import LedgerError

if TYPE_CHECKING:
    from bottleneck_tasks.session.interface import Session
__all__ = ["IN_MEMORY_ROWS", "balance"]

IN_MEMORY_ROWS = 200_000
"""Up to so many rows, an export is held in memory while it is judged, and rows.parquet has the rows that were kept."""


def balance(session: Session, stage: str, source: str, *, rows_in: int, rows: str) -> LedgerLine:
    """Count the table `rows` (source_row, status, reason) and hold it against the rows that entered.

    Raises LedgerError (65, LEDGER) when a row is missing, or stands in it twice.
    """
    groups = session.execute(
        f"select status, reason, count(*), min(source_row), max(source_row) from {rows} group by status, reason order by reason"
    ).fetchall()
    states: dict[str, int] = {}
    for status, _, count, *_ in groups:
        states[status] = states.get(status, 0) + count
    line = LedgerLine(
        stage=stage,
        source=source,
        rows_in=rows_in,
        kept=states.get("kept", 0),
        duplicate=states.get("duplicate", 0),
        out_of_scope=states.get("out_of_scope", 0),
        quarantined=states.get("quarantined", 0),
        reasons={reason: count for _, reason, count, *_ in groups if reason is not None},
    )
    numbers = [number for *_, first, last in groups for number in (first, last)]
    distinct = session.count_distinct(rows, first=min(numbers), last=max(numbers)) if numbers else 0
    if not line.balanced or distinct != rows_in:
        raise LedgerError(
            "LEDGER",
            f"{source}: {rows_in} rows entered {stage}, {sum(states.values())} left it",
            "report this as a fault of the library, with the run directory",
            stage=stage,
            source=source,
        )
    return line
