"""What the rows that break a contract are told: one rule a way to break a column, in words of the column."""

from __future__ import annotations

from typing import Any

import duckdb
import pandera.pyarrow as pandera
import pytest
from pandera.pyarrow import Field

from bottleneck_tasks.contracts.erp import CleanErp
from bottleneck_tasks.contracts.predicates import RowRule, allowed_values, row_rules, violation
from bottleneck_tasks.contracts.web import CleanWeb
from bottleneck_tasks.errors import InternalError


class _Score(pandera.DataFrameModel):
    """A column of a kind that no message has a word for."""

    score: float = Field(nullable=True, metadata={"unreadable": "ERP-W2"})
    free: str = Field(nullable=True)


def _told(model: Any, column: str, *, value: str, text: str) -> dict[str, str]:
    """The message of each rule of a column, for a cell with this value and text."""
    with duckdb.connect(config={"threads": 1}) as connection:
        return {
            rule.broken: connection.execute(
                f"select {rule.message} from (select {value} as {column}, '{text}' as {column}_text)"
            ).fetchall()[0][0]
            for rule in row_rules(model)
            if rule.column == column
        }


def test_the_rules_of_a_contract_come_in_the_order_of_its_columns() -> None:
    """Empty before unreadable before out of bounds, column after column: the first that rejects a row is its reason."""
    named = [(rule.rule, rule.column) for rule in row_rules(CleanErp)]
    assert named == [
        ("ERP-01", "product_id"), ("ERP-01", "product_id"), ("ERP-W3", "onsale_web"), ("ERP-W2", "onsale_web"),
        ("ERP-W3", "price"), ("ERP-W2", "price"), ("ERP-W3", "stock_quantity"), ("ERP-W2", "stock_quantity"),
        ("ERP-W3", "stock_status"), ("ERP-W2", "stock_status"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "column", "wanted"),
    [
        (CleanErp, "product_id", "a whole number"),
        (CleanErp, "price", "an amount"),
        (CleanErp, "onsale_web", "one of 0, 1"),
        (CleanErp, "stock_status", "one of instock, outofstock, onbackorder"),
        (CleanWeb, "sku", "text"),
        (_Score, "score", "its type"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_what_was_wanted(model: Any, column: str, wanted: str) -> None:
    """The message quotes the cell and says what the column takes; an empty cell is another rule's business."""
    told = _told(model, column, value="null", text="huit")
    assert told[f"{column}_text is not null and {column} is null"] == f"{column} huit cannot be read as {wanted}"


def test_an_empty_cell_is_told_so() -> None:
    """The message names the column."""
    assert _told(CleanErp, "price", value="null", text="")["price_text is null"] == "price is empty"


def test_a_value_out_of_bounds_is_told_the_bound_it_breaks() -> None:
    """The message gives the value and the check, as the contract words it."""
    told = _told(CleanWeb, "total_sales", value="-3", text="-3")
    assert told["not (total_sales >= 0)"] == "total_sales -3 breaks greater_than_or_equal_to(0)"


def test_a_column_without_rules_has_none() -> None:
    """What the contract lets be broken is not judged."""
    assert {rule.column for rule in row_rules(_Score)} == {"score"}
    assert allowed_values(_Score.to_schema().columns["free"]) is None


def test_a_rule_cannot_be_changed_once_compiled() -> None:
    """Rules are values: equal when they say the same."""
    rule = RowRule("ERP-01", "product_id", "c is null", "'empty'")
    assert {rule, RowRule("ERP-01", "product_id", "c is null", "'empty'")} == {rule}
    with pytest.raises(AttributeError):
        rule.rule = "ERP-02"  # type: ignore[misc]


def test_a_check_without_sql_says_where_to_add_it() -> None:
    """Our own fault: code CONTRACT, the check, and the file to mend."""
    with pytest.raises(InternalError) as caught:
        violation("c", pandera.Check.str_startswith("x"))
    error = caught.value
    assert (error.code, error.what) == ("CONTRACT", "no SQL for the check str_startswith")
    assert error.next_step == "add it to contracts/predicates.py"
