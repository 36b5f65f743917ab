"""No row disappears: whatever the rows, each one is kept, duplicate, out of scope or quarantined, once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottleneck_tasks.contracts.facts import SourceFacts
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.ledger import balance
from bottleneck_tasks.quality.clean_source import clean_source
from bottleneck_tasks.quality.stage import _prepare
from tests.unit.quality.stages import emptied, one_thread

_SESSION = duckdb.connect(config={"threads": 1})
_IDS = st.sampled_from([None, "1", "2", "2.0", "03", " 1\u00a0", "abc", "-4", "13127-1", "", "\u200b"])
_CELLS: dict[str, st.SearchStrategy[str | None]] = {
    "product_id": _IDS,
    "id_web": _IDS,
    "sku": _IDS,
    "onsale_web": st.sampled_from(["0", "1", "2", None, "oui"]),
    "price": st.sampled_from(["10", "10,50", "1.234", "-8", "0", None, "x"]),
    "stock_quantity": st.sampled_from(["5", "0", "-1", "4.5", None]),
    "stock_status": st.sampled_from(["instock", "OutOfStock", "unknown", None]),
    "post_type": st.sampled_from(["product", "product", "attachment", "page", None, " "]),
    "post_title": st.sampled_from(["Vin", "Ch&acirc;teau", None]),
    "total_sales": st.sampled_from(["0", "3", "-1", "2.5", None]),
    "post_status": st.sampled_from(["publish", "draft", None]),
}


@st.composite
def _raw_tables(draw: st.DrawFn, source: str) -> pa.Table:
    """A messy export: repeated keys, exact copies, blank rows, attachments, cells that cannot be read."""
    columns = SOURCES[source].columns
    row = st.tuples(*(_CELLS.get(name, st.none()) for name in columns))
    rows: list[Any] = draw(st.lists(row, min_size=1, max_size=8))
    rows += draw(st.lists(st.sampled_from(rows), max_size=4))
    rows += [(None,) * len(columns)] * draw(st.integers(0, 2))
    rows = draw(st.permutations(rows))
    kind = draw(st.sampled_from(["text", "number", "csv"]))
    arrays: dict[str, pa.Array] = {"source_row": pa.array(range(2, 2 + len(rows)), pa.int64())}
    for position, name in enumerate(columns):
        cells = [cells[position] for cells in rows]
        arrays[name] = pa.array(cells, pa.string())
        arrays[f"{name}_cell"] = pa.array([None if cell is None else kind for cell in cells], pa.string())
    return pa.table(arrays)


@pytest.mark.parametrize("source", SOURCES)
@given(data=st.data())
def test_each_row_of_a_messy_export_ends_in_exactly_one_state(source: str, data: st.DataObject) -> None:
    """Held in memory or read anew: the ledger balances, only kept rows are clean, copies follow a kept or conflicting first, keys are unique."""
    table = data.draw(_raw_tables(source))
    contract = SOURCES[source]
    settings = one_thread()
    with tempfile.TemporaryDirectory() as folder, emptied(_SESSION) as connection:
        path = Path(folder) / "raw.parquet"
        pq.write_table(table, path)
        _prepare(connection, settings)
        clean_source(
            connection, contract, raw=path, clean=Path(folder) / "clean.parquet",
            facts=_facts(source, table.num_rows), in_memory_rows=data.draw(st.sampled_from([0, 100])),
        )  # fmt: skip
        line = balance(connection, "quality", source, rows_in=table.num_rows, rows=f"{source}_rows")
        rows = connection.execute(f"select source_row, status, reason from {source}_rows order by 1").fetchall()
        clean = connection.execute(f"select source_row, {contract.key} from {source}").fetchall()
        found = _rules_by_row(connection)
    assert [row for row, _, _ in rows] == table["source_row"].to_pylist()
    assert sorted(row for row, _ in clean) == [row for row, status, _ in rows if status == "kept"]
    assert len({key for _, key in clean}) == len(clean)
    assert None not in {key for _, key in clean}
    assert all((reason is None) == (status == "kept") for _, status, reason in rows)
    assert sum(line.reasons.values()) == line.duplicate + line.out_of_scope + line.quarantined
    assert all(reason in found.get(row, set()) for row, status, reason in rows if status == "quarantined")
    _hold_copies(table, rows)


def _facts(source: str, rows: int) -> SourceFacts:
    return SourceFacts(
        source=source, month=None, file="", sheet="", kind="csv", size=0, sha256="", header_row=1, rows=rows
    )


def _rules_by_row(connection: duckdb.DuckDBPyConnection) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for row, rule in connection.execute("select source_row, rule from findings").fetchall():
        found.setdefault(row, set()).add(rule)
    return found


def _hold_copies(table: pa.Table, rows: list[tuple[int, str, str | None]]) -> None:
    """Of rows with the same cells, the first alone can be kept: the others are duplicates, or share its fate."""
    states: dict[tuple[Any, ...], list[str]] = {}
    for cells, (_, status, _) in zip(table.drop(["source_row"]).to_pylist(), rows, strict=True):
        states.setdefault(tuple(cells.values()), []).append(status)
    for first, *others in states.values():
        if first in {"kept", "duplicate"}:
            assert set(others) <= {"duplicate"}
        else:
            assert set(others) <= {first, "duplicate"}
            assert first != "out_of_scope" or "duplicate" not in others
