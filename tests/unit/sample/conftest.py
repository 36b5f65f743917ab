"""Read the sample as a stranger would: python-calamine, plain Python, exact decimals; none of our pipeline."""

from __future__ import annotations

import functools
import statistics
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from python_calamine import CalamineWorkbook

from bottleneck_tasks.sample import write_sample
from bottleneck_tasks.sample.compose import compose_month
from bottleneck_tasks.sample.sheets import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Exports:
    """The three sheets as dictionaries; empty cells are None, keys that are whole numbers are integers."""

    erp: list[Row]
    liaison: list[Row]
    web: list[Row]

    @property
    def merged(self) -> list[Row]:
        """Web products with a SKU, joined to the liaison and the ERP."""
        erp = {row["product_id"]: row for row in self.erp}
        product_ids = {str(row["id_web"]): row["product_id"] for row in self.liaison if row["id_web"] is not None}
        products = [row for row in self.web if row["post_type"] == "product" and row["sku"] is not None]
        return [row | erp[product_ids[str(row["sku"])]] for row in products]


def _rows(columns: Iterable[Any], rows: Iterable[Iterable[Any]]) -> list[Row]:
    return [{name: _value(value) for name, value in zip(columns, row, strict=True)} for row in rows]


def _value(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


def read_workbook(path: Path) -> list[Row]:
    """Return the rows of the first sheet under its header."""
    header, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return _rows(header, rows)


@pytest.fixture(scope="session")
def workbook_exports(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """The default sample, written to disk and read back."""
    paths = write_sample(tmp_path_factory.mktemp("sample"))
    return Exports(erp=read_workbook(paths.erp), liaison=read_workbook(paths.liaison), web=read_workbook(paths.web))


@pytest.fixture(scope="session")
def workbook_figures(workbook_exports: Exports) -> dict[str, Any]:
    """The figures of the default sample."""
    return figures(workbook_exports)


@pytest.fixture(scope="session")
def exports_of_seed() -> Callable[[int], Exports]:
    """The rows of a seed, before they are written."""

    @functools.cache
    def compose(seed: int) -> Exports:
        month = compose_month(seed)
        tables = {sheet: _rows(COLUMNS[sheet], [row.cells for row in month.rows(sheet)]) for sheet in COLUMNS}
        return Exports(erp=tables["erp"], liaison=tables["liaison"], web=tables["web"])

    return compose


@pytest.fixture(scope="session")
def figures_of() -> Callable[[Exports], dict[str, Any]]:
    """Count the figures and the traps of an export."""
    return figures


def figures(exports: Exports) -> dict[str, Any]:
    """Count every figure and every trap of docs/data.md."""
    return _sheet_figures(exports) | _trap_figures(exports) | _money_figures(exports.merged)


def _sheet_figures(exports: Exports) -> dict[str, Any]:
    skus = [row["sku"] for row in exports.web if row["sku"] is not None]
    id_webs = [row["id_web"] for row in exports.liaison if row["id_web"] is not None]
    return {
        "erp rows": len(exports.erp),
        "erp product ids": len({row["product_id"] for row in exports.erp}),
        "erp on sale": sum(row["onsale_web"] for row in exports.erp),
        "liaison rows": len(exports.liaison),
        "liaison product ids": len({row["product_id"] for row in exports.liaison}),
        "rows whose liaison is not beside them": sum(
            one["product_id"] != other["product_id"] for one, other in zip(exports.erp, exports.liaison, strict=True)
        ),
        "liaison id_web": (len(id_webs), len({str(one) for one in id_webs})),
        "liaison id_web numbers": sum(isinstance(one, int) for one in id_webs),
        "liaison id_web texts": sum(isinstance(one, str) for one in id_webs),
        "web rows by type": dict(Counter(row["post_type"] for row in exports.web)),
        "web rows with a sku": (len(skus), len({str(one) for one in skus})),
        "names in addresses": len({row["post_name"] for row in exports.web if row["post_type"] == "product"}),
        "web sku texts": len({one for one in skus if isinstance(one, str)}),
        "short skus": len({one for one in skus if isinstance(one, int) and one < 1000}),
    }


def _trap_figures(exports: Exports) -> dict[str, Any]:
    products = {str(r["sku"]): r for r in exports.web if r["post_type"] == "product" and r["sku"] is not None}
    attachments = [row for row in exports.web if row["post_type"] == "attachment"]
    links = {row["product_id"]: row["id_web"] for row in exports.liaison}
    pairs = ((products[str(row["sku"])]["total_sales"], row["total_sales"]) for row in attachments)
    blank = [row for row in exports.web if row["post_type"] is None]
    titles = Counter(row["post_title"] for row in products.values())
    absent = [row for row in exports.erp if links[row["product_id"]] and str(links[row["product_id"]]) not in products]
    contradictory = [row for row in exports.erp if (row["stock_status"] == "instock") != (row["stock_quantity"] > 0)]
    return {
        "truncated attachments": sorted(pair for pair in pairs if pair[0] != pair[1]),
        "cells of a blank row": {tuple(name for name, value in row.items() if value == 0) for row in blank},
        "values of a blank row": {value for row in blank for value in row.values()},
        "sales without sku": sorted(
            r["total_sales"] for r in exports.web if r["post_type"] == "product" and r["sku"] is None
        ),
        "negative prices": sorted((row["price"], links[row["product_id"]]) for row in exports.erp if row["price"] < 0),
        "negative stocks, linked": sorted(bool(links[r["product_id"]]) for r in exports.erp if r["stock_quantity"] < 0),
        "status contradictions": Counter((row["stock_status"], row["stock_quantity"] > 0) for row in contradictory),
        "instock without stock": [links[r["product_id"]] for r in contradictory if r["stock_status"] == "instock"],
        "linked contradictions": sum(bool(links[row["product_id"]]) for row in contradictory),
        "absent from web, on sale": [row["onsale_web"] for row in absent],
        "absent from web, text": sum(isinstance(links[row["product_id"]], str) for row in absent),
        "on sale without id_web": sum(1 for r in exports.erp if r["onsale_web"] and links[r["product_id"]] is None),
        "&amp; titles": sum("&amp;" in title for title in titles.elements()),
        "same titles": sorted(count for count in titles.values() if count > 1),
        "statuses": {row["post_status"] for row in exports.web if row["post_type"]},
    }


def _money_figures(merged: list[Row]) -> dict[str, Any]:
    prices = [float(row["price"]) for row in merged]
    mean, deviation, spread = statistics.fmean(prices), statistics.stdev(prices), statistics.pstdev(prices)
    revenue = {str(row["sku"]): Decimal(str(row["price"])) * row["total_sales"] for row in merged}
    z = {str(row["sku"]): (float(row["price"]) - mean) / deviation for row in merged}
    premium = {sku for sku, score in z.items() if score > 2}
    never = [row for row in merged if row["total_sales"] == 0]
    return {
        "merged rows": len(merged),
        "distinct": (len({str(row["sku"]) for row in merged}), len({row["product_id"] for row in merged})),
        "revenue": sum(revenue.values()),
        "premium": len(premium),
        "premium, population deviation": sum((price - mean) / spread > 2 for price in prices),
        "ordinary": len(merged) - len(premium),
        "premium revenue": sum(revenue[sku] for sku in premium),
        "ordinary revenue": sum(value for sku, value in revenue.items() if sku not in premium),
        "z clear of the threshold": min(abs(score - 2) for score in z.values()) > 0.04,
        "premium never sold": sum(revenue[sku] == 0 for sku in premium),
        "not wine": Counter(kind for row in merged if (kind := _kind(row["post_title"]))),
        "premium not wine": sum(1 for row in merged if str(row["sku"]) in premium and _kind(row["post_title"])),
        "never sold": len(never),
        "never sold, in stock": sum(row["stock_quantity"] > 0 for row in never),
        "sold-out sellers": sum(
            1 for r in merged if r["total_sales"] and r["stock_quantity"] <= 0 and r["stock_status"] == "outofstock"
        ),
    }


def _kind(title: str) -> str:
    kinds = {"spirit": ("Cognac", "Whisky", "Gin", "Eau de Vie"), "oil": ("Huile", "Huiles"), "gift": ("Bon cadeau",)}
    return next((kind for kind, words in kinds.items() if any(f" {w} " in f" {title} " for w in words)), "")
