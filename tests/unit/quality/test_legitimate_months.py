"""What may change from a month to the next without being a fault: it passes, and the figures follow."""

from __future__ import annotations

import csv
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.unit.quality.faults import add
from tests.unit.quality.stages import PROVENANCE, Outcome, good_month, ingest_written, judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook

    from tests.months import SmallMonth

_GOOD = Decimal("2896.60")


def _new_product(month: SmallMonth) -> Decimal:
    add(month, 300, price=30.3, total_sales=3)
    return _GOOD + Decimal("90.90")


def _delisted_product(month: SmallMonth) -> Decimal:
    del month.erp[3], month.liaison[3], month.web[3]
    return _GOOD - Decimal("72.60")


def _taken_off_sale(month: SmallMonth) -> Decimal:
    month.erp[3][1] = 0
    del month.web[3]
    return _GOOD - Decimal("72.60")


def _reordered_columns(month: SmallMonth) -> Decimal:
    for name in ("erp", "liaison", "web"):
        setattr(month, name, [row[::-1] for row in getattr(month, name)])
    return _GOOD


def _ids_all_text(month: SmallMonth) -> Decimal:
    for sheet, columns in ((month.erp, (0,)), (month.liaison, (0, 1)), (month.web, (0,))):
        for row in sheet[1:]:
            for column in columns:
                row[column] = None if row[column] is None else str(row[column])
    return _GOOD


def _exact_duplicates(month: SmallMonth) -> Decimal:
    for sheet in (month.erp, month.liaison, month.web):
        sheet.insert(2, list(sheet[1]))
        sheet.append(list(sheet[3]))
    return _GOOD


def _no_attachments(month: SmallMonth) -> Decimal:
    month.web = [row for row in month.web if row[1] != "attachment"]
    return _GOOD


def _shuffled_rows(month: SmallMonth) -> Decimal:
    for name in ("erp", "liaison", "web"):
        header, *rows = getattr(month, name)
        random.Random(7).shuffle(rows)  # noqa: S311
        setattr(month, name, [header, *rows])
    return _GOOD


def _blank_rows(month: SmallMonth) -> Decimal:
    for sheet in (month.erp, month.liaison, month.web):
        sheet.insert(3, [None] * len(sheet[0]))
        sheet.extend([[" "] * len(sheet[0]), ["\u00a0"] * len(sheet[0])])
    month.web.append([None, None, None, 0, None, 0])
    return _GOOD


def _header_spelled_otherwise(month: SmallMonth) -> Decimal:
    for name in ("erp", "liaison", "web"):
        header, *rows = getattr(month, name)
        setattr(month, name, [[f"\u00a0{cell.upper()} " for cell in header], *rows])
    return _GOOD


_CHANGES: list[tuple[Callable[[SmallMonth], Decimal], set[str]]] = [
    (_new_product, set()),
    (_delisted_product, set()),
    (_taken_off_sale, set()),
    (_reordered_columns, set()),
    (_ids_all_text, {"NORM-ID"}),
    (_exact_duplicates, set()),
    (_no_attachments, set()),
    (_shuffled_rows, set()),
    (_blank_rows, {"NORM-TEXT"}),
    (_header_spelled_otherwise, set()),
]


_QUICK = {_new_product, _delisted_product, _reordered_columns, _exact_duplicates, _blank_rows}


@pytest.mark.parametrize(
    ("change", "noted"),
    [
        pytest.param(change, noted, id=change.__name__.strip("_"), marks=[] if change in _QUICK else pytest.mark.slow)
        for change, noted in _CHANGES
    ],
)
def test_a_legitimate_month_passes_without_a_warning(
    tmp_path: Path, change: Callable[[SmallMonth], Decimal], noted: set[str]
) -> None:
    """The run goes through, warns of nothing, and revenue is exactly what the change makes it."""
    month = good_month(tmp_path)
    revenue = change(month)
    outcome = judge(month)
    assert outcome.broken() == dict.fromkeys(noted, "info")
    assert outcome.figures is not None
    assert outcome.figures.revenue_total == revenue


def _sheet_renamed(workbook: Workbook) -> None:
    workbook.worksheets[0].title = "Export du 15 (1)"


def _extra_sheet_first(workbook: Workbook) -> None:
    sheet = workbook.create_sheet("Lisez-moi", 0)
    sheet.append(["product_id", "note"])
    sheet.append([1, "voir l'onglet suivant"])


def _title_rows_above_the_header(workbook: Workbook) -> None:
    workbook.worksheets[0].insert_rows(1, 3)
    workbook.worksheets[0]["A1"] = "Export mensuel"


def _empty_columns_before_the_table(workbook: Workbook) -> None:
    workbook.worksheets[0].insert_cols(1, 2)


