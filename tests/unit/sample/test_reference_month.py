"""The default sample gives the figures and the traps of docs/data.md, read back from the workbooks."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from bottleneck_tasks.sample import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.sample.conftest import Exports

GIFT_CARD = "bon-cadeau-25-eur"
EXPECTED: dict[str, Any] = {
    "erp rows": 825,
    "erp product ids": 825,
    "erp on sale": 717,
    "liaison rows": 825,
    "liaison product ids": 825,
    "rows whose liaison is not beside them": 0,
    "liaison id_web": (734, 734),
    "liaison id_web numbers": 731,
    "liaison id_web texts": 3,
    "web rows by type": {"product": 716, "attachment": 714, None: 83},
    "web rows with a sku": (1428, 714),
    "names in addresses": 716,
    "web sku texts": 2,
    "short skus": 13,
    "truncated attachments": [(62, 2), (87, 7), (96, 6)],
    "cells of a blank row": {("virtual", "downloadable", "rating_count")},
    "values of a blank row": {0, None},
    "sales without sku": [3, 10],
    "negative prices": [(-8, None), (-1, None)],
    "negative stocks, linked": [False, True],
    "status contradictions": Counter({("outofstock", True): 5, ("instock", False): 1}),
    "instock without stock": [GIFT_CARD],
    "linked contradictions": 2,
    "absent from web, on sale": [0] * 20,
    "absent from web, text": 1,
    "on sale without id_web": 3,
    "&amp; titles": 5,
    "same titles": [2, 2, 2],
    "statuses": {"publish"},
    "merged rows": 714,
    "distinct": (714, 714),
    "revenue": Decimal("70568.60"),
    "premium": 30,
    "premium, population deviation": 30,
    "ordinary": 684,
    "premium revenue": Decimal("6884.40"),
    "ordinary revenue": Decimal("63684.20"),
    "z clear of the threshold": True,
    "premium never sold": 21,
    "not wine": Counter({"spirit": 36, "oil": 3, "gift": 1}),
    "premium not wine": 7,
    "never sold": 329,
    "never sold, in stock": 256,
    "sold-out sellers": 66,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_workbooks_hold_the_reference_figure(name: str, workbook_figures: dict[str, Any]) -> None:
    """Each figure and each trap of docs/data.md is in the default workbooks, in its number."""
    assert workbook_figures[name] == EXPECTED[name]


@pytest.mark.parametrize(
    "seed", [*range(1, 9), -3, 2**63, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(9, 40))]
)
def test_another_seed_holds_every_figure(
    seed: int, exports_of_seed: Callable[[int], Exports], figures_of: Callable[[Exports], dict[str, Any]]
) -> None:
    """Another seed invents other wines and calibrates to the very same figures."""
    assert figures_of(exports_of_seed(seed)) == EXPECTED


@pytest.mark.parametrize("seed", range(5))
def test_the_managers_figures_are_near_the_real_ones(seed: int, exports_of_seed: Callable[[int], Exports]) -> None:
    """Concentration, dead stock and the first house come out near what docs/data.md gives."""
    merged = exports_of_seed(seed).merged
    rows = sorted(((Decimal(str(r["price"])) * r["total_sales"], r) for r in merged), key=lambda x: x[0], reverse=True)
    total = sum(revenue for revenue, _ in rows)
    running = [sum(revenue for revenue, _ in rows[:count]) for count in range(len(rows))]
    dead = sum(Decimal(str(r["price"])) * max(r["stock_quantity"], 0) for r in merged if not r["total_sales"])
    stock = sum(Decimal(str(r["price"])) * max(r["stock_quantity"], 0) for r in merged)
    sold_out = [(revenue, r) for revenue, r in rows if revenue and r["stock_status"] == "outofstock"]
    house = sum(revenue for revenue, r in rows if r["post_title"].startswith("Champagne Orsanne "))
    assert running[20] / total == pytest.approx(Decimal("0.408"), abs=Decimal("0.005"))
    assert sum(value < total * Decimal("0.8") for value in running) == pytest.approx(131, abs=15)
    assert house / total == pytest.approx(Decimal("0.176"), abs=Decimal("0.001"))
    assert sum(revenue for revenue, _ in sold_out) / total == pytest.approx(Decimal("0.26"), abs=Decimal("0.04"))
    assert sum(r["stock_quantity"] <= 0 for _, r in rows[:20]) == 9
    assert rows[0][1]["stock_quantity"] == 0
    assert dead == pytest.approx(Decimal(160_000), rel=Decimal("0.2"))
    assert dead / stock == pytest.approx(Decimal("0.41"), abs=Decimal("0.08"))


@pytest.mark.parametrize("seed", range(5))
def test_older_products_have_sold_more(seed: int, exports_of_seed: Callable[[int], Exports]) -> None:
    """total_sales is a running counter: its mean falls with the year of creation."""
    merged = exports_of_seed(seed).merged
    years = {y: [r["total_sales"] for r in merged if r["post_date"].year == y] for y in (2018, 2019, 2020)}
    means = {year: sum(sales) / len(sales) for year, sales in years.items()}
    assert {year: len(sales) for year, sales in years.items()} == {2018: 507, 2019: 164, 2020: 43}
    assert means[2018] > means[2019] > means[2020]


def test_keeping_the_first_row_of_a_sku_loses_two_best_sellers(workbook_exports: Exports) -> None:
    """`keep='first'` on the SKU gives 65,652.60 here as on the real month."""
    first: dict[str, int] = {}
    for row in workbook_exports.web:
        if row["sku"] is not None:
            first.setdefault(str(row["sku"]), row["total_sales"])
    assert sum(Decimal(str(r["price"])) * first[str(r["sku"])] for r in workbook_exports.merged) == Decimal("65652.60")


def test_reading_the_number_of_a_text_sku_joins_the_wrong_product(workbook_exports: Exports) -> None:
    """`13127-1` is not `13127`: both numbers before a `-1` belong to other web products."""
    skus = {str(row["sku"]) for row in workbook_exports.web}
    suffixed = [str(r["id_web"]) for r in workbook_exports.liaison if str(r["id_web"]).endswith("-1")]
    assert len(suffixed) == 2
    assert all(one.removesuffix("-1") in skus for one in suffixed)


def test_the_excerpts_hold_html_and_line_breaks(workbook_exports: Exports) -> None:
    """Some excerpts are HTML on several lines, some have a bare line break; attachments have none."""
    excerpts = [row["post_excerpt"] for row in workbook_exports.web if row["post_type"] == "product"]
    assert sum("<p>" in one and "\n" in one for one in excerpts) > 20
    assert sum("<p>" not in one and "\n" in one for one in excerpts) > 20
    assert {row["post_excerpt"] for row in workbook_exports.web if row["post_type"] != "product"} == {None}


@pytest.mark.slow
def test_the_cells_have_the_types_of_the_real_exports(tmp_path: Path) -> None:
    """Integers and floats mixed in price, dates as date cells, numbers and texts mixed in id_web and sku."""
    paths = write_sample(tmp_path)
    sheets: dict[str, Any] = {
        path.stem: openpyxl.load_workbook(path)["Sheet1"] for path in (paths.erp, paths.liaison, paths.web)
    }
    types = {
        name: {
            head.value: {cell.data_type for cell in column if cell.value is not None} for head, *column in sheet.columns
        }
        for name, sheet in sheets.items()
    }
    prices = [cell.value for cell in sheets["erp"]["C"][1:]]
    assert {type(price) for price in prices} == {int, float}
    assert types["liaison"] == {"product_id": {"n"}, "id_web": {"n", "s"}}
    assert types["web"]["sku"] == {"n", "s"}
    assert {name for name, kinds in types["web"].items() if kinds == {"d"}} == {
        "post_date", "post_date_gmt", "post_modified", "post_modified_gmt",
    }  # fmt: skip
    assert {name for name, kinds in types["web"].items() if not kinds} == {
        "tax_class", "post_content", "post_password", "post_content_filtered",
    }  # fmt: skip


def test_dates_are_paris_time_and_gmt(workbook_exports: Exports) -> None:
    """Each GMT date is one hour earlier in winter and two in summer, as the shop exports it."""
    for row in workbook_exports.web:
        if row["post_date"] is not None:
            assert isinstance(row["post_date"], datetime)
            hours = 2 if 4 <= row["post_date"].month <= 10 else 1
            assert row["post_date"] - row["post_date_gmt"] == timedelta(hours=hours)
