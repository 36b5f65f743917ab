"""Clean one source: type its cells, judge its contract, split its rows. Grain of the result: one row a key.

Every row of the export ends in exactly one of kept, duplicate, out of scope and quarantined, by its row number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.ledger import IN_MEMORY_ROWS
from bottleneck_tasks.quality.find_conflicts import find_conflicts
from bottleneck_tasks.quality.judge_rows import in_contract, judge_rows
from bottleneck_tasks.quality.type_cells import type_cells

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.contracts.facts import SourceFacts
    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.session.interface import Session

__all__ = ["clean_source"]


def clean_source(
    session: Session,
    contract: SourceContract,
    *,
    raw: Path,
    clean: Path,
    facts: SourceFacts,
    in_memory_rows: int = IN_MEMORY_ROWS,
) -> None:
    """Write the clean dataset of one source from its raw Parquet file, and make tables or views of the session.

    `<source>_typed`  each column as compared (`_text`), as read (`_raw`) and typed, `out_of_scope`; one row a row read
    `<source>_rows`   source_row, status, reason and what they come from                             one row a row read
    `<source>`        the clean contract                                                             one row a key
    What breaks the contract is added to the table `findings`. Of a large export, the rows as judged are the file
    `<source>.rows` beside the clean dataset, whose rows are in no order: to sort them would take half its time.
    """
    name = contract.name
    is_large = facts.rows > in_memory_rows
    touched = type_cells(session, contract, raw=raw, facts=facts, is_large=is_large)
    spill = clean.with_suffix(".rows") if is_large and not session.on_disk else None
    judge_rows(session, contract, touched=touched, spill=spill)
    columns = ", ".join(contract.clean.columns)
    query = f"select {columns} from {name}_typed where {in_contract(contract)}"
    session.write_parquet(query, clean, order="source_row", sort=False)
    session.attach(f"{name}_in_contract", clean)
    if find_conflicts(session, contract):
        kept = f"(select source_row from {name}_rows where status = 'kept') as rows"
        query = f"select {columns} from {name}_typed semi join {kept} using (source_row)"
        session.write_parquet(query, clean, order="source_row", sort=not is_large)
    session.attach(f"{name}_clean", clean)
    kind = "temporary view" if is_large or session.on_disk else "table"
    session.execute(f"create {kind} {name} as select * from {name}_clean")
