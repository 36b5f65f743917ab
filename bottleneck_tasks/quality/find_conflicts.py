"""Copies and conflicts: rows that share a unique value. Exact copies are removed and counted, their first is kept.

Conflicts are no duplicates: rows that share a unique value and disagree are all named, and none is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.quality.judge_rows import unique_columns

if TYPE_CHECKING:
    import duckdb

    from bottleneck_tasks.contracts.registry import SourceContract

__all__ = ["find_conflicts"]


def find_conflicts(connection: duckdb.DuckDBPyConnection, contract: SourceContract) -> bool:
    """Set apart, in `<source>_rows`, the kept rows that share a unique value; add conflicts to `findings`.

    The message of a row names the rows it conflicts with and its own values in the columns that differ. Returns
    whether there may be such rows: equal hashes are looked for first, and a clean export has none.
    """
    name, unique = contract.name, unique_columns(contract)
    tests = ", ".join(f"count({column}_hash) > count(distinct {column}_hash)" for column in unique)
    row = connection.execute(f"select {tests} from {name}_rows").fetchone() or ()
    repeated = [column for column, is_repeated in zip(unique, row, strict=True) if is_repeated]
    if not repeated:
        return False
    connection.execute(_alike_query(contract, repeated))
    _set_apart(connection, name, "duplicate", "duplicate", "select source_row from alike where copy > 1")
    for column in repeated:
        connection.execute(f"create or replace table conflicts as {_conflicts_query(contract, column)}")
        connection.execute(
            f"insert into findings select '{unique[column]}', '{name}', source_row, '{column}', message from conflicts "
            "order by source_row"
        )
        _set_apart(connection, name, "quarantined", unique[column], "select source_row from conflicts")
    return True


def _set_apart(connection: duckdb.DuckDBPyConnection, name: str, status: str, reason: str, rows: str) -> None:
    connection.execute(f"update {name}_rows set status = '{status}', reason = '{reason}' where source_row in ({rows})")


def _alike_query(contract: SourceContract, repeated: list[str]) -> str:
    """The kept rows whose hash in a unique column stands more than once; `copy` numbers those alike in every column."""
    name = contract.name
    columns = list(contract.clean.to_schema().columns)
    values = ", ".join(column for column in columns if column != "source_row")
    rows = " union ".join(
        f"select source_row from {name}_rows where {column}_hash in "
        f"(select {column}_hash from {name}_rows group by {column}_hash having count({column}_hash) > 1)"
        for column in repeated
    )
    return f"""
        create or replace table alike as
        select {", ".join(columns)}, row_number() over (partition by {values} order by source_row) as copy
        from {name}_typed
        semi join ({rows}) as rows using (source_row)
    """


def _conflicts_query(contract: SourceContract, key: str) -> str:
    name = contract.name
    values = ", ".join(
        f"case when count(distinct coalesce(cast({other} as varchar), '')) over same > 1 "
        f"then '{other} ' || coalesce(cast({other} as varchar), 'empty') end"
        for other in contract.clean.to_schema().columns
        if other not in {key, "source_row"}
    )
    return f"""
        with kept as (
            select * from alike semi join (from {name}_rows where status = 'kept') as rows using (source_row)
        ),
        repeated as (
            select * from kept
            where {key} in (select {key} from kept where {key} is not null group by {key} having count(*) > 1)
        )
        select
            source_row,
            '{key} ' || {key} || ' stands in rows ' || array_to_string(array_agg(source_row) over same, ', ')
            || ', here with ' || concat_ws(', ', {values}) as message
        from repeated
        window same as (
            partition by {key} order by source_row rows between unbounded preceding and unbounded following
        )
    """
