"""Clean one source: type its cells, judge its contract, split its rows. Grain of the result: one row a key.

Every row of the export ends in exactly one of kept, duplicate, out of scope and quarantined, by its row number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.predicates import RowRule, allowed_values, row_rules
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.database import read_sql
from bottleneck_tasks.quality.find_conflicts import find_conflicts
from bottleneck_tasks.quality.normalise_text import normalise_text
from bottleneck_tasks.run import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from bottleneck_tasks.contracts.registry import SourceContract

__all__ = ["clean_source"]

_PACKAGE = "bottleneck_tasks.quality"


def clean_source(connection: duckdb.DuckDBPyConnection, contract: SourceContract, *, raw: Path) -> None:
    """Make the tables of one source in the session, from its raw Parquet file.

    `<source>_typed`  each column as compared (`_text`), as read (`_raw`) and typed, `out_of_scope`; one row a row read
    `<source>_rows`   source_row, status, reason                                                     one row a row read
    `<source>`        the clean contract                                                             one row a key
    and adds what breaks the contract to the table `findings`.
    """
    name = contract.name
    connection.register(f"{name}_raw", normalise_text(read_table(raw), contract))
    connection.execute(f"create table {name}_typed as {_typed_query(contract)}")
    connection.unregister(f"{name}_raw")
    _find_rejected_rows(connection, contract)
    _add_findings(connection, name, _touched_cells(contract))
    connection.execute(_split_query(contract))
    find_conflicts(connection, contract)
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
    return f"select *{replace} from ({read_sql(_PACKAGE, f'type_{contract.name}')})"


def _find_rejected_rows(connection: duckdb.DuckDBPyConnection, contract: SourceContract) -> None:
    """Make `<source>_rejected` (source_row, rule). Of several rules that reject one row, the first is its reason."""
    name = contract.name
    in_scope = "out_of_scope is null"
    rules = row_rules(contract.clean)
    connection.execute(f"create table {name}_rejected (source_row bigint, rule varchar)")
    if name == "web":
        query = read_sql(_PACKAGE, "rules/web-w4")
        connection.execute(f"insert into web_rejected select source_row, 'WEB-W4' from ({query})")
        connection.execute(f"insert into findings select 'WEB-W4', * from ({query})")
    for rule in _broken(connection, name, [rule for rule in rules if RULES[rule.rule].rejects], in_scope):
        still_in = f"{in_scope} and source_row not in (select source_row from {name}_rejected)"
        _add_findings_where(connection, name, rule, still_in)
        connection.execute(
            f"insert into {name}_rejected select source_row, '{rule.rule}' from {name}_typed "
            f"where ({rule.broken}) and {still_in}"
        )
    still_in = f"{in_scope} and source_row not in (select source_row from {name}_rejected)"
    for rule in _broken(connection, name, [rule for rule in rules if not RULES[rule.rule].rejects], in_scope):
        _add_findings_where(connection, name, rule, still_in)


def _touched_cells(contract: SourceContract) -> list[RowRule]:
    """What normalisation changed: NORM-TEXT and NORM-ID, for the columns of the contract."""
    fields, clean = contract.raw.to_schema().columns, contract.clean.to_schema().columns
    rules = []
    for name in contract.columns:
        message = f"'read as ' || coalesce({name}_text, 'empty')"
        changed = f"{name}_raw is not null and not contains({name}_raw, '&')"
        rules.append(RowRule("NORM-TEXT", name, changed, message))
        is_number = name in clean and str(clean[name].dtype) == "Int64"
        if is_number or fields[name].metadata.get("text") == "identifier":
            typed = f"{name}_cell = 'text' and regexp_full_match({name}_text, '[+-]?[0-9]+([.,]0+)?')"
            rules.append(RowRule("NORM-ID", name, typed, message))
    return rules


def _add_findings(connection: duckdb.DuckDBPyConnection, source: str, rules: Sequence[RowRule]) -> None:
    for rule in _broken(connection, source, rules, "true"):
        _add_findings_where(connection, source, rule, "true")


def _broken(
    connection: duckdb.DuckDBPyConnection, source: str, rules: Sequence[RowRule], condition: str
) -> list[RowRule]:
    """The rules that at least one row breaks, found in one pass over the rows: none, in a good month."""
    if not rules:
        return []
    tests = ", ".join(f"coalesce(bool_or({rule.broken}), false)" for rule in rules)
    row = connection.execute(f"select {tests} from {source}_typed where {condition}").fetchone()
    return [rule for rule, is_broken in zip(rules, row or (), strict=True) if is_broken]


def _add_findings_where(connection: duckdb.DuckDBPyConnection, source: str, rule: RowRule, condition: str) -> None:
    connection.execute(
        f"insert into findings select '{rule.rule}', '{source}', source_row, '{rule.column}', {rule.message} "
        f"from {source}_typed where ({rule.broken}) and {condition}"
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
