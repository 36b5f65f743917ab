"""Every rule that a workbook can break, and the change to a good month that breaks it.

A fault adds products or rows of its own and returns the cells that the rule must name: (source, row, column, value),
the value as it was read. Faults with other numbers do not touch one another, so that they can be put in one month.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.months import SmallMonth

__all__ = ["BLOCKS", "INTERNAL", "REFUSALS", "WARNS", "WARNS_ALONE", "Cell", "Fault", "Rows", "add"]


class Cell(NamedTuple):
    """A cell that a rule names."""

    source: str
    row: int
    column: str
    value: str | None


class Rows(NamedTuple):
    """Where a product was written: row numbers as Excel shows them."""

    erp: int
    liaison: int
    web: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A change that breaks `rule`; `also` are the rules that cannot but break with it, `settings` what the month runs with."""

    rule: str
    change: Callable[[SmallMonth], list[Cell]]
    says: str
    also: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.rule}-{self.change.__name__}"


_UNSET: Any = object()


def add(month: SmallMonth, number: int, *, id_web: Any = _UNSET, sku: Any = _UNSET, **cells: Any) -> Rows:
    """Add a good product in the three workbooks, with some of its cells changed; its SKU is 1000 + number."""
    good = {
        "product_id": number, "onsale_web": 1, "price": 20, "stock_quantity": 4, "stock_status": "instock",
        "post_type": "product", "post_title": f"Vin {number}", "total_sales": 2, "post_status": "publish", "virtual": 0,
        "id_web": 1000 + number if id_web is _UNSET else id_web,
        "sku": 1000 + number if sku is _UNSET else sku,
    }  # fmt: skip
    assert set(cells) < set(good)
    values = {**good, **cells}
    for sheet in (month.erp, month.liaison, month.web):
        sheet.append([values.get(name) for name in sheet[0]])
    return Rows(len(month.erp), len(month.liaison), len(month.web))


# --- refused before a row is judged ---------------------------------------------------------------------------


def _empty_file(month: SmallMonth) -> None:
    (month.write() / "web.xlsx").write_bytes(b"")


def _cut_file(month: SmallMonth) -> None:
    path = month.write() / "web.xlsx"
    path.write_bytes(path.read_bytes()[:-200])


def _macros(month: SmallMonth) -> None:
    import zipfile

    with zipfile.ZipFile(month.write() / "web.xlsx", "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")


def _column_lost(month: SmallMonth) -> None:
    month.web[0][3] = "total_sale"
    month.write()


def _no_data(month: SmallMonth) -> None:
    month.web = month.web[:1]
    month.write()


REFUSALS: list[tuple[str, Callable[[SmallMonth], None], str]] = [
    ("SRC-01", _empty_file, "the file is empty"),
    ("SRC-01", _cut_file, "damaged"),
    ("SRC-02", _macros, "macros"),
    ("SRC-03", _column_lost, "rename 'total_sale' to 'total_sales'"),
    ("SRC-04", _no_data, "no data row"),
]
"""Rule, change (which writes the month) and what the error says."""


# --- rules that stop the run ----------------------------------------------------------------------------------


def _erp_id_empty(month: SmallMonth) -> list[Cell]:
    month.erp.append([None, 0, 10, 1, "instock"])
    return [Cell("erp", len(month.erp), "product_id", None)]


def _erp_id_text(month: SmallMonth) -> list[Cell]:
    month.erp.append(["abc", 0, 10, 1, "instock"])
    month.erp.append([12.5, 0, 10, 1, "instock"])
    return [Cell("erp", len(month.erp) - 1, "product_id", "abc"), Cell("erp", len(month.erp), "product_id", "12.5")]


def _erp_conflict(month: SmallMonth) -> list[Cell]:
    month.erp.append([5, 0, 16, 3, "instock"])
    return [Cell("erp", 6, "product_id", "5"), Cell("erp", len(month.erp), "product_id", "5")]


