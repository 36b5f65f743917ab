"""The customer's month gives the reference figures of docs/data.md, and exactly its warnings."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pyarrow.parquet as pq
import pytest
import python_calamine

from bottleneck_tasks.errors import GateError
from bottleneck_tasks.monthly_revenue import monthly_revenue
from bottleneck_tasks.settings import Settings, load_settings


@pytest.fixture(scope="module")
def out(real_month: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deliverables of the real month."""
    folder = tmp_path_factory.mktemp("real")
    monthly_revenue(source=real_month, month=None, out=folder / "out", work=folder / "work", settings=Settings())
    return folder / "out"


@pytest.fixture(scope="module")
def summary(out: Path) -> dict[str, Any]:
    """summary.json of the real month."""
    loaded: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return loaded


def test_rows_read_and_merged(summary: dict[str, Any]) -> None:
    """825, 1,513 and 825 rows enter, 714 products come out."""
    rows = summary["rows"]
    assert (rows["erp"], rows["web"], rows["liaison"], rows["merged"]) == (825, 1513, 825, 714)


def test_revenue_is_exact(summary: dict[str, Any]) -> None:
    """Revenue to date is 70,568.60 EUR to the cent, premium and ordinary add up to it."""
    assert summary["revenue_total"] == "70568.60"
    assert (summary["premium_revenue"], summary["ordinary_revenue"]) == ("6884.40", "63684.20")


def test_premium_and_ordinary_wines(summary: dict[str, Any], out: Path) -> None:
    """30 premium and 684 ordinary wines, in the summary and in the files."""
    assert (summary["premium_count"], summary["ordinary_count"]) == (30, 684)
    for name, count in (("vins_premium.csv", 30), ("vins_ordinaires.csv", 684)):
        with (out / name).open(encoding="utf-8", newline="") as file:
            assert sum(1 for _ in csv.DictReader(file)) == count


def test_exactly_the_known_warnings(out: Path) -> None:
    """Two without SKU, three truncated attachments, two negative stocks ... and nothing else."""
    checks = json.loads((out / "checks.json").read_text(encoding="utf-8"))
    warnings = {check["id"]: check["rows"] for check in checks if check["result"] == "warn"}
    assert warnings == {
        "WEB-W1": 2,
        "WEB-W2": 3,
        "ERP-W1-STOCK": 2,
        "ERP-W1-STATUS": 6,
        "ERP-W1-PRICE": 2,
        "REC-W1": 3,
    }
    assert not [check for check in checks if check["result"] == "block"]


def test_the_ledger_names_every_row(summary: dict[str, Any]) -> None:
    """1,513 web rows are 714 kept, 797 out of scope and 2 quarantined; 111 ERP rows stop before the report."""
    ledger = {(line["stage"], line["source"]): line for line in summary["ledger"]}
    web = ledger["quality", "web"]
    assert (web["kept"], web["out_of_scope"], web["quarantined"]) == (714, 797, 2)
    assert web["reasons"] == {"WEB-W1": 2, "attachment": 714, "blank": 83}
    assert ledger["analytics", "erp"]["reasons"] == {"no_id_web": 91, "not_on_web": 20}


def test_the_quarantine_names_the_cells(out: Path) -> None:
    """The two products without a SKU are listed with their row, for somebody to mend."""
    with (out / "quarantine.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["source"], row["row"], row["column"], row["rule"]) for row in rows] == [
        ("web", "355", "sku", "WEB-W1"),
        ("web", "490", "sku", "WEB-W1"),
    ]


def test_every_file_holds_the_same_total(out: Path) -> None:
    """The workbook, the old workbook, the CSV and the Parquet file add up to the same cents."""
    total = Decimal("70568.60")
    assert sum(pq.read_table(out / "merged_with_revenue.parquet")["revenue"].to_pylist()) == total
    with (out / "merged_with_revenue.csv").open(encoding="utf-8", newline="") as file:
        assert sum(Decimal(row["revenue"]) for row in csv.DictReader(file)) == total
    for name in ("report.xls", "revenue_report.xlsx"):
        rows = python_calamine.load_workbook(str(out / name)).get_sheet_by_name("CA par produit").to_python()
        header = next(index for index, row in enumerate(rows) if "revenue" in row)
        column = rows[header].index("revenue")
        cells = [row[column] for row in rows[header + 1 :] if isinstance(row[0], int | float)]
        assert sum(Decimal(str(round(cell, 2))) for cell in cells) == total
        assert len(cells) == 714


def test_the_workbook_has_its_six_sheets(out: Path) -> None:
    """A manager finds the sheets by the names that were agreed."""
    workbook = openpyxl.load_workbook(out / "revenue_report.xlsx")
    assert workbook.sheetnames == [
        "Synthèse", "CA par produit", "Vins premium", "Vins ordinaires", "Contrôles", "Rejets",
    ]  # fmt: skip
    sheets = python_calamine.load_workbook(str(out / "report.xls")).sheet_names
    assert sheets == ["CA par produit", "CA total"]


def test_the_month_meets_what_was_counted_by_hand(real_month: Path, tmp_path: Path) -> None:
    """With the expectations of the reference month the run passes; with one figure off it is blocked."""
    settings = load_settings(Path(__file__).parent / "expectations.toml")
    folders = {"source": real_month, "month": None, "out": None, "work": tmp_path}
    _, delivery = monthly_revenue(**folders, settings=settings)
    assert next(check for check in delivery.checks if check.id == "EXP-01").observed == "9 figures as expected"
    wrong = msgspec.structs.replace(settings, expect={**settings.expect, "merged": 713})
    with pytest.raises(GateError, match="merged is 714, not 713"):
        monthly_revenue(**folders, settings=wrong)
