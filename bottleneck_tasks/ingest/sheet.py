"""What every reader hands over: where the table was found, and its cells as text.

They have the columns of the raw contract: `source_row`, then each column as text, null when empty, with `<column>_cell`,
the kind of cell it came from: number, text, date, boolean, error, or `untyped` when a column of text cannot tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from bottleneck_tasks.ingest.header import Header

__all__ = ["Sheet"]


class Sheet(Struct, frozen=True, kw_only=True):
    """A table found in a file. `header_row` is 1 for the first row of the sheet.

    The cells are a `table`, or a DuckDB `query` that yields them; `retry` gives what to read when DuckDB refuses it.
    `columns` is what a file that is kept as it is calls the columns of the contract: its query counts the rows and says,
    of each of them, whether it is plain text.
    """

    name: str
    header: Header
    header_row: int
    table: pa.Table | None = None
    query: str = ""
    retry: Callable[[], Sheet] | None = None
    columns: dict[str, str] = field(default_factory=dict)
