"""Judge each row of one source by its contract, in one pass: what it is, why, and which rules name its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.predicates import RowRule, row_rules
from bottleneck_tasks.contracts.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.session.interface import Session

__all__ = ["in_contract", "judge_rows", "unique_columns"]

_UNKNOWN_TYPE = RowRule(
    "WEB-W4",
    "post_type",
    "post_type_text is null or not is_listed('product_types', lower_case(post_type_text))",
    "coalesce('post_type ' || post_type_text || ' is neither a product nor an attachment', 'post_type is empty')",
)
"""A row of an unknown type may be a product: it is set aside and named, never counted or dropped in silence."""


def judge_rows(
    session: Session, contract: SourceContract, *, touched: Collection[str] | None = None, spill: Path | None = None
) -> None:
    """Make `<source>_judged` from `<source>_typed`, and add the cells that break a rule to `findings`.

    Columns: source_row, status, reason, `rejected_by` (the first rule that rejects the row, by its place in the
    list) and `named` (a bit for each other rule that it breaks). A table, or a view of the Parquet file `spill`.
    `touched` are the columns of which some cell may have been read otherwise, all by default.
    """
    name = contract.name
    rejecting, warning = _rejecting(contract), _warning(contract)
    touching = _touching(contract, contract.columns if touched is None else touched)
    in_scope = "out_of_scope is null and rejected_by is null"
    bits = [*(f"{in_scope} and ({rule.broken})" for rule in warning), *(rule.broken for rule in touching)]
    named = " | ".join(["0", *(f"case when {test} then {1 << bit} else 0 end" for bit, test in enumerate(bits))])
    query = f"""
        with rejected_rows as (
            select *, case when out_of_scope is null then {_first(rejecting)} end as rejected_by from {name}_typed
        )
        select
            source_row,
            out_of_scope,
            cast(rejected_by as tinyint) as rejected_by,
            cast({named} as int) as named
        from rejected_rows
    """
    if spill:
        session.write_parquet(query, spill, compress=False)
        session.attach(f"{name}_spilled", spill)
        query = f"select * from {name}_spilled"
    kind = "temporary view" if spill else "table"
    session.execute(f"create {kind} {name}_judged as {_with_status(query, rejecting)}")
    _add_findings(session, contract, rejecting, [*warning, *touching])


def in_contract(contract: SourceContract) -> str:
    """The SQL condition on `<source>_typed` under which a row is ours and no rule rejects it."""
    return f"out_of_scope is null and {_first(_rejecting(contract))} is null"


def unique_columns(contract: SourceContract) -> dict[str, str]:
    """The columns whose values stand once in a clean dataset, with the rule that says so."""
    columns = contract.clean.columns
    return {name: column.metadata["duplicate"] for name, column in columns.items() if "duplicate" in column.metadata}


def _rejecting(contract: SourceContract) -> list[RowRule]:
    """Of several rules that reject one row, the first is its reason."""
    rules = [rule for rule in row_rules(contract.clean.model) if RULES[rule.rule].rejects]
    return [_UNKNOWN_TYPE, *rules] if contract.name == "web" else rules


def _warning(contract: SourceContract) -> list[RowRule]:
    return [rule for rule in row_rules(contract.clean.model) if not RULES[rule.rule].rejects]


def _touching(contract: SourceContract, touched: Collection[str]) -> list[RowRule]:
    """What normalisation changed: NORM-TEXT, NORM-HTML and NORM-ID, for the columns of the contract."""
    fields, clean = contract.raw.columns, contract.clean.columns
    rules = []
    for name in (column for column in contract.columns if column in touched):
        message = f"'read as ' || coalesce({name}_text, 'empty')"
        changed = f"{name}_raw is not null and not contains({name}_raw, '&')"
        rules.append(RowRule("NORM-TEXT", name, changed, message))
        if contract.is_label(name):  # WordPress stores & as &amp;
            rules.append(RowRule("NORM-HTML", name, f"contains({name}_raw, '&')", message))
        is_number = name in clean and clean[name].kind == "Int64"
        if is_number or fields[name].metadata.get("text") == "identifier":
            typed = f"{name}_cell = 'text' and regexp_full_match({name}_text, '[+-]?[0-9]+([.,]0+)?')"
            typed += f" and not is_grouped({name}_text, {name}_cell)"
            rules.append(RowRule("NORM-ID", name, typed, message))
    return rules


def _first(rules: list[RowRule]) -> str:
    """The place of the first rule that a row breaks, from 1, or null."""
    return f"case {' '.join(f'when {rule.broken} then {place}' for place, rule in enumerate(rules, 1))} end"


def _with_status(query: str, rejecting: list[RowRule]) -> str:
    reasons = " ".join(f"when {place} then '{rule.rule}'" for place, rule in enumerate(rejecting, 1))
    status = (
        "case when out_of_scope is not null then 'out_of_scope' when rejected_by is not null then 'quarantined' "
        "else 'kept' end"
    )
    return (
        f"select source_row, as_status({status}) as status, "
        f"coalesce(out_of_scope, case rejected_by {reasons} end) as reason, rejected_by, named from ({query}) as judged"
    )


def _add_findings(session: Session, contract: SourceContract, rejecting: list[RowRule], others: list[RowRule]) -> None:
    """Name the cells of the rules that a row breaks: none, in a good month."""
    name = contract.name
    [(named, places)] = session.execute(
        f"select coalesce(bit_or(named), 0), array_agg(distinct rejected_by) from {name}_judged"
    ).fetchall()
    broken = [(rule, f"rejected_by = {place}") for place, rule in enumerate(rejecting, 1) if place in (places or ())]
    broken += [(rule, f"(named & {1 << bit}) <> 0") for bit, rule in enumerate(others) if named & 1 << bit]
    rows = (
        f"{name}_typed semi join (select source_row from {name}_judged where {{condition}}) as named using (source_row)"
    )
    if session.on_disk and broken:  # joined once, not once a rule
        session.execute(
            f"create table {name}_named as select typed.*, judged.rejected_by, judged.named from {name}_typed as typed "
            f"inner join {name}_judged as judged using (source_row) where judged.rejected_by is not null or judged.named <> 0"
        )
        rows = f"{name}_named where {{condition}}"
    session.insert(
        "findings",
        (
            f"select '{rule.rule}' as rule, '{name}' as source, source_row, '{rule.column}' as column_name, "
            f"{rule.message} as message from {rows.format(condition=condition)}"
            for rule, condition in broken
        ),
    )
