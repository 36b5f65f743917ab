"""The CSV files: dialects, escapes, numbers, order."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottleneck_tasks.delivery.compare_csv import compare_csv
from bottleneck_tasks.delivery.escape import escape
from bottleneck_tasks.delivery.tables import WINE_COLUMNS, merged, ordinary_wines, premium_wines, quarantined
from bottleneck_tasks.delivery.write_csv import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.delivery.material import Material


def _rows(path: Path, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=separator))


def test_the_standard_dialect_is_plain_utf8(small: Material, tmp_path: Path) -> None:
    """Commas, dots, LF, no byte-order mark; columns as specified, by revenue from the highest."""
    out = tmp_path / "vins_ordinaires.csv"
    write_csv(table=ordinary_wines(small.mart), out=out)
    content = out.read_bytes()
    assert content.startswith(b"product_id,sku,post_title,price,")
    assert b"\r" not in content
    rows = _rows(out)
    assert rows[0] == list(WINE_COLUMNS)
    revenues = [Decimal(row[5]) for row in rows[1:]]
    assert revenues == sorted(revenues, reverse=True)
    assert rows[1][:6] == ["4000", "15298", "Gosset Brut", "49.00", "10", "490.00"]


def test_excel_fr_opens_in_a_french_excel(small: Material, tmp_path: Path) -> None:
    """Semicolons, decimal commas, a byte-order mark, CRLF."""
    out = tmp_path / "vins_premium.csv"
    write_csv(table=premium_wines(small.mart), out=out, dialect="excel_fr")
    content = out.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfproduct_id;sku;")
    assert content.count(b"\r\n") == content.count(b"\n") == 2
    assert _rows(out, ";")[1][3] == "176,00"
    assert "," in _rows(out, ";")[1][6]


def test_numbers_stay_numbers_and_text_is_escaped(tmp_path: Path) -> None:
    """The number -8 is written as -8, the text -8 as '-8; nulls are empty."""
    out = tmp_path / "t.csv"
    write_csv(table=pa.table({"n": pa.array([-8, None]), "t": ["-8", None]}), out=out)
    assert out.read_text() == "n,t\n-8,'-8\n,\n"


def test_an_empty_table_has_its_header(small: Material, tmp_path: Path) -> None:
    """No premium wine, no reject: the file is a header and reads back."""
    out = tmp_path / "quarantine.csv"
    table = quarantined(small.quarantine).slice(0, 0)
    write_csv(table=table, out=out)
    assert out.read_text() == "source,sheet,row,column,value,rule,message\n"
    assert compare_csv(table, out, dialect="standard") is None


def test_the_mart_has_no_row_numbers_and_is_in_product_order(small: Material, tmp_path: Path) -> None:
    """merged_with_revenue is by product_id whatever the order of the mart, without internal columns."""
    backwards = small.mart.take(pa.array(range(small.mart.num_rows - 1, -1, -1)))
    assert merged(backwards).equals(merged(small.mart))
    assert not {"erp_row", "liaison_row", "web_row"} & set(merged(small.mart).column_names)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.none() | st.text(max_size=15) | st.text('=-+@;,"\t\r\n\x00 a', max_size=8), min_size=1, max_size=6),
    st.sampled_from(["standard", "excel_fr"]),
)
def test_any_text_reads_back_as_its_escape(tmp_path: Path, values: list[str | None], dialect: str) -> None:
    """Whatever the text, csv finds the same rows and the same escaped cells."""
    out = tmp_path / "any.csv"
    table = pa.table({"n": range(len(values)), "t": pa.array(values, type=pa.string())})
    write_csv(table=table, out=out, dialect=dialect)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";" if dialect == "excel_fr" else ","))
    assert [row[1] for row in rows[1:]] == [escape(value or "") for value in values]
    assert compare_csv(table, out, dialect=dialect) is None


def test_a_changed_cell_is_named(small: Material, tmp_path: Path) -> None:
    """The comparison says which row and column differ, and a wrong total when the cells agree."""
    out = tmp_path / "vins_ordinaires.csv"
    table = ordinary_wines(small.mart)
    write_csv(table=table, out=out)
    assert (
        compare_csv(table, out, dialect="standard", total=Decimal("0.01")) == "sum of revenue is 689.40 instead of 0.01"
    )
    out.write_text(out.read_text().replace("490.00", "490.01"))
    assert (
        compare_csv(table, out, dialect="standard") == "row 2, revenue: Decimal('490.01') instead of Decimal('490.00')"
    )
