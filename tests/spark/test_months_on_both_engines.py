"""A month judged by Spark is the month judged by DuckDB: rows, findings, ledger, figures, to the last digit."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottleneck_tasks.contracts.facts import SourceFacts
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.quality.clean_source import clean_source
from bottleneck_tasks.quality.stage import _prepare
from bottleneck_tasks.run import Run, read_json, to_json
from bottleneck_tasks.session.on_spark import spark_session
from bottleneck_tasks.session.open_session import open_session
from tests.spark.months import DUCKDB, GENERATE, SPARK, differences, on_both

pytestmark = pytest.mark.slow

_IDS = st.sampled_from([*map(str, range(1, 30)), "2.0", "03", " 1\u00a0", "+7", "abc", "", "\u200b", None])
_SKUS = st.sampled_from([*map(str, range(101, 125)), "101.0", "13127-1", "\uff11\uff10\uff12", " 105 ", None])
_CELLS: dict[str, st.SearchStrategy[str | None]] = {
    "product_id": _IDS,
    "id_web": _SKUS,
    "sku": _SKUS,
    "onsale_web": st.sampled_from(["0", "1", "1", "1", "2", None]),
    "price": st.sampled_from(
        [
            "8.45",
            "12.5",
            "16.9",
            "10,50",
            "1 234,50",
            "1.234",
            "24.205",
            "-8",
            "0",
            "900",
            "12 \u20ac",
            "1E+2",
            None,
            "x",
        ]
    ),
    "stock_quantity": st.sampled_from(["5", "0", "-1", "4.5", None]),
    "stock_status": st.sampled_from(["instock", "OutOfStock", "unknown", None]),
    "post_type": st.sampled_from(["product"] * 6 + ["attachment", "Page", None, " "]),
    "post_title": st.sampled_from(
        [
            "Clos de la Rose",
            "Clos d'Or",
            "Clos Vert 2",
            "Ch&acirc;teau \u00c9t\u00e9",
            "\u039f\u0399\u039d\u039f\u03a3 A",
            "Vin",
            None,
        ]
    ),
    "total_sales": st.sampled_from(["0", "3", "12", "500", "-1", "2.5", None]),
    "post_status": st.sampled_from(["publish", "publish", "draft", None]),
    "guid": st.sampled_from(["https://shop/?p=1", "https://shop/a.JPG", None]),
}


@st.composite
def _exports(draw: st.DrawFn) -> dict[str, pa.Table]:
    """Three messy exports that meet: repeated keys, copies, blank rows, attachments, cells that cannot be read."""
    return {name: _export(draw, name) for name in SOURCES}


def _export(draw: st.DrawFn, source: str) -> pa.Table:
    columns = SOURCES[source].columns
    row = st.tuples(*(_CELLS.get(name, st.none()) for name in columns))
    rows: list[Any] = draw(st.lists(row, min_size=20, max_size=60))
    rows += [*draw(st.lists(st.sampled_from(rows), max_size=6)), (None,) * len(columns)]
    kinds = st.sampled_from(["text", "number", "untyped"])
    arrays: dict[str, pa.Array] = {"source_row": pa.array(range(2, 2 + len(rows)), pa.int64())}
    for position, name in enumerate(columns):
        cells = [cells[position] for cells in rows]
        kind = draw(kinds)
        arrays[name] = pa.array(cells, pa.string())
        arrays[f"{name}_cell"] = pa.array([None if cell is None else kind for cell in cells], pa.string())
    return pa.table(arrays)


def _landed(folder: Path, exports: dict[str, pa.Table]) -> Run:
    run = Run(folder / "landed")
    for name, table in exports.items():
        step = run.path / "ingest" / name
        step.mkdir(parents=True)
        pq.write_table(table, step / "raw.parquet")
        facts = SourceFacts(
            source=name, month=None, file=f"l'{name}.csv", sheet="", kind="csv", size=1, sha256="0", header_row=1,
            rows=table.num_rows,
        )  # fmt: skip
        (step / "source.json").write_bytes(to_json(facts.to_dict()))
    return run


def test_the_sample_month_is_the_same_on_both_engines(sample_month: Path, tmp_path: Path) -> None:
    """825 ERP rows, 1,513 web rows, 714 products: every file of both stages, cell by cell."""
    run = Run(tmp_path / "landed")
    ingest(run, files={name: sample_month / f"{name}.xlsx" for name in SOURCES}, month=None, settings=DUCKDB)
    one, other = on_both(run)
    assert differences(one, other) == {}
    assert read_json(other.folder("analytics") / "figures.json")["merged"] == 714


def test_a_large_export_is_judged_alike(sample_month: Path, tmp_path: Path) -> None:
    """Cells that are read otherwise are set aside when an export is large: the same rows, findings and clean dataset."""
    run = Run(tmp_path / "landed")
    ingest(run, files={name: sample_month / f"{name}.xlsx" for name in SOURCES}, month=None, settings=DUCKDB)
    facts = run.facts("web")
    judged: list[dict[str, Any]] = []
    for engine in (DUCKDB, SPARK):
        clean = tmp_path / f"{engine.engine.name}.parquet"
        with open_session(engine) as session:
            _prepare(session, engine)
            clean_source(
                session, SOURCES["web"], raw=run.raw("web"), clean=clean, facts=facts,
                in_memory_rows=0 if engine is SPARK else facts.rows,
            )  # fmt: skip
            rows = session.execute("select source_row, status, reason from web_rows order by source_row").fetchall()
            findings = session.execute("select * from findings").fetchall()
        judged.append({"rows": rows, "findings": sorted(findings), "clean": pq.read_table(clean).to_pylist()})
    assert {name: (part, judged[1][name]) for name, part in judged[0].items() if judged[1][name] != part} == {}
    assert {finding[0] for finding in judged[0]["findings"]} >= {"NORM-HTML"}


@settings(max_examples=2, phases=GENERATE, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(exports=_exports())
def test_messy_exports_are_judged_alike(exports: dict[str, pa.Table]) -> None:
    """Copies, conflicts, rejected rows, unreadable cells and prices of every spelling: the same findings and ledger."""
    with tempfile.TemporaryDirectory(prefix="l'\u00e9t\u00e9 {1} a%20b ") as folder:
        one, other = on_both(_landed(Path(folder), exports))
        assert differences(one, other) == {}


def test_a_session_leaves_no_folder_behind() -> None:
    """Its tables and Spark's own folder for tables are gone when it ends, and the next session has its own."""
    for _ in range(2):
        with spark_session(SPARK) as session:
            session.execute("create table kept as select 1 as one")
            assert session.execute("select one from kept").fetchone() == (1,)
        warehouse = session.spark.conf.get("spark.sql.warehouse.dir") or ""
        assert Path(warehouse.removeprefix("file:")).name.startswith("bottleneck-spark-")
        assert not Path(warehouse.removeprefix("file:")).exists()
        assert not session.folder.exists()