def _liaison_id_empty(month: SmallMonth) -> list[Cell]:
    month.liaison.append([None, 999])
    return [Cell("liaison", len(month.liaison), "product_id", None)]


def _liaison_id_text(month: SmallMonth) -> list[Cell]:
    month.liaison.append(["one", None])
    return [Cell("liaison", len(month.liaison), "product_id", "one")]


def _product_tied_to_two_skus(month: SmallMonth) -> list[Cell]:
    month.liaison.append([5, 105])
    return [Cell("liaison", 6, "product_id", "5"), Cell("liaison", len(month.liaison), "product_id", "5")]


def _sku_tied_to_two_products(month: SmallMonth) -> list[Cell]:
    month.liaison[5][1] = 103
    return [Cell("liaison", 4, "id_web", "103"), Cell("liaison", 6, "id_web", "103")]


def _sku_tied_twice_once_as_text(month: SmallMonth) -> list[Cell]:
    month.liaison[5][1] = " 103\u00a0"
    return [Cell("liaison", 4, "id_web", "103"), Cell("liaison", 6, "id_web", " 103\u00a0")]


def _liaison_unknown_product(month: SmallMonth) -> list[Cell]:
    month.liaison.append([77, None])
    return [Cell("liaison", len(month.liaison), "product_id", "77")]


def _sku_sold_twice(month: SmallMonth) -> list[Cell]:
    month.web.append([103, "product", "Troisième vin", 4, "publish", 0])
    return [Cell("web", 4, "sku", "103"), Cell("web", len(month.web), "sku", "103")]


def _counter_negative(month: SmallMonth) -> list[Cell]:
    month.web[3][3] = -3
    return [Cell("web", 4, "total_sales", "-3")]


def _counter_empty(month: SmallMonth) -> list[Cell]:
    month.web[3][3] = None
    return [Cell("web", 4, "total_sales", None)]


def _counter_not_whole(month: SmallMonth) -> list[Cell]:
    month.web[3][3] = 2.5
    month.web[4][3] = "beaucoup"
    return [Cell("web", 4, "total_sales", "2.5"), Cell("web", 5, "total_sales", "beaucoup")]


def _sku_is_an_error(month: SmallMonth) -> list[Cell]:
    month.web[3][0] = "#N/A"
    return [Cell("web", 4, "sku", "#N/A")]


def _id_web_is_an_error(month: SmallMonth) -> list[Cell]:
    month.liaison[5][1] = "#REF!"
    return [Cell("liaison", 6, "id_web", "#REF!")]


def _ids_lost_from_the_liaison(month: SmallMonth) -> list[Cell]:
    for row in month.liaison[1:3]:
        row[1] = None
    return [Cell("web", 2, "sku", "101"), Cell("web", 3, "sku", "102")]


def _liaison_row_lost(month: SmallMonth) -> list[Cell]:
    del month.liaison[3]
    return [Cell("web", 4, "sku", "103")]


def _erp_row_lost(month: SmallMonth) -> list[Cell]:
    del month.erp[3]
    return [Cell("web", 4, "sku", "103")]


def _leading_zeros(month: SmallMonth) -> list[Cell]:
    row = add(month, 42, sku=42, id_web="00042").web
    return [Cell("web", row, "sku", "42")]


def _half_of_web_missing(month: SmallMonth) -> list[Cell]:
    del month.web[3:5]
    return [Cell("erp", 4, "product_id", "3"), Cell("erp", 5, "product_id", "4")]


def _only_the_attachment_is_left(month: SmallMonth) -> list[Cell]:
    del month.web[1]
    return [Cell("erp", 2, "product_id", "1")]


def _nothing_merges(month: SmallMonth) -> list[Cell]:
    for row in month.erp[1:]:
        row[1] = 0
    for row in month.web[1:]:
        row[1] = "attachment"
    return []


