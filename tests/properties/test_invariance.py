"""What does not matter changes nothing: order, repetition, and the place of a table in its workbook."""

from __future__ import annotations

import hashlib
import random
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.unit.quality.faults import add
from tests.unit.quality.faults_that_warn import WARNS
from tests.unit.quality.stages import PROVENANCE, Outcome, good_month, ingest_written, judge

if TYPE_CHECKING:
    from tests.months import SmallMonth

_WHOLE_RUNS = settings(
    max_examples=max(2, settings().max_examples // 8), phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
"""A whole run costs a third of a second: fewer examples than the properties of one query."""


def _messy_month(folder: Path) -> SmallMonth:
    """A month with every warning, copies of rows and blank rows in it."""
    month = good_month(folder)
    for fault in WARNS:
        if fault.rule != "SRC-W1":
            fault.change(month)
    add(month, 300, price="1 234,50 EUR", total_sales=3)
    for sheet in (month.erp, month.liaison, month.web):
        sheet.append(list(sheet[2]))
        sheet.append([" "] * len(sheet[0]))
    return month


def _write(month: SmallMonth, seed: int) -> None:
    """Write the month with its rows, columns and sheets in an order drawn from `seed`."""
    draw = random.Random(seed)  # noqa: S311
    (month.folder / "source").mkdir(parents=True, exist_ok=True)
    for name in ("erp", "liaison", "web"):
        rows = [list(row) for row in getattr(month, name)]
        order = draw.sample(range(len(rows[0])), len(rows[0]))
        shuffled = [rows[0], *draw.sample(rows[1:], len(rows) - 1)]
        workbook = openpyxl.Workbook()
        sheets = draw.sample(["Notes", "Données", "Archive"], 3)
        workbook.active.title = sheets[0]
        for title in sheets[1:]:
            workbook.create_sheet(title)
        for sheet in workbook.worksheets:
            sheet.append(["rien ici"])
        for _ in range(draw.randrange(3)):
            workbook["Données"].append(["titre"])
        for row in shuffled:
            cells = row + [None] * (len(order) - len(row))
            workbook["Données"].append([cells[position] for position in order])
        workbook.save(month.folder / "source" / f"{name}.xlsx")


def _meaning(outcome: Outcome) -> tuple[Any, ...]:
    """All that a month says, without the row numbers."""
    mart = [{name: value for name, value in row.items() if name not in PROVENANCE} for row in outcome.mart()]
    checks = {check.id: (check.result, check.rows) for check in outcome.checks.values()}
    cells = sorted((rule, cell["column"], cell["value"] or "") for rule in checks for cell in outcome.findings(rule))
    statuses = sorted((row["source"], row["status"], row["reason"] or "") for row in outcome.rows())
    return mart, outcome.figures, checks, cells, statuses


@cache
def _in_order() -> tuple[Any, ...]:
    with tempfile.TemporaryDirectory() as folder:
        return _meaning(judge(_messy_month(Path(folder))))


@_WHOLE_RUNS
@given(st.integers(0, 2**32))
def test_the_order_of_rows_columns_and_sheets_changes_nothing(seed: int) -> None:
    """Mart, figures, checks, named cells and the ledger are those of the month in order, to the last digit."""
    with tempfile.TemporaryDirectory() as folder:
        month = _messy_month(Path(folder))
        _write(month, seed)
        assert _meaning(judge(month, run=ingest_written(month))) == _in_order()


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
@_WHOLE_RUNS
@given(st.integers(0, 2**32))
def test_a_second_run_changes_no_byte(seed: int) -> None:
    """Every file of every stage, manifest included, is the same when the stages run again in the same directory."""
    with tempfile.TemporaryDirectory() as folder:
        month = _messy_month(Path(folder))
        _write(month, seed)
        run = judge(month, run=ingest_written(month)).run
        first = _digests(run.path)
        assert {name.split("/", maxsplit=1)[0] for name in first} == {"ingest", "quality", "analytics", "manifest.json"}
        judge(month, run=ingest_written(month))
        assert _digests(run.path) == first


@pytest.mark.slow
@_WHOLE_RUNS
@given(st.integers(0, 2**32))
def test_every_row_of_a_whole_month_is_followed_to_its_end(seed: int) -> None:
    """rows.parquet of quality has each row of each workbook once; that of analytics each clean row once."""
    with tempfile.TemporaryDirectory() as folder:
        month = _messy_month(Path(folder))
        month.settings = msgspec.structs.replace(
            month.settings, severity={"ERP-01": "info", "WEB-02": "info", "REC-02": "info"}
        )
        month.erp.append(["abc", 1, 1, 1, "instock"])
        month.web[3][3] = -1
        sizes = {name: len(getattr(month, name)) - 1 for name in ("erp", "liaison", "web")}
        _write(month, seed)
        outcome = judge(month, run=ingest_written(month))
        assert outcome.stopped is None
        rows = outcome.rows()
        keys = [(row["source"], row["source_row"]) for row in rows]
        assert len(set(keys)) == len(keys)
        assert {name: sum(source == name for source, _ in keys) for name in sizes} == sizes
        assert {row["status"] for row in rows} == {"kept", "duplicate", "out_of_scope", "quarantined"}
        kept = {(row["source"], row["source_row"]) for row in rows if row["status"] == "kept"}
        followed = [(row["source"], row["source_row"]) for row in outcome.rows("analytics")]
        assert set(followed) == kept
        assert len(followed) == len(kept)
