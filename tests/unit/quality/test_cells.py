# ruff: noqa: RUF001 -- look-alike characters are what is tested
"""How a cell is read: each spelling that means one number is read as it, each other one is refused with its cell."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.quality.faults import add
from tests.unit.quality.stages import Outcome, good_month, judge

if TYPE_CHECKING:
    from pathlib import Path

_PRICES: list[tuple[Any, str]] = [
    (12, "12.00"), (24.2, "24.20"), (0.1 + 0.2, "0.30"), (12.345, "12.35"), (1.005, "1.01"), (9_999_999_999.99, "9999999999.99"),
    (12.344999996, "12.35"), (12.34499, "12.34"), (24.2000007629394, "24.20"), (24.199909, "24.20"), (24.1999, "24.20"), (24.2001, "24.20"),
    ("49", "49.00"), ("49.5", "49.50"), ("49,00", "49.00"), ("+7", "7.00"), (" 15 ", "15.00"),
    ("1 234,50 EUR", "1234.50"), ("1\u202f234,50\u00a0€", "1234.50"), ("€ 12", "12.00"), ("12€", "12.00"), ("12 euros", "12.00"),
    ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("1.234.567,8", "1234567.80"), ("1 234 567", "1234567.00"),
    ("１５", "15.00"), ("\u200b16\ufeff", "16.00"), ("1234.567", "1234.57"), ("12,3456", "12.35"),
]  # fmt: skip
_NO_PRICES: list[tuple[Any, str]] = [
    ("1.234", "1.234"), ("1,234", "1,234"), ("12.345", "12.345"), ("-1.234", "-1.234"), ("douze", "douze"),
    ("12..5", "12..5"), ("12,5,0", "12,5,0"), ("1 23", "1 23"), ("1E+05", "1E+05"), ("12 $", "12 $"), ("-", "-"),
    ("NaN", "NaN"), ("inf", "inf"), ("0x10", "0x10"), ("1_000", "1_000"), ("١٢", "١٢"), ("12,50 HT", "12,50 HT"), ("12²", "12²"),
    ("#N/A", "#N/A"), ("#DIV/0!", "#DIV/0!"), (True, "1"), (dt.datetime(2026, 10, 1), "2026-10-01"), (1e13, "10000000000000"),
]  # fmt: skip
_SAME_SKUS: list[tuple[Any, Any, str]] = [
    ("1501", 1501, "1501"), (1502, "1502", "1502"), (1503.0, "1503.0", "1503"), ("\u00a01504", "1504\u200b", "1504"),
    ("１５０５", 1505, "1505"), ("13127-2", "13127-2", "13127-2"), ("bon-cadeau ", "bon-cadeau", "bon-cadeau"),
    ("\ufb01ne", "fine", "fine"), (" 1508\t", 1508, "1508"), ("00042", "00042", "00042"), (42, "42", "42"),
    ("0", 0, "0"), ("1e5", "1e5", "1e5"), ("1510-1", "1510\u00ad-1", "1510-1"), (1510, 1510, "1510"), ("013127-2", "013127-2", "013127-2"),
    ("00043.0", "00043.0", "00043.0"), ("lot-10", "lot-10", "lot-10"), ("20", 20, "20"),
    ("1512,0", 1512, "1512"), ("nan-1", "nan-1", "nan-1"), ("#12", "#12", "#12"), ("15.000", "15.000", "15.000"),
]  # fmt: skip
_PRODUCT_IDS: list[tuple[Any, int]] = [
    ("501", 501), ("502.0", 502), ("503,0", 503), ("\u00a0504 ", 504), ("+505", 505), ("５０６", 506), ("00507", 507), (508.0, 508), ("509.00", 509), ("5100.000", 5100),
]  # fmt: skip


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A month with one product for each price that can be read, then one for each that cannot."""
    month = good_month(tmp_path_factory.mktemp("priced"), severity={"CA-01": "info", "ERP-03": "info"})
    for number, (cell, _) in enumerate(_PRICES + _NO_PRICES):
        add(month, 400 + number, price=cell)
    return judge(month)