def _price_empty(month: SmallMonth) -> list[Cell]:
    month.erp[1][2] = None
    return [Cell("erp", 2, "price", None)]


def _price_zero(month: SmallMonth) -> list[Cell]:
    month.erp[1][2] = 0
    return [Cell("erp", 2, "price", "0")]


def _price_negative(month: SmallMonth) -> list[Cell]:
    month.erp[1][2] = -10
    return [Cell("erp", 2, "price", "-10")]


def _price_rounds_to_zero(month: SmallMonth) -> list[Cell]:
    month.erp[1][2] = 0.004
    return [Cell("erp", 2, "price", "0.004")]


def _one_product_more_than_counted(month: SmallMonth) -> list[Cell]:
    add(month, 300)
    return []


BLOCKS = [
    Fault("ERP-01", _erp_id_empty, "product_id is empty"),
    Fault("ERP-01", _erp_id_text, "abc cannot be read as a whole number"),
    Fault("ERP-02", _erp_conflict, "product_id 5 stands in rows 6, 16, here with price 16.00", ("LIA-04",)),
    Fault("LIA-01", _liaison_id_empty, "product_id is empty"),
    Fault("LIA-01", _liaison_id_text, "one cannot be read as a whole number"),
    Fault("LIA-02", _product_tied_to_two_skus, "product_id 5 stands in rows 6, 16, here with id_web 105"),
    Fault("LIA-03", _sku_tied_to_two_products, "id_web 103 stands in rows 4, 6, here with product_id 5",
          ("REC-01", "REC-W1")),
    Fault("LIA-03", _sku_tied_twice_once_as_text, "id_web 103 stands in rows 4, 6",
          ("REC-01", "REC-W1", "NORM-TEXT", "NORM-ID")),
    Fault("LIA-04", _liaison_unknown_product, "product_id 77 is not in the ERP export"),
    Fault("WEB-01", _sku_sold_twice, "sku 103 stands in rows 4, 17, here with total_sales 4", ("REC-02",)),
    Fault("WEB-02", _counter_negative, "total_sales -3 breaks", ("REC-02",)),
    Fault("WEB-02", _counter_empty, "total_sales is empty", ("REC-02",)),
    Fault("WEB-02", _counter_not_whole, "total_sales beaucoup cannot be read as a whole number", ("REC-02",)),
    Fault("WEB-03", _sku_is_an_error, "sku #N/A cannot be read as", ("REC-02",)),
    Fault("LIA-05", _id_web_is_an_error, "id_web #REF! cannot be read as"),
    Fault("REC-01", _ids_lost_from_the_liaison, "SKU 101 is in no liaison row (7 sold)", ("REC-W1",)),
    Fault("REC-01", _liaison_row_lost, "SKU 103 is in no liaison row (3 sold)", ("REC-W1",)),
    Fault("REC-01", _erp_row_lost, "SKU 103 is tied to product_id 3, which the ERP does not have",
          ("LIA-04",)),
    Fault("REC-01", _leading_zeros, "SKU 42 is in no liaison row", ("REC-02", "NORM-ID")),
    Fault("REC-02", _half_of_web_missing, "product_id 3 is on sale with id_web 103"),
    Fault("REC-02", _only_the_attachment_is_left, "product_id 1 is on sale with id_web 101", ("WEB-W5",)),
    Fault("REC-03", _nothing_merges, "0 rows, 0 SKUs, 0 products", ("WEB-W5", "Z-W1")),
    Fault("CA-01", _price_empty, "price of product_id 1 cannot be read or is empty (SKU 101, 7 sold)", ("ERP-W3",)),
    Fault("CA-01", _price_zero, "price of product_id 1 is 0.00 EUR"),
    Fault("CA-01", _price_negative, "price of product_id 1 is -10.00 EUR"),
    Fault("CA-01", _price_rounds_to_zero, "price of product_id 1 is 0.00 EUR", ("NORM-CENT",)),
    Fault("EXP-01", _one_product_more_than_counted, "merged is 14, not 13; revenue_total is 2936.60, not 2896.60",
          settings={"expect": {"merged": 13, "revenue_total": "2896.60", "premium_count": 1}}),
]  # fmt: skip


