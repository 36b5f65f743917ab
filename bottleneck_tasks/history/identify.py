"""What rows hold, whatever their order: a workbook saved again has other bytes and the same content."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

__all__ = ["identify"]


def identify(connection: duckdb.DuckDBPyConnection, columns: Sequence[str], *, rows: str) -> str:
    """SHA-256 of the multiset of rows of the relation `rows`: `15298`, `15298.0` and ` 15298` are the same cell.

    Rows without any value are left out. Constant memory: two sums over the MD5 of each row.
    """
    text = ", ".join(f"coalesce({_cell(column)}, '')" for column in columns)
    filled = " or ".join(f"{column} is not null" for column in columns)
    row = connection.execute(
        f"with texts as (select md5(concat_ws(chr(31), {text})) as digest from {rows} where {filled}) "
        "select count(*), sum(('0x' || digest[:15])::bigint::hugeint), sum(('0x' || digest[16:30])::bigint::hugeint) "
        "from texts"
    ).fetchone()
    return hashlib.sha256(repr(row).encode()).hexdigest()


def _cell(column: str) -> str:
    text = f"trim(cast({column} as varchar))"
    return f"case when ends_with({text}, '0') and contains({text}, '.') then rtrim(rtrim({text}, '0'), '.') else {text} end"
