"""An export too large to be held in memory is judged as a small one is: same rows, same findings, same clean datasets."""

from __future__ import annotations

from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.findings import write_findings
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.quality.clean_source import clean_source
from bottleneck_tasks.quality.stage import _prepare, judge_together
from bottleneck_tasks.raw import raw_cells
from bottleneck_tasks.run import Run
from bottleneck_tasks.session.open_session import open_session
from tests.unit.quality.stages import good_month, ingest_month

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.contracts.facts import SourceFacts
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


def _facts(run: Run) -> list[SourceFacts]:
    return [run.facts(name) for name in SOURCES]


def _judged(
    month: SmallMonth, facts: list[SourceFacts], raw: dict[str, Path], folder: Path, in_memory_rows: int
) -> dict[str, Any]:
    folder.mkdir()
    with open_session(month.settings) as session:
        _prepare(session, month.settings)
        for fact in facts:
            clean_source(
                session, SOURCES[fact.source], raw=raw[fact.source], clean=folder / f"{fact.source}.parquet",
                facts=fact, in_memory_rows=in_memory_rows,
            )  # fmt: skip
        judge_together(session)
        judged: dict[str, Any] = {
            name: session.execute(f"select source_row, status, reason from {name}_rows order by all").fetchall()
            for name in SOURCES
        }
        judged["findings"] = sorted(session.execute("select * from findings").fetchall())
        write_findings(session, folder / "findings.parquet", sources=facts, raw=raw)
        kinds = "select table_type from information_schema.tables where table_name = 'web_typed'"
        judged["kind"] = session.execute(f"{kinds} and table_schema in (current_schema(), 'main')").fetchall()
    judged["written"] = {path.name: pq.read_table(path).to_pylist() for path in folder.glob("*.parquet")}
    for fact in facts:
        if fact.rows > in_memory_rows:  # the clean rows of a large export are in no order
            judged["written"][f"{fact.source}.parquet"].sort(key=itemgetter("source_row"))
    return judged


@pytest.mark.parametrize("faulty", [False, True])
def test_a_large_export_is_judged_as_a_small_one(tmp_path: Path, faulty: bool) -> None:
    """Typed anew by each query instead of once in memory: nothing that is written or named differs."""
    month = (_faulty_month if faulty else good_month)(tmp_path)
    run = ingest_month(month)
    raw = {name: run.raw(name) for name in SOURCES}
    small = _judged(month, _facts(run), raw, tmp_path / "small", 100)
    large = _judged(month, _facts(run), raw, tmp_path / "large", 0)
    assert (small.pop("kind"), large.pop("kind")) == ([("BASE TABLE",)], [("VIEW",)])
    assert {key: (small[key], large[key]) for key in small if large[key] != small[key]} == {}
    reasons = {reason for name in SOURCES for _, _, reason in small[name]}
    assert (reasons >= {"duplicate", "ERP-02", "LIA-03", "WEB-W4", "WEB-W1", "attachment", "blank"}) == faulty


_TYPES = {"product_id": pa.int64(), "onsale_web": pa.int32(), "stock_quantity": pa.int16(), "total_sales": pa.int64()}


def _as_parquet(month: SmallMonth, price: pa.DataType) -> Run:
    """The rows of a month in Parquet, numbers as numbers; a cell that is no number of the column is left empty."""
    folder = month.folder / "parquet"
    folder.mkdir()
    for name in SOURCES:
        header, *rows = getattr(month, name)
        columns: dict[str, pa.Array] = {}
        for place, column in enumerate(header):
            cells = [row[place] if place < len(row) else None for row in rows]
            if column == "price":
                cells = [cell if isinstance(cell, int | float) else None for cell in cells]
                columns[column] = pa.array([None if cell is None else Decimal(str(cell)) for cell in cells], price)
            elif column in _TYPES:
                columns[column] = pa.array([cell if isinstance(cell, int) else None for cell in cells], _TYPES[column])
            else:
                columns[column] = pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    run = Run(month.folder / "typed")
    ingest(run, files={name: folder / f"{name}.parquet" for name in SOURCES}, month=None, settings=month.settings)
    return run


@pytest.mark.parametrize("price", [pa.decimal128(10, 2), pytest.param(pa.decimal128(10, 3), marks=pytest.mark.slow)])
@pytest.mark.parametrize("faulty", [False, True])
@pytest.mark.parametrize("in_memory_rows", [0, pytest.param(100, marks=pytest.mark.slow)])
def test_typed_columns_are_judged_as_their_text_is(
    tmp_path: Path, faulty: bool, price: pa.DataType, in_memory_rows: int
) -> None:
    """Numbers taken as they are in Parquet, or made text and read again: same rows, findings, values, clean datasets."""
    month = (_faulty_month if faulty else good_month)(tmp_path)
    month.erp.append([10**18, 3, -4.5, 7, "InStock"] if faulty else [77, 1, 4.5, 7, "InStock"])
    run = _as_parquet(month, price)
    facts = _facts(run)
    raw = {name: run.raw(name) for name in SOURCES}
    texts = {name: tmp_path / f"{name}_text.parquet" for name in SOURCES}
    with open_session(month.settings) as session:
        for fact in facts:
            cells = raw_cells(raw[fact.source], SOURCES[fact.source].columns, fact.columns)
            session.write_parquet(cells, texts[fact.source])
    as_text = [replace(fact, columns={}, plain_columns=()) for fact in facts]
    typed = _judged(month, facts, raw, tmp_path / "by_type", in_memory_rows)
    text = _judged(month, as_text, texts, tmp_path / "by_text", in_memory_rows)
    assert {key: (typed[key], text[key]) for key in typed if text[key] != typed[key]} == {}
    assert bool(typed["findings"]) == faulty
