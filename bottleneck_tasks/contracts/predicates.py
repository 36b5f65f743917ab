"""Compile a contract into SQL: for each rule that a field names, the condition under which a row breaks it.

Pandera judges the whole table; these predicates point at the rows. A property test compares the two verdicts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bottleneck_tasks.errors import InternalError

if TYPE_CHECKING:
    import pandera.pyarrow as pa

__all__ = ["RowRule", "allowed_values", "row_rules", "violation"]

_COMPARISONS = {
    "greater_than": ("min_value", ">"),
    "greater_than_or_equal_to": ("min_value", ">="),
    "less_than": ("max_value", "<"),
    "less_than_or_equal_to": ("max_value", "<="),
    "equal_to": ("value", "="),
    "not_equal_to": ("value", "<>"),
}
_KIND_OF_DTYPE = {"Int64": "a whole number", "Money": "an amount", "String": "text"}


class RowRule(Struct, frozen=True):
    """A rule on one column: `broken` and `message` are SQL over its value `c` and its cell's text `c_text`."""

    rule: str
    column: str
    broken: str
    message: str


def row_rules(model: type[pa.DataFrameModel]) -> list[RowRule]:
    """The row rules of a clean contract, in column order: empty, unreadable, violated."""
    rules: list[RowRule] = []
    for name, column in model.to_schema().columns.items():
        metadata = column.metadata or {}
        if "empty" in metadata:
            rules.append(RowRule(metadata["empty"], name, f"{name}_text is null", f"'{name} is empty'"))
        if "unreadable" in metadata:
            wanted = _wanted(column)
            rules.append(
                RowRule(
                    metadata["unreadable"],
                    name,
                    f"{name}_text is not null and {name} is null",
                    f"'{name} ' || {name}_text || ' cannot be read as {wanted}'",
                )
            )
        if "violated" in metadata:
            rules.extend(
                RowRule(
                    metadata["violated"],
                    name,
                    violation(name, check),
                    f"'{name} ' || {name} || ' breaks {check.error}'",
                )
                for check in column.checks
            )
    return rules


def violation(column: str, check: Any) -> str:
    """The SQL condition under which a value breaks a Pandera check; a null breaks none, as in Pandera.

    Raises InternalError (70) for a kind of check that has no SQL yet.
    """
    statistics = check.statistics or {}
    if check.name in _COMPARISONS:
        argument, operator = _COMPARISONS[check.name]
        return f"not ({column} {operator} {_literal(statistics[argument])})"
    if check.name == "isin":
        return f"{column} not in ({', '.join(_literal(value) for value in statistics['allowed_values'])})"
    if check.name == "in_range":
        above = ">=" if statistics["include_min"] else ">"
        below = "<=" if statistics["include_max"] else "<"
        low, high = _literal(statistics["min_value"]), _literal(statistics["max_value"])
        return f"not ({column} {above} {low} and {column} {below} {high})"
    raise InternalError("CONTRACT", f"no SQL for the check {check.name}", "add it to contracts/predicates.py")


def allowed_values(column: Any) -> str | None:
    """The list of allowed values of a column as SQL, or None when any value goes."""
    for check in column.checks:
        if check.name == "isin":
            return ", ".join(_literal(value) for value in check.statistics["allowed_values"])
    return None


def _wanted(column: Any) -> str:
    for check in column.checks:
        if check.name == "isin":
            return "one of " + ", ".join(str(value) for value in check.statistics["allowed_values"])
    return _KIND_OF_DTYPE.get(type(column.dtype).__name__, "its type")


def _literal(value: Any) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
