"""Copies and conflicts: rows that share a unique value. Exact copies are removed and counted, their first is kept.

Conflicts are no duplicates: rows that share a unique value and disagree are all named, and none is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.quality.judge_rows import unique_columns

if TYPE_CHECKING:
    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.session.interface import Session

__all__ = ["find_conflicts"]


def find_conflicts(session: Session, contract: SourceContract) -> bool:
    """Set apart, in `<source>_rows`, the kept rows that share a unique value; add conflicts to `findings`.

    The message of a row names the rows it conflicts with and its own values in the columns that differ. Returns
    whether there are such rows among those that no other rule rejects, `<source>_in_contract`: a clean export has none.
    """
    name, unique = contract.name, unique_columns(contract)
    repeated = session.repeated(f"{name}_in_contract", list(unique))
    if not repeated:
        session.execute(f"create temporary view {name}_rows as select * from {name}_judged")
        return False
    session.execute(f"create table {name}_alike as {_alike_query(contract, repeated)}")
    session.execute(f"create table {name}_apart (source_row bigint, status string, reason string)")
    session.insert(f"{name}_apart", [f"select source_row, 'duplicate', 'duplicate' from {name}_alike where copy > 1"])
    for column in repeated:
        table, rule = f"{name}_{column}_conflicts", unique[column]
        session.execute(f"create table {table} as {_conflicts_query(contract, column)}")
        session.insert(
            "findings", [f"select '{rule}', '{name}', source_row, '{column}', message from {table} order by source_row"]
        )
        session.insert(f"{name}_apart", [f"select source_row, 'quarantined', '{rule}' from {table}"])
    session.execute(f"create table {name}_rows as {_rows_query(name)}")
    return True


def _rows_query(name: str) -> str:
    return f"""
        select
            judged.source_row,
            coalesce(as_status(apart.status), judged.status) as status,
            coalesce(apart.reason, judged.reason) as reason
        from {name}_judged as judged
        left join {name}_apart as apart using (source_row)
        order by source_row
    """


def _alike_query(contract: SourceContract, repeated: list[str]) -> str:
    """The kept rows whose value in a unique column stands more than once; `copy` numbers those alike in every column."""
    name = contract.name
    columns = list(contract.clean.columns)
    values = ", ".join(column for column in columns if column != "source_row")
    rows = " union ".join(
        f"select source_row from {name}_in_contract where {column} in "
        f"(select {column} from {name}_in_contract group by {column} having count({column}) > 1)"
        for column in repeated
    )
    return f"""
        select {", ".join(columns)}, row_number() over (partition by {values} order by source_row) as copy
        from {name}_typed
        semi join ({rows}) as rows using (source_row)
    """


def _conflicts_query(contract: SourceContract, key: str) -> str:
    name = contract.name
    texts = {
        other: f"coalesce(cast({other} as string), '')"
        for other in contract.clean.columns
        if other not in {key, "source_row"}
    }
    values = ", ".join(
        f"case when min({text}) over same <> max({text}) over same "
        f"then '{other} ' || coalesce(cast({other} as string), 'empty') end"
        for other, text in texts.items()
    )
    return f"""
        with kept_rows as (
            select * from {name}_alike where source_row not in (select source_row from {name}_apart)
        ),
        repeated_rows as (
            select * from kept_rows
            where {key} in (select {key} from kept_rows where {key} is not null group by {key} having count(*) > 1)
        )
        select
            source_row,
            '{key} ' || {key} || ' stands in rows ' || string_agg(cast(source_row as string), ', ') over same
            || ', here with ' || concat_ws(', ', {values}) as message
        from repeated_rows
        window same as (
            partition by {key} order by source_row rows between unbounded preceding and unbounded following
        )
    """