# --- rules that are named and delivered -----------------------------------------------------------------------


def _unknown_column(month: SmallMonth) -> list[Cell]:
    for number, row in enumerate(month.erp):
        row.append("Vintage" if number == 0 else 2019)
    return []


def _stock_negative(month: SmallMonth) -> list[Cell]:
    row = add(month, 201, stock_quantity=-4, stock_status="outofstock").erp
    return [Cell("erp", row, "stock_quantity", "-4")]


def _status_contradicts_stock(month: SmallMonth) -> list[Cell]:
    shown_sold_out = add(month, 202, stock_status="outofstock").erp
    shown_in_stock = add(month, 203, stock_quantity=0).erp
    return [
        Cell("erp", shown_sold_out, "stock_status", "outofstock"),
        Cell("erp", shown_in_stock, "stock_status", "instock"),
    ]


def _price_negative_off_the_web(month: SmallMonth) -> list[Cell]:
    month.erp.append([204, 0, -8, 1, "instock"])
    return [Cell("erp", len(month.erp), "price", "-8")]


def _cells_unreadable(month: SmallMonth) -> list[Cell]:
    month.erp.append([205, "oui", "douze", "1E+05", "épuisé"])
    month.erp.append([206, 2, "1.234", 4.5, "instock"])
    first, second = len(month.erp) - 1, len(month.erp)
    return [
        Cell("erp", first, "onsale_web", "oui"),
        Cell("erp", first, "price", "douze"),
        Cell("erp", first, "stock_quantity", "1E+05"),
        Cell("erp", first, "stock_status", "épuisé"),
        Cell("erp", second, "onsale_web", "2"),
        Cell("erp", second, "price", "1.234"),
        Cell("erp", second, "stock_quantity", "4.5"),
    ]


def _cells_empty(month: SmallMonth) -> list[Cell]:
    month.erp.append([207, None, None, None, None])
    columns = ("onsale_web", "price", "stock_quantity", "stock_status")
    return [Cell("erp", len(month.erp), column, None) for column in columns]


def _product_without_sku(month: SmallMonth) -> list[Cell]:
    month.web.append([None, "product", "Sans référence", 10, "publish", 0])
    return [Cell("web", len(month.web), "sku", None)]


def _attachment_disagrees(month: SmallMonth) -> list[Cell]:
    add(month, 208, total_sales=96)
    month.web.append([1208, "attachment", "Vin 208", 6, "inherit", 0])
    return [Cell("web", len(month.web), "total_sales", "6")]


def _not_published(month: SmallMonth) -> list[Cell]:
    row = add(month, 209, post_status="draft").web
    return [Cell("web", row, "post_status", "draft")]


def _type_unknown(month: SmallMonth) -> list[Cell]:
    month.web.append([1210, "product_variation", "Variante", 1, "publish", 0])
    month.web.append([1211, None, "Sans type", 1, "publish", 0])
    return [
        Cell("web", len(month.web) - 1, "post_type", "product_variation"),
        Cell("web", len(month.web), "post_type", None),
    ]


def _attachment_alone(month: SmallMonth) -> list[Cell]:
    month.web.append([1212, "attachment", "Vin parti", 3, "inherit", 0])
    return [Cell("web", len(month.web), "sku", "1212")]


def _title_empty(month: SmallMonth) -> list[Cell]:
    row = add(month, 213, post_title=None).web
    return [Cell("web", row, "post_title", None)]


def _blanks_in_a_key(month: SmallMonth) -> list[Cell]:
    row = add(month, 214, id_web="V\u00a0-214\u200b ", sku="V -214").liaison
    return [Cell("liaison", row, "id_web", "V\u00a0-214\u200b ")]


