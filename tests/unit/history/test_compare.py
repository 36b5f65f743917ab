"""A month against those before it: what is said, from the figures to the rows."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow.parquet as pq
import pytest

from bottleneck_tasks.database import read_sql
from bottleneck_tasks.explain import explain
from bottleneck_tasks.run import Run, read_json, read_table
from bottleneck_tasks.settings import Settings
from tests.injections import INJECTIONS
from tests.unit.history.shop import FIRST, TRAPS, judge

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.history.past import Recorded
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.sample.sheets import Month as Sheets

Lived = list[tuple["Month", "Sheets"]]
PastMonths = dict["Month", "Recorded"]


def _counters(sheets: Sheets) -> dict[Any, int]:
    return {row.cells[0]: row.cells[5] for row in sheets.web if row.cells[25] == "product" and row.cells[0]}  # type: ignore[misc]


def _prices(sheets: Sheets) -> dict[Any, Decimal]:
    price = {row.cells[0]: Decimal(str(row.cells[2])) for row in sheets.erp}
    return {row.cells[1]: price[row.cells[0]] for row in sheets.liaison if row.cells[1]}


def test_a_normal_month_is_compared_in_silence(lived: Lived, past: PastMonths, tmp_path: Path) -> None:
    """Its own revenue is the gain of each counter at the month's price; products new and gone are listed."""
    (_, older), (month, sheets) = lived[2:4]
    record, named = judge(tmp_path / "run", month, sheets, past)
    assert set(named) <= TRAPS
    assert record is not None
    now, before, price = _counters(sheets), _counters(older), _prices(sheets)
    gained = {sku: count - before.get(sku, 0) for sku, count in now.items()}
    own = read_json(tmp_path / "run" / "history" / "snapshot.json")["own_revenue"]
    assert Decimal(own["revenue"]) == sum((price[sku] * count for sku, count in gained.items()), Decimal(0)) > 0
    assert own["units"] == sum(gained.values())
    assert {entry["sku"] for entry in own["new"]} == {str(sku) for sku in now.keys() - before.keys()} != set()
    assert {entry["sku"] for entry in own["gone"]} == {str(sku) for sku in before.keys() - now.keys()} != set()
    assert own["renumbered"] == []
    new = sum((price[sku] * now[sku] for sku in now.keys() - before.keys()), Decimal(0))
    assert Decimal(own["new_products_revenue"]) == new


@pytest.mark.slow
@pytest.mark.parametrize("name", INJECTIONS)
def test_every_fault_is_blocked_or_named(name: str, lived: Lived, past: PastMonths, tmp_path: Path) -> None:
    """A fault put into a normal month breaks a rule that is about it."""
    month, sheets = lived[3]
    inject, rules = INJECTIONS[name]
    _, named = judge(tmp_path / "run", month, inject(sheets, [older for _, older in lived[:3]], 7), past)
    assert rules & set(named)


def test_an_alert_states_both_numbers_and_the_limit(lived: Lived, past: PastMonths, tmp_path: Path) -> None:
    """The person who reads it can judge without opening another file; the cell is named."""
    month, sheets = lived[3]
    inject, _ = INJECTIONS["cheap unsold price x10"]
    faulty = inject(sheets, [older for _, older in lived[:3]], 7)
    _, named = judge(tmp_path / "run", month, faulty, past)
    (finding,) = [
        row
        for row in pq.read_table(tmp_path / "run/history/findings.parquet").to_pylist()
        if row["rule"] == "DRIFT-PRICE"
    ]
    changed = [
        (old.cells, new.cells) for old, new in zip(sheets.erp, faulty.erp, strict=True) if old.cells != new.cells
    ]
    (before, after), row = changed[0], finding["row"]
    assert sheets.erp[row - 2].cells == before
    assert f"is {Decimal(str(after[2])):.2f} EUR, " in finding["message"]
    assert f"in {month.previous()} (10.0 times, limit 2.0)" in finding["message"]
    assert named["DRIFT-PRICE"].rows == 1
    inject, _ = INJECTIONS["revenue -40 % by the counters"]
    _, named = judge(tmp_path / "other", month, inject(sheets, [], 7), past)
    said = named["DRIFT-REVENUE"].observed
    assert said.startswith("revenue to date ")
    assert f" in {month.previous()}, plausible " in said
    assert "fixed limit, revenue 0.25" in said
    assert named["DRIFT-REVENUE"].result == "block"


