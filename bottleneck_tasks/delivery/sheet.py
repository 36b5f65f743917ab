"""The cells of one sheet of an .xlsx, rendered directly: ten times faster than a cell object each.

A formula carries its value, so that a reader without a calculation engine sees it, and text is always a
string cell, whatever it starts with.
"""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bottleneck_tasks.delivery.escape import fit_cell, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["LETTERS", "Formula", "Sheet", "Value"]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EXCEL_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class Formula(Struct, frozen=True):
    """A formula without its `=`, and the value it computes."""

    text: str
    value: Decimal | int | float


Value = str | int | float | Decimal | Formula | None


class Sheet(Struct):
    """Rows of rendered cells, to be put in any order; `heights` in points, `links` from a cell to a place in the workbook."""

    cells: dict[int, list[str]] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    width: int = 1

    def put(self, row: int, column: int, value: Value, style: int) -> None:
        """Put a value at a 1-based row and column; within one row, columns must come in order."""
        self.cells.setdefault(row, []).append(_cell(f"{LETTERS[column - 1]}{row}", value, style))
        self.width = max(self.width, column)

    def put_row(self, row: int, values: Iterable[Value], style: int, *, first: int = 1) -> None:
        """Put values side by side in one style."""
        for column, value in enumerate(values, start=first):
            self.put(row, column, value, style)

    def put_table(self, row: int, columns: Sequence[Sequence[Value]], styles: Sequence[int]) -> None:
        """Put whole columns side by side from a row down."""
        rendered = [
            [_cell(f"{letter}{number}", value, style) for number, value in enumerate(values, start=row)]
            for letter, values, style in zip(LETTERS, columns, styles, strict=False)
        ]
        self.cells.update((number, list(cells)) for number, cells in enumerate(zip(*rendered, strict=True), start=row))
        self.width = max(self.width, len(columns))

    @property
    def reference(self) -> str:
        """The used range, such as A1:H715."""
        return f"A1:{LETTERS[self.width - 1]}{max(self.cells, default=1)}"

    def render(self) -> bytes:
        """The element sheetData."""
        rows = (
            f'<row r="{number}"{self._height(number)}>{"".join(cells)}</row>'
            for number, cells in sorted(self.cells.items())
        )
        return f"<sheetData>{''.join(rows)}</sheetData>".encode()

    def _height(self, number: int) -> str:
        height = self.heights.get(number)
        return f' ht="{height}" customHeight="1"' if height else ""


def _cell(reference: str, value: Value, style: int) -> str:
    if isinstance(value, str):
        return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'
    if value is None:
        return f'<c r="{reference}" s="{style}"/>'
    if isinstance(value, Formula):
        return f'<c r="{reference}" s="{style}"><f>{html.escape(value.text, quote=False)}</f><v>{value.value}</v></c>'
    return f'<c r="{reference}" s="{style}"><v>{value}</v></c>'


def _text(value: str) -> str:
    text = _EXCEL_CODE.sub("_x005F_", visible(fit_cell(value)))
    return html.escape(text, quote=False).replace("\r", "&#13;")
