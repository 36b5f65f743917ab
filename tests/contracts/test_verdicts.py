"""Two verdicts on one table: Pandera's, on the whole, and the SQL of predicates.py, row by row. They must agree."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pandera.pyarrow as pandera
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from bottleneck_tasks.contracts.predicates import allowed_values, row_rules, violation
from bottleneck_tasks.contracts.registry import DATASETS
from bottleneck_tasks.contracts.types import MONEY
from bottleneck_tasks.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLEAN = sorted(name for name in DATASETS if not name.startswith("raw_"))
_INTEGERS = st.integers(-2, 3) | st.sampled_from([-(2**63), 2**63 - 1])
_WORDS = ("instock", "outofstock", "onbackorder", "Instock", "", "in'stock", "13127-1", "é", " ")
_OF_KIND: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "Int64": (pa.int64(), _INTEGERS),
    "Money": (MONEY, st.sampled_from([Decimal(text) for text in ("-0.01", "0.00", "0.01", "9999999999.99", "-8.00")])),
    "String": (pa.string(), st.sampled_from(_WORDS)),
    "Float64": (pa.float64(), st.floats(-5, 5)),
    "Bool": (pa.bool_(), st.booleans()),
}


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A session that reads Arrow tables by name."""
    with duckdb.connect(config={"threads": 1}) as session:
        yield session


def _columns(model: type[pandera.DataFrameModel]) -> dict[str, Any]:
    columns: dict[str, Any] = model.to_schema().columns
    return columns


@st.composite
def _tables(draw: st.DrawFn, name: str) -> pa.Table:
    """Mostly good rows, so that both verdicts are seen: each column may hold nulls, copies or values out of bounds."""
    size = draw(st.integers(1, 6))
    arrays = {}
    for column, field in _columns(DATASETS[name].model).items():
        kind, values = _OF_KIND[type(field.dtype).__name__]
        good = _good_values(field, size)
        bad = draw(st.integers(0, 5)) == 0
        cells = draw(st.lists(st.none() | values, min_size=size, max_size=size)) if bad else good
        arrays[column] = pa.array(cells, kind)
    return pa.table(arrays)


def _good_values(field: Any, size: int) -> list[Any]:
    kind = type(field.dtype).__name__
    allowed = [value for check in field.checks if check.name == "isin" for value in check.statistics["allowed_values"]]
    if allowed:
        return [allowed[number % len(allowed)] for number in range(size)]
    make = {"Int64": int, "Money": Decimal, "String": str, "Float64": float, "Bool": bool}[kind]
    return [make(number + 1) for number in range(size)]


def _pandera_verdict(model: Any, table: pa.Table) -> set[tuple[str, str]]:
    try:
        model.validate(table, lazy=True)
    except SchemaErrors as error:
        return {
            (fault.schema.name, getattr(fault.check, "name", None) or str(fault.check)) for fault in error.schema_errors
        }
    return set()


def _sql_verdict(
    connection: duckdb.DuckDBPyConnection, model: type[pandera.DataFrameModel], table: pa.Table
) -> set[tuple[str, str]]:
    connection.register("judged", table)
    tests: dict[tuple[str, str], str] = {}
    for name, field in _columns(model).items():
        copies = f"count({name}) > count(distinct {name})"
        for check in field.checks:
            own = check.name == "used_once"
            tests[name, check.name] = copies if own else f"coalesce(bool_or({violation(name, check)}), false)"
        if not field.nullable:
            tests[name, "not_nullable"] = f"count(*) > count({name})"
        if field.unique:
            tests[name, "field_uniqueness"] = f"{copies} or count(*) - count({name}) > 1"
    row = connection.execute(f"select {', '.join(tests.values())} from judged").fetchall()[0]
    return {test for test, broken in zip(tests, row, strict=True) if broken}


@pytest.mark.parametrize("name", _CLEAN)
@given(data=st.data())
def test_sql_and_pandera_agree_on_every_clean_contract(
    connection: duckdb.DuckDBPyConnection, name: str, data: st.DataObject
) -> None:
    """Column by column and check by check, nulls and copies included, both find the same faults."""
    table = data.draw(_tables(name))
    model = DATASETS[name].model
    assert _pandera_verdict(model, table) == _sql_verdict(connection, model, table)


_CHECKS = [
    pandera.Check.gt(1), pandera.Check.ge(1), pandera.Check.lt(1), pandera.Check.le(1), pandera.Check.eq(1), pandera.Check.ne(1),
    pandera.Check.isin([0, 2]), pandera.Check.in_range(0, 2), pandera.Check.in_range(0, 2, include_min=False),
    pandera.Check.in_range(0, 2, include_max=False),
]  # fmt: skip


@pytest.mark.parametrize("check", _CHECKS, ids=lambda check: check.error)
def test_each_check_compiles_to_its_meaning(connection: duckdb.DuckDBPyConnection, check: Any) -> None:
    """On every value around its bounds, and on null, the SQL breaks where Pandera's check breaks."""
    schema = pandera.DataFrameSchema({"c": pandera.Column(int, checks=check, nullable=True)})
    for value in (-1, 0, 1, 2, 3, None):
        table = pa.table({"c": pa.array([value], pa.int64())})
        connection.register("judged", table)
        broken = connection.execute(f"select coalesce({violation('c', check)}, false) from judged").fetchall()
        assert broken == [(bool(_pandera_verdict(schema, table)),)], value


def test_text_with_quotes_is_compared_as_text(connection: duckdb.DuckDBPyConnection) -> None:
    """An allowed value with an apostrophe is a value, not SQL."""
    check = pandera.Check.isin(["l'été", 'a"b', "x' or '1'='1"])
    table = pa.table({"c": ["l'été", 'a"b', "x' or '1'='1", "x", None]})
    connection.register("judged", table)
    rows = connection.execute(f"select c from judged where {violation('c', check)}").fetchall()
    assert rows == [("x",)]
    schema = pandera.DataFrameSchema({"c": pandera.Column(str, checks=check, nullable=True)})
    values = allowed_values(schema.columns["c"])
    assert connection.execute(f"select count(*) from judged where c in ({values})").fetchall() == [(3,)]


def test_a_check_without_sql_is_refused() -> None:
    """A contract with a check that nobody compiles fails at once, it is never passed over."""
    with pytest.raises(InternalError, match="str_startswith"):
        violation("c", pandera.Check.str_startswith("x"))


@pytest.mark.parametrize("name", ["clean_erp", "clean_web", "clean_liaison"])
def test_row_rules_point_at_the_rows_that_pandera_refuses(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Each column that may not be empty, or has bounds, has a rule whose SQL finds an empty cell or a bad value."""
    rules = {(rule.column, rule.broken) for rule in row_rules(DATASETS[name].model)}
    for column, field in _columns(DATASETS[name].model).items():
        if column == "source_row":
            continue
        if not field.nullable:
            assert (column, f"{column}_text is null") in rules
        for check in field.checks:
            if check.name not in {"isin", "used_once"}:
                assert (column, violation(column, check)) in rules
