"""One failing month per rule, and proof that it fails because of that rule alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.errors import ConfigurationError, DataError
from bottleneck_tasks.findings import _shortened
from tests.unit.quality.faults import INTERNAL, REFUSALS, Cell, Fault
from tests.unit.quality.faults_that_block import BLOCKS
from tests.unit.quality.faults_that_warn import WARNS
from tests.unit.quality.faults_that_warn_alone import WARNS_ALONE
from tests.unit.quality.stages import Outcome, good_month, ingest_month, ingest_written, judge, judge_again

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.months import SmallMonth

_FIRST_OF_EACH_BLOCK = list({fault.rule: fault for fault in reversed(BLOCKS)}.values())
_NAMES = {"erp": "erp.xlsx", "web": "web.xlsx", "liaison": "liaison.xlsx"}


def _cells(outcome: Outcome, rule: str) -> list[Cell]:
    found = [Cell(cell["source"], cell["row"], cell["column"], cell["value"]) for cell in outcome.findings(rule)]
    return sorted(found, key=str)


def test_every_rule_has_a_month_that_breaks_it() -> None:
    """A rule added to the catalogue without a fault here fails; those of history need two months: tests/injections.py."""
    tested = {rule for rule, _, _ in REFUSALS} | {fault.rule for fault in (*BLOCKS, *WARNS, *WARNS_ALONE)} | {*INTERNAL}
    assert tested == {rule.id for rule in RULES.values() if rule.stage != "history"}


def test_the_good_month_breaks_no_rule(tmp_path: Path) -> None:
    """What the faults below break held before: every rule of quality and analytics is judged, and passes."""
    outcome = judge(good_month(tmp_path))
    assert outcome.broken() == {}
    judged = {rule.id for rule in RULES.values() if rule.stage in {"ingest", "quality", "analytics"}}
    assert set(outcome.checks) == judged


@pytest.mark.parametrize(("rule", "change", "says"), REFUSALS)
@pytest.mark.parametrize("severity", ["block", "info"])
def test_a_file_that_cannot_be_read_is_refused_with_its_name(
    tmp_path: Path, rule: str, change: Callable[[SmallMonth], None], says: str, severity: str
) -> None:
    """A source that is not there to be judged ends the run with 65 and its file, whatever the severities say."""
    month = good_month(tmp_path, severity={rule: severity})
    change(month)
    with pytest.raises(DataError) as caught:
        ingest_written(month)
    error = caught.value
    assert (error.code, error.exit_code, error.facts["file"]) == (rule, 65, "web.xlsx")
    assert says in str(error)


def _the_first_of_a_rule_quickly(faults: list[Fault]) -> list[Any]:
    """Every fault, those whose rule another one has already broken among the slow tests."""
    first = {fault.rule: fault for fault in reversed(faults)}.values()
    return [
        pytest.param(fault, id=fault.id, marks=[] if any(fault is one for one in first) else pytest.mark.slow)
        for fault in faults
    ]


@pytest.mark.parametrize("fault", _the_first_of_a_rule_quickly(BLOCKS))
def test_a_blocking_rule_stops_the_run_and_names_the_cells(tmp_path: Path, fault: Fault) -> None:
    """Exit 65, with file, sheet, row, column and value of exactly the cells that broke the rule, and a way out."""
    month = good_month(tmp_path, severity=dict.fromkeys(fault.also, "info"), **fault.settings)
    cells = fault.change(month)
    outcome = judge(month)
    assert outcome.stopped is not None
    assert outcome.stopped.exit_code == 65
    assert [check.id for check in outcome.stopped.checks] == [fault.rule]
    assert {*outcome.broken()} - {*fault.also} == {fault.rule}
    assert _cells(outcome, fault.rule) == sorted(cells, key=str)
    text = str(outcome.stopped)
    for cell in cells:
        assert f"{fault.rule} {_NAMES[cell.source]} Sheet row {cell.row}, {cell.column}: " in text
    assert fault.says in text + outcome.checks[fault.rule].observed
    assert f"To do: {outcome.stopped.checks[0].next_step}" in text
    machine = json.dumps(outcome.stopped.to_dict())
    assert fault.rule in machine
    assert all(f"row {cell.row}" in machine for cell in cells)


@pytest.mark.slow
@pytest.mark.parametrize("fault", _FIRST_OF_EACH_BLOCK, ids=lambda fault: fault.rule)
def test_the_fault_passes_with_the_rule_switched_off(tmp_path: Path, fault: Fault) -> None:
    """With the severity of the rule at info the same month goes through: nothing else was holding it."""
    off = dict.fromkeys((fault.rule, *fault.also), "info")
    month = good_month(tmp_path, severity=off, **fault.settings)
    fault.change(month)
    outcome = judge(month)
    assert outcome.stopped is None
    assert outcome.figures is not None
    assert outcome.checks[fault.rule].result == "info"
    assert outcome.checks[fault.rule].rows > 0


@pytest.fixture(scope="module")
def warned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, dict[str, list[Cell]]]:
    """One month with every warning in it, and the cells that each rule must name."""
    month = good_month(tmp_path_factory.mktemp("warned"))
    cells = {fault.rule: fault.change(month) for fault in WARNS}
    return judge(month), cells


@pytest.fixture(scope="module")
def unwarned(warned: tuple[Outcome, dict[str, list[Cell]]], tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The same month with every warning switched off."""
    off = {fault.rule: "info" for fault in WARNS}
    return judge(good_month(tmp_path_factory.mktemp("unwarned"), severity=off), run=warned[0].run)