@pytest.mark.parametrize(("number", "price"), list(enumerate(price for _, price in _PRICES)))
def test_a_price_that_means_one_amount_is_read(priced: Outcome, number: int, price: str) -> None:
    """To the cent, rounded half up, whatever the separators, the currency and the blanks."""
    prices = {row["product_id"]: row["price"] for row in priced.mart("product_id", "price")}
    assert prices[400 + number] == Decimal(price)


def test_a_price_typed_as_text_is_read_and_said(priced: Outcome) -> None:
    """Each typed price is named with what it was read as; a number cell is not, nor what a 32-bit number leaves behind the cents."""
    typed = [cell for cell, _ in _PRICES if isinstance(cell, str)]
    assert sorted(cell["value"] for cell in priced.findings("NORM-DECIMAL")) == sorted(typed)
    rounded = [
        f"{cell:.15g}" if isinstance(cell, float) else cell
        for cell in (12.345, 1.005, 12.344999996, 12.34499, 24.1999, 24.2001, "1234.567", "12,3456")
    ]
    assert sorted(cell["value"] for cell in priced.findings("NORM-CENT")) == sorted(rounded)


def test_a_price_that_could_be_two_amounts_or_none_is_refused_with_its_cell(priced: Outcome) -> None:
    """'1.234' is 1.234 or 1234: the month is blocked with the cell, no amount is chosen."""
    first = 1 + 14 + len(_PRICES) + 1
    expected = [(first + number, "price", value) for number, (_, value) in enumerate(_NO_PRICES)]
    for rule in ("CA-01", "ERP-W2"):
        found = [
            (cell["row"], cell["column"], cell["value"].removesuffix(" 00:00:00")) for cell in priced.findings(rule)
        ]
        assert sorted(found) == sorted(expected)
    assert [row["price"] for row in priced.mart() if row["product_id"] >= 400 + len(_PRICES)] == [None] * len(
        _NO_PRICES
    )


