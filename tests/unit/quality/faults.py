"""What a fault is: a rule, and the change to a good month that breaks it. Here, those refused before a row is judged.

A fault adds products or rows of its own and returns the cells that the rule must name: (source, row, column, value),
the value as it was read. Faults with other numbers do not touch one another, so that they can be put in one month.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.months import SmallMonth

__all__ = ["INTERNAL", "REFUSALS", "Cell", "Fault", "Rows", "add"]


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

INTERNAL = ("CA-02", "Z-01", "LEDGER", "OUT-01")
"""Rules that only a fault of the library breaks, tested on the proof itself."""