@pytest.mark.slow
def test_a_counter_that_went_down_counts_for_nothing(lived: Lived, past: PastMonths, tmp_path: Path) -> None:
    """Its row is named, and the month's own revenue says that it does not hold these sales."""
    month, sheets = lived[3]
    faulty = INJECTIONS["one counter reset"][0](sheets, [older for _, older in lived[:3]], 7)
    judge(tmp_path / "run", month, faulty, past)
    own = read_json(tmp_path / "run" / "history" / "snapshot.json")["own_revenue"]
    assert own["counters_down"] == 1
    gained = Counter(_counters(faulty))
    gained.subtract(_counters(lived[2][1]))
    known = {sku: units for sku, units in gained.items() if sku in _counters(faulty)}
    assert own["units"] == sum(units for units in known.values() if units > 0)


@pytest.mark.slow
def test_a_renumbered_product_keeps_its_counter(lived: Lived, past: PastMonths, tmp_path: Path) -> None:
    """A new product_id, or a new SKU in the place of the old one, is no new product with years of sales in one month."""
    month, sheets = lived[3]
    from tests.injections import _lists, _with

    erp, liaison, web = _lists(sheets.erp), _lists(sheets.liaison), _lists(sheets.web)
    sold = [row for row in web if row[25] == "product" and row[0] and row[5] > 20][:2]
    first, second = (row[0] for row in sold)
    number = next(row[0] for row in liaison if row[1] == first)
    for row in (*erp, *liaison):
        row[0] = 99_000 if row[0] == number else row[0]
    for row in (*liaison, *web):
        row[0 if row in web else 1] = 88_000 if row[0 if row in web else 1] == second else row[0 if row in web else 1]
    _, named = judge(tmp_path / "run", month, _with(sheets, erp=erp, liaison=liaison, web=web), past)
    assert set(named) <= TRAPS
    own = read_json(tmp_path / "run" / "history" / "snapshot.json")["own_revenue"]
    assert {entry["sku"] for entry in own["renumbered"]} == {str(first), "88000"}
    assert {entry["sku"] for entry in own["new"]}.isdisjoint({str(first), "88000"})
    judge(tmp_path / "plain", month, sheets, past)
    plain = read_json(tmp_path / "plain" / "history" / "snapshot.json")["own_revenue"]
    assert own["revenue"] == plain["revenue"]


def test_a_missing_month_is_said_and_not_guessed(lived: Lived, past: PastMonths, tmp_path: Path) -> None:
    """Without the month before there is no revenue of the month; the rest is compared with the latest known one."""
    month, sheets = lived[3]
    record, named = judge(tmp_path / "run", month, sheets, {FIRST: past[FIRST]})
    assert set(named) - TRAPS == {"DRIFT-GAP"}
    assert named["DRIFT-GAP"].observed == "2025-01 is not in the history: compared with 2024-11, no revenue of its own"
    own = read_json(tmp_path / "run" / "history" / "snapshot.json")["own_revenue"]
    assert (own["revenue"], own["units"], own["compared_with"]) == (None, None, "2024-11")
    assert record is not None
    assert set(record.compared) == {"2024-11"}


def test_a_first_month_is_compared_with_nothing(lived: Lived, tmp_path: Path) -> None:
    """The first month of a history passes and says so."""
    _, named = judge(tmp_path / "run", *lived[0], {})
    assert set(named) <= TRAPS
    checks = {entry["id"]: entry for entry in read_json(Run(tmp_path / "run").folder("history") / "checks.json")}
    assert checks["DRIFT-GAP"]["observed"] == "no month before it is known"


@pytest.mark.slow
def test_a_stale_file_is_named_with_its_month_and_may_be_let_through(
    lived: Lived, past: PastMonths, tmp_path: Path
) -> None:
    """SRC-05 stops the month before anything is computed; a person overrides it with a reason."""
    month, sheets = lived[3]
    stale = INJECTIONS["liaison of two months ago"][0](sheets, [older for _, older in lived[:3]], 7)
    record, named = judge(tmp_path / "run", month, stale, past)
    assert record is None
    assert named["SRC-05"].observed == "liaison.csv is the file delivered for 2024-12"
    again = INJECTIONS["stale ERP, saved again"][0](sheets, [older for _, older in lived[:3]], 7)
    _, named = judge(tmp_path / "again", month, again, past)
    assert named["SRC-05"].observed == "erp.csv holds the rows delivered for 2025-01, saved again"
    allowed = Settings().allowing(["SRC-05"], ["the shop was closed"])
    _, named = judge(tmp_path / "allowed", month, lived[2][1], past, allowed)
    assert (named["SRC-05"].result, named["SRC-05"].rows, named["SRC-05"].because) == (
        "allowed",
        3,
        "the shop was closed",
    )


