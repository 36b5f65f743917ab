"""The header is found by its names, and what is wrong with it is said in the words of the sheet."""

from __future__ import annotations

from typing import Any

import pytest

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.errors import ContractError
from bottleneck_tasks.ingest.header import best_header, normalise_name

_ERP = SOURCES["erp"]
_NAMES = ["product_id", "onsale_web", "price", "stock_quantity", "stock_status"]


@pytest.mark.parametrize(
    "written",
    [
        "price", " price ", "PRICE", "Price\n", "\u00a0price\u00a0", "price\u200b", "\ufeffprice", "pr\u200bice",
        "\u202fprice\u2009", "pri\u00adce", "\uff50rice", "\u3000price",
    ],
)  # fmt: skip
def test_blanks_case_and_look_alikes_do_not_matter(written: str) -> None:
    """Every way that a spreadsheet writes `price` is `price`."""
    assert normalise_name(written) == "price"


@pytest.mark.parametrize("written", ["prices", "pri ce", "prix", "", 12, None])
def test_other_names_stay_other(written: object) -> None:
    """Normalisation never makes one name of two."""
    assert normalise_name(written) != "price"


@pytest.mark.parametrize("mark", [" ", "-", "  ", "\n"])
def test_words_of_a_name_may_be_joined_otherwise(mark: str) -> None:
    """`Stock quantity` and `stock-quantity` are stock_quantity; beside it they are the same column twice."""
    names = [name.replace("_", mark).title() for name in _NAMES]
    header = best_header([names], _ERP)
    assert header.require(_ERP, file="erp.xlsx", sheet="Feuil1", row=1).positions == {
        name: at for at, name in enumerate(_NAMES)
    }
    assert header.unknown == ()
    with pytest.raises(ContractError, match="column stock_quantity stands twice"):
        best_header([[*_NAMES, f"stock{mark}quantity"]], _ERP).require(_ERP, file="erp.xlsx", sheet="Feuil1", row=1)


def test_extra_columns_are_reported_and_order_does_not_matter() -> None:
    """A reordered sheet with one more column is usable."""
    header = best_header([["marge", *reversed(_NAMES)]], _ERP)
    assert header.require(_ERP, file="erp.xlsx", sheet="Feuil1", row=1) is header
    assert header.unknown == ("marge",)
    assert header.positions == {name: 5 - number for number, name in enumerate(_NAMES)}


@pytest.mark.parametrize("above", [0, 1, 4])
def test_the_header_may_stand_on_a_later_row(above: int) -> None:
    """Titles and blank rows above the header are passed over."""
    titles: list[list[Any]] = [["Export du mois", ""], ["", ""], ["erp", 12], ["", ""]]
    assert best_header([*titles[:above], _NAMES, _NAMES], _ERP).index == above


def test_no_row_at_all_misses_every_column() -> None:
    """An empty sheet has an empty header."""
    assert best_header([], _ERP).missing == tuple(_NAMES)


@pytest.mark.parametrize(
    ("names", "what", "next_step"),
    [
        (["product_id", "onsale_web", "prices", "stock_quantity", "stock_status"],
         "the erp export lacks the column price", "rename 'prices' to 'price' in the export"),
        (["product_id", "onsale_web", "stock_quantity", "stock_status"],
         "the erp export lacks the column price", "add the column 'price' in the export"),
        (["id_product", "onsale_web", "price", "stock quantities", "stock_status"],
         "the erp export lacks the columns product_id, stock_quantity",
         "rename 'id_product' to 'product_id'; rename 'stock quantities' to 'stock_quantity' in the export"),
        ([*_NAMES, "PRICE "], "column price stands twice", "remove one of the two columns from the export"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_closest_name(names: list[str], what: str, next_step: str) -> None:
    """Exit 65, SRC-03: file, sheet, row, column and the name to change."""
    with pytest.raises(ContractError) as caught:
        best_header([names], _ERP).require(_ERP, file="erp.xlsx", sheet="Feuil1", row=3)
    error = caught.value
    assert (error.exit_code, error.code, error.what, error.next_step) == (65, "SRC-03", what, next_step)
    assert error.facts == {"file": "erp.xlsx", "sheet": "Feuil1", "row": 3}


def test_a_repeated_column_that_nobody_reads_does_no_harm() -> None:
    """Only columns of the contract must be single."""
    assert best_header([[*_NAMES, "note", "note"]], _ERP).require(_ERP, file="erp.xlsx", sheet="Feuil1", row=1)


def test_the_row_numbers_of_pandas_are_no_unknown_column() -> None:
    """They come with a filtered table, or with one that was read back: nobody added a column."""
    assert best_header([["Unnamed: 0", *_NAMES, "__index_level_0__"]], _ERP).unknown == ()
    assert best_header([["unnamed: note", *_NAMES]], _ERP).unknown == ("unnamed: note",)
