"""Read the column lineage out of the SQL that the stages execute, with sqlglot: `make docs` writes it as JSON.

The result is `bottleneck_tasks/lineage/columns.json`: a run loads it in a millisecond and needs no SQL parser. A test
fails when it differs from what the SQL says now, and another one executes the SQL and watches which columns move.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from bottleneck_tasks.contracts.predicates import row_rules
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.database import read_sql
from bottleneck_tasks.quality.type_cells import _typed_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bottleneck_tasks.contracts.registry import SourceContract

Leaf = tuple[str, str]
_SUFFIXES = ("_text", "_cell", "_raw")
_INDIRECT = ((exp.Join, "JOIN"), (exp.Where, "FILTER"), (exp.Group, "GROUP_BY"), (exp.Order, "SORT"))


def document() -> str:
    """The content of columns.json."""
    datasets = {contract.clean.name: _clean(contract) for contract in SOURCES.values()}
    return _lines({**datasets, "revenue_mart": _mart()}) + "\n"


def _lines(datasets: dict[str, Any]) -> str:
    """One line a column, so that a change shows in review as the column that it is about."""
    blocks = []
    for name, entry in datasets.items():
        fields = ",\n".join(
            f"   {json.dumps(column)}: {json.dumps(inputs)}" for column, inputs in entry["fields"].items()
        )
        blocks.append(
            f' {json.dumps(name)}: {{\n  "fields": {{\n{fields}\n  }},\n  "dataset": {json.dumps(entry["dataset"])}\n }}'
        )
    return "{\n" + ",\n".join(blocks) + "\n}"


def _clean(contract: SourceContract) -> dict[str, Any]:
    """A clean dataset: its typing query over the raw cells, and the columns that decide which rows are kept."""
    raw = f"{contract.name}_raw"
    columns = ["source_row", *(f"{name}{suffix}" for name in contract.columns for suffix in _SUFFIXES)]
    scopes = _scopes(_typed_cells(contract), {raw: dict.fromkeys(columns, "varchar")})
    wanted = list(contract.clean.columns)
    fields = {name: _as_read(_inputs(scopes[-1], name), contract) for name in wanted}
    rejecting = {rule.column for rule in row_rules(contract.clean.model) if RULES[rule.rule].rejects}
    unique = {name for name, column in contract.clean.columns.items() if "duplicate" in column.metadata}
    deciding = [_inputs(scopes[-1], name) for name in ("out_of_scope", *sorted(rejecting | unique))]
    kept_by = _as_read({leaf: {"FILTER"} for inputs in deciding for leaf in inputs}, contract)
    return {"fields": _listed(fields), "dataset": _flat(kept_by)}


def _mart() -> dict[str, Any]:
    """The mart: mart.sql over matched.sql over tied.sql over the three clean datasets."""
    package = "bottleneck_tasks.analytics"
    made = {name: parse_one(read_sql(package, name), dialect="duckdb") for name in ("matched", "tied")}
    query = exp.expand(parse_one(read_sql(package, "mart"), dialect="duckdb"), made, dialect="duckdb")
    schema = {name: dict.fromkeys(contract.clean.columns, "varchar") for name, contract in SOURCES.items()}
    scopes = _scopes(query, schema)
    clean = {name: contract.clean.name for name, contract in SOURCES.items()}
    fields = {
        name: {(clean[table], column): how for (table, column), how in _inputs(scopes[-1], name).items()}
        for name in scopes[-1].expression.named_selects
    }
    whole = {(clean[table], column): how for (table, column), how in _indirect(scopes).items()}
    return {"fields": _listed(fields), "dataset": _flat(whole)}


def _scopes(query: str | exp.Expression, schema: dict[str, dict[str, str]]) -> list[Scope]:
    tree = parse_one(query, dialect="duckdb") if isinstance(query, str) else query
    qualified = qualify(tree, schema=schema, dialect="duckdb", quote_identifiers=False)
    return traverse_scope(qualified)


def _inputs(scope: Scope, name: str) -> dict[Leaf, set[str]]:
    """The columns of the tables that make one column of a query, each with how: identity, transformation, aggregate."""
    inputs: dict[Leaf, set[str]] = {}
    for leaf, how in _trace(scope, name, "IDENTITY"):
        inputs.setdefault(leaf, set()).add(how)
    return inputs


def _trace(scope: Scope, name: str, how: str) -> Iterator[tuple[Leaf, str]]:
    projection = next(item for item in scope.expression.selects if item.alias_or_name == name)
    value = projection.unalias()
    for column in value.find_all(exp.Column):
        if column.find_ancestor(exp.AggFunc):
            step = "AGGREGATION"
        elif value is column or how == "AGGREGATION":
            step = how
        else:
            step = "TRANSFORMATION"
        yield from _from(scope, column, step)


def _from(scope: Scope, column: exp.Column, how: str) -> Iterator[tuple[Leaf, str]]:
    source = scope.sources[column.table]
    if isinstance(source, Scope):
        yield from _trace(source, column.name, how)
    else:
        yield (source.name, column.name), how


def _indirect(scopes: list[Scope]) -> dict[Leaf, set[str]]:
    """The columns that decide which rows there are, and their order."""
    found: dict[Leaf, set[str]] = {}
    for scope in scopes:
        for kind, label in _INDIRECT:
            for clause in scope.find_all(kind):
                for column in clause.find_all(exp.Column):
                    if column.table in scope.sources:
                        for leaf, _ in _from(scope, column, "IDENTITY"):
                            found.setdefault(leaf, set()).add(label)
    return found


def _as_read(inputs: dict[Leaf, set[str]], contract: SourceContract) -> dict[Leaf, set[str]]:
    """Back from the columns of normalise_text to the column as read: its text and its kind of cell are one cell."""
    read: dict[Leaf, set[str]] = {}
    for (_, name), how in inputs.items():
        column = next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), name)
        changed = {"TRANSFORMATION" if label == "IDENTITY" else label for label in how} if column != name else how
        read.setdefault((contract.raw.name, column), set()).update(changed)
    return read


def _listed(fields: dict[str, dict[Leaf, set[str]]]) -> dict[str, list[list[Any]]]:
    return {name: _flat(inputs) for name, inputs in fields.items()}


def _flat(inputs: dict[Leaf, set[str]]) -> list[list[Any]]:
    return [[dataset, column, sorted(how)] for (dataset, column), how in sorted(inputs.items())]
