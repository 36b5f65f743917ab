"""What analytics writes for a good month: figures, ledger, and what a person is told of an expectation."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from bottleneck_tasks.analytics.compute_figures import compute_figures
from bottleneck_tasks.analytics.meet_expectations import meet_expectations
from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.errors import ConfigurationError, GateError
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.run import read_json
from bottleneck_tasks.session.on_duckdb import DuckDBSession
from tests.unit.quality.stages import Outcome, good_month, ingest_month, judge

if TYPE_CHECKING:
    from pathlib import Path

_PRICES = [10, 12.5, 24.2, 90, 900, *(10 + number for number in range(7, 15))]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The good month, computed."""
    return judge(good_month(tmp_path_factory.mktemp("good")))


def test_the_figures_of_the_good_month_are_these(good: Outcome) -> None:
    """Counts and amounts as computed by hand, mean and sample deviation of the prices as the standard library does."""
    figures = read_json(good.run.folder("analytics") / "figures.json")
    assert figures.pop("price_mean") == pytest.approx(statistics.mean(_PRICES), rel=1e-12)
    assert figures.pop("price_deviation") == pytest.approx(statistics.stdev(_PRICES), rel=1e-12)
    assert figures == {
        "merged": 13, "revenue_total": "2896.60", "premium_count": 1, "ordinary_count": 12,
        "premium_revenue": "900.00", "ordinary_revenue": "1996.60", "premium_threshold": 2.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("products", "expected"),
    [
        ([], {"merged": 0, "revenue_total": "0.00", "premium_revenue": "0.00", "ordinary_revenue": "0.00", "premium_count": 0, "ordinary_count": 0, "price_mean": None, "price_deviation": None}),
        ([("10.00", "30.00", False)], {"premium_count": 0, "premium_revenue": "0.00", "ordinary_revenue": "30.00",
                                       "price_mean": 10.0, "price_deviation": None}),
        ([("10.00", "30.00", True)], {"ordinary_count": 0, "ordinary_revenue": "0.00", "premium_revenue": "30.00"}),
        ([("10.00", "30.00", True), ("14.00", "12.50", True)],
         {"revenue_total": "42.50", "premium_revenue": "42.50", "price_mean": 12.0, "price_deviation": 8**0.5}),
    ],
    ids=["no product", "one ordinary wine", "one premium wine", "two premium wines"],
)  # fmt: skip
def test_the_figures_of_a_few_products_add_up(products: list[tuple[str, str, bool]], expected: dict[str, Any]) -> None:
    """Sums of nothing are zero, those of several wines their sum; a mean needs a price, a deviation two."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("create table mart (price decimal(18, 2), revenue decimal(38, 2), is_premium boolean)")
        for product in products:
            connection.execute("insert into mart values (?, ?, ?)", product)
        figures = compute_figures(DuckDBSession(connection), threshold=2.0).to_dict()
    found = {name: figures[name] for name in expected}
    assert found == pytest.approx(expected)


def test_the_ledgers_of_the_good_month_are_these(good: Outcome) -> None:
    """Each source of each stage has its line: where it was counted, what came in, what became of it and why."""
    kept = {"duplicate": 0, "quarantined": 0}
    no_id, aside = {"no_id_web": 1}, {"attachment": 1, "blank": 1}
    expected = {
        "quality": [("erp", 14, 14, {}), ("web", 15, 13, aside), ("liaison", 14, 14, {})],
        "analytics": [("erp", 14, 13, no_id), ("web", 13, 13, {}), ("liaison", 14, 13, no_id)],
    }
    for stage, lines in expected.items():
        written = {line["source"]: line for line in read_json(good.run.folder(stage) / "ledger.json")}
        assert written == {
            source: {
                "stage": stage, "source": source, "rows_in": rows_in, "kept": rows_kept,
                "out_of_scope": rows_in - rows_kept, "reasons": reasons, **kept,
            }
            for source, rows_in, rows_kept, reasons in lines
        }  # fmt: skip


@pytest.mark.parametrize("stage", ["quality", "analytics"])
def test_rows_are_written_in_the_order_of_their_files(good: Outcome, stage: str) -> None:
    """rows.parquet is sorted by source, then row: two runs can be compared line by line."""
    rows = [(row["source"], row["source_row"]) for row in good.rows(stage)]
    assert rows == sorted(rows)


def test_the_mart_is_written_by_product_number(tmp_path: Path) -> None:
    """Whatever the order of the exports, products come in the order of their numbers."""
    month = good_month(tmp_path)
    for sheet in (month.erp, month.web, month.liaison):
        sheet[1:] = sheet[:0:-1]
    numbers = [row["product_id"] for row in judge(month).mart("product_id")]
    assert numbers == sorted(numbers)


def test_two_products_are_enough_for_a_score(tmp_path: Path) -> None:
    """The sample deviation of two prices: each lies half the root of two from their mean."""
    month = good_month(tmp_path)
    month.erp = [month.erp[0], month.erp[1], month.erp[3]]
    month.liaison = [month.liaison[0], month.liaison[1], month.liaison[3]]
    month.web = [month.web[0], month.web[1], month.web[3]]
    scores = [row["zscore"] for row in judge(month).mart("zscore")]
    assert scores == pytest.approx([-(0.5**0.5), 0.5**0.5])


@pytest.mark.parametrize(("price", "result"), [("0.01", "pass"), ("1", "pass"), ("0", "block")])
def test_a_wine_may_cost_a_cent_but_not_nothing(tmp_path: Path, price: str, result: str) -> None:
    """CA-01 blocks a price of zero; one cent and one euro are prices."""
    month = good_month(tmp_path, severity={"ERP-W1-PRICE": "info"})
    month.erp[1][2] = price
    assert judge(month).checks["CA-01"].result == result


def test_a_stage_that_is_not_enforced_reports_and_goes_on(tmp_path: Path) -> None:
    """With enforce off the blocking checks come back instead of an error; with it on the same run stops."""
    month = good_month(tmp_path)
    month.erp[1][2] = -10
    month.erp.append([None, 0, 10, 1, "instock"])
    run = ingest_month(month)
    checks = quality(run, settings=month.settings, enforce=False)
    assert [check.id for check in checks if check.result == "block"] == ["ERP-01"]
    _, checks = analytics(run, settings=month.settings, enforce=False)
    assert [check.id for check in checks if check.result == "block"] == ["CA-01"]
    with pytest.raises(GateError, match="CA-01"):
        analytics(run, settings=month.settings)
    with pytest.raises(GateError, match="ERP-01"):
        quality(run, settings=month.settings)


def test_a_stage_run_again_discards_what_was_built_on_it(tmp_path: Path) -> None:
    """After quality no older mart is left to be delivered, after analytics no older delivery."""
    month = good_month(tmp_path)
    run = judge(month).run
    (run.path / "delivery").mkdir()
    analytics(run, settings=month.settings)
    assert not (run.path / "delivery").exists()
    (run.path / "delivery").mkdir()
    quality(run, settings=month.settings)
    assert not (run.path / "delivery").exists()
    assert not (run.path / "analytics").exists()


def _meet(good: Outcome, expected: dict[str, Any]) -> tuple[int, str]:
    assert good.figures is not None
    facts = [good.run.facts(name) for name in ("erp", "web", "liaison")]
    return meet_expectations(expected, good.figures, facts)


def test_expectations_that_are_met_are_counted(good: Outcome) -> None:
    """Rows of the three exports and figures of the month can be expected; how many were held is said."""
    expected = {"erp_rows": 14, "web_rows": 15, "liaison_rows": 14, "merged": 13, "revenue_total": "2896.60"}
    assert _meet(good, expected) == (0, "5 figures as expected")


def test_expectations_that_are_not_met_are_all_told(good: Outcome) -> None:
    """Each figure that differs is given with both values, the others are not."""
    told = "erp_rows is 14, not 15; merged is 13, not 12"
    assert _meet(good, {"erp_rows": 15, "web_rows": 15, "merged": 12}) == (2, told)


def test_an_unknown_expectation_is_answered_with_the_known_ones(good: Outcome) -> None:
    """The error names the figure, its setting and every figure that can be expected."""
    with pytest.raises(ConfigurationError) as caught:
        _meet(good, {"revenu": 1})
    error = caught.value
    assert (error.code, error.what, error.facts) == ("EXPECT", "no figure is called revenu", {"key": "revenu"})
    assert error.next_step == (
        "known figures: erp_rows, web_rows, liaison_rows, merged, revenue_total, premium_count, ordinary_count, "
        "premium_revenue, ordinary_revenue, premium_threshold, price_mean, price_deviation"
    )
