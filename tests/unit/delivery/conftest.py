"""Material for the writers, built in plain Python: a small month with traps, and one of ordinary size."""

from __future__ import annotations

import statistics
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.contracts.facts import Figures, LedgerLine, SourceFacts
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.delivery.material import FINDING_COLUMNS, Material
from bottleneck_tasks.month import Month

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TYPES = {
    "price": pa.decimal128(12, 2),
    "revenue": pa.decimal128(18, 2),
    "zscore": pa.float64(),
    "post_title": pa.string(),
}


def build_mart(products: Sequence[tuple[str, str | None, str, int, int]], threshold: float = 2.0) -> pa.Table:
    """A mart of (sku, title, price, sales, stock), z-scores by the statistics module."""
    prices = [float(price) for _, _, price, _, _ in products]
    mean = statistics.fmean(prices) if prices else 0.0
    deviation = statistics.stdev(prices) if len(set(prices)) > 1 else 0.0
    scores = [(price - mean) / deviation if deviation else None for price in prices]
    columns: dict[str, list[Any]] = {
        "product_id": [4000 + index for index in range(len(products))],
        "sku": [sku for sku, *_ in products],
        "post_title": [title for _, title, *_ in products],
        "onsale_web": [1] * len(products),
        "stock_quantity": [stock for *_, stock in products],
        "stock_status": ["instock" if stock > 0 else "outofstock" for *_, stock in products],
        "total_sales": [sales for _, _, _, sales, _ in products],
        "price": [Decimal(price) for _, _, price, _, _ in products],
        "revenue": [Decimal(price) * sales for _, _, price, sales, _ in products],
        "zscore": scores,
        "is_premium": [score is not None and score > threshold for score in scores],
        "erp_row": list(range(2, len(products) + 2)),
        "liaison_row": list(range(2, len(products) + 2)),
        "web_row": list(range(2, len(products) + 2)),
    }
    texts = {"sku", "stock_status"}
    kinds = {
        name: _TYPES.get(name, pa.string() if name in texts else pa.bool_() if name == "is_premium" else pa.int64())
        for name in columns
    }
    return pa.table({name: pa.array(values, type=kinds[name]) for name, values in columns.items()})


def build_findings(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Findings or quarantine from tuples in the order of FINDING_COLUMNS."""
    return pa.table(
        {
            name: pa.array([row[place] for row in rows], type=pa.int64() if name == "row" else pa.string())
            for place, name in enumerate(FINDING_COLUMNS)
        }
    )


def _checks(counts: dict[str, int]) -> tuple[Check, ...]:
    """Every rule but OUT-01 as judged, broken in as many rows as `counts` says."""
    return tuple(
        Check(
            id=rule.id, stage=rule.stage, severity=rule.severity, statement=rule.statement, expected=rule.expected,
            observed=f"{counts[rule.id]} rows not so" if counts.get(rule.id) else "as expected",
            rows=counts.get(rule.id, 0), result=rule.severity if counts.get(rule.id) else "pass", next_step=rule.next_step,
        )
        for rule in RULES.values()
        if rule.id != "OUT-01"
    )  # fmt: skip


def build_material(
    products: Sequence[tuple[str, str | None, str, int, int]],
    *,
    month: str | None = "2026-11",
    quarantine: Sequence[tuple[Any, ...]] = (),
    broken: dict[str, int] | None = None,
) -> Material:
    """Material whose figures are plain Python sums over its mart."""
    mart, counts = build_mart(products), broken or {}
    rows = mart.to_pylist()
    premium = [row["revenue"] for row in rows if row["is_premium"]]
    ordinary = [row["revenue"] for row in rows if not row["is_premium"]]
    figures = Figures(
        merged=len(rows),
        revenue_total=sum([*premium, *ordinary], Decimal("0.00")),
        premium_count=len(premium),
        ordinary_count=len(ordinary),
        premium_revenue=sum(premium, Decimal("0.00")),
        ordinary_revenue=sum(ordinary, Decimal("0.00")),
        premium_threshold=2.0,
        price_mean=30.0,
        price_deviation=25.0,
    )
    web = LedgerLine(
        stage="quality", source="web", rows_in=2 * len(rows) + 3, kept=len(rows), duplicate=0,
        out_of_scope=len(rows) + 3 - len(quarantine), quarantined=len(quarantine), reasons={"attachment": len(rows)},
    )  # fmt: skip
    sources = tuple(
        SourceFacts(
            source=name, month=None, file=f"{name}.xlsx", sheet="Feuil1", kind="xlsx", size=100, sha256="ab" * 32,
            header_row=1, rows=2 * len(rows) + 3 if name == "web" else len(rows),
        )
        for name in ("erp", "web", "liaison")
    )  # fmt: skip
    return Material(
        month=Month.parse(month) if month else None, run_id="3f9a2c1b7d8e4f60", version="0.1.0", sources=sources, mart=mart,
        figures=figures, checks=_checks(counts), ledger=(web,), quarantine=build_findings(quarantine),
        findings=build_findings([*quarantine, *(("NORM-HTML", "web", "web.xlsx", "Feuil1", row, "post_title", "A &amp; B", "read as A & B") for row in range(counts.get("NORM-HTML", 0)))]),
    )  # fmt: skip


SMALL = (
    ("15298", "Gosset Brut", "49.00", 10, 0),
    ("13127-1", "Cognac XO", "176.00", 1, 3),
    ("14680", None, "24.20", 6, 12),
    ("007", "Domaine Rouge & Blanc", "12.60", 0, 40),
    ("16", "Château d'Eau", "8.60", 2, -1),
    ("17", "Bordeaux", "9.00", 2, 5),
    ("18", "Chablis", "9.50", 2, 5),
)
REJECT = ("WEB-W1", "web", "web.xlsx", "Feuil1", 355, "sku", None, "sku is empty")


@pytest.fixture
def make_material() -> Callable[..., Material]:
    """The builder itself, for tests that need their own products."""
    return build_material


@pytest.fixture
def small() -> Material:
    """Seven products: one premium, a text SKU, a SKU with leading zeros, no title, negative stock; one reject."""
    return build_material(SMALL, quarantine=[REJECT], broken={"WEB-W1": 1, "NORM-HTML": 2})


@pytest.fixture
def month() -> Material:
    """714 products, 30 of them far dearer."""
    products = [
        (str(10_000 + index), f"Domaine {index % 97} Cuvée {index}", f"{90 + index if index < 30 else 8 + index % 40}.{index % 10}0", index % 7, index % 50)
        for index in range(714)
    ]  # fmt: skip
    return build_material(products, quarantine=[REJECT], broken={"WEB-W1": 1})