def _trailing_formatted_rows(workbook: Workbook) -> None:
    sheet = workbook.worksheets[0]
    sheet.cell(sheet.max_row + 20, 1).number_format = "0.00"


def _hidden_copy(workbook: Workbook) -> None:
    copy = workbook.copy_worksheet(workbook.worksheets[0])
    copy.sheet_state = "hidden"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The good month."""
    return judge(good_month(tmp_path_factory.mktemp("good")))


@pytest.mark.parametrize(
    "change",
    [
        _sheet_renamed,
        _extra_sheet_first,
        _title_rows_above_the_header,
        _empty_columns_before_the_table,
        _trailing_formatted_rows,
        _hidden_copy,
    ],
    ids=lambda change: change.__name__.strip("_"),
)
@pytest.mark.slow
def test_where_a_table_stands_in_its_workbook_changes_nothing(
    tmp_path: Path, good: Outcome, change: Callable[[Workbook], None]
) -> None:
    """The sheet is found by its header: the mart is the same, and nothing warns."""
    month = good_month(tmp_path)
    for path in month.write().iterdir():
        workbook = openpyxl.load_workbook(path)
        change(workbook)
        workbook.save(path)
    outcome = judge(month, run=ingest_written(month))
    assert outcome.broken() == {}
    assert _content(outcome) == _content(good)


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_a_file_of_text_with_decimal_commas_throughout_warns_of_nothing(tmp_path: Path, separator: str) -> None:
    """What a French spreadsheet writes: the sign is that of the file, as the separator is."""
    month = _with_cents(tmp_path)
    _write_erp(month, separator, decimal=",")
    outcome = judge(month, run=ingest_written(month))
    assert outcome.broken() == {}
    assert {row["product_id"]: row["price"] for row in outcome.mart("product_id", "price")}[9] == Decimal("19.50")


@pytest.mark.parametrize(("row", "cell"), [(9, "19.50"), (9, "19,50 €"), (9, "1 019,50")])
def test_one_price_that_is_written_otherwise_is_named(tmp_path: Path, row: int, cell: str) -> None:
    """A point among commas puts them all in doubt; a currency or a blank is that cell's own."""
    month = _with_cents(tmp_path)
    month.erp[row][2] = cell
    _write_erp(month, ";", decimal=",")
    outcome = judge(month, run=ingest_written(month))
    assert outcome.checks["NORM-DECIMAL"].rows == (9 if "." in cell else 1)


def test_a_few_commas_are_no_habit_of_the_file(tmp_path: Path) -> None:
    """Below five prices with a comma each of them is named."""
    month = good_month(tmp_path)
    month.erp[3][2] = "20,50"
    _write_erp(month, ";", decimal=",")
    assert judge(month, run=ingest_written(month)).checks["NORM-DECIMAL"].rows >= 1


def _with_cents(folder: Path) -> SmallMonth:
    month = good_month(folder)
    for row in month.erp[7:]:
        row[2] += 0.5
    return month


def _write_erp(month: SmallMonth, separator: str, *, decimal: str) -> None:
    folder = month.write()
    (folder / "erp.xlsx").unlink()
    with (folder / "erp.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerows(
            [str(cell).replace(".", decimal) if isinstance(cell, float) else cell for cell in row] for row in month.erp
        )


def test_rows_are_named_as_excel_shows_them_wherever_the_header_stands(tmp_path: Path) -> None:
    """With three rows above the header, a fault in the second data row is named on row 6."""
    month = good_month(tmp_path)
    month.erp[2][2] = -1
    path = month.write() / "erp.xlsx"
    workbook = openpyxl.load_workbook(path)
    _title_rows_above_the_header(workbook)
    _empty_columns_before_the_table(workbook)
    workbook.save(path)
    outcome = judge(month, run=ingest_written(month))
    assert [(cell["row"], cell["column"], cell["value"]) for cell in outcome.findings("CA-01")] == [(6, "price", "-1")]


def test_exact_duplicates_are_removed_and_counted(tmp_path: Path) -> None:
    """The first copy is kept, the others are in the ledger as duplicates, in each source."""
    month = good_month(tmp_path)
    _exact_duplicates(month)
    rows = judge(month).rows()
    copies = [(row["source"], row["source_row"]) for row in rows if row["status"] == "duplicate"]
    assert copies == [("erp", 3), ("erp", 17), ("liaison", 3), ("liaison", 17), ("web", 3), ("web", 18)]
    assert {row["reason"] for row in rows if row["status"] == "duplicate"} == {"duplicate"}


def _content(outcome: Outcome) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in PROVENANCE} for row in outcome.mart()]
