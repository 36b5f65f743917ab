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
    states = dict(connection.execute(f"select status, count(*) from {rows} group by status").fetchall())
    reasons = connection.execute(
        f"select reason, count(*) from {rows} where reason is not null group by reason order by reason"
    ).fetchall()
    distinct = connection.execute(f"select count(distinct source_row) from {rows}").fetchone()
    line = LedgerLine(
        stage=stage,
        source=source,
        rows_in=rows_in,
        kept=states.get("kept", 0),
        duplicate=states.get("duplicate", 0),
        out_of_scope=states.get("out_of_scope", 0),
        quarantined=states.get("quarantined", 0),
        reasons=dict(reasons),
    )
    if not line.balanced or distinct is None or distinct[0] != rows_in:
        raise LedgerError(
            "LEDGER",
            f"{source}: {rows_in} rows entered {stage}, {sum(states.values())} left it",
            "report this as a fault of the library, with the run directory",
            stage=stage,
            source=source,
        )
    return line