@pytest.mark.parametrize("fault", WARNS, ids=lambda fault: fault.rule)
def test_a_warning_names_exactly_its_cells_and_lets_the_month_through(
    warned: tuple[Outcome, dict[str, list[Cell]]], fault: Fault
) -> None:
    """Among all the other warnings of the month, the rule names its own cells, no more, and stops nothing."""
    outcome, cells = warned
    assert outcome.stopped is None
    check = outcome.checks[fault.rule]
    assert check.result == check.severity == RULES[fault.rule].severity
    expected = cells[fault.rule] + _BY_OTHERS.get(fault.rule, [])
    assert [cell for cell in _cells(outcome, fault.rule) if cell not in expected] == []
    assert [cell for cell in expected if cell not in _cells(outcome, fault.rule)] == []
    assert check.rows == (len({(cell.source, cell.row) for cell in expected}) or 1)
    messages = [cell["message"] for cell in outcome.findings(fault.rule)]
    assert any(fault.says in text for text in [*messages, check.observed])
    assert {cell["file"] for cell in outcome.findings(fault.rule)} <= {_NAMES[cell.source] for cell in expected}


_BY_OTHERS: dict[str, list[Cell]] = {}
"""Cells that a fault of another rule breaks as well."""


@pytest.mark.parametrize("fault", WARNS, ids=lambda fault: fault.rule)
def test_a_warning_switched_off_warns_of_nothing(unwarned: Outcome, fault: Fault) -> None:
    """At severity info the rule still counts its rows, and the month has no warning."""
    check = unwarned.checks[fault.rule]
    assert (check.result, check.severity) == ("info", "info")
    assert check.rows > 0
    assert "warn" not in unwarned.broken().values()


def test_only_the_rules_of_the_faults_are_broken(warned: tuple[Outcome, dict[str, list[Cell]]]) -> None:
    """The month of every warning breaks no rule besides."""
    assert set(warned[0].broken()) == {fault.rule for fault in WARNS}


@pytest.fixture(scope="module")
def broken_without_a_fault(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, str]]:
    """What the good month breaks with some settings, judged once for those settings."""
    known: dict[str, dict[str, str]] = {}

    def broken(**sections: Any) -> dict[str, str]:
        key = repr(sections)
        if key not in known:
            known[key] = judge(good_month(tmp_path_factory.mktemp("good"), **sections)).broken()
        return known[key]

    return broken


@pytest.mark.parametrize("fault", _the_first_of_a_rule_quickly(WARNS_ALONE))
def test_a_warning_about_all_products_needs_its_fault_and_its_rule(
    tmp_path: Path, broken_without_a_fault: Callable[..., dict[str, str]], fault: Fault
) -> None:
    """Without the fault the month breaks nothing; with it the rule names its cells; switched off it warns of nothing."""
    assert broken_without_a_fault(**fault.settings) == {}
    month = good_month(tmp_path, **fault.settings)
    cells = fault.change(month)
    outcome = judge(month)
    assert outcome.broken() == {fault.rule: "warn"}
    assert _cells(outcome, fault.rule) == cells
    messages = [cell["message"] for cell in outcome.findings(fault.rule)]
    assert any(fault.says in text for text in [*messages, outcome.checks[fault.rule].observed])
    off = good_month(tmp_path, severity={fault.rule: "info"}, **fault.settings)
    assert judge_again(off, outcome).broken() == {fault.rule: "info"}


def test_equal_prices_have_no_zscore(tmp_path: Path) -> None:
    """A deviation of zero leaves the z-score empty and no wine premium."""
    month = good_month(tmp_path)
    for row in month.erp[1:]:
        row[2] = 20
    rows = judge(month).mart("zscore", "is_premium")
    assert {(row["zscore"], row["is_premium"]) for row in rows} == {(None, False)}


