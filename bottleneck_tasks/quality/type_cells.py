"""Type the cells of one source: each column as compared (`_text`), as read (`_raw`, where it differs) and typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.predicates import allowed_values
from bottleneck_tasks.database import quote, read_sql

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from bottleneck_tasks.contracts.registry import SourceContract

__all__ = ["type_cells"]


def type_cells(connection: duckdb.DuckDBPyConnection, contract: SourceContract, *, raw: Path, in_memory: bool) -> None:
    """Make `<source>_typed`, one row a row read, with `out_of_scope`: why a row is none of ours.

    A small export is typed once, in memory. A large one is typed anew by each query, which reads the columns it
    needs from the file: that costs less than to hold them all.
    """
    name = contract.name
    connection.execute(f"create view {name}_raw as {_comparable_cells(contract, raw)}")
    connection.execute(f"create {'table' if in_memory else 'view'} {name}_typed as {_typed_cells(contract)}")


def _comparable_cells(contract: SourceContract, raw: Path) -> str:
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
    return f"select source_row, {cells} from (select *, {texts} from read_parquet({quote(str(raw))}))"


def _typed_cells(contract: SourceContract) -> str:
    """A value outside a column's allowed values is unreadable: it becomes null and its cell is named."""
    replaced = [
        f"case when {name} in ({values}) then {name} end as {name}"
        for name, column in contract.clean.to_schema().columns.items()
        if "unreadable" in (column.metadata or {}) and (values := allowed_values(column))
    ]
    replace = f" replace ({', '.join(replaced)})" if replaced else ""
    return f"select *{replace} from ({read_sql('bottleneck_tasks.quality', f'type_{contract.name}')})"
