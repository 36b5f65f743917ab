"""report.xls and revenue_report.xlsx: sheets, cells, formulas, limits, bytes."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from bottleneck_tasks.delivery.compare_workbook import compare_xls, compare_xlsx
from bottleneck_tasks.delivery.escape import escape, visible
from bottleneck_tasks.delivery.insights import Insights, insights
from bottleneck_tasks.delivery.tables import REPORT_COLUMNS
from bottleneck_tasks.delivery.write_xls import write_xls
from bottleneck_tasks.delivery.write_xlsx import SHEETS, write_xlsx
from bottleneck_tasks.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bottleneck_tasks.delivery.material import Material


def _sheet(path: Path, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_report_xls_has_its_two_sheets(small: Material, tmp_path: Path) -> None:
    """Products by revenue from the highest, then the totals."""
    out = tmp_path / "report.xls"
    write_xls(material=small, out=out)
    rows = _sheet(out, "CA par produit")
    assert rows[0] == list(REPORT_COLUMNS)
    assert rows[1] == [4000, 15298, "Gosset Brut", 1, 0, 10, 49.0, 490.0]
    assert [row[7] for row in rows[1:]] == sorted((row[7] for row in rows[1:]), reverse=True)
    total, premium, ordinary, count = (row[1] for row in _sheet(out, "CA total")[1:])
    assert Decimal(str(total)) == small.figures.revenue_total
    assert premium + ordinary == pytest.approx(total)
    assert count == 7


def test_too_many_products_for_xls_is_said_before_anything_is_written(small: Material, tmp_path: Path) -> None:
    """65,536 products raise XLS-ROWS and leave no file."""
    crowd = pa.table({"product_id": pa.array(range(65_536))})
    with pytest.raises(DataError, match="at most 65535 products and there are 65536") as caught:
        write_xls(material=replace(small, mart=crowd), out=tmp_path / "report.xls")
    assert caught.value.code == "XLS-ROWS"
    assert not (tmp_path / "report.xls").exists()


def test_too_many_products_for_xlsx_is_said_before_anything_is_written(small: Material, tmp_path: Path) -> None:
    """1,048,576 products raise XLSX-ROWS and leave no file."""
    crowd = pa.table({"product_id": pa.nulls(1_048_576)})
    with pytest.raises(DataError) as caught:
        write_xlsx(material=replace(small, mart=crowd), out=tmp_path / "revenue_report.xlsx")
    assert caught.value.code == "XLSX-ROWS"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("writer", [write_xls, write_xlsx])
def test_same_material_same_bytes(writer: Callable[..., None], small: Material, tmp_path: Path) -> None:
    """A second writing, and another order of the mart, change no byte."""
    backwards = replace(small, mart=small.mart.take(pa.array(range(small.mart.num_rows - 1, -1, -1))))
    contents = set()
    for number, material in enumerate((small, small, backwards)):
        writer(material=material, out=tmp_path / str(number))
        contents.add((tmp_path / str(number)).read_bytes())
    assert len(contents) == 1


def test_revenue_report_has_its_six_sheets(month: Material, tmp_path: Path) -> None:
    """Sheets in order, header frozen and filtered, euro format, print titles, charts and links."""
    out = tmp_path / "revenue_report.xlsx"
    write_xlsx(material=month, out=out)
    book = load_workbook(out)
    assert tuple(book.sheetnames) == SHEETS
    sheet = book["CA par produit"]
    assert [cell.value for cell in sheet[1]] == list(REPORT_COLUMNS)
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:H715", "$1:$1")
    assert "€" in sheet["H2"].number_format
    assert sheet.column_dimensions["C"].width > 40
    assert len(book["Synthèse"]._charts) == 3
    links = {cell.hyperlink.location for row in book["Synthèse"]["A26:A30"] for cell in row}
    assert links == {f"'{name}'!A1" for name in SHEETS[1:]}
    assert compare_xlsx(month, out) is None


def test_every_formula_carries_the_value_it_computes(month: Material, tmp_path: Path) -> None:
    """A reader without a calculation engine sees the figures, and they are those of the material."""
    out = tmp_path / "revenue_report.xlsx"
    write_xlsx(material=month, out=out)
    formulas, values = load_workbook(out)["Synthèse"], load_workbook(out, data_only=True)["Synthèse"]
    assert formulas["C5"].value == "=SUM('CA par produit'!H2:H715)"
    assert Decimal(str(values["C5"].value)) == Decimal(str(values["B5"].value)) == month.figures.revenue_total
    assert [values[f"D{row}"].value for row in range(5, 11)] == [0] * 6


@pytest.mark.parametrize(
    ("own", "shown"),
    [
        ({"compared_with": "2026-09", "revenue": "1494.80"}, ["CA du mois", 1494.8, "ventes depuis septembre 2026, au prix du mois"]),
        ({"compared_with": "2026-08", "revenue": None}, ["CA du mois", "non calculé", "le mois précédent manque (dernier connu : août 2026)"]),
        ({"compared_with": None, "revenue": None}, ["CA du mois", "non calculé", "premier mois connu"]),
        (None, ["", "", ""]),
    ],
)  # fmt: skip
def test_the_months_own_revenue_stands_under_the_revenue_to_date(
    own: dict[str, str | None] | None, shown: list[object], small: Material, tmp_path: Path
) -> None:
    """A figure when the month before is known, else why there is none; nothing at all without a history."""
    told = replace(small, trends={"own_revenue": own} if own else None)
    write_xlsx(material=told, out=tmp_path / "r.xlsx")
    assert _sheet(tmp_path / "r.xlsx", "Synthèse")[10][:3] == shown
    assert compare_xlsx(told, tmp_path / "r.xlsx") is None
    other = replace(small, trends={"own_revenue": {"compared_with": "2026-09", "revenue": "1494.81"}})
    assert "CA du mois" in (compare_xlsx(other, tmp_path / "r.xlsx") or "")


def test_no_number_is_stored_as_text(month: Material, tmp_path: Path) -> None:
    """No string cell of the product sheets looks like a number."""
    out = tmp_path / "revenue_report.xlsx"
    write_xlsx(material=month, out=out)
    for name in ("CA par produit", "Vins premium", "Vins ordinaires", "Synthèse", "Contrôles"):
        texts = [cell for row in _sheet(out, name) for cell in row if isinstance(cell, str)]
        assert not [text for text in texts if re.fullmatch(r"-?\d+([.,]\d+)?", text)]


def test_empty_lists_still_make_whole_workbooks(make_material: Callable[..., Material], tmp_path: Path) -> None:
    """No product, no premium wine, no reject: every sheet is there and reads back."""
    for number, products in enumerate(([], [("1", "Un", "10.00", 1, 1), ("2", "Deux", "10.00", 1, 1)])):
        material = make_material(products)
        write_xls(material=material, out=tmp_path / f"{number}.xls")
        write_xlsx(material=material, out=tmp_path / f"{number}.xlsx")
        assert compare_xls(material, tmp_path / f"{number}.xls") is None
        assert compare_xlsx(material, tmp_path / f"{number}.xlsx") is None
        assert _sheet(tmp_path / f"{number}.xlsx", "Rejets")[1][0] == "Aucun rejet"


def test_without_a_month_no_sheet_names_one(make_material: Callable[..., Material], tmp_path: Path) -> None:
    """A run that was given no month invents none."""
    write_xlsx(material=make_material([("1", "Un", "10.00", 1, 1)], month=None), out=tmp_path / "r.xlsx")
    rows = _sheet(tmp_path / "r.xlsx", "Synthèse")
    assert rows[0][0] == "Chiffre d'affaires à date"
    assert str(rows[1][0]).startswith("1 produit fait 10,00")


@pytest.fixture(scope="module")
def known() -> dict[str, Insights]:
    """Insights of the small mart, computed once for the property below."""
    return {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@given(
    st.lists(
        st.text(max_size=20) | st.text("=-+@;,\"\t\r\n\x00\x0b _x0D41<&'", min_size=1, max_size=12),
        min_size=5,
        max_size=60,
    )
)
def test_any_title_is_a_string_cell(
    tmp_path: Path, make_material: Callable[..., Material], known: dict[str, Insights], titles: list[str]
) -> None:
    """Whatever the title, .xlsx holds it as text with no formula, .xls holds its escape."""
    count = len(titles)
    material = make_material([(str(index), title, "10.00", count - index, 1) for index, title in enumerate(titles)])
    known.setdefault("any", insights(material=make_material([("1", "Un", "10.00", 1, 1)])))
    write_xlsx(material=material, out=tmp_path / "t.xlsx", insights=known["any"])
    write_xls(material=material, out=tmp_path / "t.xls")
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet2.xml")
    cells = [row[2] for row in load_workbook(tmp_path / "t.xlsx")["CA par produit"].iter_rows(min_row=2)]
    assert not [cell for cell in cells if cell.data_type == "f" or not isinstance(cell.value, str | type(None))]
    assert [row[2] for row in _sheet(tmp_path / "t.xlsx", "CA par produit")[1:]] == [visible(title) for title in titles]
    assert [row[2] for row in _sheet(tmp_path / "t.xls", "CA par produit")[1:]] == [escape(title) for title in titles]