def _id_typed_as_text(month: SmallMonth) -> list[Cell]:
    row = add(month, 215, id_web="1215").liaison
    return [Cell("liaison", row, "id_web", "1215")]


def _price_typed_as_text(month: SmallMonth) -> list[Cell]:
    row = add(month, 216, price="49,00").erp
    return [Cell("erp", row, "price", "49,00")]


def _price_below_the_cent(month: SmallMonth) -> list[Cell]:
    row = add(month, 217, price=12.345).erp
    return [Cell("erp", row, "price", "12.345")]


def _entity_in_a_title(month: SmallMonth) -> list[Cell]:
    row = add(month, 218, post_title="Dupont &amp; Fils").web
    return [Cell("web", row, "post_title", "Dupont &amp; Fils")]


def _on_sale_without_sku(month: SmallMonth) -> list[Cell]:
    month.erp.append([219, 1, 10, 4, "instock"])
    month.liaison.append([219, None])
    month.erp.append([220, 1, 10, 4, "instock"])
    return [
        Cell("erp", len(month.erp) - 1, "onsale_web", "1"),
        Cell("erp", len(month.erp), "onsale_web", "1"),
    ]


def _off_sale_but_shown(month: SmallMonth) -> list[Cell]:
    row = add(month, 221, onsale_web=0).erp
    return [Cell("erp", row, "onsale_web", "0")]


def _no_one_stands_out(month: SmallMonth) -> list[Cell]:
    for row in month.erp[1:]:
        row[2] = 20
    return []


def _one_house(month: SmallMonth, price: float) -> list[Cell]:
    for row in month.web[8:]:
        row[2] = f"Domaine Rouge {row[0]}"
    return _eighth_price(month, price)


def _eighth_price(month: SmallMonth, price: float) -> list[Cell]:
    month.erp[8][2] = price
    return [Cell("erp", 9, "price", str(price))]


def _comma_lost_in_a_house(month: SmallMonth) -> list[Cell]:
    return _one_house(month, 180)


def _comma_gained_in_a_house(month: SmallMonth) -> list[Cell]:
    return _one_house(month, 1.8)


def _comma_lost_among_all(month: SmallMonth) -> list[Cell]:
    return _eighth_price(month, 90000)


def _comma_gained_among_all(month: SmallMonth) -> list[Cell]:
    return _eighth_price(month, 0.18)


def _counter_of_one_product_typed_twice(month: SmallMonth) -> list[Cell]:
    month.web[9][3] = 88
    return [Cell("web", 10, "total_sales", "88")]


def _nothing_sold(month: SmallMonth) -> list[Cell]:
    for row in month.web[1:]:
        row[3] = 0 if row[3] is not None else None
    sold = [number for number, row in enumerate(month.web, start=1) if row[1] == "product"]
    return sorted((Cell("web", number, "total_sales", "0") for number in sold), key=str)


def _level(month: SmallMonth, factor: float) -> list[Cell]:
    for row in month.erp[1:]:
        row[2] = round(row[2] * factor, 2)
    priced = [(number, row) for number, row in enumerate(month.erp, start=1) if number > 1 and row[0] != 5]
    return sorted((Cell("erp", number, "price", f"{row[2]:.15g}") for number, row in priced), key=str)


def _commas_lost_everywhere(month: SmallMonth) -> list[Cell]:
    return _level(month, 10)


def _commas_gained_everywhere(month: SmallMonth) -> list[Cell]:
    return _level(month, 0.1)


_LOOSE = {"plausibility": {"min_products": 5, "zscore_high": 99.0, "zscore_low": 99.0, "revenue_share": 1.0}}

