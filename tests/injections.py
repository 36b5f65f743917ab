"""Faults put into a normal month of the simulated shop: what each does to the sheets, and the rules that may name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottleneck_tasks.sample.sheets import Month, Placed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["INJECTIONS"]

Rows = list[list[Any]]
_ON_SALE, _PRICE = 1, 2
_SKU, _SALES, _TITLE, _TYPE = 0, 5, 12, 25


def _stale(source: str) -> Callable[..., Month]:
    def inject(sheets: Month, older: Sequence[Month], seed: int) -> Month:
        return _with(sheets, **{source: getattr(older[-1], source)})

    return inject


def _saved_again(source: str) -> Callable[..., Month]:
    """The month before with its rows the other way round, as another program would save them."""

    def inject(sheets: Month, older: Sequence[Month], seed: int) -> Month:
        return _with(sheets, **{source: getattr(older[-1], source)[::-1]})

    return inject


def _touched_web(sheets: Month, older: Sequence[Month], seed: int) -> Month:
    """The web export of the month before with one counter changed since: no copy of it any more."""
    web = _lists(older[-1].web)
    next(row for row in web if row[_TYPE] == "product" and row[_SKU] is not None)[_SALES] += 1
    return _with(sheets, web=web)


def _price(factor: float, *, sold: bool, cheap: bool = False) -> Callable[..., Month]:
    def inject(sheets: Month, older: Sequence[Month], seed: int) -> Month:
        erp, sales = _lists(sheets.erp), _sales_by_product(sheets)
        old = {row.cells[0] for row in older[-1].liaison}
        chosen = [
            row for row in erp if row[0] in sales and row[0] in old and bool(sales[row[0]]) is sold and row[_PRICE] > 0
        ]
        chosen.sort(key=lambda row: row[_PRICE])
        row = chosen[0] if cheap else chosen[(seed * 37) % len(chosen)]
        row[_PRICE] = round(row[_PRICE] * factor, 2)
        return _with(sheets, erp=erp)

    return inject


def _half_of_web(sheets: Month, older: Sequence[Month], seed: int) -> Month:
    return _with(sheets, web=sheets.web[: len(sheets.web) // 2])


def _rows_gone(source: str) -> Callable[..., Month]:
    def inject(sheets: Month, older: Sequence[Month], seed: int) -> Month:
        rows = getattr(sheets, source)
        return _with(sheets, **{source: [row for number, row in enumerate(rows) if (number + seed) % 20 > 2]})

    return inject


def _rows_gone_everywhere(sheets: Month, older: Sequence[Month], seed: int) -> Month:
    """15 % of the products gone from the three exports at once: every rule of reconciliation holds."""
    liaison = {row.cells[0]: row.cells[1] for row in sheets.liaison}
    gone = {product for number, product in enumerate(liaison) if (number + seed) % 20 <= 2}
    skus = {liaison[product] for product in gone if liaison[product] is not None}
    return _with(
        sheets,
        erp=[row for row in sheets.erp if row.cells[0] not in gone],
        liaison=[row for row in sheets.liaison if row.cells[0] not in gone],
        web=[row for row in sheets.web if row.cells[_SKU] not in skus],
    )


def _counters(share: float) -> Callable[..., Month]:
    def inject(sheets: Month, older: Sequence[Month], seed: int) -> Month:
        web = _lists(sheets.web)
        for row in web:
            row[_SALES] = int((row[_SALES] or 0) * share) if row[_SKU] is not None else row[_SALES]
        return _with(sheets, web=web)

    return inject


def _prices_fall(sheets: Month, older: Sequence[Month], seed: int) -> Month:
    """Every price at 60 %: revenue falls by 40 % and no single price is implausible."""
    erp = _lists(sheets.erp)
    for row in erp:
        row[_PRICE] = round(row[_PRICE] * 0.6, 2)
    return _with(sheets, erp=erp)


def _one_counter_reset(sheets: Month, older: Sequence[Month], seed: int) -> Month:
    web = _lists(sheets.web)
    known = {row.cells[_SKU] for row in older[-1].web}
    sold = [row for row in web if row[_TYPE] == "product" and row[_SKU] in known and (row[_SALES] or 0) > 1]
    sold[(seed * 31) % len(sold)][_SALES] = 0
    return _with(sheets, web=web)


def _nulls(source: str, column: int) -> Callable[..., Month]:
    def inject(sheets: Month, older: Sequence[Month], seed: int) -> Month:
        rows = _lists(getattr(sheets, source))
        for number, row in enumerate(rows):
            if (number + seed) % 5 == 0:
                row[column] = None
        return _with(sheets, **{source: rows})

    return inject


def _links_exchanged(sheets: Month, older: Sequence[Month], seed: int) -> Month:
    liaison, sales = _lists(sheets.liaison), _sales_by_product(sheets)
    known = {row.cells[0] for row in older[-1].liaison}
    listed = [row for row in liaison if row[0] in sales and row[0] in known]
    one, other = listed[(seed * 17) % len(listed)], listed[(seed * 17 + 101) % len(listed)]
    one[1], other[1] = other[1], one[1]
    return _with(sheets, liaison=liaison)


def _swapped(mine: str) -> Callable[..., Month]:
    """One export of the month two months ago beside two of this month."""

    def inject(sheets: Month, older: Sequence[Month], seed: int) -> Month:
        return _with(sheets, **{mine: getattr(older[-2], mine)})

    return inject


def _erp_and_web_exchanged(sheets: Month, older: Sequence[Month], seed: int) -> Month:
    """ERP and liaison of this month, web of the month before: what two exchanged downloads give."""
    return _with(sheets, web=older[-1].web)


def _with(sheets: Month, **changed: Any) -> Month:
    rows = {name: changed.get(name, getattr(sheets, name)) for name in ("erp", "liaison", "web")}
    return Month(**{
        name: [row if isinstance(row, Placed) else Placed(place=0, cells=tuple(row)) for row in some]
        for name, some in rows.items()
    })  # fmt: skip


def _lists(rows: Sequence[Placed]) -> Rows:
    return [list(row.cells) for row in rows]


def _sales_by_product(sheets: Month) -> dict[Any, int]:
    sold = {
        row.cells[_SKU]: row.cells[_SALES] for row in sheets.web if row.cells[_TYPE] == "product" and row.cells[_SKU]
    }
    return {row.cells[0]: sold[row.cells[1]] for row in sheets.liaison if row.cells[1] in sold}


_ROWS = {"DRIFT-ROWS", "REC-01", "REC-02", "LIA-04"}

INJECTIONS: dict[str, tuple[Callable[[Month, Sequence[Month], int], Month], set[str]]] = {
    "stale ERP": (_stale("erp"), {"SRC-05"}),
    "stale web": (_stale("web"), {"SRC-05"}),
    "stale liaison": (_stale("liaison"), {"SRC-W2", "REC-01"}),
    "stale ERP, saved again": (_saved_again("erp"), {"SRC-05"}),
    "stale web, saved again": (_saved_again("web"), {"SRC-05"}),
    "stale liaison, saved again": (_saved_again("liaison"), {"SRC-W2", "REC-01"}),
    "stale web, one counter changed": (_touched_web, {"DRIFT-STOCK", "REC-02"}),
    "sold price x10": (_price(10, sold=True), {"DRIFT-PRICE"}),
    "unsold price x10": (_price(10, sold=False), {"DRIFT-PRICE"}),
    "cheap unsold price x10": (_price(10, sold=False, cheap=True), {"DRIFT-PRICE"}),
    "price /10": (_price(0.1, sold=True), {"DRIFT-PRICE"}),
    "price x100": (_price(100, sold=False), {"DRIFT-PRICE"}),
    "half of the web rows": (_half_of_web, _ROWS),
    "15 % of the ERP rows gone": (_rows_gone("erp"), _ROWS),
    "15 % of the web rows gone": (_rows_gone("web"), _ROWS),
    "15 % of the products gone": (_rows_gone_everywhere, _ROWS),
    "revenue -40 % by the counters": (_counters(0.6), {"DRIFT-REVENUE"}),
    "revenue -40 % by the prices": (_prices_fall, {"DRIFT-REVENUE"}),
    "every counter reset": (_counters(0), {"DRIFT-REVENUE", "DRIFT-COUNTER"}),
    "one counter reset": (_one_counter_reset, {"DRIFT-COUNTER"}),
    "a fifth of the stocks empty": (_nulls("erp", 3), {"DRIFT-NULLS"}),
    "a fifth of the titles empty": (_nulls("web", _TITLE), {"DRIFT-NULLS"}),
    "a fifth of the id_web empty": (_nulls("liaison", 1), {"DRIFT-NULLS", "REC-01"}),
    "two id_web exchanged": (_links_exchanged, {"DRIFT-LINK"}),
    "ERP of two months ago": (_swapped("erp"), {"SRC-05"}),
    "web of two months ago": (_swapped("web"), {"SRC-05"}),
    "liaison of two months ago": (_swapped("liaison"), {"SRC-05"}),
    "ERP and web of two months": (_erp_and_web_exchanged, {"SRC-05"}),
}
