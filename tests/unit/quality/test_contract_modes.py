"""Contract modes, per source: `warn_new_column`, `freeze`, `quarantine_row`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.quality.stages import Outcome, good_month, judge

if TYPE_CHECKING:
    from pathlib import Path

    from tests.months import SmallMonth


def _with_a_new_column(month: SmallMonth, source: str) -> Outcome:
    for number, row in enumerate(getattr(month, source)):
        row.append("colour" if number == 0 else "red")
    return judge(month)


@pytest.mark.parametrize("source", ["erp", "liaison", "web"])
def test_a_new_column_blocks_a_frozen_source(tmp_path: Path, source: str) -> None:
    """In mode freeze a column that the contract does not know ends the run, and is named."""
    outcome = _with_a_new_column(good_month(tmp_path, contracts={source: "freeze"}), source)
    assert outcome.stopped is not None
    assert [check.id for check in outcome.stopped.checks] == ["SRC-W1"]
    assert f"{source}.colour" in str(outcome.stopped)


@pytest.mark.parametrize("mode", ["warn_new_column", "quarantine_row"])
def test_a_new_column_warns_in_the_other_modes(tmp_path: Path, mode: str) -> None:
    """The month is delivered and the column is named."""
    outcome = _with_a_new_column(good_month(tmp_path, contracts={"erp": mode, "web": "freeze"}), "erp")
    assert outcome.broken() == {"SRC-W1": "warn"}
    assert outcome.checks["SRC-W1"].observed == "unknown: erp.colour"


@pytest.mark.parametrize("mode", ["warn_new_column", "freeze"])
def test_a_bad_row_blocks_unless_rows_are_quarantined(tmp_path: Path, mode: str) -> None:
    """A row that breaks its contract ends the run in both strict modes."""
    month = good_month(tmp_path, contracts={"erp": mode, "web": "quarantine_row"})
    month.erp.append([None, 0, 10, 1, "instock"])
    outcome = judge(month)
    assert outcome.broken() == {"ERP-01": "block"}


def test_a_quarantined_row_is_set_aside_named_and_the_rest_delivered(tmp_path: Path) -> None:
    """In mode quarantine_row the bad row is in no figure, in the ledger with its rule, and warned of."""
    month = good_month(tmp_path, contracts={"erp": "quarantine_row"})
    month.erp.append(["abc", 0, 10, 1, "instock"])
    outcome = judge(month)
    assert outcome.broken() == {"ERP-01": "warn"}
    assert outcome.figures is not None
    assert [
        (row["source"], row["source_row"], row["reason"]) for row in outcome.rows() if row["status"] == "quarantined"
    ] == [("erp", 16, "ERP-01")]


def test_quarantine_of_one_source_leaves_the_others_strict(tmp_path: Path) -> None:
    """A mode belongs to its source."""
    month = good_month(tmp_path, contracts={"erp": "quarantine_row"})
    month.web[3][3] = -3
    assert judge(month).broken() == {"WEB-02": "block"}


def test_quarantined_rows_never_hide_a_loss_of_revenue(tmp_path: Path) -> None:
    """A product whose ERP row is set aside but that was sold still blocks: its revenue would be missing."""
    month = good_month(tmp_path, contracts={"erp": "quarantine_row"}, severity={"LIA-04": "info"})
    month.erp[3][0] = "abc"
    outcome = judge(month)
    assert outcome.stopped is not None
    assert "REC-01" in {check.id for check in outcome.stopped.checks}


def test_conflicting_rows_of_a_product_off_the_web_can_be_quarantined(tmp_path: Path) -> None:
    """Product 5 is sold nowhere: in mode quarantine_row its two conflicting rows are set aside and the month passes."""
    month = good_month(tmp_path, contracts={"erp": "quarantine_row"})
    month.erp.append([5, 0, 16, 3, "instock"])
    outcome = judge(month)
    assert outcome.stopped is None
    assert outcome.broken() == {"ERP-02": "warn"}
