"""One cell followed through a month: the price of the sample's best seller, from its workbook to the report's total."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import xlrd
import yaml

ROOT = Path(__file__).parents[1]


def one_cell(sample: Path, run: Path) -> str:
    """Each place where the price stands, and what it makes, by its name there: read out of the files of a run."""
    mart = pq.read_table(run / "analytics" / "mart.parquet").to_pylist()
    best = max(mart, key=lambda row: (row["revenue"], row["product_id"]))
    row = best["erp_row"]
    total = json.loads((run / "analytics" / "figures.json").read_text(encoding="utf-8"))["revenue_total"]
    summary = json.loads((run / "delivery" / "summary.json").read_text(encoding="utf-8"))["revenue_total"]
    sheets = xlrd.open_workbook(str(run / "delivery" / "report.xls"))
    products = [sheets["CA par produit"].row_values(number) for number in range(sheets["CA par produit"].nrows)]
    sold = next(dict(zip(products[0], line, strict=True)) for line in products[1:] if line[0] == best["product_id"])
    places = [
        ("the export", f"`erp.xlsx`, row {row}", "`price`", _written(sample / "erp.xlsx", row)),
        ("as read", "`ingest/erp/raw.parquet`", "`price`, text", _at(run / "ingest/erp/raw.parquet", row)),
        ("as typed", "`quality/erp.parquet`", "`price`, decimal", _at(run / "quality/erp.parquet", row)),
        ("joined", "`analytics/mart.parquet`", "`price`, decimal", best["price"]),
        ("valued", "the same", f"`revenue`, for {best['total_sales']} sold", best["revenue"]),
        ("summed", "`analytics/figures.json`", f"`revenue_total`, {len(mart)} products", total),
        ("on Kestra", ", ".join(f"`{flow}`" for flow in _flows_with("revenue_total")), "output `revenue_total`", total),
        ("delivered", "`summary.json`", "`revenue_total`", summary),
        ("in the report", "`report.xls`, sheet CA par produit", "`price`, `revenue`", f"{sold['price']:.2f}, {sold['revenue']:.2f}"),
        ("its total", "`report.xls`, sheet CA total", "CA total", f"{sheets['CA total'].cell_value(1, 1):.2f}"),
    ]  # fmt: skip
    lines = [
        f"The price of product {best['product_id']} of the sample month:",
        "",
        "| | where | name | EUR |",
        "|---|---|---|---|",
    ]
    return "\n".join([*lines, *(f"| {' | '.join(str(cell) for cell in place)} |" for place in places)])


def _written(workbook: Path, row: int) -> Any:
    """The cell of the column `price`, as the workbook holds it."""
    sheet = openpyxl.load_workbook(workbook).worksheets[0]
    column = next(cell.column for cells in sheet.iter_rows() for cell in cells if cell.value == "price")
    return sheet.cell(row, column).value


def _at(file: Path, row: int) -> Any:
    return next(line["price"] for line in pq.read_table(file).to_pylist() if line["source_row"] == row)


def _flows_with(output: str) -> list[str]:
    """The flows that put out a figure, subflows first."""
    paths = [*sorted((ROOT / "subflows").glob("*.yml")), *sorted((ROOT / "flows").glob("*.yml"))]
    loaded = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]
    return [flow["id"] for flow in loaded if any(entry["id"] == output for entry in flow.get("outputs", ()))]
