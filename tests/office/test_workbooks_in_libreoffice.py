"""Both workbooks opened, calculated and saved by another program than wrote them: what a manager will see."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from bottleneck_tasks.delivery.write_xlsx import SHEETS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")]
"""LibreOffice writes data bars as an extension that openpyxl does not read."""

_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")


@pytest.fixture(scope="module")
def recalculated(
    delivered_sample: Path, convert: Callable[[Path, str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """revenue_report.xlsx without the values of its formulas, calculated by LibreOffice."""
    bare = tmp_path_factory.mktemp("bare") / "revenue_report.xlsx"
    load_workbook(delivered_sample / "revenue_report.xlsx").save(bare)
    return load_workbook(convert(bare, "xlsx:Calc MS Excel 2007 XML"), data_only=True)


@pytest.fixture(scope="module")
def summary(delivered_sample: Path) -> dict[str, Any]:
    """The figures of the month."""
    content: dict[str, Any] = json.loads((delivered_sample / "summary.json").read_text(encoding="utf-8"))
    return content


def _cells(sheet: Any, extent: Any) -> list[list[Any]]:
    """The values of a sheet as far as another one goes; LibreOffice keeps fifteen digits and no empty text."""
    rows = sheet.iter_rows(max_row=extent.max_row, max_col=extent.max_column, values_only=True)
    return [[round(value, 9) if isinstance(value, float) else value or 0 for value in row] for row in rows]


def test_the_formulas_compute_the_values_written(recalculated: Any, summary: dict[str, Any]) -> None:
    """SUM and COUNT over the sheets, computed by LibreOffice, equal the figures beside them: every difference is 0."""
    rows = list(recalculated["Synthèse"].iter_rows(min_row=5, max_row=10, max_col=4, values_only=True))
    wanted = [
        *(Decimal(summary[name]) for name in ("revenue_total", "premium_revenue", "ordinary_revenue")),
        summary["rows"]["merged"], summary["premium_count"], summary["ordinary_count"],
    ]  # fmt: skip
    for (label, value, proof, difference), figure in zip(rows, wanted, strict=True):
        assert round(Decimal(str(value)), 2) == figure, label
        assert round(Decimal(str(proof)), 2) == figure, label
        assert abs(difference) < 0.005, label


def test_nothing_is_lost_on_the_way(recalculated: Any, delivered_sample: Path) -> None:
    """Sheets, every cell, filters, charts, conditional formats and links survive opening and saving."""
    written = load_workbook(delivered_sample / "revenue_report.xlsx", data_only=True)
    assert tuple(recalculated.sheetnames) == SHEETS
    for name in SHEETS[1:]:
        before, after = written[name], recalculated[name]
        assert _cells(after, before) == _cells(before, before), name
        assert after.auto_filter.ref == before.auto_filter.ref
    first = recalculated["Synthèse"]
    assert len(first._charts) == len(written["Synthèse"]._charts) == 3
    assert {first[f"A{row}"].hyperlink.location.replace("'", "").split("!")[0] for row in range(26, 31)} == set(
        SHEETS[1:]
    )
    for name in ("CA par produit", "Contrôles", "Synthèse"):
        assert len(recalculated[name].conditional_formatting) > 0, name


def test_no_number_is_stored_as_text(recalculated: Any) -> None:
    """No text cell that LibreOffice holds looks like a number, and amounts bear the euro."""
    for sheet in recalculated.worksheets:
        texts = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "s"]
        assert [cell.coordinate for cell in texts if _NUMBER.fullmatch(str(cell.value))] == [], sheet.title
    prices = [row[0] for row in recalculated["CA par produit"].iter_rows(min_row=2, min_col=7, max_col=7)]
    assert all("€" in cell.number_format for cell in prices)


def test_the_old_workbook_opens_whole(
    delivered_sample: Path, convert: Callable[[Path, str], Path], summary: dict[str, Any]
) -> None:
    """report.xls: both sheets, frozen headers, numbers as numbers, and the total that the rows add up to."""
    book = load_workbook(convert(delivered_sample / "report.xls", "xlsx:Calc MS Excel 2007 XML"), data_only=True)
    assert book.sheetnames == ["CA par produit", "CA total"]
    products = book["CA par produit"]
    assert products.freeze_panes == "A2"
    added = sum(
        Decimal(str(value)) for (value,) in products.iter_rows(min_row=2, min_col=8, max_col=8, values_only=True)
    )
    assert added == Decimal(summary["revenue_total"]) == Decimal(str(book["CA total"]["B2"].value))
    texts = [cell for row in products.iter_rows(min_row=2) for cell in row if cell.data_type == "s"]
    assert [cell.coordinate for cell in texts if _NUMBER.fullmatch(str(cell.value))] == []
    assert "€" in products["H2"].number_format


@pytest.mark.parametrize(("name", "pages"), [("revenue_report.xlsx", 40), ("report.xls", 25)])
def test_a_workbook_prints_one_page_wide(
    name: str, pages: int, delivered_sample: Path, convert: Callable[[Path, str], Path]
) -> None:
    """As PDF no sheet is cut across pages: about forty rows a page, not two pages for each."""
    content = convert(delivered_sample / name, "pdf").read_bytes()
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= pages
