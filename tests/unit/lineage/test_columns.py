"""The declared column lineage is what the executed SQL does: read out of it, and proven by moving its inputs."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.contracts.registry import DATASETS, SOURCES
from bottleneck_tasks.database import read_sql, session
from bottleneck_tasks.lineage.columns import column_lineage
from bottleneck_tasks.settings_sections import Resources
from tests.conftest import ROOT

if TYPE_CHECKING:
    import duckdb

_TYPES = {"source_row": "bigint", "price": "decimal(12, 2)"} | dict.fromkeys(
    ("product_id", "onsale_web", "stock_quantity", "total_sales"), "bigint"
)
_ROWS: dict[str, list[dict[str, Any]]] = {
    "erp": [
        {"source_row": n + 1, "product_id": n, "onsale_web": 1, "price": 10 * n, "stock_quantity": n, "stock_status": "instock"}
        for n in (1, 2, 3)
    ],
    "liaison": [{"source_row": n + 1, "product_id": n, "id_web": f"s{n}"} for n in (1, 2, 3)],
    "web": [
        {"source_row": n + 1, "sku": f"s{n}", "post_title": f"vin {n}", "total_sales": n, "post_status": "publish",
         "post_name": "p", "guid": "g", "post_date": "d"} for n in (1, 2, 3)
    ],
}  # fmt: skip
_CELLS = [(source, column) for source, rows in _ROWS.items() for column in rows[0]]


def test_the_shipped_lineage_is_what_the_sql_says() -> None:
    """columns.json cannot drift: `make docs` reads it out of the queries and contracts again."""
    build = runpy.run_path(str(ROOT / "docs" / "column_lineage.py"))
    shipped = ROOT / "bottleneck_tasks" / "lineage" / "columns.json"
    assert build["document"]() == shipped.read_text(encoding="utf-8")


def test_every_column_of_every_contract_has_its_lineage() -> None:
    """No column of a clean dataset or of the mart comes from nowhere."""
    for dataset in [*(contract.clean for contract in SOURCES.values()), DATASETS["revenue_mart"]]:
        lineage = column_lineage()[dataset.name]
        assert list(lineage.fields) == list(dataset.columns)
        assert all(lineage.fields.values())


def _mart(connection: duckdb.DuckDBPyConnection, rows: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    connection.execute("set variable premium_threshold = 0.9::double")
    for source, entries in rows.items():
        values = ", ".join(
            "(" + ", ".join(f"cast({value!r} as {_TYPES.get(name, 'varchar')})" for name, value in entry.items()) + ")"
            for entry in entries
        )
        connection.execute(f"create or replace table {source} as from (values {values}) t({', '.join(entries[0])})")
    for name in ("tied", "matched"):
        connection.execute(f"create or replace table {name} as {read_sql('bottleneck_tasks.analytics', name)}")
    cursor = connection.execute(f"{read_sql('bottleneck_tasks.analytics', 'mart')}")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _moved(source: str, column: str) -> tuple[set[str], bool]:
    """The columns of the mart that change when one input column changes, and whether the rows do."""
    with session(Resources()) as connection:
        before = _mart(connection, _ROWS)
        columns: set[str] = set()
        rows_change = False
        for change in (lambda value: value + 7 if isinstance(value, int) else f"{value}x", lambda _: None):
            entries = [dict(entry) for entry in _ROWS[source]]
            entries[2][column] = change(entries[2][column])
            changed = {**_ROWS, source: entries}
            after = _mart(connection, _as_sql(changed))
            same_rows = [row["web_row"] for row in after] == [row["web_row"] for row in before]
            rows_change |= not same_rows and column != "source_row"
            pairs = zip(before, after, strict=True) if len(before) == len(after) else ()
            columns |= {name for one, other in pairs for name in one if one[name] != other[name]}
        return columns, rows_change


def _as_sql(rows: dict[str, list[dict[str, Any]]]) -> Any:
    return {source: [{name: _Null if value is None else value for name, value in entry.items()} for entry in entries]
            for source, entries in rows.items()}  # fmt: skip


class _NullText:
    def __repr__(self) -> str:
        return "null"


_Null = _NullText()


@pytest.mark.parametrize(("source", "column"), _CELLS)
def test_what_moves_in_the_mart_is_what_is_declared(source: str, column: str) -> None:
    """Change one column of one clean dataset: only the columns declared to depend on it change, and each of them does."""
    dataset = SOURCES[source].clean.name
    lineage = column_lineage()["revenue_mart"]
    declared = {
        name for name, inputs in lineage.fields.items() if any((one[0], one[1]) == (dataset, column) for one in inputs)
    }
    decides_rows = any((one.dataset, one.column) == (dataset, column) for one in lineage.dataset)
    moved, rows_change = _moved(source, column)
    if rows_change:
        assert decides_rows
    if not decides_rows:
        assert moved == declared
