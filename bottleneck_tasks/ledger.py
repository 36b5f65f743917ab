"""The ledger: every row that enters a stage leaves it in exactly one of four states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.facts import LedgerLine
from bottleneck_tasks.errors import LedgerError

if TYPE_CHECKING:
    import duckdb

__all__ = ["balance"]


def balance(connection: duckdb.DuckDBPyConnection, stage: str, source: str, *, rows_in: int, rows: str) -> LedgerLine:
    """Count the table `rows` (source_row, status, reason) and hold it against the rows that entered.

    Raises LedgerError (65, LEDGER) when a row is missing, or stands in it twice.
    """
    groups = connection.execute(
        f"select status, reason, count(*), min(source_row), max(source_row) from {rows} group by all order by reason"
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
    if not line.balanced or _distinct_rows(connection, rows, numbers) != rows_in:
        raise LedgerError(
            "LEDGER",
            f"{source}: {rows_in} rows entered {stage}, {sum(states.values())} left it",
            "report this as a fault of the library, with the run directory",
            stage=stage,
            source=source,
        )
    return line


def _distinct_rows(connection: duckdb.DuckDBPyConnection, rows: str, numbers: list[int]) -> int:
    """How many different row numbers there are: one bit each, ten times cheaper than to count them by hashing."""
    if not numbers:
        return 0
    bits = f"bitstring_agg(cast(source_row as bigint), {min(numbers)}::bigint, {max(numbers)}::bigint)"
    row = connection.execute(f"select bit_count({bits}) from {rows}").fetchone()
    return int(row[0]) if row else 0
