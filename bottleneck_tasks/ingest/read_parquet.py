"""Read a table from a Parquet file: the format for millions of products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.errors import ContractError, UnsafeWorkbookError
from bottleneck_tasks.ingest.header import best_header
from bottleneck_tasks.ingest.refuse import refuse_rows
from bottleneck_tasks.ingest.sheet import Sheet
from bottleneck_tasks.raw import ROW_NUMBER, all_plain, stored_columns, stored_rows

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.settings import Limits

__all__ = ["read_parquet"]


def read_parquet(path: Path, contract: SourceContract, *, name: str, limits: Limits) -> Sheet:
    """Find the columns of a Parquet file, which is kept as it is: `query` reads it once, to know that it can be read.

    Raises UnsafeWorkbookError (65): SRC-01 when the file is damaged, SRC-02 when it has too many rows; ContractError
    (65, SRC-03) when a required column is missing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
        groups = sum(metadata.row_group(number).num_rows for number in range(metadata.num_row_groups))
    except (pa.ArrowException, OSError) as error:
        raise UnsafeWorkbookError("SRC-01", f"the file is damaged ({error})", "export it again", file=name) from error
    refuse_rows(max(metadata.num_rows, groups), name=name, limits=limits)
    header = best_header([schema.names], contract).require(contract, file=name, sheet="", row=1)
    if ROW_NUMBER in {column.lower() for column in schema.names}:
        raise ContractError("SRC-03", f"a column is named {ROW_NUMBER}", "rename it in the export", file=name)
    names = {column: schema.names[position] for column, position in header.positions.items()}
    return Sheet(name="", header=header, header_row=1, query=_examine(path, contract, names), columns=names)


def _examine(path: Path, contract: SourceContract, names: dict[str, str]) -> str:
    """Count the rows and tell, for each column, whether it is text of which every cell is compared as it is.

    The query meets every value of the columns that are used: a damaged page is found here, not by a later stage.
    """
    tests = ["count(*)"]
    for column, stored in stored_columns(path, list(names), names).items():
        if stored.kind == "untyped":
            tests.append(all_plain(f"cast({stored.value} as varchar)", label=contract.is_label(column)))
        else:
            tests.append(f"max(hash({stored.value})) < 0")
    return f"select {', '.join(tests)} from {stored_rows(path)}"
