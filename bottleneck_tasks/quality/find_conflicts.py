"""Conflicts are no duplicates: rows that share a unique value and disagree are all named, and none is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from bottleneck_tasks.contracts.registry import SourceContract

__all__ = ["find_conflicts"]


def find_conflicts(connection: duckdb.DuckDBPyConnection, contract: SourceContract) -> None:
    """Quarantine, in `<source>_rows`, the kept rows that share a unique value; add each to `findings`.

    The message of a row names the rows it conflicts with and its own values in the columns that differ.
    """
    name = contract.name
    unique = {
        key: column.metadata["duplicate"]
        for key, column in contract.clean.to_schema().columns.items()
        if "duplicate" in (column.metadata or {})
    }
    for key, rule in unique.items():
        if not _is_repeated(connection, name, key):
            continue
        connection.execute(f"create or replace table conflicts as {_conflicts_query(contract, key)}")
        connection.execute(
            f"insert into findings select '{rule}', '{name}', source_row, '{key}', message from conflicts "
            "order by source_row"
        )
        connection.execute(
            f"update {name}_rows set status = 'quarantined', reason = '{rule}' "
            "where source_row in (select source_row from conflicts)"
        )


def _is_repeated(connection: duckdb.DuckDBPyConnection, name: str, key: str) -> bool:
    row = connection.execute(
        f"select count({key}) > count(distinct {key}) from {name}_typed "
        f"semi join (from {name}_rows where status = 'kept') using (source_row)"
    ).fetchone()
    return bool(row and row[0])


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
            select typed.* from {name}_typed as typed
            semi join (from {name}_rows where status = 'kept') as rows using (source_row)
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
