"""The SQL form of Pandera's verdict: names and types from the file's schema, rows by one query where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottleneck_tasks.contracts.predicates import violation
from bottleneck_tasks.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandera.pyarrow as pandera

__all__ = ["hold_by_query", "row_tests"]


def hold_by_query(
    model: type[pandera.DataFrameModel],
    path: Path,
    ask: Callable[[str], Sequence[Any]],
    *,
    distinct: Mapping[str, str] | None = None,
) -> None:
    """Raise InternalError (70) when a Parquet file breaks its contract: a fault of the library, never of the data.

    `ask` is given the columns of a query over the file, and returns its one row; `distinct` is how an
    engine counts the different values of a column, where it has a better way than to hash them.
    """
    import pyarrow.parquet as pq
    from pandera.errors import SchemaErrors

    name = model.to_schema().name
    try:
        model.validate(pq.read_schema(path).empty_table(), lazy=True)
        tests = row_tests(model, distinct or {})
        broken = "; ".join(
            test for test, is_broken in zip(tests, ask(", ".join(tests.values())), strict=True) if is_broken
        )
        cause = None
    except SchemaErrors as error:
        broken, cause = str(error), error
    if broken:
        what = f"{name} breaks its own contract: {broken}"
        raise InternalError(
            "CONTRACT", what, "report this as a fault of the library, with the run directory"
        ) from cause


def row_tests(model: type[pandera.DataFrameModel], distinct: Mapping[str, str]) -> dict[str, str]:
    """What a model holds of its rows, each as an SQL aggregate that is true when it is broken."""
    tests: dict[str, str] = {}
    for name, column in model.to_schema().columns.items():
        copies = f"count({name}) > {distinct.get(name, f'count(distinct {name})')}"
        if not column.nullable:
            tests[f"{name}: null"] = f"count(*) > count({name})"
        if column.unique:
            tests[f"{name}: repeated"] = copies
        for check in column.checks:
            is_custom = check.name == "used_once"
            broken = copies if is_custom else f"coalesce(bool_or({violation(name, check)}), false)"
            tests[f"{name}: {check.error or check.name}"] = broken
    return tests
