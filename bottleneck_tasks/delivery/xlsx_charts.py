"""Native charts of the sheet "Synthèse"; their data stand in the same sheet, below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.chart import BarChart, DoughnutChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)

from bottleneck_tasks.delivery.xlsx_style import WINE

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from bottleneck_tasks.delivery.insights import Insights

__all__ = ["add_charts"]

_GOLD = "B07D12"
_EURO_AXIS = '#,##0\\ "€"'


def add_charts(worksheet: Worksheet, insights: Insights, *, first: int) -> None:
    """Add the charts whose data start at row `first`; a chart without data is left out."""
    best, classes = len(insights.best), len(insights.price_classes)
    if best:
        _bars(worksheet, "F4", "Dix premiers produits", (1, 2), (first, best), across=True)
        _share(worksheet, "A33", (10, 11), (first, 2))
    if classes:
        _bars(worksheet, "F26", "Chiffre d'affaires par classe de prix (€)", (6, 8), (first, classes), across=False)


def _bars(
    worksheet: Worksheet, anchor: str, title: str, columns: tuple[int, int], rows: tuple[int, int], *, across: bool
) -> None:
    chart: Any = BarChart()
    chart.type, chart.style, chart.legend, chart.gapWidth = "bar" if across else "col", 10, None, 40
    chart.title = _title(title)
    _fill_in(chart, worksheet, columns, rows)
    chart.series[0].graphicalProperties.solidFill = WINE
    chart.y_axis.number_format, chart.y_axis.majorGridlines = _EURO_AXIS, None
    chart.y_axis.numFmt.sourceLinked = False
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.title = chart.x_axis.title = None
    if across:
        chart.x_axis.scaling.orientation = "maxMin"
    else:
        slanted = Paragraph(
            pPr=ParagraphProperties(defRPr=CharacterProperties(sz=900)), endParaRPr=CharacterProperties()
        )
        chart.x_axis.txPr = RichText(bodyPr=RichTextProperties(rot=-2_700_000), p=[slanted])
    chart.width, chart.height = 16, 10.8 if across else 11
    worksheet.add_chart(chart, anchor)


def _share(worksheet: Worksheet, anchor: str, columns: tuple[int, int], rows: tuple[int, int]) -> None:
    chart: Any = DoughnutChart()
    chart.title, chart.holeSize, chart.style = _title("Premium et ordinaires"), 55, 10
    _fill_in(chart, worksheet, columns, rows)
    for index, colour in enumerate((_GOLD, WINE)):
        point = DataPoint(idx=index)
        point.graphicalProperties.solidFill = colour
        chart.series[0].dPt.append(point)
    chart.dataLabels = DataLabelList(showPercent=True, showVal=False, showCatName=False, showSerName=False, showLeaderLines=False, showLegendKey=False)  # fmt: skip
    white = CharacterProperties(sz=1100, b=True, solidFill="FFFFFF")
    chart.dataLabels.txPr = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=white), endParaRPr=white)])
    chart.width, chart.height = 15.5, 7.4
    worksheet.add_chart(chart, anchor)


def _title(text: str) -> Title:
    look = CharacterProperties(sz=1300, b=True)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[RegularTextRun(rPr=look, t=text)])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _fill_in(chart: Any, worksheet: Worksheet, columns: tuple[int, int], rows: tuple[int, int]) -> None:
    first, count = rows
    label, value = columns
    chart.add_data(Reference(worksheet, min_col=value, min_row=first, max_row=first + count - 1))
    chart.set_categories(Reference(worksheet, min_col=label, min_row=first, max_row=first + count - 1))