WARNS = [
    Fault("SRC-W1", _unknown_column, "unknown: erp.vintage"),
    Fault("ERP-W1-STOCK", _stock_negative, "stock_quantity is -4"),
    Fault("ERP-W1-STATUS", _status_contradicts_stock, "outofstock with a stock of 4"),
    Fault("ERP-W1-PRICE", _price_negative_off_the_web, "price is -8.00 EUR"),
    Fault("ERP-W2", _cells_unreadable, "price 1.234 cannot be read as an amount"),
    Fault("ERP-W3", _cells_empty, "stock_quantity is empty"),
    Fault("WEB-W1", _product_without_sku, "sku is empty"),
    Fault("WEB-W2", _attachment_disagrees, "attachment says 6, product (row"),
    Fault("WEB-W3", _not_published, "post_status is draft"),
    Fault("WEB-W4", _type_unknown, "post_type product_variation is neither a product nor an attachment"),
    Fault("WEB-W5", _attachment_alone, "SKU 1212 has an attachment but no product row"),
    Fault("WEB-W6", _title_empty, "post_title is empty"),
    Fault("NORM-TEXT", _blanks_in_a_key, "read as V -214"),
    Fault("NORM-ID", _id_typed_as_text, "read as 1215"),
    Fault("NORM-DECIMAL", _price_typed_as_text, "price 49,00 read as 49.00"),
    Fault("NORM-CENT", _price_below_the_cent, "rounded to 12.35"),
    Fault("NORM-HTML", _entity_in_a_title, "read as Dupont & Fils"),
    Fault("REC-W1", _on_sale_without_sku, "product_id 220 is on sale but has no id_web"),
    Fault("REC-W2", _off_sale_but_shown, "product_id 221 is in the web export (SKU 1221) but not on sale in the ERP"),
]
"""Faults that fit in one month together."""

WARNS_ALONE = [
    Fault("Z-W1", _no_one_stands_out, "0 premium"),
    Fault(
        "CA-W1",
        _comma_lost_in_a_house,
        "8.4 times the median of domaine rouge",
        settings={
            "plausibility": {"min_products": 5, "zscore_high": 99.0, "zscore_low": 99.0, "revenue_share": 1.0}
        },
    ),
    Fault(
        "CA-W1",
        _comma_gained_in_a_house,
        "0.1 times the median of domaine rouge",
        settings={
            "plausibility": {"min_products": 5, "zscore_high": 99.0, "zscore_low": 99.0, "revenue_share": 1.0}
        },
    ),
    Fault(
        "CA-W1",
        _comma_lost_among_all,
        "price of product_id 8 is 90000.00 EUR, robust z ",
        settings={
            "plausibility": {"min_products": 5, "zscore_high": 20.0, "zscore_low": 99.0, "revenue_share": 1.0}
        },
    ),
    Fault(
        "CA-W1",
        _comma_gained_among_all,
        "price of product_id 8 is 0.18 EUR, robust z -",
        settings={
            "plausibility": {"min_products": 5, "zscore_high": 99.0, "zscore_low": 9.0, "revenue_share": 1.0}
        },
    ),
    Fault(
        "CA-W2", _counter_of_one_product_typed_twice, "SKU 108 makes 1584.00 of 4336.60 EUR (88 sold at 18.00 EUR)",
        settings={"plausibility": {"min_products": 5, "zscore_high": 99.0, "zscore_low": 99.0, "revenue_share": 0.35, "sales_ratio": 99.0}},
    ),
    Fault("CA-W3", _counter_of_one_product_typed_twice, "SKU 108 has sold 88, the third best product 13", settings=_LOOSE),
    Fault("CA-W3", _nothing_sold, "no product has been sold", settings=_LOOSE),
    Fault("CA-W4", _commas_lost_everywhere, "the median price is 210.00 EUR", settings=_LOOSE),
    Fault("CA-W4", _commas_gained_everywhere, "the median price is 2.10 EUR", settings=_LOOSE),
]  # fmt: skip
"""Faults that say something about all products of a month, so that each needs a month of its own."""

INTERNAL = ("CA-02", "Z-01", "LEDGER", "OUT-01")
"""Rules that only a fault of the library breaks, tested on the proof itself."""
