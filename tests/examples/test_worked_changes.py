"""The six changes of docs/extend.md, made in a copy and run: a source, rule, threshold, deliverable, store, schedule."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.conftest import ROOT
from tests.examples.conftest import PATCHES, apply, copy_of_the_repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.examples.conftest import Changed

pytestmark = pytest.mark.slow
_PAGE = (ROOT / "docs" / "extend.md").read_text(encoding="utf-8")


def _checks(changed: Changed) -> dict[str, dict[str, object]]:
    return {entry["id"]: entry for entry in json.loads((changed.folder / "out" / "checks.json").read_text())}


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_the_page_states_the_files_that_the_patch_touches(patch: Path) -> None:
    """docs/extend.md counts the files of each change and names each one."""
    text = patch.read_text(encoding="utf-8")
    files = re.findall(r"^diff --git a/(\S+)", text, re.MULTILINE)
    new = text.count("\nnew file mode")
    section = _PAGE.split(f"examples/{patch.name}")[1].split("\n## ")[0]
    counted = re.search(r"Files touched: (\d+), of which (\d+) new", section)
    assert counted, section
    assert (int(counted[1]), int(counted[2])) == (len(files), new)
    for file in files:
        assert f"`{file}`" in section, file


def test_each_patch_applies_alone(tmp_path: Path) -> None:
    """Nobody needs one change to make another."""
    copy = copy_of_the_repository(tmp_path)
    for patch in PATCHES:
        apply(patch, copy=copy)
        subprocess.run(["git", "apply", "-R", str(patch)], cwd=copy, check=True)


def test_a_source_is_read_judged_and_balanced(changed: Changed) -> None:
    """The purchase prices: the bad row is in quarantine.csv by its rule, the others are kept, no row is lost."""
    with (changed.folder / "out" / "quarantine.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "costs"]
    assert [(row["row"], row["column"], row["rule"]) for row in rows] == [("4", "purchase_price", "COS-W2")]
    ledger = json.loads((changed.folder / "out" / "summary.json").read_text())["ledger"]
    (line,) = (entry for entry in ledger if entry["source"] == "costs")
    assert (line["stage"], line["rows_in"], line["kept"], line["quarantined"]) == ("quality", 3, 2, 1)
    assert _checks(changed)["LEDGER"]["result"] == "pass"


def test_a_source_is_known_everywhere(changed: Changed) -> None:
    """`explain` and the lineage know the new source without a line of their own."""
    assert "purchase_price 12,50" in changed.command("explain", "--product-id", "3847", "--work", "work")
    assert '"clean_costs"' in (changed.folder / "out" / "lineage.json").read_text()


def test_a_rule_fires(changed: Changed) -> None:
    """ERP-W4 names the products on sale that are sold out."""
    header, *rows = openpyxl.load_workbook(changed.folder / "source" / "erp.xlsx").worksheets[0].values
    products = [dict(zip(header, row, strict=True)) for row in rows]
    sold_out = [product for product in products if product["onsale_web"] == 1 and product["stock_quantity"] == 0]
    check = _checks(changed)["ERP-W4"]
    assert check["result"] == "info"
    assert check["rows"] == len(sold_out) > 0


def test_a_threshold_is_one_line_of_the_settings(changed: Changed) -> None:
    """No code: a lower threshold makes more wines premium."""
    summary = json.loads((changed.folder / "out" / "summary.json").read_text())
    assert summary["premium_count"] > 30


def test_a_deliverable_is_written_read_back_and_listed(changed: Changed) -> None:
    """vins_a_racheter.csv holds sold-out products only, is in the manifest and in the lineage."""
    with (changed.folder / "out" / "vins_a_racheter.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {row["stock_quantity"] for row in rows} == {"0"}
    assert "vins_a_racheter.csv" in json.loads((changed.folder / "out" / "manifest.json").read_text())["files"]
    assert "vins_a_racheter.csv" in (changed.folder / "out" / "lineage.json").read_text()
    assert str(_checks(changed)["OUT-01"]["observed"]).startswith("11 files read back")


def test_a_store_publishes_a_month_that_verifies(changed: Changed) -> None:
    """The month stands in one SQLite file; every hash is read again, and publishing again changes nothing."""
    whole = changed.command("verify", "sqlite://reports.db/wine", "--month", "2026-10")
    assert "2026-10  whole" in whole
    (run,) = (changed.folder / "work" / "2026-10").glob("[0-9a-f]*")
    again = changed.command("publish", "--run-dir", str(run), "--store", "sqlite://reports.db/wine")
    assert "Already published" in again


def test_the_house_accepts_the_changes(changed: Changed) -> None:
    """The repository's own tests of flows, catalogue, settings and French hold on the changed copy."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-n", "0", "tests/contracts/test_catalogue.py",
         "tests/flows/test_static.py", "tests/unit/settings/test_settings.py", "tests/unit/delivery/test_documents.py",
         "-k", "early_check or 1_ingest or costs or COS-W or ERP-W4 or shipped"],
        cwd=changed.copy, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert "early_check" in done.stdout
    assert "COS-W2" in done.stdout