def test_an_expectation_of_an_unknown_figure_is_a_wrong_setting(tmp_path: Path) -> None:
    """A figure misspelt in the expectations is named, with exit 78, and never taken for met."""
    with pytest.raises(ConfigurationError, match="revenue_totl") as caught:
        judge(good_month(tmp_path, expect={"revenue_totl": "1.00"}))
    assert caught.value.exit_code == 78


@pytest.mark.parametrize("rule", ["ERP-W1-STOCK", "ERP-W1"])
def test_a_warning_can_be_made_to_block(tmp_path: Path, rule: str) -> None:
    """A severity set to block, for the rule or its family, stops the month that only warned."""
    month = good_month(tmp_path, severity={rule: "block"})
    month.erp[3][3] = -1
    month.erp[3][4] = "outofstock"
    stopped = judge(month).stopped
    assert stopped is not None
    assert [check.id for check in stopped.checks] == ["ERP-W1-STOCK"]


def test_several_broken_rules_are_told_together(tmp_path: Path) -> None:
    """A person mends a month in one go: every blocking rule of the stage is named, not the first one only."""
    month = good_month(tmp_path)
    month.erp.append([None, 0, 10, 1, "instock"])
    month.web[3][3] = -3
    stopped = judge(month).stopped
    assert stopped is not None
    assert [check.id for check in stopped.checks] == ["ERP-01", "WEB-02"]
    assert "and 1 more blocking check" in stopped.what
    assert {detail.split()[0] for detail in stopped.details} == {"ERP-01", "WEB-02"}


def test_a_rule_that_breaks_many_times_lists_five_cells_and_the_number_of_others(tmp_path: Path) -> None:
    """A cut export does not drown the message."""
    month = good_month(tmp_path)
    for _ in range(6):
        month.erp.append([None, 0, 10, 1, "instock"])
    stopped = judge(month).stopped
    assert stopped is not None
    assert len(stopped.details) == 6
    assert stopped.details[-1] == "ERP-01 and 1 more"


@pytest.mark.parametrize(
    ("price", "told"),
    [
        ("24,2O", "price of product_id 1 cannot be read or is empty (SKU 101, 7 sold); the cell holds 24,2O"),
        (0.001, "price of product_id 1 is 0.00 EUR (SKU 101, 7 sold); the cell holds 0.001"),
        (-4, "price of product_id 1 is -4.00 EUR (SKU 101, 7 sold)"),
        (None, "price of product_id 1 cannot be read or is empty (SKU 101, 7 sold)"),
    ],
)
def test_what_a_cell_holds_is_told_once(tmp_path: Path, price: float | str | None, told: str) -> None:
    """The message says it already, or it is added; an empty cell holds nothing."""
    month = good_month(tmp_path)
    month.erp[1][2] = price
    stopped = judge(month).stopped
    assert stopped is not None
    assert stopped.details == (f"CA-01 erp.xlsx Sheet row 2, price: {told}",)


@pytest.mark.parametrize(("length", "told"), [(200, "x" * 200), (201, f"{'x' * 100} ... {'x' * 100}")])
def test_a_long_message_keeps_its_ends(length: int, told: str) -> None:
    """Two hundred characters are told whole; of more, the first and the last hundred."""
    assert _shortened("x" * length) == told


@pytest.mark.parametrize("price", [0, -4, None])
def test_a_price_that_is_let_through_reaches_the_plausibility_rules(tmp_path: Path, price: float | None) -> None:
    """`--allow CA-01`: a price without a logarithm is passed over by CA-W1, and the month ends in figures."""
    month = good_month(tmp_path, plausibility={"min_products": 5})
    month.erp[1][2] = price
    month.settings = month.settings.allowing(["CA-01"], ["given away this month"])
    outcome = judge(month)
    assert outcome.figures is not None
    assert outcome.checks["CA-01"].result == "allowed"
    assert "price of product_id 1 is" not in "".join(cell["message"] for cell in outcome.findings("CA-W1"))


def test_a_person_lets_one_rule_through_with_a_reason(tmp_path: Path) -> None:
    """`--allow ERP-01 --because ...` passes the month, the reason is in the check, and nothing else is let through."""
    month = good_month(tmp_path)
    month.erp.append([None, 0, 10, 1, "instock"])
    month.settings = month.settings.allowing(["ERP-01", "ERP-02"], ["the gift card has no number", "in case"])
    outcome = judge(month)
    assert outcome.stopped is None
    assert outcome.broken() == {"ERP-01": "allowed"}
    assert outcome.checks["ERP-01"].because == "the gift card has no number"
    assert outcome.checks["ERP-02"].because is None
    month.web[3][3] = -3
    again = good_month(tmp_path)
    again.erp, again.web, again.settings = month.erp, month.web, month.settings
    stopped = judge(again, run=ingest_month(again)).stopped
    assert stopped is not None
    assert [check.id for check in stopped.checks] == ["WEB-02"]
