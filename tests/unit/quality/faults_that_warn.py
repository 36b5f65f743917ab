"""Changes to a good month that are delivered and named: one or more for each warning and each normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.quality.faults import Cell, Fault, add

if TYPE_CHECKING:
    from tests.months import SmallMonth

__all__ = ["WARNS"]


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


def _attachment_typed_as_product(month: SmallMonth) -> list[Cell]:
    address = "https://shop.example/wp-content/uploads/vin.JPG"
    month.web[0].append("guid")
    row = add(month, 222).web
    month.web[row - 1][-1] = address
    month.web[1].append("https://shop.example/?post_type=product&p=101")
    return [Cell("web", row, "guid", address)]


def _accents_lost_from_titles(month: SmallMonth) -> list[Cell]:
    titles = {224: "ChÃ¢teau Rayas", 225: "Ch?teau Rayas", 226: "Ch\ufffdteau Rayas", 227: "Lâ€™Ermita"}
    rows = {number: add(month, number, post_title=title).web for number, title in titles.items()}
    add(month, 228, post_title="SÃO João, what? L\u2019Ermita")
    return [Cell("web", row, "post_title", titles[number]) for number, row in rows.items()]


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
    Fault("WEB-W7", _attachment_typed_as_product, "the product row of SKU 1222 has the address of a file"),
    Fault("WEB-W8", _accents_lost_from_titles, "post_title Ch?teau Rayas has lost its accents"),
    Fault("NORM-TEXT", _blanks_in_a_key, "read as V -214"),
    Fault("NORM-ID", _id_typed_as_text, "read as 1215"),
    Fault("NORM-DECIMAL", _price_typed_as_text, "price 49,00 read as 49.00"),
    Fault("NORM-CENT", _price_below_the_cent, "rounded to 12.35"),
    Fault("NORM-HTML", _entity_in_a_title, "read as Dupont & Fils"),
    Fault("REC-W1", _on_sale_without_sku, "product_id 220 is on sale but has no id_web"),
    Fault("REC-W2", _off_sale_but_shown, "product_id 221 is in the web export (SKU 1221) but not on sale in the ERP"),
]
"""Faults that fit in one month together."""
