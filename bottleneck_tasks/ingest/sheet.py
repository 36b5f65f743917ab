"""What every reader hands over: where the table was found, and a DuckDB query that yields its cells as text.

The query has the columns of the raw contract (`source_row`, then each column as text, null when empty) and, for each,
`<column>_cell`: the kind of cell it came from: number, text, date, boolean, error, or `untyped` when a column of text cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from bottleneck_tasks.ingest.header import Header

__all__ = ["Sheet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table found in a file. `header_row` is 1 for the first row of the sheet; `tables` are read by the query.

    `retry` gives what to read when DuckDB refuses the query. `columns` is what a file that is kept as it is
    calls the columns of the contract: its query counts the rows and says, of each of them, whether it is plain text.
    """

    name: str
    header: Header
    header_row: int
    query: str
    tables: dict[str, pa.Table] = field(default_factory=dict)
    retry: Callable[[], Sheet] | None = None
    columns: dict[str, str] = field(default_factory=dict)
