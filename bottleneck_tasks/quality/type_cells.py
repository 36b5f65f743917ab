"""Type the cells of one source: each column as compared (`_text`), as read (`_raw`, where it differs) and typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.predicates import allowed_values
from bottleneck_tasks.database import read_sql
from bottleneck_tasks.quality.compare_cells import comparable_cells

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from bottleneck_tasks.contracts.facts import SourceFacts
    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.session.interface import Session

__all__ = ["type_cells"]


def type_cells(
    session: Session, contract: SourceContract, *, raw: Path, facts: SourceFacts, is_large: bool
) -> Collection[str]:
    """Make `<source>_typed`, one row a row read; `out_of_scope` says why a row is none of ours.

    A small export is typed once, in memory. A large one is typed anew by each query, which reads the columns it
    needs from the file: that costs less than to hold them all. Returns the columns of which some cell may be read
    otherwise than it stands in the file.
    """
    name = contract.name
    cells = comparable_cells(session, contract, raw=raw, facts=facts, is_large=is_large)
    session.execute(f"create temporary view {name}_raw as {cells.query}")
    typed = _typed_cells(contract, cells.taken)
    kind = "temporary view" if is_large and not session.on_disk else "table"
    session.execute(f"create {kind} {name}_typed as {typed}")
    return cells.touched


def _typed_cells(contract: SourceContract, taken: Collection[str] = ()) -> str:
    """A value outside a column's allowed values is unreadable: it becomes null and its cell is named.

    Columns of numbers that are `taken` as they are need not be read.
    """
    query = read_sql("bottleneck_tasks.quality", f"type_{contract.name}")
    for name in taken:
        query = re.sub(rf"\bread_(\w+)\({name}_text, {name}_cell\)", rf"take_\1({name}_text)", query)
    allowed = "".join(
        f", case when {name}_typed in ({values}) then {name}_typed end as {name}"
        for name, column in contract.clean.model.to_schema().columns.items()
        if "unreadable" in (column.metadata or {}) and (values := allowed_values(column))
    )
    return f"select *{allowed} from ({query}) as cells"
