"""An export too large to be held in memory is judged as a small one is: same rows, same findings, same clean datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.findings import add_rules, rules_with_query
from bottleneck_tasks.quality.clean_source import clean_source
from bottleneck_tasks.quality.stage import _PACKAGE, _prepare
from bottleneck_tasks.session.open_session import open_session
from tests.unit.quality.stages import good_month, ingest_month

if TYPE_CHECKING:
    from pathlib import Path

    from tests.months import SmallMonth


def _faulty_month(folder: Path) -> SmallMonth:
    """A month with a copy, a conflict, rows that are rejected or out of scope, and cells that are normalised."""
    month = good_month(folder)
    month.erp += [month.erp[-1], [7, 1, 99, 5, "instock"], ["\u00a031", 1, "49,00", -2, "outofstock"], [None] * 5]
    month.liaison += [month.liaison[-1], [31, 131], ["x", 132], [999, 107]]
    month.web += [
        [131, "product", "Ch&acirc;teau d\u2019Y", "2", "draft", 0],
        [None, "product", "Sans SKU", 1, "publish", 0],
        [133, "page", "Autre", 1, "publish", 0],
        [134, "attachment", "Seule", 4, "inherit", 0],
        [131, "attachment", "Autre compte", 9, "inherit", 0],
    ]
    return month


def _judged(month: SmallMonth, raw: dict[str, Path], folder: Path, in_memory_rows: int) -> dict[str, Any]:
    folder.mkdir()
    with open_session(month.settings) as session:
        _prepare(session, month.settings)
        for name, contract in SOURCES.items():
            clean = folder / f"{name}.parquet"
            clean_source(session, contract, raw=raw[name], clean=clean, in_memory_rows=in_memory_rows)
        add_rules(session, _PACKAGE, rules_with_query(_PACKAGE, "quality"))
        judged: dict[str, Any] = {
            name: session.execute(f"select source_row, status, reason from {name}_rows").fetchall() for name in SOURCES
        }
        judged["findings"] = sorted(session.execute("select * from findings").fetchall())
        kinds = "select table_type from information_schema.tables where table_name = 'web_typed'"
        judged["kind"] = session.execute(f"{kinds} and table_schema in (current_schema(), 'main')").fetchall()
    judged["clean"] = {path.name: pq.read_table(path).to_pylist() for path in folder.iterdir()}
    return judged


@pytest.mark.parametrize("faulty", [False, True])
def test_a_large_export_is_judged_as_a_small_one(tmp_path: Path, faulty: bool) -> None:
    """Typed anew by each query instead of once in memory: nothing that is written or named differs."""
    month = (_faulty_month if faulty else good_month)(tmp_path)
    run = ingest_month(month)
    raw = {name: run.folder(f"ingest/{name}") / "raw.parquet" for name in SOURCES}
    small = _judged(month, raw, tmp_path / "small", 100)
    large = _judged(month, raw, tmp_path / "large", 0)
    assert (small.pop("kind"), large.pop("kind")) == ([("BASE TABLE",)], [("VIEW",)])
    assert {key: (small[key], large[key]) for key in small if large[key] != small[key]} == {}
    reasons = {reason for name in SOURCES for _, _, reason in small[name]}
    assert (reasons >= {"duplicate", "ERP-02", "LIA-03", "WEB-W4", "WEB-W1", "attachment", "blank"}) == faulty