@pytest.fixture(scope="module")
def identified(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A month where the same SKU and the same product number are spelled differently from file to file."""
    month = good_month(tmp_path_factory.mktemp("identified"))
    for number, (id_web, sku, _) in enumerate(_SAME_SKUS):
        add(month, 600 + number, id_web=id_web, sku=sku)
    for cell, number in _PRODUCT_IDS:
        add(month, number, id_web=f"P{number}", sku=f"P{number}")
        month.erp[-1][0] = cell
    return judge(month)


def test_the_same_sku_spelled_twice_is_one_sku(identified: Outcome) -> None:
    """Blanks, invisible characters, full-width digits and number cells do not make another SKU; leading zeros do."""
    assert identified.stopped is None
    skus = {row["product_id"]: row["sku"] for row in identified.mart("product_id", "sku")}
    assert {600 + number: sku for number, (_, _, sku) in enumerate(_SAME_SKUS)}.items() <= skus.items()


def test_a_product_number_typed_as_text_is_that_number(identified: Outcome) -> None:
    """The ERP's product numbers are read as integers however they were typed, and the reading is counted."""
    assert {number for _, number in _PRODUCT_IDS} <= {row["product_id"] for row in identified.mart("product_id")}
    touched = [cell["value"] for cell in identified.findings("NORM-ID") if cell["source"] == "erp"]
    assert sorted(touched) == sorted(cell for cell, _ in _PRODUCT_IDS if isinstance(cell, str))


def test_only_normalisation_is_reported_for_other_spellings(identified: Outcome) -> None:
    """Ids spelled otherwise are no fault: nothing warns."""
    assert identified.broken() == {"NORM-TEXT": "info", "NORM-ID": "info"}


@pytest.mark.parametrize(
    "cells",
    [
        [
            12.5,
            "12.5",
            "1E+05",
            "12-1",
            "",
            " ",
            "1 234",
            "½",
            "1.000",
            "12,000",
            10**18,
            "#N/A",
            dt.datetime(2026, 10, 1),
        ],
        [True],
    ],
)
def test_a_product_number_that_is_no_integer_is_refused(tmp_path: Path, cells: list[Any]) -> None:
    """No product number is cut or guessed: the row is set aside and the month blocked."""
    month = good_month(tmp_path)
    month.erp += [[cell, 0, 10, 1, "instock"] for cell in cells]
    outcome = judge(month)
    assert set(outcome.broken()) - {"NORM-TEXT"} == {"ERP-01"}
    assert sorted(found["row"] for found in outcome.findings("ERP-01")) == list(range(16, 16 + len(cells)))


@pytest.mark.parametrize(
    "cells",
    [
        ["#N/A", dt.datetime(2026, 10, 1), "7 bouteilles", "1E+05", "7,5", "7²", "①②", "H₂", "1,000", "7.000"],
        [True, False],
    ],
)
def test_a_counter_that_is_no_number_is_refused(tmp_path: Path, cells: list[Any]) -> None:
    """A count of sales is never taken from TRUE, from an error or from a date: revenue would follow."""
    month = good_month(tmp_path)
    rows = [add(month, 700 + number, total_sales=cell).web for number, cell in enumerate(cells)]
    outcome = judge(month)
    assert outcome.broken() == {"WEB-02": "block"}
    assert sorted(found["row"] for found in outcome.findings("WEB-02")) == rows


@pytest.mark.parametrize("cell", ["#N/A", dt.datetime(2026, 10, 1), True])
def test_an_error_in_both_files_ties_no_product_to_a_sku(tmp_path: Path, cell: Any) -> None:
    """A lookup that failed in the liaison and in the export gives the same text: it is no key, and is named."""
    month = good_month(tmp_path)
    month.liaison[3][1] = cell
    month.web[3][0] = cell
    outcome = judge(month)
    assert outcome.stopped is not None
    assert outcome.stopped.exit_code == 65


@pytest.mark.parametrize(
    "word", ["#NOM?", "#VALEUR!", "#N/D", "#####", "Err:502", "nan", "NULL", "None", "<NA>", "-inf", "\\N", "-", "?"]
)
def test_a_word_for_nothing_ties_no_product_to_a_sku(tmp_path: Path, word: str) -> None:
    """The text that a program writes where it has no value is no key, though it stands in both files."""
    month = good_month(tmp_path)
    month.liaison[3][1] = month.web[3][0] = f"{word} "
    outcome = judge(month)
    named = {rule: [cell["row"] for cell in outcome.findings(rule)] for rule in ("LIA-05", "WEB-03")}
    assert named == {"LIA-05": [4], "WEB-03": [4]}
    assert outcome.stopped is not None


def test_booleans_are_zero_and_one(tmp_path: Path) -> None:
    """TRUE and FALSE in onsale_web are 1 and 0, as Excel itself counts them."""
    month = good_month(tmp_path)
    month.erp[1][1] = True
    month.erp[5][1] = False
    outcome = judge(month)
    assert outcome.broken() == {}
    import pyarrow.parquet as pq

    clean = pq.read_table(outcome.run.folder("quality") / "erp.parquet").to_pylist()
    assert [row["onsale_web"] for row in clean[:5]] == [1, 1, 1, 1, 0]


def test_booleans_spelled_out_are_zero_and_one(tmp_path: Path) -> None:
    """A file of text has words where a workbook has booleans."""
    month = good_month(tmp_path)
    for row, word in zip(month.erp[1:], ["TRUE", "Vrai", "true", "VRAI", "false", "True"], strict=False):
        row[1] = word
    month.erp[14][1] = "FAUX"
    outcome = judge(month)
    assert outcome.broken() == {"REC-W2": "warn"}
    assert [row["onsale_web"] for row in outcome.mart("onsale_web")] == [1] * 12 + [0]


def test_status_is_read_whatever_its_case(tmp_path: Path) -> None:
    """`InStock`, `PRODUCT` and `Publish` are the words they look like."""
    month = good_month(tmp_path)
    month.erp[1][4] = " InStock "
    month.web[1][1] = "PRODUCT"
    month.web[1][4] = "Publish"
    month.web[5][1] = "Attachment"
    outcome = judge(month)
    assert outcome.broken() == {"NORM-TEXT": "info"}
    assert len(outcome.mart()) == 13
