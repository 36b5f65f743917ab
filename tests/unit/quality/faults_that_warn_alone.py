"""Changes to a good month that are delivered and named, and that say something about all its products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.quality.faults import Cell, Fault, add

if TYPE_CHECKING:
    from tests.months import SmallMonth

__all__ = ["WARNS_ALONE"]


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


def _every_counter_alike(month: SmallMonth) -> list[Cell]:
    for row in month.web[1:]:
        row[3] = 7 if row[3] is not None else None
    sold = [number for number, row in enumerate(month.web, start=1) if row[1] == "product"]
    return sorted((Cell("web", number, "total_sales", "7") for number in sold), key=str)


def _nothing_sold(month: SmallMonth) -> list[Cell]:
    for row in month.web[1:]:
        row[3] = 0 if row[3] is not None else None
    sold = [number for number, row in enumerate(month.web, start=1) if row[1] == "product"]
    return sorted((Cell("web", number, "total_sales", "0") for number in sold), key=str)


def _counters(month: SmallMonth) -> list[Cell]:
    sold = [(number, row[3]) for number, row in enumerate(month.web, start=1) if row[1] == "product"]
    return sorted((Cell("web", number, "total_sales", str(counter)) for number, counter in sold), key=str)


def _counters_multiplied(month: SmallMonth, factor: int) -> list[Cell]:
    for number in range(300, 309):
        add(month, number, total_sales=number - 296)
    for row in month.web[1:]:
        row[3] = row[3] * factor if row[3] is not None else None
    return _counters(month)


def _counters_times_ten(month: SmallMonth) -> list[Cell]:
    return _counters_multiplied(month, 10)


def _counters_times_five(month: SmallMonth) -> list[Cell]:
    return _counters_multiplied(month, 5)


def _counters_times_six(month: SmallMonth) -> list[Cell]:
    return _counters_multiplied(month, 6)


def _counters_doubled(month: SmallMonth) -> list[Cell]:
    return _counters_multiplied(month, 2)


def _counters_of_another_column(month: SmallMonth) -> list[Cell]:
    _counters_multiplied(month, 1)
    for row in month.web[1:]:
        row[3] = 2 + sum(map(ord, str(row[0]))) % 3 if row[3] is not None else None
    return _counters(month)


def _cents_rounded_away(month: SmallMonth) -> list[Cell]:
    for row in month.erp[1:]:
        row[2] = round(row[2])
    priced = [(number, row) for number, row in enumerate(month.erp, start=1) if number > 1 and row[0] != 5]
    return sorted((Cell("erp", number, "price", str(row[2])) for number, row in priced), key=str)


def _level(month: SmallMonth, factor: float) -> list[Cell]:
    for row in month.erp[1:]:
        row[2] = round(row[2] * factor, 2)
    priced = [(number, row) for number, row in enumerate(month.erp, start=1) if number > 1 and row[0] != 5]
    return sorted((Cell("erp", number, "price", f"{row[2]:.15g}") for number, row in priced), key=str)


def _commas_lost_everywhere(month: SmallMonth) -> list[Cell]:
    return _level(month, 10)


def _commas_gained_everywhere(month: SmallMonth) -> list[Cell]:
    return _level(month, 0.1)


def _prices_without_tax(month: SmallMonth) -> list[Cell]:
    return _level(month, 1 / 1.2)


def _counters_of_a_flag(month: SmallMonth) -> list[Cell]:
    _counters_multiplied(month, 1)
    for row in month.web[1:]:
        row[3] = int(row[0] != 101) if row[3] is not None else None
    return _counters(month)


def _series_of_counters_dragged_down(month: SmallMonth) -> list[Cell]:
    cells = _dragged(month, "total_sales", [30 - 2 * number for number in range(10)])
    for number in (5, 3):
        month.web.insert(-number, [None, None, None, 0, None, 0])
    place = {cell.value: cell.row for cell in cells}
    moved = {value: row + (row > len(month.web) - 7) + (row > len(month.web) - 5) for value, row in place.items()}
    return sorted((cell._replace(row=moved[cell.value]) for cell in cells), key=str)


def _counters_times_seven(month: SmallMonth) -> list[Cell]:
    return _counters_multiplied(month, 7)


_UNEVEN = (4, 7, 3, 8, 5, 9, 2, 6, 4, 8)


def _dragged(month: SmallMonth, column: str, values: list[float]) -> list[Cell]:
    """Products with one of their cells dragged down, and with the others as they come."""
    sheet, cells = ("web" if column == "total_sales" else "erp"), []
    uneven = [{"price": 11 + other, "stock_quantity": other, "total_sales": 11 - other} for other in _UNEVEN]
    for number, varied in enumerate(uneven[:4]):
        add(month, 296 + number, **varied)
    for number, (value, varied) in enumerate(zip(values, uneven, strict=False)):
        rows = add(month, 300 + number, **{**varied, column: value})
        cells.append(Cell(sheet, getattr(rows, sheet), column, f"{value:.15g}"))
    return sorted(cells, key=str)


def _price_dragged_down(month: SmallMonth) -> list[Cell]:
    return _dragged(month, "price", [17] * 9)


def _series_dragged_down(month: SmallMonth) -> list[Cell]:
    return _dragged(month, "price", [20.5 - number / 2 for number in range(10)])


def _counter_dragged_down(month: SmallMonth) -> list[Cell]:
    return _dragged(month, "total_sales", [9] * 9)


def _stock_dragged_down(month: SmallMonth) -> list[Cell]:
    return _dragged(month, "stock_quantity", [12] * 9)


def _stocks(month: SmallMonth, stocks: list[int]) -> list[Cell]:
    rows = [(number, row) for number, row in enumerate(month.erp, start=1) if number > 1 and row[0] != 5]
    for (_, row), stock in zip(rows, stocks, strict=True):
        row[3], row[4] = stock, "instock" if stock > 0 else "outofstock"
    return sorted((Cell("erp", number, "stock_quantity", str(row[3])) for number, row in rows), key=str)


def _stock_typed_far_too_high(month: SmallMonth) -> list[Cell]:
    cells = _stocks(month, [4, 7, 6, 5, 9, 12, 0, 3, 7, 62, 4, 11, 2])
    return [cell for cell in cells if cell.value == "62"]


def _every_stock_gone(month: SmallMonth) -> list[Cell]:
    return _stocks(month, [0] * 13)


def _every_stock_alike(month: SmallMonth) -> list[Cell]:
    return _stocks(month, [12] * 13)


def _stocks_times_ten(month: SmallMonth) -> list[Cell]:
    for number in range(300, 310):
        add(month, number)
    return _stocks(month, [10 * (1 + number % 7) for number in range(23)])


def _loose(**limits: float) -> dict[str, dict[str, float]]:
    """Settings under which nothing is far, but for `limits`."""
    far = {"min_products": 5, "steady_products": 1, "zscore_high": 99.0, "zscore_low": 99.0, "revenue_share": 1.0}
    return {"plausibility": {**far, **limits}}


_LOOSE = _loose()
_RUNS = _loose(equal_prices=9, even_steps=8)

WARNS_ALONE = [
    Fault("Z-W1", _no_one_stands_out, "0 premium"),
    Fault(
        "CA-W1",
        _comma_lost_in_a_house,
        "8.4 times the median of domaine rouge",
        settings=_LOOSE,
    ),
    Fault(
        "CA-W1",
        _comma_gained_in_a_house,
        "0.1 times the median of domaine rouge",
        settings=_LOOSE,
    ),
    Fault(
        "CA-W1",
        _comma_lost_among_all,
        "price of product_id 8 is 90000.00 EUR, robust z ",
        settings=_loose(zscore_high=20.0),
    ),
    Fault(
        "CA-W1",
        _comma_gained_among_all,
        "price of product_id 8 is 0.18 EUR, robust z -",
        settings=_loose(zscore_low=9.0),
    ),
    Fault(
        "CA-W2", _counter_of_one_product_typed_twice, "SKU 108 makes 1584.00 of 4336.60 EUR (88 sold at 18.00 EUR)",
        settings=_loose(revenue_share=0.35, sales_ratio=99.0),
    ),
    Fault("CA-W3", _counter_of_one_product_typed_twice, "SKU 108 has sold 88, the third best product 13", settings=_LOOSE),
    Fault("CA-W3", _nothing_sold, "no product has been sold", settings=_LOOSE),
    Fault("CA-W3", _every_counter_alike, "every product has sold 7", settings=_LOOSE),
    Fault("CA-W3", _counters_times_ten, "every counter is a multiple of 10", settings=_LOOSE),
    Fault("CA-W3", _counters_times_five, "every counter is a multiple of 5", settings=_LOOSE),
    Fault("CA-W3", _counters_times_six, "every counter is a multiple of 6", settings=_LOOSE),
    Fault("CA-W3", _counters_doubled, "every counter is a multiple of 2", settings=_LOOSE),
    Fault("CA-W3", _counters_of_another_column, "all products together have only 3 different counters", settings=_LOOSE),
    Fault("CA-W4", _prices_without_tax, "prices end neither in 0, 5 nor 9", settings=_LOOSE),
    Fault("CA-W5", _price_dragged_down, "price of product_id 300 is 17.00 EUR, as of 9 products running", settings=_RUNS),
    Fault("CA-W3", _counters_times_seven, "every counter is a multiple of 7", settings=_LOOSE),
    Fault("CA-W5", _series_dragged_down, "price of product_id 301 is 20.00 EUR, one of 10 products running in equal steps", settings=_RUNS),
    Fault("CA-W5", _counter_dragged_down, "total_sales of product_id 300 is 9, as of 9 products running", settings=_RUNS),
    Fault("CA-W3", _counters_of_a_flag, "every product that sells has sold 1", settings=_LOOSE),
    Fault("CA-W5", _series_of_counters_dragged_down, "total_sales of product_id 301 is 28, one of 10 products running in equal steps", settings=_RUNS),
    Fault("CA-W5", _stock_dragged_down, "stock_quantity of product_id 308 is 12, as of 9 products running", settings=_RUNS),
    Fault("CA-W6", _stock_typed_far_too_high, "product_id 11 has a stock of 62, the third highest is 11", settings=_LOOSE),
    Fault("CA-W6", _every_stock_gone, "no product is in stock", settings=_LOOSE),
    Fault("CA-W6", _every_stock_alike, "every product has a stock of 12", settings=_LOOSE),
    Fault("CA-W6", _stocks_times_ten, "every stock is a multiple of 10", settings=_LOOSE),
    Fault("CA-W4", _cents_rounded_away, "no price has cents", settings=_LOOSE),
    Fault("CA-W4", _commas_lost_everywhere, "the median price is 210.00 EUR", settings=_LOOSE),
    Fault("CA-W4", _commas_gained_everywhere, "the median price is 2.10 EUR", settings=_LOOSE),
]  # fmt: skip
"""Faults that say something about all products of a month, so that each needs a month of its own."""
