"""The looks of revenue_report.xlsx: every cell style once, known by its number in the style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

if TYPE_CHECKING:
    from openpyxl import Workbook

__all__ = ["EURO", "WINE", "Styles"]

EURO = '#,##0.00\\ "€"'
WINE = "7B1E3A"
_INK, _GREY, _LINE = "1F1B1D", "6B6266", "E3DADD"


class Styles(Struct, frozen=True):
    """Style numbers by use."""

    title: int
    subtitle: int
    header: int
    header_right: int
    text: int
    wrapped: int
    code: int
    whole: int
    centred: int
    euro: int
    percent: int
    score: int
    strong: int
    strong_euro: int
    strong_whole: int
    link: int
    note: int

    @classmethod
    def of(cls, workbook: Workbook) -> Styles:
        """Register the styles in a workbook."""
        rule = Border(bottom=Side(style="hair", color=_LINE))
        strong = Font(name="Calibri", size=11, bold=True, color=_INK)
        plain = Font(name="Calibri", size=11, color=_INK)

        def body(number_format: str = "General", font: Font = plain, **alignment: Any) -> int:
            return _style(workbook, font, number_format, Alignment(vertical="top", **alignment), border=rule)

        return cls(
            title=_style(workbook, Font(name="Calibri", size=20, bold=True, color=WINE), vertical_centre=True),
            subtitle=_style(workbook, Font(name="Calibri", size=11, color=_GREY), vertical_centre=True),
            header=_header(workbook, "left"),
            header_right=_header(workbook, "right"),
            text=body(horizontal="left", indent=1),
            wrapped=body(wrap_text=True, horizontal="left", indent=1),
            code=body("0", horizontal="left", indent=1),
            whole=body("#,##0"),
            centred=body("#,##0", horizontal="center"),
            euro=body(EURO),
            percent=body("0.0%"),
            score=body("0.000"),
            strong=body(font=strong, horizontal="left", indent=1),
            strong_euro=body(EURO, strong),
            strong_whole=body("#,##0", strong),
            link=body(font=Font(name="Calibri", size=11, underline="single", color="0B5394")),
            note=_style(
                workbook,
                Font(name="Calibri", size=10, italic=True, color=_GREY),
                alignment=Alignment(wrap_text=True, vertical="top"),
            ),
        )


def _header(workbook: Workbook, side: str) -> int:
    return _style(
        workbook,
        Font(name="Calibri", size=11, bold=True, color="FFFFFF"),
        alignment=Alignment(vertical="center", horizontal=side, indent=1 if side == "left" else 0),
        fill=PatternFill("solid", start_color=WINE, end_color=WINE),
    )


def _style(
    workbook: Workbook,
    font: Font,
    number_format: str = "General",
    alignment: Alignment | None = None,
    *,
    fill: PatternFill | None = None,
    border: Border | None = None,
    vertical_centre: bool = False,
) -> int:
    cell = Cell(workbook.worksheets[0], row=1, column=1)
    cell.font, cell.number_format = font, number_format
    cell.alignment = Alignment(vertical="center") if vertical_centre else alignment or Alignment()
    if fill:
        cell.fill = fill
    if border:
        cell.border = border
    return int(cell.style_id)
