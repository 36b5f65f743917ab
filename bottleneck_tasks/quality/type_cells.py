"""Type the cells of one source: each column as compared (`_text`), as read (`_raw`, where it differs) and typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.predicates import allowed_values
from bottleneck_tasks.database import read_sql

if TYPE_CHECKING:
    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.session.interface import Session

__all__ = ["type_cells"]


def type_cells(session: Session, contract: SourceContract, *, as_table: bool) -> None:
    """Make `<source>_typed` from the cells in `<source>_file`; one row a row read.

    `out_of_scope` says why a row is none of ours.

    A small export is typed once, in memory. A large one is typed anew by each query, which reads the columns it
    needs from the file: that costs less than to hold them all.
    """
    name = contract.name
    session.execute(f"create temporary view {name}_raw as {_comparable_cells(contract)}")
    session.execute(f"create {'table' if as_table else 'temporary view'} {name}_typed as {_typed_cells(contract)}")


def _comparable_cells(contract: SourceContract) -> str:
    """Keys (ids, SKUs, codes, typed numbers) and labels (titles) are made comparable each their way."""
    fields = contract.raw.to_schema().columns
    texts = ", ".join(
        f"{'label' if fields[name].metadata.get('text') == 'label' else 'key'}_text({name}) as {name}_text"
        for name in contract.columns
    )
    cells = ", ".join(
        f"{name}_text, case when {name} is distinct from {name}_text then {name} end as {name}_raw, {name}_cell"
        for name in contract.columns
    )
    return f"select source_row, {cells} from (select *, {texts} from {contract.name}_file) as texts"


def _typed_cells(contract: SourceContract) -> str:
    """A value outside a column's allowed values is unreadable: it becomes null and its cell is named."""
    allowed = "".join(
        f", case when {name}_typed in ({values}) then {name}_typed end as {name}"
        for name, column in contract.clean.to_schema().columns.items()
        if "unreadable" in (column.metadata or {}) and (values := allowed_values(column))
    )
    return f"select *{allowed} from ({read_sql('bottleneck_tasks.quality', f'type_{contract.name}')}) as cells"