@pytest.mark.slow
def test_the_story_of_a_product_tells_what_the_history_found(lived: Lived, past: PastMonths, tmp_path: Path) -> None:
    """`explain` ends with the months before: its price typed ten times too high is in no other stage's findings."""
    month, sheets = lived[3]
    faulty = INJECTIONS["unsold price x10"][0](sheets, [older for _, older in lived[:3]], 7)
    judge(tmp_path / "run", month, faulty, past)
    run = Run(tmp_path / "run")
    (found,) = read_table(run.folder("history") / "findings.parquet").to_pylist()
    product = found["message"].split()[3]
    last = explain(run, product_id=product, sku=None, settings=Settings())[-1]
    assert (last.stage, last.status, last.row, last.detail) == (
        "history",
        "DRIFT-PRICE",
        found["row"],
        found["message"],
    )


@pytest.mark.slow
@pytest.mark.parametrize("saved_again", [False, True])
def test_a_liaison_alone_may_stay_as_it_was(
    lived: Lived, past: PastMonths, tmp_path: Path, *, saved_again: bool
) -> None:
    """A mapping to which no product was added is named, SRC-W2, and the month passes; the month before never hears of it."""
    before, month = lived[2], lived[3][0]
    quiet = _quiet_month(before[1], saved_again=saved_again)
    record, named = judge(tmp_path / "run", month, quiet, past)
    assert record is not None
    assert set(named) - TRAPS == {"SRC-W2"}
    said = "holds the rows delivered for 2025-01, saved again" if saved_again else "is the file delivered for 2025-01"
    assert (named["SRC-W2"].result, named["SRC-W2"].observed) == ("warn", f"liaison {said}")
    again, of_before = judge(tmp_path / "before", *before, {**past, month: record})
    assert again is not None
    assert set(of_before) <= TRAPS
    assert again.compared == past[before[0]].compared
    record, named = judge(tmp_path / "strict", month, quiet, past, Settings(severity={"SRC-W2": "block"}))
    assert (record, list(named)) == (None, ["SRC-W2"])


@pytest.mark.parametrize(
    ("fallen", "sold", "named"), [(20, 0, 20), (19, 0, 0), (20, 1, 0), (21, 1, 20), (40, 2, 0), (41, 2, 39)]
)
def test_a_web_export_that_stands_still_while_stocks_fall_is_named(fallen: int, sold: int, named: int) -> None:
    """DRIFT-STOCK: from twenty fallen stocks on, when fewer than one counter in twenty rose; the unsold are named."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set variable month = '2026-10'; set variable compared_month = '2026-09'")
    connection.execute(
        f"create table changes as select '2026-10' as month, 'known' as status, i as product_id, 7 as counter, "
        f"case when i < {sold} then 1 else 0 end as units, case when i < {fallen} then 3 else 9 end as stock, "
        "9 as stock_before from range(100) as numbers (i)"
    )
    connection.execute("create table mart as select product_id, product_id + 2 as web_row from changes")
    found = connection.execute(read_sql("bottleneck_tasks.history", "rules/drift-stock")).fetchall()
    assert len(found) == named
    assert all("is 7, as in 2026-09, and its stock fell from 9 to 3" in message for *_, message in found)


def _quiet_month(sheets: Sheets, *, saved_again: bool) -> Sheets:
    """The month after without a product added: a third of the counters that had sales gain one, the liaison stays."""
    from tests.injections import _lists, _with

    web = _lists(sheets.web)
    for row in [row for row in web if row[5]][::3]:
        row[5] += 1
    erp = _lists(sheets.erp)
    erp[0][3] += 1
    return _with(sheets, web=web, erp=erp, liaison=sheets.liaison[::-1] if saved_again else sheets.liaison)


@pytest.mark.slow
def test_a_month_is_not_stale_to_itself(lived: Lived, past: PastMonths, tmp_path: Path) -> None:
    """Running a published month again is no stale file, and gives the same facts."""
    month, sheets = lived[2]
    record, named = judge(tmp_path / "run", month, sheets, past)
    assert set(named) <= TRAPS
    assert record is not None
    assert record.facts == past[month].facts
    assert set(record.compared) == {"2024-11", "2024-12"}
