"""Changes to a good month that end the run with 65: one or more for each blocking rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.quality.faults import Cell, Fault, add

if TYPE_CHECKING:
    from tests.months import SmallMonth

__all__ = ["BLOCKS"]


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


def _column_shifted(month: SmallMonth) -> list[Cell]:
    for number in range(400, 405):
        month.erp.append([number, 0, 10, 1, "1.5"])
    last = len(month.erp)
    return [Cell("erp", row, "stock_status", "1.5") for row in range(last - 4, last + 1)]


BLOCKS = [
    Fault("ERP-01", _erp_id_empty, "product_id is empty"),
    Fault("ERP-01", _erp_id_text, "abc cannot be read as a whole number"),
    Fault("ERP-02", _erp_conflict, "product_id 5 stands in rows 6, 16, here with price 16.00", ("LIA-04",)),
    Fault("ERP-03", _column_shifted, "stock_status cannot be read in 5 of ", ("ERP-W2",)),
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
