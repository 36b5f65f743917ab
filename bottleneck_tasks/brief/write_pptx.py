"""The brief as a presentation with native charts and tables, whose bytes depend on nothing but its content."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bottleneck_tasks.delivery.escape import visible
from bottleneck_tasks.errors import ConfigurationError

if TYPE_CHECKING:
    from bottleneck_tasks.brief.slides import Bars, Brief, Slide, Table

__all__ = ["rendered_pptx"]

_WINE, _GOLD, _INK, _SOFT = "7B1E3A", "A87400", "1F1B1D", "5F565A"
_WIDTH, _HEIGHT = 13.333, 7.5
_EPOCH = datetime(2000, 1, 1)
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def rendered_pptx(brief: Brief) -> bytes:
    """The file. Raises ConfigurationError (78) when python-pptx is not installed."""
    try:
        import pptx
        from pptx.util import Inches
    except ImportError as error:
        raise ConfigurationError(
            "BRIEF", "python-pptx, which writes presentations, is not installed",
            'pip install "bottleneck-tasks[brief]", or use --format html',
        ) from error  # fmt: skip
    deck: Any = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    properties = deck.core_properties
    properties.title, properties.author, properties.last_modified_by = brief.title, "bottleneck-tasks", ""
    properties.created = properties.modified = _EPOCH
    properties.language = "fr-FR"
    for number, slide in enumerate(brief.slides, start=1):
        _draw(deck.slides.add_slide(deck.slide_layouts[5]), brief, slide, number)
    content = io.BytesIO()
    deck.save(content)
    return _steady(content.getvalue())


def _draw(page: Any, brief: Brief, slide: Slide, number: int) -> None:
    from pptx.util import Inches

    band = page.shapes.add_shape(1, 0, 0, Inches(_WIDTH), Inches(0.12))
    band.name, band.shadow.inherit = "bandeau", False
    band.fill.solid()
    band.fill.fore_color.rgb = _colour(_WINE)
    band.line.fill.background()
    _text(page, (0.6, 0.35, 12, 0.4), brief.title, size=14, colour=_WINE, bold=True)
    heading = page.shapes.title
    heading.left, heading.top, heading.width, heading.height = (Inches(part) for part in (0.6, 0.7, 12.1, 0.75))
    _write(heading.text_frame, slide.title, size=30, colour=_INK, bold=True)
    _text(page, (0.6, 1.5, 12.1, 0.9), slide.message, size=18, colour=_SOFT)
    plain = not (slide.bars or slide.tables)
    for place, (figure, text) in enumerate(slide.facts):
        left, top = (0.6 + 6.2 * (place % 2), 2.9 + 2.0 * (place // 2)) if plain else (0.6, 2.65 + 1.42 * place)
        _text(page, (left, top, 5.8 if plain else 4.4, 0.7), figure, size=40 if plain else 30, colour=_WINE, bold=True)
        _text(
            page,
            (left, top + (0.8 if plain else 0.6), 5.8 if plain else 4.4, 0.75),
            text,
            size=16 if plain else 14,
            colour=_INK,
        )
    if slide.bars:
        _chart(page, slide.bars)
    for place, table in enumerate(slide.tables):
        _table(page, table, top=2.55 + place * 2.25, tall=len(slide.tables) == 1)
    _text(page, (0.6, 7.0, 9, 0.35), brief.footer, size=10, colour=_SOFT)
    _text(page, (11.7, 7.0, 1.0, 0.35), f"{number} / {len(brief.slides)}", size=10, colour=_SOFT, right=True)


def _text(page: Any, box: tuple[float, float, float, float], text: str, *, right: bool = False, **look: Any) -> None:
    from pptx.util import Inches

    frame = page.shapes.add_textbox(*(Inches(part) for part in box)).text_frame
    _write(frame, text, right=right, **look)


def _write(frame: Any, text: str, *, size: float, colour: str, bold: bool = False, right: bool = False) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = True
    frame.text = visible(text)
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold = Pt(size), bold
        paragraph.font.color.rgb = _colour(colour)


def _chart(page: Any, bars: Bars) -> None:
    from pptx.chart import data as chart_data
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches, Pt

    data: Any = _untyped(chart_data).CategoryChartData(number_format=f'#,##0\\ "{bars.unit}"' if bars.unit else "#,##0")
    data.categories = [visible(label) for label, _, _ in bars.rows]
    data.add_series(bars.title, [value for _, value, _ in bars.rows])
    frame = page.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, Inches(5.2), Inches(2.5), Inches(7.6), Inches(4.4), data)
    frame.name, chart = bars.title, frame.chart
    chart.has_legend, chart.has_title = False, True
    _write(chart.chart_title.text_frame, bars.title, size=14, colour=_INK, bold=True)
    chart.font.size = Pt(11)
    chart.category_axis.reverse_order, chart.category_axis.has_major_gridlines = True, False
    chart.category_axis.format.line.fill.background()
    chart.value_axis.visible, chart.value_axis.has_major_gridlines = False, False
    chart.value_axis.minimum_scale = 0
    plot = chart.plots[0]
    plot.gap_width, plot.has_data_labels = 45, True
    plot.data_labels.show_value, plot.data_labels.number_format_is_linked = True, True
    for place in range(len(bars.rows)):
        fill = plot.series[0].points[place].format.fill
        fill.solid()
        fill.fore_color.rgb = _colour(_GOLD if place == bars.marked else _WINE)


def _table(page: Any, table: Table, *, top: float, tall: bool) -> None:
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Inches, Pt

    widths = (2.9, 0.8, 3.8) if tall else (4.9, 1.0, 1.6)
    lines = [table.header, *(table.rows or (("Rien.", "", ""),))]
    height = 0.5 if tall else 0.28
    _text(page, (5.2, top, 7.5, 0.32), table.title, size=13, colour=_INK, bold=True)
    shape = page.shapes.add_table(
        len(lines), 3, Inches(5.3), Inches(top + 0.36), Inches(7.5), Inches(height * len(lines))
    )
    shape.name, grid = table.title, shape.table
    grid.horz_banding = False
    for column, width in enumerate(widths):
        grid.columns[column].width = Inches(width)
    for number, line in enumerate(lines):
        grid.rows[number].height = Inches(height if number else 0.28)
        for column, text in enumerate(line):
            cell = grid.cell(number, column)
            cell.margin_top = cell.margin_bottom = Pt(1)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = _colour("FFFFFF" if number else _WINE)
            right = column == 1 or (column > 1 and not tall)
            _write(cell.text_frame, text, size=11, colour=_INK if number else "FFFFFF", bold=not number, right=right)


def _colour(code: str) -> Any:
    from pptx.dml import color

    return _untyped(color).RGBColor.from_string(code)


def _untyped(module: Any) -> Any:
    """The library types only a part of itself."""
    return module


def _steady(content: bytes) -> bytes:
    """The same archive with fixed dates, in the workbooks of its charts too."""
    steady = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as read, ZipFile(steady, "w", ZIP_DEFLATED, compresslevel=6) as written:
        for name in read.namelist():
            inner = read.read(name)
            inner = _steady(inner) if name.endswith(".xlsx") else _DATES.sub(rb"\g<1>2000-01-01T00:00:00Z", inner)
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o600 << 16
            written.writestr(entry, inner)
    return steady.getvalue()
