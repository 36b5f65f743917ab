"""Small months written by hand: real workbooks, changed cell by cell, run through the real stages."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow.parquet as pq

from bottleneck_tasks.run import Run, read_json
from bottleneck_tasks.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.delivery.stage import Delivery

__all__ = ["SmallMonth"]

_ERP: list[list[Any]] = [
    ["product_id", "onsale_web", "price", "stock_quantity", "stock_status"],
    [1, 1, 10, 5, "instock"],
    [2, 1, 12.5, 0, "outofstock"],
    [3, 1, 24.2, 12, "instock"],
    [4, 1, 90, 1, "instock"],
    [5, 0, 15, 3, "instock"],
]
_LIAISON: list[list[Any]] = [["product_id", "id_web"], [1, 101], [2, 102], [3, 103], [4, "13127-1"], [5, None]]
_WEB: list[list[Any]] = [
    ["sku", "post_type", "post_title", "total_sales", "post_status", "virtual"],
    [101, "product", "Premier vin", 7, "publish", 0],
    [102, "product", "Deuxième vin", 0, "publish", 0],
    [103, "product", "Troisième vin", 3, "publish", 0],
    ["13127-1", "product", "Quatrième vin", 1, "publish", 0],
    [101, "attachment", "Premier vin", 7, "inherit", 0],
    [None, None, None, None, None, 0],
]


class SmallMonth:
    """Three workbooks: 5 ERP rows, 5 liaison rows, 6 web rows; 4 products, revenue 232.60 EUR.

    Rows are lists of cells, the header first: `month.erp[1]` is row 2 of the sheet. Change them, then `run()`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.erp = copy.deepcopy(_ERP)
        self.liaison = copy.deepcopy(_LIAISON)
        self.web = copy.deepcopy(_WEB)
        self.settings = Settings()
        self.work: Path | None = None

    def write(self) -> Path:
        """Write the three workbooks and return their folder."""
        source = self.folder / "source"
        source.mkdir(exist_ok=True)
        for name in ("erp", "liaison", "web"):
            workbook = openpyxl.Workbook()
            sheet = workbook.active
            assert sheet is not None
            for row in getattr(self, name):
                sheet.append(row)
            workbook.save(source / f"{name}.xlsx")
        return source

    def run(self, **arguments: Any) -> Delivery:
        """Write and run the month; the deliverables are in `self.out`."""
        from bottleneck_tasks.monthly_revenue import monthly_revenue

        run, delivery = monthly_revenue(
            source=self.write(),
            month=None,
            out=self.out,
            work=self.folder / "work",
            settings=self.settings,
            **arguments,
        )
        self.work = run.path
        return delivery

    @property
    def out(self) -> Path:
        """Where the deliverables are placed."""
        return self.folder / "out"

    def warnings(self) -> dict[str, int]:
        """Run the month and return the rows that broke each warning rule."""
        return {check.id: check.rows for check in self.run().checks if check.result == "warn"}

    def findings(self, rule: str) -> list[dict[str, Any]]:
        """The cells that broke a rule, from the newest run directory, whether or not it was delivered."""
        rows = []
        for path in sorted(self.folder.glob("work/*/*/*/findings.parquet")):
            rows += [row for row in pq.read_table(path).to_pylist() if row["rule"] == rule]
        return rows

    def ledger(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The ledger lines by stage and source."""
        assert self.work is not None
        run = Run(self.work)
        lines = read_json(run.folder("quality") / "ledger.json") + read_json(run.folder("analytics") / "ledger.json")
        return {(line["stage"], line["source"]): line for line in lines}
