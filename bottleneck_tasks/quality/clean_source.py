"""Clean one source: type its cells, judge its contract, split its rows. Grain of the result: one row a key.

Every row of the export ends in exactly one of kept, duplicate, out of scope and quarantined, by its row number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from bottleneck_tasks.contracts.predicates import allowed_values, row_rules
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.database import read_sql
from bottleneck_tasks.quality.normalise_text import normalise_text

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from bottleneck_tasks.contracts.registry import SourceContract

__all__ = ["clean_source"]


def clean_source(connection: duckdb.DuckDBPyConnection, contract: SourceContract, *, raw: Path) -> None:
    """Make the tables of one source in the session, from its raw Parquet file.

    `<source>_raw`    cells as read and as compared          one row a row of the export
    `<source>_typed`  typed values, `out_of_scope`           one row a row of the export
    `<source>_rows`   source_row, status, reason             one row a row of the export
    `<source>`        the clean contract                     one row a key
    and adds what breaks the contract to the table `findings`.
    """
    name = contract.name
    connection.register(f"{name}_raw", normalise_text(pq.read_table(raw), contract))
    connection.execute(f"create table {name}_typed as {_typed_query(contract)}")
    _find_broken_rows(connection, contract)
    _find_touched_cells(connection, contract)
    connection.execute(_split_query(contract))
    _find_conflicts(connection, contract)
    columns = ", ".join(contract.clean.to_schema().columns)
    connection.execute(
        f"create table {name} as select {columns} from {name}_typed "
        f"semi join (from {name}_rows where status = 'kept') using (source_row) order by source_row"
    )


def _typed_query(contract: SourceContract) -> str:
    """A value outside a column's allowed values is unreadable: it becomes null and its cell is named."""
    replaced = [
        f"case when {name} in ({values}) then {name} end as {name}"
        for name, column in contract.clean.to_schema().columns.items()
        if "unreadable" in (column.metadata or {}) and (values := allowed_values(column))
    ]
    replace = f" replace ({', '.join(replaced)})" if replaced else ""
    return f"select *{replace} from ({read_sql('bottleneck_tasks.quality', f'type_{contract.name}')})"


def _find_broken_rows(connection: duckdb.DuckDBPyConnection, contract: SourceContract) -> None:
    """Add the findings of the contract. Of several rules that reject one row, the first is its reason."""
    name = contract.name
    queries = [
        f"select {number} as priority, '{rule.rule}' as rule, typed.source_row, '{rule.column}' as column_name, "
        f"{rule.message} as message from {name}_typed as typed inner join {name}_raw as raw using (source_row) "
        f"where typed.out_of_scope is null and ({rule.broken})"
        for number, rule in enumerate(row_rules(contract.clean))
    ]
    if name == "web":
        query = read_sql("bottleneck_tasks.quality", "rules/web-w4")
        queries.insert(0, f"select -1 as priority, 'WEB-W4' as rule, source_row, column_name, message from ({query})")
    rejecting = ", ".join(f"'{rule.id}'" for rule in RULES.values() if rule.rejects)
    connection.execute(f"create table {name}_broken as {' union all '.join(queries)}")
    connection.execute(
        f"create table {name}_rejected as select source_row, min_by(rule, priority) as rule, min(priority) as priority "
        f"from {name}_broken where rule in ({rejecting}) group by source_row"
    )
    connection.execute(
        f"insert into findings select broken.rule, '{name}', source_row, column_name, message "
        f"from {name}_broken as broken left join {name}_rejected as rejected using (source_row) "
        f"where rejected.source_row is null or broken.priority = rejected.priority"
    )


def _find_touched_cells(connection: duckdb.DuckDBPyConnection, contract: SourceContract) -> None:
    """Add what normalisation changed: NORM-TEXT and NORM-ID, for the columns of the contract."""
    fields, clean = contract.raw.to_schema().columns, contract.clean.to_schema().columns
    queries = []
    for name in contract.columns:
        kind = fields[name].metadata.get("text")
        changed = f"{name} is distinct from {name}_text and not contains({name}, '&')"
        queries.append(_touched("NORM-TEXT", name, changed))
        if kind == "identifier" or (name in clean and str(clean[name].dtype) == "Int64"):
            typed = f"{name}_cell = 'text' and regexp_full_match({name}_text, '[+-]?[0-9]+([.,]0+)?')"
            queries.append(_touched("NORM-ID", name, typed))
    unions = " union all ".join(query.format(table=f"{contract.name}_raw") for query in queries)
    connection.execute(
        f"insert into findings select rule, '{contract.name}', source_row, column_name, message from ({unions})"
    )


def _touched(rule: str, column: str, condition: str) -> str:
    condition = condition.replace("{", "{{").replace("}", "}}")
    return (
        f"select '{rule}' as rule, source_row, '{column}' as column_name, "
        f"'read as ' || coalesce({column}_text, 'empty') as message from {{table}} where {condition}"
    )


def _split_query(contract: SourceContract) -> str:
    """Exact duplicates are looked for among repeated keys only, so that a clean export costs one grouping."""
    name, key = contract.name, contract.key
    values = ", ".join(column for column in contract.clean.to_schema().columns if column != "source_row")
    return f"""
        create table {name}_rows as
        with candidates as (
            select * from {name}_typed
            where out_of_scope is null and source_row not in (select source_row from {name}_rejected)
        ),
        repeated as (
            select source_row, row_number() over (partition by {values} order by source_row) as copy
            from candidates
            where {key} in (select {key} from candidates group by {key} having count(*) > 1)
        )
        select
            source_row,
            case
                when typed.out_of_scope is not null then 'out_of_scope'
                when rejected.rule is not null then 'quarantined'
                when repeated.copy > 1 then 'duplicate'
                else 'kept'
            end as status,
            coalesce(typed.out_of_scope, rejected.rule, case when repeated.copy > 1 then 'duplicate' end) as reason
        from {name}_typed as typed
        left join {name}_rejected as rejected using (source_row)
        left join repeated using (source_row)
        order by source_row
    """


def _find_conflicts(connection: duckdb.DuckDBPyConnection, contract: SourceContract) -> None:
    """Rows that share a unique value and are no copies of one another: all are named, none is kept."""
    name = contract.name
    columns = contract.clean.to_schema().columns
    for key, column in columns.items():
        rule = (column.metadata or {}).get("duplicate")
        if rule is None:
            continue
        values = ", ".join(
            f"case when count(distinct coalesce(cast({other} as varchar), '')) over same > 1 "
            f"then '{other} ' || coalesce(cast({other} as varchar), 'empty') end"
            for other in columns
            if other not in {key, "source_row"}
        )
        connection.execute(f"""
            create or replace table conflicts as
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
                '{key} ' || {key} || ' stands in rows '
                || array_to_string(array_agg(source_row) over same, ', ') || ', here with '
                || concat_ws(', ', {values}) as message
            from repeated
            window same as (
                partition by {key} order by source_row rows between unbounded preceding and unbounded following
            )
        """)
        connection.execute(
            f"insert into findings select '{rule}', '{name}', source_row, '{key}', message from conflicts order by source_row"
        )
        connection.execute(
            f"update {name}_rows set status = 'quarantined', reason = '{rule}' "
            "where source_row in (select source_row from conflicts)"
        )
